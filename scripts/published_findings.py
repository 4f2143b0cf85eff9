"""Published findings beside the contrasts of a run."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from disk import read_table


def read_published(params: Any, contrasts: Iterable[str | Path]) -> list[Any]:
    """Findings that the study file names, with the numbers of the tables of its contrasts."""
    from revertome.report.published import published

    tables = {Path(path).stem: read_table(path) for path in contrasts}
    aliases = read_table(params.aliases).set_index("old")["current"].to_dict()
    return published(params.config, tables, aliases)
