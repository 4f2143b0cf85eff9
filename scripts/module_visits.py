"""Modules over all visits: mixed models of the scores."""

from disk import read_table, write_table
from job import logged
from measured import measured

with logged(snakemake):
    from revertome.modules.courses import visit_tests

    files, params = snakemake.input, snakemake.params
    obs = measured(files, params.clinic).obs
    scores, labels = (read_table(path) for path in (files.scores, files.labels))
    write_table(visit_tests(scores, obs, labels, params.design), snakemake.output.visits)
