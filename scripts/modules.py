"""Modules: score blood modules, test the scores, and find modules enriched in the contrasts."""

from pathlib import Path

from disk import read_h5ad, read_table, write_tables
from gene_files import read_aliases, read_gmt
from job import logged

with logged(snakemake.log[0]):
    from revertome.differential.model_options import ModelOptions
    from revertome.modules import module_tables
    from revertome.quality import used

    files = snakemake.input
    tables = module_tables(
        used(read_h5ad(files.expression), read_table(files.samples)),
        read_table(files.labels),
        {Path(path).stem: read_table(path) for path in files.contrasts},
        read_gmt(files.gmt),
        read_aliases(files.aliases),
        ModelOptions(**snakemake.params.model),
        snakemake.params.config,
        snakemake.threads,
    )
    write_tables(tables, snakemake.output)
