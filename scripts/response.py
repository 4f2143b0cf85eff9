"""Response: who responded clinically, at which visit, and why."""

from pathlib import Path

import yaml

from disk import read_obs, read_table, write_tables
from job import alarm, logged

with logged(snakemake):
    from revertome.quality.confounding import confounded
    from revertome.response.evaluate import evaluate
    from revertome.response.proportions import proportions

    files, params = snakemake.input, snakemake.params
    definition = yaml.safe_load(Path(files.definition).read_text("utf-8"))
    options = {**params.response, "definition": definition}
    samples = read_obs(files.expression)
    result = evaluate(samples, read_table(files.visits), options, params.design)
    labels = dict(result.labels[["patient", "label"]].to_numpy())
    alarm(confounded(samples, params.design, labels=labels))
    shares = proportions(result.patients)
    write_tables({**vars(result), "proportions": shares}, snakemake.output)
