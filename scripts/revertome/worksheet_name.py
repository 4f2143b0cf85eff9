"""Names of worksheets behind the path of a workbook: `trial.xlsx#visits`."""

import re
from pathlib import Path

_WORKSHEET = re.compile(r"(.+\.(?:xlsx|xlsm))#(.+)", re.IGNORECASE)


def parted(path: str | Path) -> tuple[str, str]:
    """File and worksheet of a path in the study file; no worksheet where none is named."""
    found = _WORKSHEET.fullmatch(str(path))
    return (found[1], found[2]) if found else (str(path), "")
