"""Every contrast by one engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from revertome.differential.design import (
    Model,
    analysed,
    complete_pairs,
    fixed_model,
    random_model,
)
from revertome.differential.engines import get_engine
from revertome.differential.names import WITHIN_PATIENT
from revertome.differential.top_table import COLUMNS
from revertome.errors import StudyError


@dataclass(frozen=True)
class Differential:
    """Result of one engine.

    Attributes
    ----------
    tables : dict of str to DataFrame
        One table a contrast with the columns of `top_table` plus `n` (samples) and `engine`.
    design : DataFrame
        One row a contrast: contrast, engine, blocking, n_samples, n_patients, n_pairs,
        df_residual, correlation, df_prior, dropped, formula.
    """

    tables: dict[str, pd.DataFrame]
    design: pd.DataFrame


def models(
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    names: Sequence[str],
    blocking: str,
) -> list[Model]:
    """Models that hold the contrasts: `auto` gives a fixed one for pairs and a random one."""
    within = [n for n in names if n in WITHIN_PATIENT]
    against = [n for n in names if n not in WITHIN_PATIENT]
    if blocking == "random":
        return [random_model(obs, labels, design, names)]
    if blocking == "fixed":
        return [fixed_model(obs, labels, design, names)]
    parts = [fixed_model(obs, labels, design, within)] if within else []
    return parts + ([random_model(obs, labels, design, against)] if against else [])


def run(
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    names: Sequence[str],
    engine: str,
    threads: int = 1,
) -> Differential:
    """Every contrast by one engine.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Output of `normalise`, without excluded samples.
    labels : DataFrame
        Columns patient, label.
    design : dict
        Configuration section `design`.
    options : dict
        Configuration section `differential`.
    names : list of str
        Contrasts to report; one that has no samples gives a table of missing values.
    engine : str
        Engine name.
    threads : int
        Processes the engine may use.

    Returns
    -------
    Differential

    Raises
    ------
    StudyError
        Unknown engine, fewer than 3 complete pairs, confounded design.
    """
    obs = analysed(expression.obs, design)
    _enough_pairs(obs, design)
    chosen = get_engine(engine)
    tables: dict[str, pd.DataFrame] = {}
    facts: dict[str, dict[str, object]] = {}
    for model in models(obs, labels, design, names, options["blocking"]):
        print(f"{engine}: {model.formula}, {len(model.obs)} samples")
        result = chosen.fit(expression, model, options, threads)
        about = _describe(model, design, engine, result.facts)
        for name, table in result.tables.items():
            tables[name] = table.assign(n=about["n_samples"], engine=engine)[COLUMNS]
            facts[name] = {"contrast": name, **about}
    for name in names:
        if name not in tables:
            tables[name] = _missing(expression.var_names, engine)
            facts[name] = {"contrast": name, "engine": engine, "dropped": "no such samples"}
    return Differential({n: tables[n] for n in names}, pd.DataFrame([facts[n] for n in names]))


def _enough_pairs(obs: pd.DataFrame, design: Mapping[str, Any]) -> None:
    where = obs[["patient", "visit"]].astype(str)
    pairs = complete_pairs(where, str(design["baseline"]), str(design["followup"]))
    if len(pairs) < 3:
        raise StudyError(
            f"design: {len(pairs)} patients have samples at both {design['baseline']} and "
            f"{design['followup']}; at least 3 complete pairs are needed"
        )


def _describe(
    model: Model, design: Mapping[str, Any], engine: str, facts: Mapping[str, float]
) -> dict[str, object]:
    where = model.obs[["patient", "visit"]].astype(str)
    return {
        "engine": engine,
        "blocking": model.blocking,
        "n_samples": len(where),
        "n_patients": where["patient"].nunique(),
        "n_pairs": len(complete_pairs(where, str(design["baseline"]), str(design["followup"]))),
        "df_residual": model.design.shape[0] - model.design.shape[1],
        "correlation": facts.get("correlation", np.nan),
        "df_prior": facts.get("df_prior", np.nan),
        "dropped": "; ".join(model.dropped) or "none",
        "formula": model.formula,
    }


def _missing(genes: pd.Index, engine: str) -> pd.DataFrame:
    table = pd.DataFrame(np.nan, index=range(len(genes)), columns=COLUMNS)
    return table.assign(gene=sorted(genes), n=0, engine=engine)
