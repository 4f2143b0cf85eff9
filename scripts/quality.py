"""Quality: which samples can be trusted, and which are used."""

from disk import read_h5ad, read_table, write_table
from job import logged

with logged(snakemake.log[0]):
    from revertome.quality import assess

    result = assess(
        read_h5ad(snakemake.input.expression),
        read_table(snakemake.input.flow),
        snakemake.params.options,
        snakemake.params.design,
        read_table(snakemake.input.visits),
        snakemake.params.response,
    )
    flagged = result.samples[result.samples["flag"] == "flag"]
    for sample, reason in zip(flagged["sample"], flagged["reason"], strict=True):
        print(f"flagged: {sample} ({reason})")
    write_table(result.samples, snakemake.output.samples)
    write_table(result.rle, snakemake.output.rle)
    write_table(result.correlation, snakemake.output.correlation)
    write_table(result.pca, snakemake.output.pca)
    write_table(result.components, snakemake.output.components)
    write_table(result.flow, snakemake.output.flow)
