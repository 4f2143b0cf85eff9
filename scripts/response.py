"""Response: who responded clinically, at which visit, and why."""

from pathlib import Path

import h5py
import yaml

from disk import logged, read_table, write_table

with logged(snakemake.log[0]):
    from anndata.io import read_elem

    from revertome.response import evaluate, proportions

    with h5py.File(snakemake.input.expression) as file:
        obs = read_elem(file["obs"])
    definition = yaml.safe_load(Path(snakemake.input.definition).read_text("utf-8"))
    result = evaluate(
        obs,
        read_table(snakemake.input.visits),
        {**snakemake.params.options, "definition": definition},
        snakemake.params.design,
    )
    write_table(result.patients, snakemake.output.patients)
    write_table(proportions(result.patients), snakemake.output.proportions)
    write_table(result.audit, snakemake.output.audit)
    write_table(result.trial, snakemake.output.trial)
    write_table(result.labels, snakemake.output.labels)
    write_table(result.continuous, snakemake.output.continuous)
