"""Resamples: one share of the bootstrap and of the permutations behind the trajectories."""

from disk import read_expression, read_table, write_table
from job import logged

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality.used import used
    from revertome.trajectories import resample

    drawn = resample(
        used(read_expression(snakemake.input.expression), read_table(snakemake.input.samples)),
        read_table(snakemake.input.labels),
        ModelOptions(**snakemake.params.model),
        snakemake.params.trajectories,
        **snakemake.params.share,
    )
    write_table(drawn.kept, snakemake.output.resamples)
    write_table(drawn.chance, snakemake.output.permutations)
