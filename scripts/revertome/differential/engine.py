"""What an engine is: the facts and functions that its file offers, and what they give.

Imports nothing heavy, so that the workflow can ask for the facts when it plans.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from revertome.differential.model_options import ModelOptions
    from revertome.limma.ebayes import Moderated
    from revertome.limma.joint import JointFit
    from revertome.trial import Model


@dataclass(frozen=True)
class Result:
    """Tables of one model by contrast, and what the engine found on the way.

    `facts` may hold correlation (within patients; consensus or median over genes) and df_prior;
    `detectable` is the minimum detectable log2 fold change of each contrast; `moderated` is the
    fit of all contrasts, where they have one.
    """

    tables: "dict[str, pd.DataFrame]"
    facts: dict[str, float] = field(default_factory=dict)
    detectable: dict[str, float] = field(default_factory=dict)
    moderated: "Moderated | None" = None


@dataclass(frozen=True)
class Sentence:
    """A sentence of the methods, and the references it cites."""

    text: str
    references: tuple[str, ...] = ()


class Engine(Protocol):
    """What every engine file offers.

    One with a joint fit also offers `joint`, see `JointEngine`.
    """

    DATA: str
    """Values the engine fits: `log2` or `counts`."""

    BLOCKINGS: tuple[str, ...]
    """Blockings the engine can fit: `fixed`, `random`."""

    USES: tuple[str, ...]
    """Options the engine uses, of trend, robust, weights and lfc."""

    DEFAULT_FOR: tuple[str, ...]
    """Assays that use the engine where the configuration names none."""

    AGREEMENT: str
    """How near its numbers are to those of the R package that it follows, in a sentence for
    wherever they are shown; empty where nothing is to be said."""

    def fit(self, values: Any, model: "Model", options: "ModelOptions") -> Result:
        """Fit `model` to its samples (AnnData) and return one table a contrast."""

    def methods(self, contrasts: str, ran: Mapping[str, Any]) -> list[Sentence]:
        """Words on a model that was fitted.

        `contrasts` names its contrasts and ends with a verb ("The contrast disease was"); `ran`
        is a row of `differential/design.tsv`.
        """


class JointEngine(Engine, Protocol):
    """An engine whose random-block model the trajectories can test and refit."""

    def joint(self, values: Any, model: "Model", options: "ModelOptions") -> "JointFit":
        """Fit `model`, with patients as random blocks, to its samples."""


def tables_of(found: "JointFit", genes: "pd.Index", lfc: float) -> Result:
    """Top tables of a joint fit.

    Parameters
    ----------
    found : JointFit
    genes : (G,)
    lfc : float
        Log2 fold change that is tested against.
    """
    import numpy as np

    from revertome.limma.power import detectable_change
    from revertome.limma.top_table import top_table

    each = found.moderated
    per_gene = np.ndim(found.correlation) > 0
    correlation = np.median(found.correlation) if per_gene else found.correlation
    df_prior = np.median(next(iter(each.values())).df_prior)
    return Result(
        {name: top_table(part, name, genes, lfc) for name, part in each.items()},
        {"correlation": float(correlation), "df_prior": float(df_prior)},
        {name: detectable_change(part, name) for name, part in each.items()},
        None if per_gene else next(iter(each.values())),
    )
