"""Figures: every picture from its source-data table, in SVG, PDF and PNG."""

from functools import partial
from pathlib import Path

import yaml

from job import logged
from pictures import by_figure, draw_source, seldom_collected
from workers import each

with logged(snakemake), seldom_collected():
    # Imported once, before the processes that draw are forked.
    from figure_tables import folders
    from revertome.figures import fonts, style, theme  # noqa: F401

    fonts.register()

    look = {}
    for path in snakemake.input.style:
        look = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    sources = folders(sorted(snakemake.input.sources, key=lambda path: -Path(path).stat().st_size))
    work = partial(draw_source, targets=by_figure(snakemake.output))
    with theme.restyled(look, next(iter(snakemake.input.style), "style")):
        each(work, sources, min(snakemake.threads, len(sources)))
