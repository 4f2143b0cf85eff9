"""Compare: figures from their source data, one offline page, and the manifest of the comparison."""

from disk import read_tables, write_table
from files import write_text
from gene_files import read_aliases, read_gmt
from job import logged
from manifest import agreeing, write_manifest
from report_pictures import draw_compared

with logged(snakemake) as began:
    from revertome.modules.gmt import gene_sets
    from revertome.naming import named_as
    from revertome.naming.own import labels_of
    from revertome.report.comparison import findings_table, page
    from revertome.report.manifest import software_words

    config, files, made = snakemake.params.config, snakemake.input, snakemake.output
    sets = gene_sets(read_gmt([files.interferon]), read_aliases(files.aliases))
    results = read_tables(files.tables)
    with named_as(labels_of(config)):
        pictures = draw_compared(results, sets, config["trajectories"]["alpha"], made)
    records = agreeing(snakemake, began)  # when all is loaded that draws
    write_table(findings_table(config, results), made.findings)
    write_text(page(config, results, pictures, list(sets), software_words(records)), made.html)
    write_manifest(snakemake, records)
