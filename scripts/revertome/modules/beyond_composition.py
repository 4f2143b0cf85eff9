"""Which modules keep their class beyond the cell content of the samples."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from revertome.class_groups import classed
from revertome.composition.cells_used import cells_used
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.gene_classes import BEYOND_COMPOSITION
from revertome.modules.trajectory import first_scores
from revertome.trajectories.beyond_composition import model_with_cells
from revertome.trajectories.class_rules import CONTRASTS, effects_of, rule_of
from revertome.trajectories.classes import classify
from revertome.trajectories.composition_claims import left_out, unclaimed, why_not
from revertome.trajectories.composition_planes import split_planes
from revertome.trajectories.composition_table import split_table
from revertome.trajectories.unmoderated import fit_alone
from revertome.trial import analysed, cells

NOTHING = pd.DataFrame(columns=["module", "method", "class"])


def beyond_composition(
    scores: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    classes: pd.DataFrame,
    cell_content: pd.DataFrame,
    reliability: float | Mapping[str, float] | None,
    estimated_from: Sequence[str] = (),
) -> pd.DataFrame:
    """Split disease and change of every module score as those of genes are split.

    Every module has its own patient correlation and variances, without moderation, as in
    `modules.trajectory`.

    Parameters
    ----------
    scores, obs, labels, design, options
        As for `trajectory`.
    classes : DataFrame
        Its table: the class of each module without composition in the model.
    cell_content : DataFrame
        `composition/cells.tsv`.
    reliability : float, mapping of cell type to float, or None
        See `cells_used`.
    estimated_from : sequence of str
        Modules with genes from which composition was estimated, of which nothing is claimed.

    Returns
    -------
    DataFrame
        module, method and the columns of `trajectories.composition_table.split_table` in units of
        the score, class_beyond, not_claimed; no rows where there is no split.
    """
    if not classed(design) or classes.empty or cell_content.empty:
        return NOTHING
    wide = first_scores(scores)
    samples = analysed(obs, design)
    where = cells(samples, labels, design).assign(patient=samples["patient"].astype(str))
    used = cells_used(
        cell_content, random_model(samples, labels, design, CONTRASTS).design, reliability
    )
    try:
        model = model_with_cells(samples, where, labels, design, options, used)
        fitted = fit_alone(wide.loc[model.design.index].to_numpy(float), model)
    except (StudyError, ValueError):  # said of the genes
        return NOTHING
    effects, kept = effects_of(model, options), where.loc[model.design.index]
    split = split_planes(fitted, kept, effects, used.percent.shape[1], used.errors, moderated=False)
    rule = replace(rule_of(options), thresholds=False)
    rule = replace(rule, screened=rule.screened and not split.inflated)
    reason = why_not(split, used)
    left = left_out(wide.columns, estimated_from, split, reason)
    asked = left == ""
    main, induced = split.planes["main"], split.planes["induced"]
    own = main.beyond.take(asked)
    calls = classify(own, own if induced is main else induced.beyond.take(asked), rule)
    without = classes.set_index("module")["class"].reindex(wide.columns).to_numpy(dtype=object)
    outcome = np.full(len(asked), None, dtype=object)
    if not reason:
        outcome[asked] = calls.outcome
    table = split_table(wide.columns, split.planes, without, calls, asked)
    table["class_beyond"] = [BEYOND_COMPOSITION.get(name, name) for name in outcome]
    table["not_claimed"] = unclaimed(without, outcome, calls, left, reason)
    table = table.rename(columns={"gene": "module"})
    table.insert(1, "method", scores["method"].iloc[0])
    return table
