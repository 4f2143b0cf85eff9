"""Figures: every picture from its source-data table, in SVG, PDF and PNG."""

from functools import partial
from pathlib import Path

import yaml

from job import logged
from pictures import by_figure, draw_source
from workers import each

with logged(snakemake):
    # Imported once, before the processes that draw are forked.
    from revertome.figures import draw  # noqa: F401
    from revertome.figures.theme import restyled

    look = {}
    for path in snakemake.input.style:
        look = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    sources = sorted(snakemake.input.sources, key=lambda path: -Path(path).stat().st_size)
    work = partial(draw_source, targets=by_figure(snakemake.output))
    with restyled(look, next(iter(snakemake.input.style), "style")):
        each(work, sources, min(snakemake.threads, len(sources)))
