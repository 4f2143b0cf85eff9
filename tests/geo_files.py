"""Files as GEO serves them, made for tests."""

import gzip
from pathlib import Path

import pandas as pd


def series_matrix(
    samples: dict[str, list[str]],
    values: pd.DataFrame | None = None,
    platform: str = "GPL1",
    accession: str = "GSE1234",
) -> str:
    """Text of a series matrix; `samples` maps `Sample_` keys (or characteristics rows) to cells."""
    count = len(samples["geo_accession"])
    folder = f"ftp://geo/series/{accession[:-3]}nnn/{accession}/suppl"
    lines = ['!Series_title\t"A series"', f'!Series_geo_accession\t"{accession}"']
    lines += [f'!Series_supplementary_file\t"{folder}/counts.txt.gz"']
    lines += [""]
    for key, cells in samples.items():
        name = "characteristics_ch1" if key.startswith("characteristics") else key
        lines.append("\t".join([f"!Sample_{name}", *(f'"{cell}"' for cell in cells)]))
    lines.append("\t".join(["!Sample_platform_id", *[f'"{platform}"'] * count]))
    lines += ["!series_matrix_table_begin"]
    lines.append("\t".join(f'"{c}"' for c in ["ID_REF", *samples["geo_accession"]]))
    if values is not None:
        for feature, row in zip(values.index, values.to_numpy(), strict=True):
            lines.append("\t".join([f'"{feature}"', *map(str, row)]))
    return "\n".join([*lines, "!series_matrix_table_end", ""])


def write_gz(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))
