"""One finished study, as its public result folder tells it."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Study:
    """Tables of one result folder; a table the study lacks is empty or absent.

    Attributes
    ----------
    contrasts
        `differential/<contrast>.tsv` by name of the contrast: gene, logFC, P.Value, ...
    genes
        `trajectories/genes.tsv`: gene, class, change, change_all (optional), ...
    modules
        `modules/tests.tsv`: module, method, test, group, estimate, CI.L, CI.R, n, ...
    """

    contrasts: dict[str, pd.DataFrame]
    genes: pd.DataFrame
    modules: pd.DataFrame
