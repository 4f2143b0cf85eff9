"""Response: who responded clinically, at which visit, and why."""

from pathlib import Path

import yaml

from disk import read_obs, read_table, write_tables
from job import logged

with logged(snakemake.log[0]):
    from revertome.response import evaluate, proportions

    files, params = snakemake.input, snakemake.params
    definition = yaml.safe_load(Path(files.definition).read_text("utf-8"))
    options = {**params.options, "definition": definition}
    result = evaluate(read_obs(files.expression), read_table(files.visits), options, params.design)
    shares = proportions(result.patients)
    write_tables({**vars(result), "proportions": shares}, snakemake.output)
