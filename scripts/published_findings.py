"""Published findings beside the contrasts of a run."""

from collections.abc import Mapping
from typing import Any

from disk import read_table


def read_published(
    config: Mapping[str, Any], files: Any, contrasts: Mapping[str, Any]
) -> list[Any]:
    """Findings that the study file names, with the numbers of the tables of its contrasts."""
    from revertome.report.published import published

    aliases = read_table(files.aliases).set_index("old")["current"].to_dict()
    return published(config, contrasts, aliases)
