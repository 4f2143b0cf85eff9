"""Module scores over all visits: changes, the drug effect, and F tests, from mixed models."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits

from revertome.modules.course_fits import NUMBERS, OWN, course_rows
from revertome.modules.course_models import course_models
from revertome.modules.tests import by_sample, in_order, scale_of
from revertome.statistics.fdr import adjust
from revertome.trial import (
    arm_of,
    cells,
    columns_of,
    controlled,
    covariate_columns,
    followups,
    is_patient,
    visits_of,
)

COUNTS = ["n_samples", "n_patients", "n_compared"]
COLUMNS = ["module", "method", "contrast", "arm", "visit", "scale", *NUMBERS, "adj.P.Val"]
COLUMNS += [*OWN, "adj.P.own", *COUNTS, "covariates", "note"]


def visit_tests(
    scores: pd.DataFrame, obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> pd.DataFrame:
    """Test every module and method over all visits, by mixed models of all samples of patients.

    score ~ visit x arm x response + covariates + (1 | patient), by REML, as nlme and lmerTest fit
    it; patients who miss visits stay in. All visits and groups have one variance and one
    correlation; beside its tests stand those of `course_own`, which do not rest on that.

    Parameters
    ----------
    scores : DataFrame
        The table of `score`.
    obs : DataFrame
        Samples by index, with patient, visit, group and covariates.
    labels : DataFrame
        patient, label.
    design : mapping
        Configuration section `design`.

    Returns
    -------
    DataFrame
        module, method, contrast, arm, visit, scale (log2 where the score is a ratio, else score),
        estimate, CI.L, CI.R (95%), statistic (t; F where visit is `all visits`), df_numerator (of
        F), df (Satterthwaite's, of t or of the denominator of F), P.Value, adj.P.Val
        (Benjamini-Hochberg over modules within contrast, visit and method), own.L, own.R, df.own,
        P.own, adj.P.own (the same with variances of their own), n_samples and
        n_patients (in the model), n_compared (patients with the
        visit, and but for the drug effect with baseline, in the groups compared),
        covariates, note. Contrasts:

        change : visit - baseline, all patients.
        change_responders, change_nonresponders, interaction : by response, and their difference.
        change_treated, change_control, change_<arm> : by arm.
        drug_effect, drug_effect_<arm> : active arms - control at the visit, with one baseline mean
            of all arms (constrained longitudinal model).
        drug_effect_interaction : drug effect on the change of responders - that of non-responders;
            not a randomised comparison.

    Raises
    ------
    StudyError
        A covariate is unknown, or missing in a sample of a patient.
    """
    if not followups(design):
        return pd.DataFrame(columns=COLUMNS)
    table = course_table(by_sample(scores), obs, labels, design)
    index = pd.MultiIndex.from_tuples(table["score"], names=["module", "method"])
    table[["module", "method"]] = index.to_frame().to_numpy()
    names = table["adjusted"].map(
        lambda found: ",".join(n for n in design["covariates"] if columns_of(n, found))
    )
    table["covariates"] = names.where(names.ne("") & table["P.Value"].notna(), None)
    table["scale"] = scale_of(table["method"])
    strata = table.groupby(["contrast", "arm", "visit", "method"], sort=False)
    for adjusted, p in (("adj.P.Val", "P.Value"), ("adj.P.own", "P.own")):
        table[adjusted] = strata[p].transform(adjust)
    return in_order(table, scores)[COLUMNS]


def course_table(
    wide: pd.DataFrame,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    randomised: bool = False,
) -> pd.DataFrame:
    """Rows of `course_rows` of all models of a trial, or of the randomised comparison alone.

    Parameters
    ----------
    wide : DataFrame
        Samples x scores.
    obs, labels, design
        As of `visit_tests`; the design has a follow-up.
    randomised : bool
        Fit the constrained longitudinal model alone.
    """
    obs = obs.set_axis(obs.index.astype(str)).loc[wide.index]
    baseline, *visits = visits_of(design)
    obs = obs[is_patient(obs, design) & obs["visit"].astype(str).isin([baseline, *visits])]
    where = cells(obs, labels, design)[["label", "visit"]]
    where = where.assign(patient=obs["patient"].astype(str), arm=arm_of(obs, design))
    columns = covariate_columns(obs, design["covariates"])
    control = str(design["arm"]["control"]) if design.get("arm") else None
    during = [visit for visit in visits if controlled(design, visit)]
    models = course_models(where, baseline, visits, control, during)
    with threadpool_limits(limits=1):  # more threads would sum in another order
        rows = [
            row
            for model in models
            if model.pooled or not randomised
            for row in course_rows(wide.loc[obs.index], where, columns, model)
        ]
    names = ["score", "contrast", "arm", "visit", "adjusted", *NUMBERS, *OWN, *COUNTS, "note"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys([*NUMBERS, *OWN], float))
