"""Association: join each patient's clinic and blood, and test what is associated with what."""

from disk import read_expression, read_table, write_tables
from job import logged

with logged(snakemake):
    from revertome.association.patient_flow import patient_flow
    from revertome.association.patients import join
    from revertome.association.tests import test
    from revertome.quality.used import used
    from revertome.trajectories.class_rules import bounds_of

    files, params, design = snakemake.input, snakemake.params, snakemake.params.design
    every, samples = read_expression(files.expression), read_table(files.samples)
    variables, alpha = params.association["variables"], params.trajectories["alpha"]
    names = ("labels", "response", "visits", "scores", "genes", "distance")
    found = {name: read_table(files[name]) for name in names}
    options = {"variables": variables, "design": design, "clinic": params.response}
    patients = join(used(every, samples), **found, **options, bounds=bounds_of(params.trajectories))
    modules, method = found["scores"]["module"].unique(), found["scores"]["method"].iloc[0]
    tests = test(patients, modules, variables, method, alpha, design["followup"] is not None)
    measured = every.obs.reset_index(drop=True).merge(samples[["sample", "used"]], on="sample")
    kept = (found["visits"], read_table(files.contrasts), found["labels"])
    flow = patient_flow(measured, *kept, design, params.response["baseline_visit"])
    write_tables({"patients": patients, "tests": tests, "flow": flow}, snakemake.output)
