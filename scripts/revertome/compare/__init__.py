"""Does what one study found hold in another? Reads finished result folders only."""

from dataclasses import dataclass

import pandas as pd

from revertome.compare.concordance import CONTRASTS, concordance
from revertome.compare.pooled import pool
from revertome.compare.study import Study
from revertome.compare.transfer import transfer
from revertome.errors import StudyError

__all__ = ["CONTRASTS", "Comparison", "Study", "compare"]


@dataclass(frozen=True)
class Comparison:
    """Tables of a comparison.

    Attributes
    ----------
    concordance
        Agreement of log fold changes, one row a contrast and pair of studies.
    transfer
        The reverted and induced genes of each study in the changes of each other study.
    modules
        Paired module changes pooled over studies.
    """

    concordance: pd.DataFrame
    transfer: pd.DataFrame
    modules: pd.DataFrame


def compare(studies: dict[str, Study]) -> Comparison:
    """Compare two or more studies; a study that lacks a table takes part in what it can.

    Parameters
    ----------
    studies
        Result tables by name of the study.

    Returns
    -------
    Comparison; independent of the order of the studies and of their rows.

    Raises
    ------
    StudyError
        With fewer than two studies, or when no gene is shared by any two.
    """
    if len(studies) < 2:
        raise StudyError(
            f"a comparison needs two or more studies, found {', '.join(studies) or 'none'}; "
            "name the result folders of finished studies"
        )
    agreement = concordance(studies)
    if len(agreement) and not agreement["n_shared"].any():
        raise StudyError(
            f"studies {', '.join(sorted(studies))}: no gene is in two of them; genes are "
            "matched by symbol, so check that each study's features were mapped to gene symbols"
        )
    return Comparison(agreement, transfer(studies), pool(studies))
