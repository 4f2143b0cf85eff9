"""Gallery: every figure of a study as a small picture, on one page with its caption."""

from figure_tables import read_sources
from files import write_text
from job import logged
from pictures import by_figure, draw_files

with logged(snakemake):
    from revertome.figures.theme import restyled
    from revertome.report.gallery import gallery

    sources = read_sources(snakemake.input)
    with restyled({"dpi": 110}):
        for name, files in by_figure(snakemake.output.pictures).items():
            draw_files(name, sources[name], files)
    write_text(gallery(sources), snakemake.output.page)
