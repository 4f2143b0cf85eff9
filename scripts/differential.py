"""Differential: every contrast by every engine."""

from pathlib import Path

from disk import logged, read_h5ad, read_table, write_table

with logged(snakemake.log[0]):
    import pandas as pd

    from revertome.differential.model_options import ModelOptions
    from revertome.differential.run import run
    from revertome.quality import used

    samples = read_table(snakemake.input.samples)
    expression = used(read_h5ad(snakemake.input.expression), samples)
    labels = read_table(snakemake.input.labels)
    paths = iter(snakemake.output.tables)
    reports = []
    for options in snakemake.params.models:
        contrasts = snakemake.params.contrasts[options["engine"]]
        found = run(expression, labels, ModelOptions(**options), contrasts, snakemake.threads)
        reports.append(found.design)
        for name, path in zip(contrasts, paths, strict=False):
            write_table(found.tables[name], Path(path))
    write_table(pd.concat(reports, ignore_index=True), snakemake.output.design)
