"""Courses: what holds of every gene over all follow-up visits."""

from disk import read_expression, read_table, write_table
from job import logged

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality.used import used
    from revertome.trajectories.courses import run

    found = run(
        used(read_expression(snakemake.input.expression), read_table(snakemake.input.samples)),
        read_table(snakemake.input.labels),
        ModelOptions(**snakemake.params.model),
        snakemake.params.trajectories,
    )
    for name in ("visits", "courses", "changes", "change_courses"):
        write_table(getattr(found, name), snakemake.output[name])
