"""The steps of `whole.R` in one process, by the functions that the rules call.

    python whole_steps.py study.yaml OUT

Writes CPU seconds of each step to OUT/steps.tsv and correlations within patients to
OUT/correlations.txt. Nothing is passed on through files, and what the rules do beyond the script
(further scores and tests, courses of modules, checks of samples) is left out.
"""

import sys
import time
import warnings
from pathlib import Path

HOME = Path(__file__).parents[2]
sys.path.insert(0, str(HOME / "scripts"))
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import yaml  # noqa: E402

from disk import write_table  # noqa: E402
from gene_files import read_aliases, read_gmt  # noqa: E402
from revertome.configuration import complete, contrasts_by_engine  # noqa: E402
from revertome.differential.asked_models import models_of  # noqa: E402
from revertome.differential.engine import tables_of  # noqa: E402
from revertome.differential.engines import joint_fit  # noqa: E402
from revertome.differential.model_options import model_options  # noqa: E402
from revertome.intake.load import load  # noqa: E402
from revertome.limma import joint, voom  # noqa: E402
from revertome.limma.duplicate_correlation import duplicate_correlation  # noqa: E402
from revertome.limma.effects import effects_of  # noqa: E402
from revertome.modules.gmt import gene_sets  # noqa: E402
from revertome.modules.scores import zscore  # noqa: E402
from revertome.modules.sets import gene_scale, set_numbers  # noqa: E402
from revertome.normalise import normalise  # noqa: E402
from revertome.quality.components import most_variable, principal_components  # noqa: E402
from revertome.response.evaluate import evaluate  # noqa: E402
from revertome.statistics.set_tests import members  # noqa: E402

seconds: dict[str, float] = {}
correlations: list[float] = []  # within patients, in the order in which they were found


def step(name):
    """Credit the CPU seconds since the last step to `name`."""
    seconds[name] = seconds.get(name, 0.0) + time.process_time() - sum(seconds.values())


def timed_correlation(*given):
    """duplicateCorrelation, of which the seconds are told apart: R is given its result."""
    step("fits")
    found = duplicate_correlation(*given)
    correlations.append(found)
    step("duplicateCorrelation")
    return found


joint.duplicate_correlation = voom.duplicate_correlation = timed_correlation


def set_table(fitted, name, sets, genes):
    """fry and camera of every set in one contrast."""
    effects = effects_of(fitted, name)
    at = pd.Series(np.arange(len(genes)), genes)
    own = {module: at.reindex(listed).dropna().astype(int) for module, listed in sets.items()}
    own = {module: places.to_numpy() for module, places in own.items() if len(places) > 2}
    found = set_numbers(effects, gene_scale(effects), members(list(own.values()), len(genes)))
    return pd.DataFrame({"set": list(own), **found})


def main(study, out):
    """All steps, their tables, and what each took."""
    step("start")
    parts = (HOME / "workflow/schemas/config.schema.yaml", Path(study))
    schema, given = (yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) for path in parts)
    config = complete(given, schema, check=False)
    design, out = config["design"], Path(out)
    data = load(dict(config["intake"]), design)
    step("read")
    aliases = read_aliases(HOME / "resources/aliases.tsv")
    plain = {**design, "covariates": []}  # no copy without batches, for pictures
    expression = normalise(data.adata, config["normalise"], aliases, plain)
    step("genes")
    pca = principal_components(expression.X[:, most_variable(expression.X)]).scores
    write_table(pca, out / "components_of_samples.tsv")
    step("components")
    labels = evaluate(expression.obs, data.visits, config["response"], design).labels
    ((engine, names),) = contrasts_by_engine(config).items()
    options = model_options(config, engine)
    fits = [
        (each, joint_fit(expression[each.obs.index], each, options))
        for each in models_of(expression.obs, labels, options, names).models
    ]
    step("fits")
    tables = {}
    for _, fitted in fits:
        tables |= tables_of(fitted, expression.var_names, 0.0).tables
    step("tables")
    for name, table in tables.items():
        write_table(table, out / f"{name}.tsv")
    step("written")
    sets = gene_sets(read_gmt(sorted((HOME / "resources/modules").glob("*.gmt"))), aliases)
    listed = {m: [g for g in own if g in expression.var_names] for m, own in sets.items()}
    healthy = expression.obs["group"].astype(str) == "healthy"
    scores = zscore.score(expression.to_df(), {m: g for m, g in listed.items() if g}, healthy, 1)
    write_table(scores, out / "scores_of_samples.tsv")
    step("scores")
    for each, fitted in fits:
        for name in each.contrasts:
            write_table(
                set_table(fitted, name, sets, expression.var_names), out / f"sets_{name}.tsv"
            )
    step("sets")
    lines = [f"{name}\t{taken:.2f}\n" for name, taken in seconds.items()]
    (out / "correlations.txt").write_text("".join(f"{found!r}\n" for found in correlations))
    (out / "steps.tsv").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
