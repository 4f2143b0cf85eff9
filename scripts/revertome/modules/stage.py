"""All tables of the stage `modules`."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from revertome.differential.model_options import ModelOptions
from revertome.modules.agreement import agreement
from revertome.modules.beyond_composition import beyond_composition
from revertome.modules.distance import distance
from revertome.modules.distance_tests import distance_tests
from revertome.modules.engagement import engagement
from revertome.modules.fingerprint import fingerprint
from revertome.modules.gmt import gene_sets, warn_of_strange_genes
from revertome.modules.leading_edge import leading_edge
from revertome.modules.scoring import score
from revertome.modules.sets import set_tests, sets_table
from revertome.modules.tests import test
from revertome.modules.trajectory import trajectory
from revertome.spreadsheets import warn_of_formulas
from revertome.trial import UNIT


def module_tables(
    expression: Any,
    labels: pd.DataFrame,
    response: pd.DataFrame,
    contrasts: Mapping[str, pd.DataFrame],
    files: Mapping[str, Iterable[str]],
    aliases: Mapping[str, str],
    model: ModelOptions,
    config: Mapping[str, Any],
    threads: int,
    cell_content: pd.DataFrame,
    markers: Iterable[str],
) -> dict[str, pd.DataFrame]:
    """Score the modules, test the scores and the contrasts.

    Parameters
    ----------
    expression : AnnData, (samples, genes)
        Log2 values of the samples used.
    labels : DataFrame
        patient, label.
    response : DataFrame
        patient, visit, level.
    contrasts : mapping
        Contrast to its differential table.
    files, aliases : mapping
        Lines of GMT files and old symbols, see `gene_sets`.
    model : ModelOptions
        Engine and options of the contrasts.
    config : mapping
        Sections `modules`, `design`, `response`, `trajectories` and `composition` of the study
        file.
    threads : int
    cell_content : DataFrame
        `composition/cells.tsv`.
    markers : iterable of str
        Genes from which it was estimated.

    Returns
    -------
    dict of str to DataFrame
        scores, tests, trajectories, beyond_composition, leading_edge, sets, engagement,
        fingerprint, agreement, distance, distance_tests.
    """
    options, design, rule = config["modules"], config["design"], config["trajectories"]
    sets = gene_sets(files, aliases)
    families = {name: list(gene_sets({name: lines}, {})) for name, lines in files.items()}
    warn_of_strange_genes(families, sets, set(expression.var_names))
    for name, members in families.items():
        warn_of_formulas(members, "module", name)
    scores = score(expression, sets, options, design, threads)
    far = distance(expression, design)
    asked = (list(contrasts), sets, families, model, options, rule["alpha"])
    tested = set_tests(expression, labels, *asked)
    of = (scores, expression.obs, labels)
    classes = trajectory(*of, design, rule)
    cells = (cell_content, config["composition"]["reliability"])
    composed = [name for name, genes in sets.items() if not set(genes).isdisjoint(markers)]
    return {
        "scores": scores,
        "tests": test(*of, design, options["degrees"]),
        "trajectories": classes,
        "beyond_composition": beyond_composition(*of, design, rule, classes, *cells, composed),
        "engagement": engagement(*of, response, design, config["response"], options["engagement"]),
        "leading_edge": leading_edge(expression, sets, design),
        "sets": sets_table(tested, contrasts, sets, options),
        "fingerprint": fingerprint(contrasts, sets, rule["alpha"]),
        "agreement": agreement(*of, sets, families, design),
        "distance": far,
        "distance_tests": distance_tests(_in_arms(far, expression.obs), labels, design),
    }


def _in_arms(table: pd.DataFrame, obs: pd.DataFrame) -> pd.DataFrame:
    """A table of samples with the patient in one arm, in a crossover."""
    if UNIT not in obs:
        return table
    return table.assign(**{UNIT: table["sample"].map(obs[UNIT].astype(str))})
