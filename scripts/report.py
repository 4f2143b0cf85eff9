"""Report: one offline HTML file, the manifest of the run, and its RO-Crate."""

from pathlib import Path

from disk import read_table, read_texts, write_table, write_text
from job import logged
from published_findings import read_published
from record import notes_of, write_record
from report_pictures import read_pictures
from said import alarm_table

with logged(snakemake):
    from revertome.report.manifest import software_words, unknown
    from revertome.report.page import TABLES, page

    files, made, params = snakemake.input, snakemake.output, snakemake.params
    sources = {Path(path).stem: read_table(path) for path in files.source_data}
    notes = notes_of(params.logs, snakemake.log[0])
    alarms, software = alarm_table(params.logs, unknown(notes)), software_words(notes)
    results = {name: read_table(files[name]) for name in TABLES}
    pictures, texts = read_pictures(sources, files.figures), read_texts(files.across)
    words = (software, alarms, texts, read_published(params, files.contrasts))
    write_text(page(params.config, results, sources, pictures, *words), made.html)
    write_table(alarms, made.alarms)
    write_record(params, [*files, made.html, made.alarms], notes, made)
