"""Report: one offline HTML file, the manifest of the run, and its RO-Crate."""

from contrast_files import read_contrasts, write_short
from disk import read_table, read_tables, read_texts
from files import write_text
from gene_inputs import read_genes
from job import logged
from manifest import agreeing, write_crate, write_manifest
from report_pictures import read_pictures
from said import alarm_table

with logged(snakemake) as began:
    from revertome.report.manifest import software_words
    from revertome.report.page import TABLES, page
    from revertome.report.published import published

    files, made, params = snakemake.input, snakemake.output, snakemake.params
    records = agreeing(snakemake, began)
    alarms, software = alarm_table([*params.behind, *snakemake.log]), software_words(records)
    sources, results = read_tables(files.source_data), read_contrasts(files, params.visits)
    results |= {name: read_table(files[name]) for name in TABLES if files[name]} | read_genes(files)
    pictures, texts = read_pictures(sources, files.figures), read_texts(files.across)
    words = (alarms, texts, published(params.config, results["contrasts"], results["aliases"]))
    write_text(page(params.config, results, sources, pictures, software, *words), made.html)
    write_short(params.config, results, sources, alarms, made)
    write_crate(snakemake, write_manifest(snakemake, records))
