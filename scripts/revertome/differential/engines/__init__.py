"""Engines by name: one file each, found by its name, that says everything about the engine.

Engines import their libraries when they fit, so that the workflow can ask for their facts
without loading any.
"""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, cast

from revertome.differential.engine import Engine, JointEngine, Result
from revertome.differential.model_options import ModelOptions
from revertome.differential.names import within_patient
from revertome.errors import StudyError
from revertome.near_names import unknown

if TYPE_CHECKING:
    from revertome.limma.joint import JointFit
    from revertome.trial import Model

OPTIONS = ("trend", "robust", "weights", "lfc")  # those that an engine may use


def engine_names() -> list[str]:
    """Names of the engines, in alphabetical order."""
    return sorted(module.name for module in iter_modules(__path__))


def get_engine(name: str) -> Engine:
    """Engine by name.

    Raises
    ------
    StudyError
        When there is no such engine.
    """
    if name not in engine_names():
        raise StudyError(f"differential.engines: {unknown('engine', name, engine_names())}")
    return cast(Engine, import_module(f"{__name__}.{name}"))


def has_joint_fit(name: str) -> bool:
    """Whether trajectories can be made from the engine."""
    return hasattr(get_engine(name), "joint")


def joint_engines(data: str | None = None) -> list[str]:
    """Engines with a joint fit, of one kind of data (`log2`, `counts`) or all."""
    joint = [name for name in engine_names() if has_joint_fit(name)]
    return [name for name in joint if data in (None, get_engine(name).DATA)]


def default_engines(assay: str, engines: Sequence[str]) -> list[str]:
    """Engines as configured, else those made for the assay, one with a joint fit first."""
    if engines:
        return list(engines)
    made = [name for name in engine_names() if assay in get_engine(name).DEFAULT_FOR]
    return sorted(made, key=lambda name: not has_joint_fit(name))


def supported(engine: str, names: Sequence[str], custom: Mapping[str, str]) -> list[str]:
    """Contrasts an engine can estimate: within patients only when it has no random blocking."""
    if "random" in get_engine(engine).BLOCKINGS:
        return list(names)
    return [name for name in names if within_patient(name, custom)]


def agreement(engines: Iterable[str]) -> str:
    """How near the numbers of some engines are to R's, where there is something to say."""
    return " ".join(filter(None, (get_engine(name).AGREEMENT for name in engines)))


def in_use(options: ModelOptions) -> ModelOptions:
    """The options with those off that the engine does not use."""
    used = get_engine(options.engine).USES
    return options.without(*(name for name in OPTIONS if name not in used))


def fit(values: Any, model: "Model", options: ModelOptions) -> Result:
    """Contrast tables of one model by one engine.

    Parameters
    ----------
    values : AnnData, samples x genes
        Samples of the model: log2 values in `X`; for engines of counts, ``layers["counts"]``.
    model : Model
        Design, blocks and contrasts.
    options : ModelOptions

    Returns
    -------
    Result

    Raises
    ------
    StudyError
        When there is no such engine, it cannot fit these data, or the model leaves no residual
        degrees of freedom.
    """
    from revertome.trial import check_freedom

    _check_data(options.engine, values)
    check_freedom(*model.design.shape)
    engine = get_engine(options.engine)
    if model.block is not None and "random" not in engine.BLOCKINGS:
        warnings.warn(
            f"{options.engine}: patients are in several arms, whose changes it takes as "
            "independent of each other: too small a P where all of a patient's arms change alike, "
            "as voom allows for",
            stacklevel=2,
        )
    return engine.fit(values, model, in_use(options))


def joint_fit(values: Any, model: "Model", options: ModelOptions) -> "JointFit":
    """Joint fit of healthy and paired samples by one engine; parameters as of `fit`.

    Raises
    ------
    StudyError
        When there is no such engine, it has no joint fit, or it cannot fit these data.
    """
    name = options.engine
    if not has_joint_fit(name):
        raise StudyError(
            f"differential.engines: {name} comes first but has no joint fit of healthy and paired "
            f"samples, which trajectories need; put one of {', '.join(joint_engines())} first"
        )
    _check_data(name, values)
    return cast(JointEngine, get_engine(name)).joint(values, model, in_use(options))


def _check_data(name: str, values: Any) -> None:
    if get_engine(name).DATA == "counts" and "counts" not in values.layers:
        raise StudyError(
            f"differential.engines: {name} needs counts, this study has log2 values; use "
            f"{' or '.join(joint_engines('log2'))}"
        )
