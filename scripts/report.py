"""Report: one offline HTML file, the manifest of the run, and its RO-Crate."""

from pathlib import Path

from disk import read_table, write_text
from job import logged
from published_findings import read_published
from record import notes_of, warnings_in, write_record
from report_pictures import read_pictures

with logged(snakemake.log[0]):
    from revertome.report.manifest import software_words, unknown
    from revertome.report.page import TABLES, page

    files, made, params = snakemake.input, snakemake.output, snakemake.params
    results = {name: read_table(files[name]) for name in TABLES}
    sources = {Path(path).stem: read_table(path) for path in files.source_data}
    pictures = read_pictures(sources, files.figures)
    across = [text for path in files.across for text in read_table(path)["text"]]
    notes = notes_of(params.logs, snakemake.log[0])
    warned = [*warnings_in(params.logs), *unknown(notes)]
    words = (software_words(notes), warned, across, read_published(params, files.contrasts))
    html = page(params.config, results, sources, pictures, *words)
    write_text(html, made.html)
    write_record(params, [*files, made.html], notes, made)
