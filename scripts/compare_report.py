"""Compare: figures from their source data, one offline page, and the manifest of the comparison."""

from pathlib import Path

from disk import read_table, write_table, write_text
from gene_files import read_aliases, read_gmt
from job import logged
from record import notes_of, write_comparison_record
from report_pictures import draw_compared

with logged(snakemake):
    from revertome.modules import gene_sets
    from revertome.report.comparison import findings_table, page
    from revertome.report.manifest import software_words

    config, files, made = snakemake.params.config, snakemake.input, snakemake.output
    sets = gene_sets(read_gmt([files.interferon]), read_aliases(files.aliases))
    results = {Path(path).stem: read_table(path) for path in files.tables}
    pictures = draw_compared(results, sets, config["trajectories"]["alpha"], made)
    notes = notes_of(snakemake.params.logs, snakemake.log[0])
    write_table(findings_table(config, results, list(sets)), made.findings)
    write_text(page(config, results, pictures, list(sets), software_words(notes)), made.html)
    paths = [*files.tables, *made.sources, *made.figures, made.findings, made.html]
    write_comparison_record(snakemake.params, paths, notes, made)
