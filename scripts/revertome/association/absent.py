"""Who is missing at each visit, why, and how ill the absent were beside those present."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Mask
from revertome.association.baselines import baselines
from revertome.association.presence import (
    FAILED,
    FAILED_WORDS,
    NOT_SEEN,
    PRESENT,
    SEEN,
    UNKNOWN,
    Presence,
    presence,
    reasons,
    stopped,
)
from revertome.quality.used import used
from revertome.statistics.t_tests import welch
from revertome.trial import its_name, named_arms

ALL = "all"
COURSES = "courses (a patient in one arm)"  # of a crossover
UNEXPLAINED = (UNKNOWN, SEEN, NOT_SEEN)
ABSENT = ["visit", "arm", "label", "n_expected", "n_present", "n_absent", "n_failed", "n_recorded"]
ABSENT += ["n_stopped", "n_added", "note", "statement"]
SEVERITY = ["visit", "arm", "label", "variable", "n_present", "n_absent", "mean_present"]
SEVERITY += ["mean_absent", "difference", "CI.L", "CI.R", "standardised"]


def absent_tables(
    expression: Any,
    samples: pd.DataFrame,
    visits: pd.DataFrame,
    labels: pd.DataFrame,
    genes: pd.DataFrame,
    distance: pd.DataFrame,
    variables: Sequence[str],
    design: Mapping[str, Any],
    clinic: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Who is missing at each visit (`absent`), and how ill they were (`severity`).

    Parameters
    ----------
    expression : AnnData
        Log2, samples x genes, of all samples that were measured.
    samples : DataFrame
        sample, used.
    visits, labels, genes, distance, variables, design, clinic
        See `presence` and `baselines`.
    """
    measured = expression.obs.reset_index(drop=True).merge(samples[["sample", "used"]], on="sample")
    left_out = expression.uns.get("excluded")
    found = presence(measured, visits, labels, design, clinic, left_out)
    kept = used(expression, samples)
    values = baselines(kept, visits, genes, distance, variables, design, clinic)
    return {"absent": absent(found), "severity": severity(found, values)}


def groups(people: pd.DataFrame) -> Iterator[tuple[str, str, Mask]]:
    """Arm, label and members: everybody, each arm, each label, and labels within arms."""
    everybody = {ALL: np.ones(len(people), bool)}
    parts = []
    for each in (named_arms(people["arm"]).astype(str), people["label"]):
        names = sorted(each.unique())
        # An arm may be called like the total.
        own = {its_name(name): each.eq(name).to_numpy() for name in names if len(names) > 1}
        parts.append(everybody | own)
    of_arm, of_label = parts
    for a, in_arm in of_arm.items():
        for b, in_label in of_label.items():
            members = in_arm & in_label
            if members.any():
                yield a, b, members


def expected(found: Presence, visit: str) -> Mask:
    """Patients expected at a visit: everybody at the baseline, later those sampled there."""
    first = found.visits[0]
    if visit == first:
        return np.ones(len(found.people), bool)
    return np.asarray(found.status[first].eq(PRESENT))


def absent(found: Presence) -> pd.DataFrame:
    """Count who is expected, present and absent at each visit, by arm and label.

    Returns
    -------
    DataFrame
        visit, arm, label (`all` for everybody), n_expected (at baseline all patients of the study,
        later those with a used sample at baseline), n_present (with a used sample), n_absent,
        n_failed (of the absent: their sample failed quality control), n_recorded (a reason is
        recorded), n_stopped (present, though recorded to have stopped the treatment), n_added
        (present, not expected), note (the reasons), statement (in the row of everybody). In a
        crossover a patient counts in each arm.
    """
    tables, noun = [], COURSES if found.people["patient"].duplicated().any() else "patients"
    for visit in found.visits:
        table = _at(found, visit)
        said = [statement(table, found.visits[0], noun), *[None] * (len(table) - 1)]
        tables.append(table.assign(statement=pd.Series(said, dtype=object)))
    return pd.concat(tables, ignore_index=True)[ABSENT]


def _at(found: Presence, visit: str) -> pd.DataFrame:
    """Counts of one visit, everybody first."""
    here = found.status[visit].eq(PRESENT).to_numpy()
    awaited, why = expected(found, visit), reasons(found, visit)
    off = stopped(found, visit).to_numpy()
    known = ~why.isin([*UNEXPLAINED, FAILED_WORDS, ""]).to_numpy()
    failed = found.status[visit].eq(FAILED).to_numpy()
    gone = awaited & ~here
    counts = {
        "n_expected": awaited,
        "n_present": awaited & here,
        "n_absent": gone,
        "n_failed": gone & failed,
        "n_recorded": gone & known,
        "n_stopped": awaited & here & off,
        "n_added": ~awaited & here,
    }
    rows = [
        {"visit": visit, "arm": arm, "label": label, "note": _listed(why[members & gone])}
        | {name: int((members & each).sum()) for name, each in counts.items()}
        for arm, label, members in groups(found.people)
    ]
    return pd.DataFrame(rows)


def _listed(why: pd.Series) -> str | None:
    """Reasons with their counts, the most frequent first."""
    n = why.value_counts()
    ordered = sorted(n.items(), key=lambda item: (-int(item[1]), str(item[0])))
    return "; ".join(f"{count} {reason}" for reason, count in ordered) or None


def statement(rows: pd.DataFrame, baseline: str, noun: str = "patients") -> str:
    """One sentence on a visit.

    Parameters
    ----------
    rows : DataFrame
        Of `absent`, of one visit; the first is that of everybody.
    baseline : str
    noun : str
        What is counted.
    """
    every = rows.iloc[0]
    visit, n, here, gone = every[["visit", "n_expected", "n_present", "n_absent"]]
    have = "has" if here == 1 else "have"
    text = f"{visit}: of the {n} {noun} with a sample at {baseline}, {here} {have} one"
    if visit == baseline:
        text = f"{visit}: {here} of {n} {noun} {have} a sample"
    text += f"; {gone} {'is' if gone == 1 else 'are'} absent ({every['note']})." if gone else "."
    parts = [
        f"{row[kind]} {row['n_absent']} of {row['n_expected']}"
        for kind, other in (("arm", "label"), ("label", "arm"))
        for row in rows[rows[other].eq(ALL) & rows[kind].ne(ALL)].to_dict("records")
        if row["n_expected"]
    ]
    text += f" Absent by group: {', '.join(parts)}." if gone and parts else ""
    if every["n_stopped"]:
        was = "was" if every["n_stopped"] == 1 else "were"
        text += f" {every['n_stopped']} had stopped the treatment and {was} sampled all the same."
    if every["n_added"]:
        have = "has" if every["n_added"] == 1 else "have"
        text += f" {every['n_added']} more {have} a sample here and none at {baseline}."
    return text


def severity(found: Presence, values: pd.DataFrame) -> pd.DataFrame:
    """Set the baseline of the absent beside that of those present, at each follow-up.

    Parameters
    ----------
    found : Presence
    values : DataFrame, patients x variables
        At baseline, by patient; missing where unknown.

    Returns
    -------
    DataFrame
        visit, arm, label, variable, n_present, n_absent (with a value), mean_present, mean_absent,
        difference (absent - present) with 95% limits (Welch; missing with one patient in either),
        standardised (difference over the standard deviation of all of them). No rows for a group
        in which nobody is absent.
    """
    own = values.reindex(found.people["patient"]).reset_index(drop=True).astype(float)
    tables = []
    for visit in found.visits[1:]:
        here, awaited = found.status[visit].eq(PRESENT).to_numpy(), expected(found, visit)
        for arm, label, members in groups(found.people):
            away, stay = own[members & awaited & ~here], own[members & awaited & here]
            if away.empty or own.shape[1] == 0:
                continue
            test = welch(away, stay)
            sd = own[members & awaited].std(ddof=1)
            part = {
                "variable": own.columns,
                "n_present": stay.notna().sum().to_numpy(),
                "n_absent": away.notna().sum().to_numpy(),
                "mean_present": stay.mean().to_numpy(),
                "mean_absent": away.mean().to_numpy(),
                "difference": (away.mean() - stay.mean()).to_numpy(),
                "CI.L": test["CI.L"].to_numpy(),
                "CI.R": test["CI.R"].to_numpy(),
                "standardised": ((away.mean() - stay.mean()) / sd.where(sd > 0)).to_numpy(),
            }
            tables.append(pd.DataFrame(part).assign(visit=visit, arm=arm, label=label))
    if not tables:
        return pd.DataFrame(columns=SEVERITY)
    return pd.concat(tables, ignore_index=True)[SEVERITY]
