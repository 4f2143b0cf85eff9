"""Absent: who is missing at each visit, why and how ill, and what each contrast estimates."""

from disk import read_expression, read_table, write_tables
from job import logged

with logged(snakemake):
    from revertome.association.absent import absent_tables
    from revertome.differential.estimands import over_visits

    files, params = snakemake.input, snakemake.params
    tables = absent_tables(
        read_expression(files.expression),
        **{name: read_table(files[name]) for name in ("samples", "visits", "labels", "genes")},
        distance=read_table(files.distance),
        variables=params.association["variables"],
        design=params.design,
        clinic=params.response,
    )
    models = [read_table(path) for path in files.contrasts]
    tables["estimands"] = over_visits(models, params.design, params.custom)
    write_tables(tables, snakemake.output)
