"""Association: join each patient's clinic and blood, and test what is associated with what."""

from disk import read_h5ad, read_table, write_tables
from job import logged

with logged(snakemake):
    from revertome.association import join, patient_flow, test
    from revertome.quality import used
    from revertome.trajectories.class_rules import bounds_of

    files, params, made = snakemake.input, snakemake.params, snakemake.output
    every, samples = read_h5ad(files.expression), read_table(files.samples)
    variables = params.association["variables"]
    names = ("labels", "response", "visits", "scores", "genes", "distance")
    found = {name: read_table(files[name]) for name in names}
    options = {"variables": variables, "design": params.design, "clinic": params.response}
    bounds = bounds_of(params.trajectories)
    patients = join(used(every, samples), **found, **options, bounds=bounds)
    modules, method = found["scores"]["module"].unique(), found["scores"]["method"].iloc[0]
    alpha, changes = params.trajectories["alpha"], params.design["followup"] is not None
    tests = test(patients, modules, variables, method, alpha, changes)
    measured = every.obs.reset_index(drop=True).merge(samples[["sample", "used"]], on="sample")
    kept = (found["visits"], read_table(files.contrasts), found["labels"])
    flow = patient_flow(measured, *kept, params.design, params.response["baseline_visit"])
    write_tables({"patients": patients, "tests": tests, "flow": flow}, made)
