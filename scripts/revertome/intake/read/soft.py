"""Reading a GEO family file in SOFT format (`GSE..._family.soft.gz`)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.intake.columns import few, open_text
from revertome.intake.read.numbers import Form, read_rows
from revertome.intake.read.series_matrix import Series, phenotype


@dataclass
class _Sample:
    accession: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    measured: Array = field(default_factory=lambda: np.empty(0))


def is_soft(path: str | Path) -> bool:
    """Tell a SOFT file by its first non-empty line, `^DATABASE` or another entity."""
    with open_text(path) as file:
        first = next((line for line in file if line.strip()), "")
    return first.startswith(("^DATABASE", "^SERIES", "^SAMPLE", "^PLATFORM"))


def read_soft(path: str | Path) -> Series:
    """Read a family file: fields and tables of all samples.

    Samples of several platforms are joined by feature id; a feature that a sample does not have
    is NaN.

    Raises
    ------
    StudyError
        No sample, a cut table, a table without `ID_REF` and `VALUE`, a feature twice in one
        sample, or text among the values.
    """
    series: dict[str, list[str]] = {}
    samples: list[_Sample] = []
    source, at_series = str(path), False
    with open_text(path) as file:
        for line in file:
            key, _, value = (part.strip() for part in line.partition("="))
            if line.startswith("^"):
                at_series = key == "^SERIES"
                if key == "^SAMPLE":
                    samples.append(_Sample(value, [("geo_accession", value)]))
            elif key == "!platform_table_begin":
                for _ in _table(file, "platform", source):
                    pass
            elif key == "!sample_table_begin" and samples:
                _read_values(samples, _table(file, "sample", source), source)
            elif key.startswith("!Sample_") and samples:
                samples[-1].pairs.append((key[8:], value))
            elif key.startswith("!Series_") and at_series:
                series.setdefault(key[8:], []).append(value)
    if not samples:
        raise StudyError(f"{path}: no ^SAMPLE; expected the family file of a GEO series")
    ids = [sample.accession for sample in samples]
    table, characteristics = phenotype(ids, [sample.pairs for sample in samples], source)
    platforms = table.get("platform_id", pd.Series(dtype=object)).dropna()
    return Series(
        (series.get("geo_accession") or [""])[0], tuple(sorted(platforms.unique())),
        table, characteristics, _joined(samples), tuple(series.get("supplementary_file", [])),
    )  # fmt: skip


def _table(file: Iterator[str], kind: str, source: str) -> Iterator[str]:
    for line in file:
        if line.startswith(f"!{kind}_table_end"):
            return
        if line.strip():
            yield line
    raise StudyError(f"{source}: a {kind} table has no end, so the file is cut; fetch it again")


def _read_values(samples: list[_Sample], lines: Iterator[str], source: str) -> None:
    sample = samples[-1]
    where = f"{source}: {sample.accession}"
    header = [name.strip() for name in next(lines, "").rstrip("\r\n").split("\t")]
    if header[:1] == [""]:
        return
    if "ID_REF" not in header or "VALUE" not in header:
        raise StudyError(f"{where}: table without ID_REF and VALUE; found {few(header, 12)}")
    feature, value = header.index("ID_REF"), header.index("VALUE")
    form = Form("\t", len(header), feature, (value,), ("VALUE",))
    sample.features, values = read_rows(lines, form, where)
    sample.measured = values[:, 0].copy()
    if len(samples) > 1 and samples[-2].features == sample.features:
        sample.features = samples[-2].features  # one list for all, not one a sample
        return
    if len(set(sample.features)) != len(sample.features):
        twice = pd.Index(sample.features)
        raise StudyError(f"{where}: feature {few(twice[twice.duplicated()][:1])} occurs twice")


def _joined(samples: list[_Sample]) -> pd.DataFrame:
    filled = [sample for sample in samples if sample.features]
    if not filled:
        columns = pd.Index([sample.accession for sample in samples], dtype=object)
        return pd.DataFrame(columns=columns, dtype=float)
    order = {name: None for sample in filled for name in sample.features}
    index = pd.Index(order, dtype=object)
    values = np.full((len(index), len(filled)), np.nan)
    for n, sample in enumerate(filled):
        same = sample.features == filled[0].features and len(index) == len(sample.features)
        rows = slice(None) if same else index.get_indexer(pd.Index(sample.features, dtype=object))
        values[rows, n] = sample.measured
    return pd.DataFrame(values, index, pd.Index([s.accession for s in filled], dtype=object))
