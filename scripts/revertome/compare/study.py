"""One finished study, as its public result folder tells it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.compare.people import People


@dataclass(frozen=True)
class Residuals:
    """What is left of the expression of a study once groups and covariates are taken out.

    Attributes
    ----------
    genes
        Gene symbols, (G,).
    scores : (n, G)
        Residuals, each gene scaled so that its sum of squares over rows is `df`.
    df
        Residual degrees of freedom.
    """

    genes: pd.Index
    scores: npt.NDArray[np.float32]
    df: int


@dataclass(frozen=True)
class FinishedStudy:
    """Tables of one result folder; a table the study lacks is empty or absent.

    Attributes
    ----------
    contrasts
        `differential/<contrast>.tsv` by name of the contrast: gene, logFC, P.Value, ...
    genes
        `trajectories/genes.tsv`: gene, class, change, ..., and change_all or change_responders
        where induction is claimed in other patients than reversion.
    modules
        `modules/tests.tsv`: module, method, test, group, estimate, CI.L, CI.R, n, ...
    residuals
        By kind of contrast (`disease`, `change`); empty where the folder holds no expression.
    facts
        What the comparison reports about the study: folder, title, assay, ...
    people
        Who was measured; None where the folder does not tell.
    """

    contrasts: dict[str, pd.DataFrame]
    genes: pd.DataFrame
    modules: pd.DataFrame
    residuals: dict[str, Residuals] = field(default_factory=dict)
    facts: dict[str, str | int] = field(default_factory=dict)
    people: People | None = None
