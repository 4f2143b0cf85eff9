"""Report: one offline HTML file, the manifest of the run, and its RO-Crate."""

from disk import read_table, read_texts
from job import logged
from manifest import agreeing, write_crate, write_manifest
from report_inputs import read_rest, write_pages, write_short
from report_pictures import read_pictures, read_sources
from said import alarm_table

with logged(snakemake) as began:
    from revertome.report.manifest import software_words
    from revertome.report.page import TABLES

    files, made, params = snakemake.input, snakemake.output, snakemake.params
    records = agreeing(snakemake, began)
    alarms, software = alarm_table([*params.behind, *snakemake.log]), software_words(records)
    sources = read_sources(files.source_data)
    results = {name: read_table(files[name]) for name in TABLES if files[name]}
    results |= read_rest(files, params.visits)
    pictures, across = read_pictures(sources, files.figures), read_texts(files.across)
    rest = (software, alarms, across)
    write_pages(params.config, results, sources, pictures, rest, made)
    write_short(params.config, results, sources, alarms, made)
    write_crate(snakemake, write_manifest(snakemake, records))
