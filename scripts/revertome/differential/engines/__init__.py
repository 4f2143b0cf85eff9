"""Engines by name: one file each, found by its name.

Engines import their libraries when they fit, so that the workflow can ask for their names and
blockings without loading any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, Protocol, cast

from revertome.differential.names import within_patient
from revertome.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

    from revertome.trial import Model


@dataclass(frozen=True)
class Result:
    """Tables of one model by contrast, and what the engine found on the way.

    `facts` may hold correlation (consensus, within patients) and df_prior; `detectable` is the
    minimum detectable log2 fold change of each contrast.
    """

    tables: "dict[str, pd.DataFrame]"
    facts: dict[str, float] = field(default_factory=dict)
    detectable: dict[str, float] = field(default_factory=dict)


class Engine(Protocol):
    """What every engine module offers."""

    BLOCKINGS: tuple[str, ...]
    """Blockings the engine can fit: `fixed`, `random`."""

    def fit(
        self, expression: Any, model: "Model", options: Mapping[str, Any], threads: int
    ) -> Result:
        """Fit `model` to the samples of `model.obs` and return one table a contrast."""


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
        raise StudyError(
            f"differential.engines: unknown engine '{name}'; "
            f"choose one of {', '.join(engine_names())}"
        )
    return cast(Engine, import_module(f"{__name__}.{name}"))


def default_engines(assay: str, engines: Sequence[str]) -> list[str]:
    """Engines as configured, else limma for microarrays, voom and deseq2 for RNA-seq."""
    if engines:
        return list(engines)
    return ["voom", "deseq2"] if assay == "rnaseq" else ["limma"]


def supported(engine: str, names: Sequence[str], custom: Mapping[str, str]) -> list[str]:
    """Contrasts an engine can estimate: within patients only when it has no random blocking."""
    if "random" in get_engine(engine).BLOCKINGS:
        return list(names)
    return [name for name in names if within_patient(name, custom)]
