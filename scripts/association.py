"""Association: join each patient's clinic and blood, and test what goes together."""

from disk import logged, read_h5ad, read_table, write_table

with logged(snakemake.log[0]):
    from revertome.association import join, patient_flow, test
    from revertome.quality import used
    from revertome.trajectories.class_rules import bounds_of

    files, params = snakemake.input, snakemake.params
    every, checked = read_h5ad(files.expression), read_table(files.samples)
    expression = used(every, checked)
    visits, labels = read_table(files.visits), read_table(files.labels)
    scores = read_table(files.scores)
    patients = join(
        expression,
        labels=labels,
        response=read_table(files.response),
        visits=visits,
        scores=scores,
        genes=read_table(files.genes),
        variables=params.variables,
        design=params.design,
        clinic=params.response,
        bounds=bounds_of(params.trajectories),
        distance=read_table(files.distance),
    )
    modules = scores["module"].unique()
    method = scores["method"].iloc[0]
    tests = test(patients, modules, params.variables, method, params.trajectories["alpha"])
    samples = every.obs.reset_index(drop=True).merge(checked[["sample", "used"]], on="sample")
    contrasts = read_table(files.contrasts)
    counted = patient_flow(
        samples, visits, contrasts, labels, params.design, params.response["baseline_visit"]
    )
    write_table(patients, snakemake.output.patients)
    write_table(tests, snakemake.output.tests)
    write_table(counted, snakemake.output.flow)
