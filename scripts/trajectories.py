"""Trajectories: class of every gene, expected counts and gene sets."""

from disk import read_h5ad, read_table, write_table, write_text
from job import logged

with logged(snakemake.log[0]):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality import used
    from revertome.trajectories import Resamples, run

    drawn = zip(snakemake.input.resamples, snakemake.input.permutations, strict=True)
    found = run(
        used(read_h5ad(snakemake.input.expression), read_table(snakemake.input.samples)),
        read_table(snakemake.input.labels),
        ModelOptions(**snakemake.params.model),
        snakemake.params.options,
        parts=[Resamples(*map(read_table, tables)) for tables in drawn],
    )
    write_table(found.genes, snakemake.output.genes)
    write_table(found.summary, snakemake.output.summary)
    write_table(found.sensitivity, snakemake.output.sensitivity)
    write_table(found.statements, snakemake.output.statements)
    write_table(found.variances, snakemake.output.variances)
    lines = ["\t".join([name, "revertome", *genes]) for name, genes in found.sets.items()]
    write_text("\n".join(lines) + "\n", snakemake.output.sets)
