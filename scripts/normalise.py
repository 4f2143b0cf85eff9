"""Normalise: from raw features to log2 genes."""

from disk import read_h5ad, write_h5ad
from gene_files import read_aliases
from job import logged

with logged(snakemake):
    from revertome.asked import genes_named
    from revertome.normalise import normalise

    files, params = snakemake.input, snakemake.params
    aliases = read_aliases(files.aliases)
    expression = normalise(read_h5ad(files.raw), params.normalise, aliases, params.design)
    for name, value in expression.uns["normalise"].items():
        print(f"{name}: {value}")
    genes_named(params.checked, aliases, set(expression.var_names))
    write_h5ad(expression, snakemake.output.expression)
