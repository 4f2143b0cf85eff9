"""Differential: every contrast at every visit by every engine."""

from disk import read_table, write_table
from job import logged
from measured import measured

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.differential.run import run_engines

    files, params, output = snakemake.input, snakemake.params, snakemake.output
    found = run_engines(
        measured(files, params.clinic),
        read_table(files.labels),
        [ModelOptions(**options) for options in params.models],
        params.contrasts,
    )
    for tables, paths in ((found.tables, output.tables), (found.designs, output.design)):
        for table, path in zip(tables, paths, strict=True):
            write_table(table, path)
    for path in output.visits:
        write_table(found.visits, path)
