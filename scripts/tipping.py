"""Tipping point: how far absent patients would have to be unreverted to lose each set."""

from disk import read_h5ad, read_table, write_tables
from job import logged

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality import used
    from revertome.trajectories.tipping_tables import tipping

    files = snakemake.input
    found = tipping(
        used(read_h5ad(files.expression), read_table(files.samples)),
        read_table(files.labels),
        ModelOptions(**snakemake.params.model),
        snakemake.params.trajectories,
    )
    write_tables(found._asdict(), snakemake.output)
