"""Trajectories: class of every gene, expected counts and gene sets."""

from disk import read_h5ad, read_table, write_table
from files import write_text
from job import logged
from workers import each

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality import used
    from revertome.trajectories import Resamples, Spread, run

    drawn = zip(snakemake.input.resamples, snakemake.input.permutations, strict=True)
    found = run(
        used(read_h5ad(snakemake.input.expression), read_table(snakemake.input.samples)),
        read_table(snakemake.input.labels),
        ModelOptions(**snakemake.params.model),
        snakemake.params.trajectories,
        parts=[Resamples(*map(read_table, tables)) for tables in drawn],
        spread=Spread(each, snakemake.threads),
    )
    for name in ("genes", "summary", "sensitivity", "statements", "variances"):
        write_table(getattr(found, name), snakemake.output[name])
    lines = ["\t".join([name, "revertome", *genes]) for name, genes in found.sets.items()]
    write_text("\n".join(lines) + "\n", snakemake.output.sets)
