"""Write config/results.md from the columns: `python tests/architecture/results_readme.py`."""

import sys
from pathlib import Path

HOME = Path(__file__).parents[2]
TARGET = HOME / "config" / "results.md"
sys.path.append(str(HOME / "scripts"))
from revertome.columns import STAGES, Table  # noqa: E402
from revertome.columns.files import FILES  # noqa: E402
from revertome.columns.form import KINDS, Column  # noqa: E402
from revertome.columns.source_data import WHOLE  # noqa: E402
from revertome.figure_rows import SHARED, columns_in, kinds  # noqa: E402

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


SOURCES = """A figure has a folder, and in it a table for each kind of rows: `gene.tsv` one row a
gene, `panel.tsv` one row a panel. A kind that a study has none of is a table without rows. Below,
a column is in the tables that are named beside it. Every folder also has these two:

- `words.tsv`: the caption (`caption`), what is read out in the place of the picture (`alt`), a
  title of its own (`title`), and why there is nothing to draw (`absent`). Columns: `element` says
  which, `text` holds the words.
- `name.tsv`: the names for people of what the tables hold. Columns: `of` (visits, groups, arms,
  modules, variables or contrasts), `id` as in the tables, and `text`, the name.
"""


def document() -> str:
    """The whole page: all files, then the columns of every table."""
    parts = [HEAD, "## Files\n"]
    rows = [f"| {', '.join(f'`{name}`' for name in names)} | {about} |" for names, about in FILES]
    parts.append("\n".join(["| file | what it holds |", "|---|---|", *rows]) + "\n")
    figures = {table.file: table for table in WHOLE.values()}
    for stage, tables in STAGES.items():
        parts.append(f"## `{stage}`\n")
        parts += [SOURCES] if stage == "source_data" else []
        folders = [table.file.rpartition("/")[0] for table in tables]
        alone = [
            table for table, folder in zip(tables, folders, strict=True) if folder not in figures
        ]
        parts += [section(table) for table in alone]
        parts += [source(figures[folder]) for folder in dict.fromkeys(folders) if folder in figures]
    return "\n".join(parts)


def section(table: Table) -> str:
    """What a table is, and one row per column."""
    lines = [f"### `{table.file}`\n", table.about, ""]
    lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
    return "\n".join([*lines, *(row(column) for column in table.columns)]) + "\n"


def source(whole: Table) -> str:
    """The tables of a figure, and one row per column."""
    name = whole.file.rpartition("/")[2]
    own = [kind for kind in kinds(name) if kind not in SHARED]
    tables = ", ".join(f"`{kind}.tsv`" for kind in own)
    lines = [f"### `{whole.file}/`\n", f"{whole.about} Tables: {tables}.", ""]
    lines += ["| column | tables | type | unit | meaning |", "|---|---|---|---|---|"]
    for column in whole.columns:
        if holding := [kind for kind in own if column.name in columns_in(name, kind)]:
            lines.append(row(column, "all" if holding == own else ", ".join(holding)))
    return "\n".join(lines) + "\n"


def row(column: Column, *where: str) -> str:
    """A line of a table of columns."""
    cells = (f"`{column.name}`", *where, KINDS[column.kind], column.unit, column.meaning)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
