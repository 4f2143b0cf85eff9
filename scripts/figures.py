"""Figures: every picture from its source-data table, in SVG, PDF and PNG."""

from pathlib import Path

import yaml

from disk import logged, read_table, write
from workers import each


def picture(source):
    """Draw one figure and write it in every format asked for."""
    name = Path(source).stem
    figure = draw(name, read_table(source))
    for target in targets[name]:
        content = encode(figure, Path(target).suffix[1:])
        write(target, lambda path, content=content: path.write_bytes(content))


with logged(snakemake.log[0]):
    # Imported once, before the processes that draw are forked.
    from revertome.figures import draw
    from revertome.figures.style import encode
    from revertome.figures.theme import restyled

    targets = {}
    for path in snakemake.output:
        targets.setdefault(Path(path).stem, []).append(path)
    look = {}
    for path in snakemake.input.style:
        look = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    sources = sorted(snakemake.input.sources, key=lambda path: -Path(path).stat().st_size)
    workers = min(snakemake.threads, len(sources))
    with restyled(look, next(iter(snakemake.input.style), "style")):
        each(picture, sources, workers)
