"""Association: join each patient's clinic and blood, and test what goes together."""

from disk import logged, read_h5ad, read_table, write_table

with logged(snakemake.log[0]):
    from revertome.association import join, test
    from revertome.quality import used

    files, params = snakemake.input, snakemake.params
    expression = used(read_h5ad(files.expression), read_table(files.samples))
    scores = read_table(files.scores)
    patients = join(
        expression,
        labels=read_table(files.labels),
        response=read_table(files.response),
        visits=read_table(files.visits),
        scores=scores,
        genes=read_table(files.genes),
        variables=params.variables,
        design=params.design,
        clinic=params.response,
    )
    modules = scores["module"].unique()
    tests = test(patients, modules, params.variables, scores["method"].iloc[0])
    write_table(patients, snakemake.output.patients)
    write_table(tests, snakemake.output.tests)
