"""Technical columns of the sheet that go with what is compared: batch, chip, centre, kit."""

import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array
from revertome.handling import says_handling
from revertome.trial import complete_pairs, followups, is_healthy, is_patient, visits_of

STRONG = 0.6  # bias-corrected Cramér's V from which a column goes with a group
CHANGE, ARMS = "the change under treatment", "a difference between the arms"
MOVES = 0.25  # share of a component, within groups, that a column explains


def handled(obs: pd.DataFrame) -> list[str]:
    """Columns of `obs` that say how samples were handled, with several samples a value."""
    named = [str(name) for name in obs if says_handling(name)]
    return [name for name in named if 2 <= obs[name].nunique() <= obs[name].notna().sum() / 2]


def warn_of_codes(obs: pd.DataFrame, design: Mapping[str, Any]) -> None:
    """Warn of covariates that are codes of how samples were handled and enter models as numbers.

    With two values it is the same; with three, the third would differ from the second by as much as
    the second from the first.
    """
    for name in handled(obs[list(dict.fromkeys(design.get("covariates", ())))]):
        values = obs[name]
        if not pd.api.types.is_numeric_dtype(values):
            continue
        codes = sorted(values.dropna().unique())
        if len(codes) > 2 and all(float(code).is_integer() for code in codes):
            shown = [f"{code:.0f}" for code in codes[:3]]
            more = ", ..." if len(codes) > len(shown) else ""
            words = ", ".join(f"{code}: {name}{code}" for code in shown)
            warnings.warn(
                f"design.covariates: '{name}' is {', '.join(shown)}{more} and enters the models as "
                "a number, as if its effect grew from each to the next; if these are codes, make "
                f"them words by intake.fields: {{{name}: {{values: {{{words}{more}}}}}}}",
                stacklevel=3,
            )


def confounded(
    obs: pd.DataFrame,
    design: Mapping[str, Any],
    component: Array | None = None,
    labels: Mapping[str, str] | None = None,
) -> list[str]:
    """Say which technical columns cannot be told from what is compared.

    A column is named where none of its values holds samples of both sides (whatever the
    expression says), unless it is a covariate and other samples, such as the healthy, link them;
    and, given `component`, where it goes with the sides (bias-corrected Cramér's
    V of 0.6 or more), explains a quarter of the component within them, and is no covariate.

    Parameters
    ----------
    obs : DataFrame, (samples, ...)
        Samples with their columns of the sheet.
    design : mapping
        `baseline`, `followup`, `healthy`, `covariates`.
    component : (samples,), optional
        Scores of the first principal component.
    labels : mapping, optional
        `responder` or `nonresponder` by patient. Where given, these are compared and nothing else.

    Returns
    -------
    list of str
        One sentence each; empty where nothing is confounded.

    References
    ----------
    Bergsma 2013, J Korean Stat Soc 42:323-8 (correction of Cramér's V).
    """
    first = str(design["baseline"])
    compared = _sides(obs, design) if labels is None else _by_label(obs, design, labels)
    found = []
    for sides, meaning in compared:
        for name in handled(obs):
            known = sides.notna() & obs[name].notna()
            counts = pd.crosstab(obs.loc[known, name].astype(str), sides[known].astype(str))
            counts = counts[
                sorted(counts, key=lambda side: (side != "healthy", side != first))
            ]  # baseline before follow-up
            people = obs["patient"][known].groupby(sides[known].astype(str)).nunique()
            if len(people) < 2 or people.min() < 2 or len(counts) < 2:
                continue
            shown = _shown(counts)
            alone = ((counts > 0).sum(axis=1) == 1).all()
            if alone and meaning not in (CHANGE, ARMS) and _bridged(obs, design, sides, name):
                if name not in design["covariates"]:
                    found.append(
                        f"'{name}' goes with {' and '.join(counts)} without exception ({shown}): "
                        f"only samples of other people or visits tell {meaning} from '{name}'; "
                        "name it in design.covariates"
                    )
            elif alone:
                found.append(
                    f"'{name}' goes with {' and '.join(counts)} without exception ({shown}): "
                    f"{meaning} cannot be told from '{name}', no model can adjust for it, and "
                    "nothing should be reported of it from these samples"
                )
            elif component is not None and name not in design["covariates"]:
                moved = _explained(component[known], obs.loc[known, name], sides[known])
                if _cramer(counts.to_numpy()) >= STRONG and moved >= MOVES:
                    found.append(
                        f"'{name}' goes with {' and '.join(counts)} for the most part ({shown}) "
                        f"and explains {moved:.0%} of the first principal component within them: "
                        f"{meaning} may be an effect of '{name}'; name it in design.covariates"
                    )
    return found


def _sides(obs: pd.DataFrame, design: Mapping[str, Any]) -> Iterator[tuple[pd.Series, str]]:
    """Side of each sample, missing where it is on none, and what the comparison is read as."""
    before, visit = str(design["baseline"]), obs["visit"].astype(object)
    sick = is_patient(obs, design) & visit.isin(visits_of(design))
    named = visit.where(sick)
    yield named.where(named.eq(before)).mask(is_healthy(obs, design), "healthy"), "the disease"
    for follow in followups(design):
        both = obs["patient"].astype(str).isin(complete_pairs(obs[sick], before, follow))
        yield named.where(both & named.isin([before, follow])), CHANGE
    if "arm" in obs:
        yield obs["arm"].astype(object).where(sick), ARMS


def _bridged(obs: pd.DataFrame, design: Mapping[str, Any], sides: pd.Series, name: str) -> bool:
    """Whether samples beside those compared have values of every side, so that models adjust."""
    held = obs.loc[sides.notna(), name].groupby(sides.dropna().astype(str)).agg(set)
    rest = obs.loc[sides.isna(), name].dropna()
    cell = obs["visit"].astype(object).mask(is_healthy(obs, design), "healthy")
    cells = rest.groupby(cell[rest.index].astype(str)).agg(set)
    return any(all(cell & own for own in held) for cell in cells)


def _by_label(
    obs: pd.DataFrame, design: Mapping[str, Any], labels: Mapping[str, str]
) -> Iterator[tuple[pd.Series, str]]:
    words = {"responder": "responders", "nonresponder": "non-responders"}
    sick = is_patient(obs, design) & obs["visit"].isin(visits_of(design))
    label = obs["patient"].astype(str).map({str(p): words.get(v) for p, v in labels.items()})
    yield label.where(sick), "a difference between responders and non-responders"


def _shown(counts: pd.DataFrame, most: int = 4) -> str:
    """Samples of each side by value: `run1: 12 before; run2: 12 after`."""
    parts = [
        f"{value.removesuffix('.0')}: {', '.join(f'{n} {side}' for side, n in row.items() if n)}"
        for value, row in counts.head(most).iterrows()
    ]
    return "; ".join([*parts, *(["..."] if len(counts) > most else [])])


def _cramer(counts: Array) -> float:
    """Cramér's V with Bergsma's correction for its bias in small tables."""
    n = counts.sum()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    rows, columns = counts.shape
    phi = ((counts - expected) ** 2 / expected).sum() / n - (rows - 1) * (columns - 1) / (n - 1)
    least = min(k - (k - 1) ** 2 / (n - 1) for k in (rows, columns)) - 1
    return float(np.sqrt(max(phi, 0.0) / least)) if least > 0 else 0.0


def _explained(component: Array, column: pd.Series, sides: pd.Series) -> float:
    """Share of the component, within sides, that the values of a column explain."""
    score = pd.Series(component, column.index)
    within = score - score.groupby(sides.astype(str)).transform("mean")
    total = float((within**2).sum())
    cell = [sides.astype(str), column.astype(str)]
    rest = score - score.groupby(cell).transform("mean")
    return 1 - float((rest**2).sum()) / total if total > 0 else 0.0
