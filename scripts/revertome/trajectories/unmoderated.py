"""A few values without common noise on the trajectory plane: module scores, types of cells."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.differential.models import random_model
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.duplicate_correlation import gene_correlations
from revertome.limma.ebayes import Moderated
from revertome.limma.fit import lm_fit
from revertome.limma.joint import JointFit
from revertome.limma.whitening import GenewiseWhitening
from revertome.trajectories.cell_planes import unmoderated_planes
from revertome.trajectories.class_rules import CONTRASTS, claims_of, effects_of, rule_of
from revertome.trajectories.classes import classify
from revertome.trajectories.refit import plane_of
from revertome.trajectories.table import gene_table
from revertome.trial import Model, analysed, cells, complete_pairs, unit_column


def unmoderated(
    wide: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """Class of every column, by the tests that class genes.

    Each has its own patient correlation (REML) and residual variance, without moderation: they are
    not on one scale of noise.

    Parameters
    ----------
    wide : DataFrame, samples x columns
        Values of all samples that are analysed.
    obs : DataFrame
        Samples by index, with patient, visit, group and covariates.
    labels : DataFrame
        patient, label.
    design, options : mapping
        Configuration sections `design` and `trajectories`; the design has healthy people and a
        follow-up.

    Returns
    -------
    DataFrame
        Columns of `trajectories.table.gene_table` without stability; in order of gene.
    """
    obs = analysed(obs, design)
    model = random_model(obs, labels, design, CONTRASTS)
    fitted = fit_alone(wide.loc[obs.index].to_numpy(float), model)
    each = fitted.moderated
    asked = claims_of(model, effects_of(model, options))
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    if options["variance"] == "common":
        plain = next(iter(each.values()))
        planes = {name: plane_of(plain, effect) for name, effect in asked.items()}
    else:
        planes = unmoderated_planes(fitted, where, asked)
    calls = classify(planes["main"], planes["induced"], rule_of(options))
    missing = np.full(wide.shape[1], np.nan)
    pairs = complete_pairs(where, design["baseline"], design["followup"])
    paired = where[unit_column(where)].isin(pairs) & where["label"].eq("nonresponder")
    n = int(where.loc[paired, "patient"].nunique())
    table = gene_table(planes, calls, each, wide.columns, missing, options, n)
    return table.drop(columns="stability")


def fit_alone(values: Array, model: Model) -> JointFit:
    """Fit every column with its own patient correlation and residual variance.

    Parameters
    ----------
    values : (n, G)
    model : Model

    Raises
    ------
    ValueError
        With too few samples for a patient correlation.
    """
    # Together: what takes time, the design's decomposition, is the same for all.
    rho = gene_correlations(values, model.design, model.block)
    if np.isnan(rho).any():
        raise ValueError("too few samples beyond the design to estimate a patient correlation")
    fit = lm_fit(values, model.design, model.block, rho)
    s2, df = fit.sigma**2, fit.df_residual
    plain = Moderated(contrasts_fit(fit, model.contrasts), s2, 0.0, s2, df)
    each = dict.fromkeys(model.contrasts, plain)
    return JointFit(model, values, rho, each, partial(GenewiseWhitening, model, rho / (1 - rho)))
