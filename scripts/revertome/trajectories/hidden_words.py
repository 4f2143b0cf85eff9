"""What is said of hidden factors: how many, what they go with, and what the sets lose by them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from revertome.limma.mixed_fit import mixed_fit
from revertome.trajectories.hidden_factors import COLUMN, NAME, Hidden, hidden_factors
from revertome.trajectories.observed import Observed
from revertome.trajectories.study import FittedStudy

SETS = ("reverted", "induced")
COLUMNS = ["topic", "n_genes", "n_factors", "explained", "statement"]


def factors_of(study: FittedStudy, observed: Observed, options: Mapping[str, Any]) -> Hidden | None:
    """Hidden factors of a study that asks for them in `trajectories.sensitivity`, else None."""
    if NAME not in options["sensitivity"]:
        return None
    claims = {name for each in observed.effects.values() for name in (each.disease, each.change)}
    fitted = study.fitted
    rho = float(np.nan_to_num(np.mean(fitted.correlation)))
    asked = fitted.y, fitted.model, study.where["patient"], sorted(claims), rho
    return hidden_factors(*asked, options["alpha"])


def columns_of(found: Hidden, samples: pd.Index) -> pd.DataFrame:
    """Scores as columns of the samples."""
    names = [f"{COLUMN}{k}" for k in range(1, found.scores.shape[1] + 1)]
    return pd.DataFrame(found.scores, index=samples, columns=names)


def hidden_statement(
    found: Hidden | None, study: FittedStudy, observed: Observed, rows: pd.DataFrame
) -> pd.DataFrame:
    """Row `hidden_factors` of the statements; none where no factors were asked for.

    Returns
    -------
    DataFrame
        topic, n_genes (control genes), n_factors, explained (share of all factors in the residual
        variance of the control genes), statement.
    """
    if found is None:
        return pd.DataFrame(columns=COLUMNS)
    k = found.scores.shape[1]
    row = {"topic": NAME, "n_genes": found.n_controls, "n_factors": k}
    row["explained"] = float(found.explained.sum())
    row["statement"] = _none(found) if not k else _some(found, study, observed, rows)
    return pd.DataFrame([row], columns=COLUMNS)


def _none(found: Hidden) -> str:
    if found.note:
        return f"Hidden factors were not looked for: there are only {found.note}."
    return (
        f"No hidden factor: in the residuals within patients of {found.n_controls:,} genes without "
        "sign of disease or change nothing is shared that chance does not explain. What goes "
        "mostly with a visit or with disease, as a batch of its own for each visit, cannot be "
        "seen this way."
    )


def _some(found: Hidden, study: FittedStudy, observed: Observed, rows: pd.DataFrame) -> str:
    k = len(found.explained)
    shares = ", ".join(f"{100 * share:.0f}%" for share in found.explained)
    text = (
        f"{k} hidden factor{'s' * (k > 1)}: in the residuals within patients of "
        f"{found.n_controls:,} genes without sign of disease or change "
        f"{'it holds' if k == 1 else 'they hold'} {shares} of the variance, more than chance "
        "explains. "
    )
    told = _goes_with(found, study, observed)
    text += f"{told} " if told else "None goes with disease or change beyond chance. "
    mine = rows[rows["detail"].eq(NAME)].set_index("set")
    if mine.empty:
        return f"{text}Beside them the claims cannot be told, so the sets were not made again."
    kept = [
        f"{mine.loc[name, 'n_kept']:,} of "
        f"{mine.loc[name, 'n_kept'] + mine.loc[name, 'n_lost']:,} {name} genes stay"
        for name in SETS
        if mine.loc[name, "n_kept"] + mine.loc[name, "n_lost"]
    ]
    text += f"With them in the model {' and '.join(kept)}. " if kept else ""
    return (
        f"{text}A factor may be cells, a batch or a part of what the treatment does: a gene that "
        "is lost moves with many others, and is not thereby false."
    )


def _goes_with(found: Hidden, study: FittedStudy, observed: Observed) -> str:
    """Effects of disease and change on the factors, in SD, that are significant over all."""
    model, names = study.fitted.model, {"disease": "", "change": ""}
    effect = observed.effects["main"]
    names = {
        effect.disease: "differs between patients and healthy people",
        effect.change: "changes",
    }
    if model.block is None:
        return ""
    fit = mixed_fit(
        found.scores, model.design, model.block, {name: model.contrasts[name] for name in names}
    )
    error = np.sqrt(np.einsum("gkk->gk", fit.covariance)) * fit.sigma[:, None]
    p = 2 * special.stdtr(fit.df, -np.abs(fit.coefficients / error))
    told = []
    for k, j in zip(*np.nonzero(p <= observed.rule.alpha / p.size), strict=True):
        words = list(names.values())[j]
        told.append(
            f"Factor {k + 1} {words} by {fit.coefficients[k, j]:.1f} SD (p = {p[k, j]:.2g})."
        )
    return " ".join(told)
