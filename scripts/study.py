"""Study: samples, flags, labels and principal components in one AnnData."""

from disk import read_h5ad, read_table, write_h5ad
from job import logged

with logged(snakemake):
    from revertome.study import gather

    study = gather(
        read_h5ad(snakemake.input.expression),
        read_table(snakemake.input.samples),
        read_table(snakemake.input.labels),
    )
    write_h5ad(study, snakemake.output.study)
