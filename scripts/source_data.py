"""Source data: one tidy table a figure."""

from pathlib import Path

from disk import logged, read_h5ad, read_table, write_table

TABLES = (
    *("pca", "components", "flow", "proportions", "trial", "labels", "genes", "summary", "scores"),
    *("module_tests", "gsea", "association_tests", "rle", "sensitivity", "fingerprint"),
    *("distance", "distance_tests", "patient_flow"),
)

with logged(snakemake.log[0]):
    from revertome.source_data import build

    samples = read_table(snakemake.input.samples)
    expression = read_h5ad(snakemake.input.expression)
    results = {
        "expression": expression[samples.loc[samples["used"], "sample"].tolist()],
        "contrasts": {Path(path).stem: read_table(path) for path in snakemake.input.contrasts},
        "samples": samples,
        **{name: read_table(snakemake.input[name]) for name in TABLES},
        **{name: snakemake.params[name] for name in ("design", "figures", "trajectories")},
    }
    for path in snakemake.output:
        write_table(build(Path(path).stem, results), path)
