"""Every contrast by one engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from revertome.differential.asked_models import models_of, together
from revertome.differential.design_report import (
    REPORT,
    compared,
    describe,
    pairs_at,
    told,
    warn_of_few,
)
from revertome.differential.engines import fit
from revertome.differential.model_options import ModelOptions
from revertome.differential.over_visits import in_order_of, over_groups, over_visits
from revertome.limma.top_table import COLUMNS
from revertome.samples import samples_named
from revertome.trial import at_visit, followups


@dataclass(frozen=True)
class Differential:
    """Result of one engine.

    Attributes
    ----------
    tables : dict of str to DataFrame
        One table a contrast with the columns of `top_table` plus `n` (samples) and `engine`.
    design : DataFrame
        One row a contrast: contrast; engine; blocking, trend, robust, weights and lfc as they were
        used; covariates, absorbed, confounded and carried_by (see `trial.Verdict`); n_samples,
        n_patients, n_pairs of the whole model, compared_samples, compared_patients (those the
        contrast is about), df_residual (of a gene with a value in all samples), values_missing
        (share of all values), correlation, df_prior, detectable_logFC (log2 fold change that a
        two-sided test at 5% finds with power 0.8 in the median gene), dropped, formula.
    """

    tables: dict[str, pd.DataFrame]
    design: pd.DataFrame


class Written(NamedTuple):
    """Tables of all engines in the order of their files: by engine, then by visit.

    tables : one a contrast. designs : one a visit. visits : F tests over the visits.
    """

    tables: list[pd.DataFrame]
    designs: list[pd.DataFrame]
    visits: pd.DataFrame


def run_engines(
    expression: Any,
    labels: pd.DataFrame,
    models: Sequence[ModelOptions],
    contrasts: Mapping[str, Sequence[str]],
) -> Written:
    """Every contrast of every engine (`contrasts`); other parameters as of `run_visits`."""
    tables: list[pd.DataFrame] = []
    reports: dict[str | None, list[pd.DataFrame]] = {}
    tests = []
    for options in models:
        names = contrasts[options.engine]
        found, over = run_visits(expression, labels, options, names)
        tests.append(over)
        for visit, each in found.items():
            tables += [each.tables[name] for name in names]
            reports.setdefault(visit, []).append(each.design)
    designs = [pd.concat(each, ignore_index=True) for each in reports.values()]
    return Written(tables, designs, pd.concat(tests, ignore_index=True))


def run(
    expression: Any,
    labels: pd.DataFrame,
    options: ModelOptions,
    names: Sequence[str],
) -> Differential:
    """Every contrast at the visit of the design; parameters and errors of `run_visits`."""
    return run_visits(expression, labels, options, names)[0][options.design["followup"]]


def run_visits(
    expression: Any,
    labels: pd.DataFrame,
    options: ModelOptions,
    names: Sequence[str],
) -> tuple[dict[str | None, Differential], pd.DataFrame]:
    """Every contrast at every follow-up visit by one engine, from one fit of each model.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Output of `normalise`, without excluded samples; `obs` has the variables of contrasts
        `change_with_<variable>` (see `trial.with_clinic`).
    labels : DataFrame
        Columns patient, label.
    options : ModelOptions
        The engine and its options.
    names : list of str
        Contrasts to report, standard or of `differential.custom`; one that has no samples gives
        a table of missing values.

    Returns
    -------
    dict of str to Differential
        By follow-up visit; of a study with the baseline alone under None.
    DataFrame
        F tests over the visits, see `over_visits`.

    Raises
    ------
    StudyError
        Unknown engine, unknown column or value of the subset, fewer than 3 complete pairs,
        confounded design.
    """
    engine = options.engine
    visits: list[str | None] = [*followups(options.design)] or [None]
    asked = {
        visit: models_of(
            expression.obs, labels, replace(options, design=at_visit(options.design, visit)), names
        )
        for visit in visits
    }
    tables: dict[tuple[str | None, str], pd.DataFrame] = {}
    facts: dict[tuple[str | None, str], dict[str, object]] = {}
    tests = []
    for model, meant in together({visit: each.models for visit, each in asked.items()}):
        print(f"{engine}: {model.formula}, {len(model.obs)} samples")
        values = samples_named(expression, model.obs.index)
        result = fit(values, model, options)
        for test in (over_visits, over_groups):
            tests.append(test(result.moderated, model, meant, values.var_names, engine))
        about = describe(model, options, result.facts)
        about["values_missing"] = float(np.isnan(np.asarray(values.X)).mean())
        left_out = asked[visits[0]].left_out
        about["dropped"] = "; ".join([*model.dropped, *left_out]) or "none"
        for key, table in result.tables.items():
            visit, name = meant[key]
            tables[visit, name] = table.assign(n=about["n_samples"], engine=engine)[COLUMNS]
            own = {**about, "n_pairs": pairs_at(model, options.design, visit)}
            own |= {**compared(model, key), **told(model.verdicts[key])}
            detectable = result.detectable.get(key, np.nan)
            facts[visit, name] = {"contrast": name, **own, "detectable_logFC": detectable}
    for visit, each in asked.items():
        for name in names:
            if (visit, name) not in tables:
                tables[visit, name] = _missing(expression.var_names, engine)
                reason = each.lacking.get(name, "no such samples")
                facts[visit, name] = {"contrast": name, "engine": engine, "dropped": reason}
                facts[visit, name] |= told(each.hidden[name]) if name in each.hidden else {}
        warn_of_few({n: v for m in each.models for n, v in m.verdicts.items() if n in m.contrasts})
    found = {
        visit: Differential(
            {n: tables[visit, n] for n in names},
            pd.DataFrame([facts[visit, n] for n in names], columns=REPORT),
        )
        for visit in visits
    }
    return found, in_order_of(names, tests)


def _missing(genes: pd.Index, engine: str) -> pd.DataFrame:
    table = pd.DataFrame(np.nan, index=range(len(genes)), columns=COLUMNS)
    return table.assign(gene=sorted(genes), n=0, engine=engine)
