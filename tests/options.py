"""Options as a job gets them: the schema's defaults, and what a test changes."""

from pathlib import Path
from typing import Any

import yaml

from revertome.configuration import complete
from revertome.differential.model_options import ModelOptions, joint_options, model_options

HOME = Path(__file__).parents[1]
SCHEMA = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text("utf-8"))


def section(name: str, **changes: Any) -> dict[str, Any]:
    """A section of the configuration, completed by its defaults."""
    found: dict[str, Any] = complete({name: changes}, SCHEMA, check=False)[name]
    return found


def options_of(engine: str, design: dict[str, Any], **changes: Any) -> ModelOptions:
    """Options of an engine; `changes` are keys of `differential`."""
    return model_options(
        {
            "design": section("design", **design),
            "differential": section("differential", **changes),
            "trajectories": section("trajectories"),
        },
        engine,
    )


def joint_options_of(
    engine: str, design: dict[str, Any], variance: str, **changes: Any
) -> ModelOptions:
    """Options of the joint fit for classes by a `trajectories.variance`."""
    return joint_options(
        {
            "design": section("design", **design),
            "differential": section("differential", **changes),
            "trajectories": section("trajectories", variance=variance),
        },
        engine,
    )


def load(intake: dict[str, Any], design: dict[str, Any], *symbols: Any) -> Any:
    """`revertome.intake.load` with sections completed."""
    from revertome.intake.load import load

    return load(section("intake", **intake), section("design", **design), *symbols)


def normalise(raw: Any, options: dict[str, Any], aliases: Any, design: Any = None) -> Any:
    """`revertome.normalise.normalise` with sections completed."""
    from revertome.normalise import normalise

    return normalise(
        raw, section("normalise", **options), aliases, section("design", **(design or {}))
    )
