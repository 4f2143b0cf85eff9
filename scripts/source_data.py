"""Source data: one tidy table a figure."""

from pathlib import Path

import pandas as pd

from disk import logged, read_h5ad, read_table, write_table

TABLES = ("pca", "components", "flow", "patients", "trial", "labels", "genes", "summary", "scores")
TABLES += ("module_tests", "gsea", "association_tests", "rle", "sensitivity")
TABLES += ("fingerprint", "distance")

with logged(snakemake.log[0]):
    from revertome.source_data import build

    samples = read_table(snakemake.input.samples)
    expression = read_h5ad(snakemake.input.expression)
    offered = [name for name in TABLES if snakemake.input[name]]
    results = {
        "expression": expression[samples.loc[samples["used"], "sample"].tolist()],
        "contrasts": {Path(path).stem: read_table(path) for path in snakemake.input.contrasts},
        "samples": samples,
        **dict.fromkeys(TABLES, pd.DataFrame()),
        **{name: read_table(snakemake.input[name]) for name in offered},
        **{name: snakemake.params[name] for name in ("design", "figures", "trajectories")},
    }
    for path in snakemake.output:
        write_table(build(Path(path).stem, results), path)
