"""Differential: every contrast at every visit by every engine."""

from disk import read_table, write_table
from job import logged
from measured import measured

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.differential.run import run_engines
    from revertome.differential.variance_shares import variance_shares

    files, params, output = snakemake.input, snakemake.params, snakemake.output
    expression, labels = measured(files, params.clinic), read_table(files.labels)
    models = [ModelOptions(**options) for options in params.models]
    found = run_engines(expression, labels, models, params.contrasts)
    for tables, paths in ((found.tables, output.tables), (found.designs, output.design)):
        for table, path in zip(tables, paths, strict=True):
            write_table(table, path)
    for path in output.visits:
        write_table(found.visits, path)
    shares = variance_shares(expression, labels, models[0].design)
    write_table(shares.genes, output.shares)
    write_table(shares.sources, output.sources)
