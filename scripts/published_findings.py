"""Published findings beside the contrasts of a run."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from disk import read_table


def read_published(
    config: Mapping[str, Any], contrasts: Iterable[str | Path], aliases: str
) -> list[Any]:
    """Findings that the study file names, with the numbers of the tables of its contrasts."""
    from revertome.report.published import published

    tables = {Path(path).stem: read_table(path) for path in contrasts}
    symbols = read_table(aliases)
    return published(config, tables, dict(zip(symbols["old"], symbols["current"], strict=True)))
