"""Pictures as the reports embed them: of a study, read; of a comparison, drawn."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from figure_tables import folders, read_sources, write_source
from pictures import by_figure, draw_files
from revertome.figure_list import COMPARED, FIGURES


def read_pictures(sources: Mapping[str, pd.DataFrame], paths: Iterable[str | Path]) -> list[Any]:
    """Pictures of the report from the figures written, in its order."""
    from revertome.report.page import picture

    drawn = by_figure(paths)
    return [
        picture(name, sources[name], {form: p.read_bytes() for form, p in drawn[name].items()})
        for name in FIGURES
        if name in sources
    ]


def draw_compared(
    results: Mapping[str, Any], sets: Mapping[str, list[str]], alpha: float, made: Any
) -> list[Any]:
    """Write the source data of a comparison and draw from it; the pictures of its report.

    The genes of the first two interferon lists are drawn on top of all others.
    """
    from revertome.report.page import picture
    from revertome.source_data import build

    top = [gene for genes in list(sets.values())[:2] for gene in genes]
    found = {"alpha": alpha, "interferon": list(sets), "module": list(dict.fromkeys(top))}
    for folder in folders(made.sources):
        write_source(build(folder.name, {**results, **found}), folder)
    sources = read_sources(made.sources)
    targets = by_figure(made.figures)
    return [
        picture(name, sources[name], draw_files(name, sources[name], targets[name]))
        for name in COMPARED
    ]
