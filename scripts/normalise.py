"""Normalise: from raw features to log2 genes."""

from disk import logged, read_h5ad, read_table, write_h5ad

with logged(snakemake.log[0]):
    from revertome.normalise import normalise

    aliases = read_table(snakemake.input.aliases)
    expression = normalise(
        read_h5ad(snakemake.input.raw),
        snakemake.params.options,
        dict(zip(aliases["old"], aliases["current"], strict=True)),
        snakemake.params.design,
    )
    for name, value in expression.uns["normalise"].items():
        print(f"{name}: {value}")
    write_h5ad(expression, snakemake.output.expression)
