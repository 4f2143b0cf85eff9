"""Tipping point: how far absent patients would have to be unreverted to lose each set."""

from disk import read_expression, read_table, write_tables
from job import logged

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality.used import used
    from revertome.trajectories.tipping_beyond import tipping_beyond
    from revertome.trajectories.tipping_tables import put_together, tipping

    files, options = snakemake.input, snakemake.params.trajectories
    expression = used(read_expression(files.expression), read_table(files.samples))
    model = ModelOptions(**snakemake.params.model)
    found = [tipping(expression, read_table(files.labels), model, options)]
    found += tipping_beyond(expression, model, options)
    write_tables(put_together(found)._asdict(), snakemake.output)
