"""Beyond control: what the drug does that time without it does not, and how responders changed."""

from disk import read_expression, read_table, write_sets, write_table
from job import logged
from workers import each

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality.used import used
    from revertome.trajectories import Spread
    from revertome.trajectories.beyond_control import beyond_control
    from revertome.trajectories.by_response import by_response

    files, model = snakemake.input, ModelOptions(**snakemake.params.model)
    expression = used(read_expression(files.expression), read_table(files.samples))
    labels, spread = read_table(files.labels), Spread(each, snakemake.threads)
    found = beyond_control(expression, model, snakemake.params.trajectories, spread)
    print(*found.summary["statement"], sep="\n")
    write_table(found.genes, snakemake.output.genes)
    write_table(found.summary, snakemake.output.summary)
    described = by_response(expression, labels, model.design, found.genes)
    write_table(described, snakemake.output.by_response)
    write_sets(found.sets, snakemake.output.sets)
