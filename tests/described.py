"""Hold the tables of a result folder to their description in `revertome.columns`."""

from pathlib import Path

from disk import read_table
from revertome.columns import Table, column_of, conformed, table_of


def expected(table: Table, header: list[str]) -> list[str]:
    """The columns in their order; those the study names as the header has them."""
    names: list[str] = []
    for column in table.columns:
        if not column.named_by_study:
            names.append(column.name)
        elif not names or names[-1] is not None:
            names.append(None)  # here the study's own may stand
    own = [name for name in header if name not in names]
    assert all(column_of(table, name) for name in own), (table.file, own)
    gap = names.index(None) if None in names else len(names)
    return [*names[:gap], *own, *names[gap + 1 :]]


def tables_below(folder: Path) -> list[Path]:
    """Every TSV below a result folder but Snakemake's own."""
    return [p for p in sorted(folder.rglob("*.tsv")) if "benchmarks" not in p.parts]


def strange_headers(folder: Path) -> list[str]:
    """Tables below a result folder that are not described, or have other columns."""
    found = []
    for path in tables_below(folder):
        name, table = path.relative_to(folder).as_posix(), table_of(path)
        if table is None:
            found.append(f"{name}: not described")
            continue
        with path.open(encoding="utf-8") as lines:
            header = next(lines, "").rstrip("\n").split("\t")
        if header != expected(table, header):
            found.append(f"{name}: {header} instead of {expected(table, header)}")
    return found if tables_below(folder) else [f"{folder}: no tables"]


def faults(folder: Path) -> list[str]:
    """What is wrong with the tables below a result folder: headers, and kinds of values."""
    found = strange_headers(folder)
    for path in tables_below(folder):
        if table := table_of(path):
            try:
                conformed(read_table(path), table)
            except ValueError as error:
                found.append(str(error))
    return found
