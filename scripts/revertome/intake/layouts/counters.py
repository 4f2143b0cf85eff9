"""Rows of merged tables that count reads without a gene."""

import re

import pandas as pd

# htseq-count's since 0.6 and before, and STAR's.
_COUNTER = re.compile(
    r"_{0,2}(no_feature|ambiguous|too_low_aQual|not_aligned|alignment_not_unique)"
    r"|N_(unmapped|multimapping|noFeature|ambiguous)"
)


def without_counters(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Leave the counters of htseq-count and STAR out, and say so."""
    counters = table.index.map(lambda name: bool(_COUNTER.fullmatch(name))).to_numpy(dtype=bool)
    if not counters.any():
        return table, ""
    return table[~counters], f"{int(counters.sum())} counters of reads without a gene left out"
