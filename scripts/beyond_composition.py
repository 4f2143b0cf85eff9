"""Beyond composition: what part of every claim is cells, and which types of cells revert."""

from disk import read_h5ad, read_table, write_sets, write_tables
from job import logged

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.quality.used import used
    from revertome.trajectories.beyond_composition import beyond_composition
    from revertome.trajectories.cell_types import cell_type_trajectories

    files, params = snakemake.input, snakemake.params
    labels, cells, markers = map(read_table, (files.labels, files.cells, files.markers))
    expression = used(read_h5ad(files.expression), read_table(files.samples))
    model, options = ModelOptions(**params.model), params.trajectories
    own = list(markers["gene"]) if cells["source"].eq("estimated").any() else []
    asked = expression, labels, model, options, cells, params.reliability, own
    found = beyond_composition(*asked)
    print(*found.summary["statement"], sep="\n")
    types = cell_type_trajectories(cells, expression.obs, labels, model.design, options)
    tables = {"genes": found.genes, "summary": found.summary, "cells": types}
    write_tables(tables, snakemake.output)
    write_sets(found.sets, snakemake.output.sets)
