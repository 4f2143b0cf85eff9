"""Differential: every contrast by every engine."""

from pathlib import Path

from disk import read_table, write_table
from job import logged
from measured import measured

with logged(snakemake):
    import pandas as pd

    from revertome.differential.model_options import ModelOptions
    from revertome.differential.run import run

    files, params = snakemake.input, snakemake.params
    expression = measured(files, params.clinic)
    labels, paths, reports = read_table(files.labels), iter(snakemake.output.tables), []
    for options in params.models:
        contrasts = params.contrasts[options["engine"]]
        found = run(expression, labels, ModelOptions(**options), contrasts, snakemake.threads)
        reports.append(found.design)
        for name, path in zip(contrasts, paths, strict=False):
            write_table(found.tables[name], Path(path))
    write_table(pd.concat(reports, ignore_index=True), snakemake.output.design)
