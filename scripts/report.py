"""Report: one offline HTML file, the manifest of the run, and its RO-Crate."""

from disk import read_table, read_texts
from files import write_text
from job import logged
from manifest import agreeing, write_crate, write_manifest
from report_inputs import read_contrasts, read_genes, read_modules, write_short
from report_pictures import read_pictures, read_sources
from said import alarm_table

with logged(snakemake) as began:
    from revertome.report.manifest import software_words
    from revertome.report.page import TABLES, page

    files, made, params = snakemake.input, snakemake.output, snakemake.params
    records = agreeing(snakemake, began)
    alarms, software = alarm_table([*params.behind, *snakemake.log]), software_words(records)
    sources = read_sources(files.source_data)
    results = {name: read_table(files[name]) for name in TABLES if files[name]}
    results |= read_contrasts(files, params.visits) | read_genes(files)
    results["gene_sets"] = read_modules(files, results["aliases"])
    pictures, across = read_pictures(sources, files.figures), read_texts(files.across)
    write_text(page(params.config, results, sources, pictures, software, alarms, across), made.html)
    write_short(params.config, results, sources, alarms, made)
    write_crate(snakemake, write_manifest(snakemake, records))
