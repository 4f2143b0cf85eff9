"""Write config/results.md from the columns: `python tests/architecture/results_readme.py`."""

import sys
from pathlib import Path

HOME = Path(__file__).parents[2]
TARGET = HOME / "config" / "results.md"
sys.path.append(str(HOME / "scripts"))
from revertome.columns import STAGES, Table  # noqa: E402
from revertome.columns.files import FILES  # noqa: E402
from revertome.columns.form import KINDS  # noqa: E402

HEAD = """# What comes out

Each study gets one folder, `results/<study>/`. Tables are TSV files in UTF-8 with a header.

- `NA` means missing. Yes and no are written `TRUE` and `FALSE`, as R does.
- A table has the same columns in every study. Where a study has nothing for a column, it is `NA`
  throughout.
- A name with `<...>` stands for columns that your study names.
- Ids are text: read them as text, or `008` becomes 8.
- Names of samples, patients, genes and modules stand as your files have them. One that begins
  with `=`, `+`, `-` or `@` may run as a formula when a table is opened in a spreadsheet: import the
  table as text. Where such names occur, a warning in the report names them and the tables. The CSV
  files that the report itself offers put an apostrophe before such cells.

Log2 differences are doublings: 1 is twice as much, -1 is half.

This page is written from [revertome/columns](../scripts/revertome/columns/__init__.py) by
`python tests/architecture/results_readme.py`; tests keep the page and every written table to it.
"""


def document() -> str:
    """The whole page: all files, then the columns of every table."""
    parts = [HEAD, "## Files\n"]
    rows = [f"| {', '.join(f'`{name}`' for name in names)} | {about} |" for names, about in FILES]
    parts.append("\n".join(["| file | what it holds |", "|---|---|", *rows]) + "\n")
    for stage, tables in STAGES.items():
        parts.append(f"## `{stage}`\n")
        parts += [section(table) for table in tables]
    return "\n".join(parts)


def section(table: Table) -> str:
    """What a table is, and one row per column."""
    lines = [f"### `{table.file}`\n", table.about, ""]
    lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
    for column in table.columns:
        cells = (f"`{column.name}`", KINDS[column.kind], column.unit, column.meaning)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
