"""What each contrast estimates, in words: the five attributes of an estimand (ICH E9 R1)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.differential.contrast_words import POLICY, parts_of
from revertome.small_cells import size
from revertome.visits import at_visit, followups

COLUMNS = ["contrast", "visit", "population", "treatment", "variable", "intercurrent_events"]
COLUMNS += ["summary", "assumption", "sentence"]
BEFORE = "none: all samples are from before the treatment"
BEFORE_MISSING = "patients without a sample would on average have had the values of the others"
WHATEVER = ", whatever else was given and whether or not treatment was stopped"
ONE_BASELINE = "(one baseline)"  # in the formula of the constrained longitudinal model
EXPRESSION = "log2 expression of each gene"
# What is assumed of patients without a sample, by the model.
MISSING = {
    "fixed": "complete pairs alone are used: patients without both samples would on average have "
    "changed as those with both did",
    "random": "missing at random: patients without a sample would on average have had the values "
    "that their other sample and their group let expect",
    "randomised": "missing at random: patients without a sample would on average have had the "
    "values that their arm and their sample at baseline let expect",
}


def estimand(
    name: str,
    model: str,
    design: Mapping[str, Any],
    covariates: str = "none",
    people: object = None,
    custom: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Put the estimand of a contrast into words.

    Parameters
    ----------
    name : str
        Standard contrast, `change_with_<variable>`, or one of the study.
    model : str
        `fixed` (patient effects), `random` (patients as blocks) or `randomised` (constrained
        longitudinal model of randomised arms).
    design : mapping
        `baseline`, `followup`, `healthy`; `arm` (column, control, until), `dose` and
        `time_control` where the study has them.
    covariates : str
        Those that the contrast is adjusted for, joined by commas; `none`.
    people : int, optional
        How many people are compared; missing where that is withheld.
    custom : mapping, optional
        Contrasts of the study itself and their sums.

    Returns
    -------
    dict of str
        The columns of `differential/estimands.tsv`.
    """
    early = name == "baseline" or name.partition("_")[0] == "disease"
    early &= name not in (custom or {})
    parts = parts_of(name, design, custom or {})
    assumption, events = (BEFORE_MISSING, BEFORE) if early else (MISSING[model], parts.events)
    if parts.between:
        assumption += f"; {parts.between}"
    adjusted = "" if covariates in ("none", "") else covariates
    if adjusted:
        events += f"; compared at equal {adjusted}"
        if not early:
            events += ", so that what the treatment does through a value it changes is taken out"
    n = "" if people is None else f"; {size(people)} people"
    end = f", at equal {adjusted}" if adjusted else ""
    end += WHATEVER if events.startswith(POLICY) else ""
    return {
        "contrast": name,
        "visit": str(design["baseline"] if early else design["followup"]),
        "population": parts.population,
        "treatment": parts.treatment,
        "variable": f"{EXPRESSION} {parts.at}",
        "intercurrent_events": events,
        "summary": parts.summary,
        "assumption": assumption,
        "sentence": f"{name}: {parts.summary}, in {EXPRESSION}. In whom: {parts.population}{n}"
        f"{end}. Assumed: {assumption}.",
    }


def estimands(
    models: pd.DataFrame, design: Mapping[str, Any], custom: Mapping[str, str]
) -> pd.DataFrame:
    """Estimands of the contrasts of one visit.

    Parameters
    ----------
    models : DataFrame
        `differential/design.tsv`: contrast, engine, blocking, covariates, compared_patients,
        formula.
    design : mapping
        Asked about that visit.
    custom : mapping
        See `estimand`.

    Returns
    -------
    DataFrame
        One row a contrast that is estimated, by the first engine that does.
    """
    fitted = models[models["blocking"].notna()].drop_duplicates("contrast")
    rows = [
        estimand(
            str(row["contrast"]), _model(row), design,
            str(row["covariates"]), row["compared_patients"], custom,
        )
        for row in fitted.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def over_visits(
    models: Sequence[pd.DataFrame], design: Mapping[str, Any], custom: Mapping[str, str]
) -> pd.DataFrame:
    """Estimands of all visits; what is about the baseline once.

    Parameters
    ----------
    models : sequence of DataFrame
        `differential/design.tsv` of each follow-up, in order; of the baseline alone where there
        is none.
    design, custom : mapping
        See `estimand`.
    """
    asked = [at_visit(design, visit) for visit in followups(design)] or [dict(design)]
    found = [estimands(each, at, custom) for each, at in zip(models, asked, strict=True)]
    whole = pd.concat(found, ignore_index=True)
    return whole.drop_duplicates(["contrast", "visit"], ignore_index=True)


def _model(row: Mapping[str, Any]) -> str:
    """Which of `MISSING` a row of the design report is."""
    return "randomised" if ONE_BASELINE in str(row["formula"]) else str(row["blocking"])
