"""Trajectories: class of every gene, expected counts and gene sets."""

from disk import read_expression, read_table, write_sets, write_table
from job import logged
from workers import each

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality.used import used
    from revertome.trajectories import Resamples, Spread, run
    from revertome.trajectories.regression import activity_twice

    files, params = snakemake.input, snakemake.params
    expression = used(read_expression(files.expression), read_table(files.samples))
    model = ModelOptions(**params.model)
    drawn = zip(files.resamples, files.permutations, strict=True)
    parts = [Resamples(*map(read_table, tables)) for tables in drawn]
    sheets = read_table(files.visits), expression.obs
    activity = activity_twice(params.trajectories, *sheets, model.design, params.response)
    asked = expression, read_table(files.labels), model, params.trajectories
    found = run(*asked, parts, Spread(each, snakemake.threads), activity)
    for name in ("genes", "summary", "sensitivity", "statements", "variances"):
        write_table(getattr(found, name), snakemake.output[name])
    write_sets(found.sets, snakemake.output.sets)
