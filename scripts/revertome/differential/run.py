"""Every contrast by one engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from revertome.differential.design_report import REPORT, compared, describe, told, warn_of_few
from revertome.differential.engines import fit, get_engine
from revertome.differential.model_options import ModelOptions
from revertome.differential.models import fixed_model, random_model, variable_model
from revertome.differential.names import WITHIN_PATIENT, terms, variable_of
from revertome.differential.subset import in_subset
from revertome.errors import StudyError
from revertome.limma.top_table import COLUMNS
from revertome.trial import (
    MINIMUM_PAIRS,
    Model,
    Verdict,
    analysed,
    complete_pairs,
    is_healthy,
    verdict_of_sum,
)

BUILDERS = {"fixed": fixed_model, "random": random_model}


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
        n_patients, n_pairs of the whole
        model, compared_samples, compared_patients (those the contrast is about), df_residual,
        correlation, df_prior, detectable_logFC (log2 fold change that a two-sided test at 5%
        finds with power 0.8 in the median gene), dropped, formula.
    """

    tables: dict[str, pd.DataFrame]
    design: pd.DataFrame


def models(
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    contrasts: Mapping[str, Mapping[str, float]],
    blocking: str,
) -> list[Model]:
    """Models that hold the contrasts: `auto` gives a fixed one for pairs and a random one.

    `contrasts` maps each name to its factors on standard contrasts; one with a term that has no
    samples, or that covariates hide, is in no model.
    """
    if blocking in BUILDERS:
        parts = {blocking: list(contrasts)}
    else:
        within = [n for n in contrasts if set(contrasts[n]) <= set(WITHIN_PATIENT)]
        parts = {"fixed": within, "random": [n for n in contrasts if n not in within]}
    found = []
    for kind, names in parts.items():
        if names:
            needed = list(dict.fromkeys(term for name in names for term in contrasts[name]))
            model = BUILDERS[kind](obs, labels, design, needed)
            verdicts = {
                name: verdict_of_sum([model.verdicts[term] for term in contrasts[name]])
                for name in names
                if set(contrasts[name]) <= set(model.verdicts)
            }
            vectors = _combined(model, contrasts, names)
            found.append(replace(model, contrasts=vectors, verdicts=verdicts))
    return found


def _combined(
    model: Model, contrasts: Mapping[str, Mapping[str, float]], names: Sequence[str]
) -> dict[str, pd.Series]:
    """Coefficients of the contrasts whose terms the model can all estimate and that are not 0."""
    vectors = {}
    for name in names:
        if set(contrasts[name]) <= set(model.contrasts):
            parts = [factor * model.contrasts[term] for term, factor in contrasts[name].items()]
            vector = pd.concat(parts, axis=1).sum(axis=1)
            if vector.abs().max() > 1e-12:
                vectors[name] = vector
    return vectors


def run(
    expression: Any,
    labels: pd.DataFrame,
    options: ModelOptions,
    names: Sequence[str],
    threads: int = 1,
) -> Differential:
    """Every contrast by one engine.

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
    threads : int
        Processes the engine may use.

    Returns
    -------
    Differential

    Raises
    ------
    StudyError
        Unknown engine, unknown column or value of the subset, fewer than 3 complete pairs,
        confounded design.
    """
    engine = options.engine
    found, left_out, lacking, hidden = models_of(expression.obs, labels, options, names)
    tables: dict[str, pd.DataFrame] = {}
    facts: dict[str, dict[str, object]] = {}
    for model in found:
        print(f"{engine}: {model.formula}, {len(model.obs)} samples")
        result = fit(expression[model.obs.index], model, options, threads)
        about = describe(model, options, result.facts)
        about["dropped"] = "; ".join([*model.dropped, *left_out]) or "none"
        for name, table in result.tables.items():
            tables[name] = table.assign(n=about["n_samples"], engine=engine)[COLUMNS]
            detectable = result.detectable.get(name, np.nan)
            about = {**about, **compared(model, name), **told(model.verdicts[name])}
            facts[name] = {"contrast": name, **about, "detectable_logFC": detectable}
    for name in names:
        if name not in tables:
            tables[name] = _missing(expression.var_names, engine)
            reason = lacking.get(name, "no such samples")
            facts[name] = {"contrast": name, "engine": engine, "dropped": reason}
            facts[name] |= told(hidden[name]) if name in hidden else {}
    warn_of_few({n: one for m in found for n, one in m.verdicts.items() if n in m.contrasts})
    report = pd.DataFrame([facts[n] for n in names], columns=REPORT)
    return Differential({n: tables[n] for n in names}, report)


class Asked(NamedTuple):
    """Models that hold the contrasts asked for, and why some are in none.

    left_out : patients outside the subset. lacking : reason by contrast. hidden : verdict by
    contrast that covariates hide.
    """

    models: list[Model]
    left_out: list[str]
    lacking: dict[str, str]
    hidden: dict[str, Verdict]


def models_of(
    obs: pd.DataFrame, labels: pd.DataFrame, options: ModelOptions, names: Sequence[str]
) -> Asked:
    """Models of the contrasts by one engine.

    Parameters and errors as of `run`; `obs` holds the samples.
    """
    design = options.design
    every = analysed(obs, design)
    chosen = every[in_subset(every, is_healthy(every, design), options.subset)]
    outside = sorted(set(every["patient"].astype(str)) - set(chosen["patient"].astype(str)))
    left_out = [f"{', '.join(outside)}: not in differential.subset"] if outside else []
    _enough_pairs(chosen, design)
    possible = get_engine(options.engine).BLOCKINGS
    blocking = possible[0] if len(possible) == 1 else options.blocking
    standard = [name for name in names if variable_of(name) is None]
    contrasts = {name: terms(options.custom.get(name, name)) for name in standard}
    built = models(chosen, labels, design, contrasts, blocking)
    hidden = {n: one for model in built for n, one in model.verdicts.items() if one.reason}
    found = [model for model in built if model.contrasts]
    lacking = {name: one.reason for name, one in hidden.items()}
    for name in names:
        variable = variable_of(name)
        if variable is not None and "fixed" not in possible:
            lacking[name] = f"{options.engine} has no paired model"
        elif variable is not None:
            model = variable_model(chosen, labels, design, variable)
            found += [model] if model.contrasts else []
            lacking |= {} if model.contrasts else {name: "; ".join(model.dropped)}
    return Asked(found, left_out, lacking, hidden)


def _enough_pairs(obs: pd.DataFrame, design: Mapping[str, Any]) -> None:
    pairs = complete_pairs(obs, design["baseline"], design["followup"])
    if len(pairs) < MINIMUM_PAIRS:
        raise StudyError(
            f"design: {len(pairs)} patients have samples at both {design['baseline']} and "
            f"{design['followup']}; at least {MINIMUM_PAIRS} complete pairs are needed"
        )


def _missing(genes: pd.Index, engine: str) -> pd.DataFrame:
    table = pd.DataFrame(np.nan, index=range(len(genes)), columns=COLUMNS)
    return table.assign(gene=sorted(genes), n=0, engine=engine)
