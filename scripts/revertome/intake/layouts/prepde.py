"""StringTie's prepDE `gene_count_matrix.csv`: ids with the name behind a bar (`MSTRG.7|MX1`)."""

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few

NAME = "prepde"


def recognises(lines: list[str]) -> bool:
    """Comma-separated with `gene_id` first, and bars in the ids."""
    return lines[0].startswith("gene_id,") and any("|" in n.partition(",")[0] for n in lines[1:])


def tidy(table: pd.DataFrame, path: str) -> tuple[pd.DataFrame, str, pd.Series]:
    """Split id and name.

    Returns
    -------
    Counts by id, what was done, and the names by id.

    Raises
    ------
    StudyError
        One id with two names, as StringTie's merge leaves where it joined two genes.
    """
    parts = table.index.to_series().str.partition("|")
    ids, names = parts[0].to_numpy(), parts[2].to_numpy()
    twice = pd.Index(ids).duplicated(keep=False)
    if twice.any():
        raise StudyError(
            f"{path}: {few(table.index[twice][:2])} are one gene of StringTie's merge under "
            f"several names ({len(set(ids[twice]))} such ids); sum them or keep the right one, or "
            "run StringTie on the reference annotation alone (-e -G)"
        )
    kept = pd.DataFrame(table.to_numpy(), pd.Index(ids, dtype=object), table.columns)
    return kept, "names behind the bar", pd.Series(names, kept.index, dtype=object)
