"""Response read from the sample sheet: an activity score, a ready-made column, or none."""

import pandas as pd

from revertome.errors import StudyError
from revertome.one_visit import LATER
from revertome.response.audit import COLUMNS as AUDIT
from revertome.response.continuous import COLUMNS as CONTINUOUS
from revertome.response.course import relative_change
from revertome.response.groups import judged_words
from revertome.response.result import PATIENTS, Options, Response, arms, present, single, treated
from revertome.response.trial import COLUMNS as TRIAL
from revertome.sheet_word import sheet_word


def _scores(rows: pd.DataFrame, column: str, visit: str) -> pd.Series:
    """Activity score of every patient at one visit."""
    if column not in rows:
        raise StudyError(
            f"config response.activity.column: no column {column!r} in the sample sheet; "
            f"columns found: {', '.join(map(str, rows.columns))}"
        )
    present(visit, rows["visit"], "design", "sample sheet")
    found = rows[rows["visit"] == visit].set_index("patient")[column].astype(object)
    numbers = pd.to_numeric(found, errors="coerce").astype(float)
    text = found[numbers.isna() & found.notna()]
    if len(text):
        raise StudyError(
            f"sample sheet, column {column}, patient {text.index[0]!r} at {visit!r}: found "
            f"{text.iloc[0]!r}; expected a number or nothing"
        )
    return numbers.reindex(arms(rows).index)


def by_activity(
    obs: pd.DataFrame, visits: pd.DataFrame, options: Options, design: Options
) -> Response:
    """Fall of an activity score between the baseline and the follow-up sample.

    responder: baseline >= `baseline_at_least` and fall >= `fall_at_least`; nonresponder: baseline
    high enough and a smaller fall; not assessable: a lower baseline or a missing score.
    """
    rule = options["activity"]
    column, least, needed = rule["column"], rule["baseline_at_least"], rule["fall_at_least"]
    rows = treated(obs, design)
    before = _scores(rows, column, design["baseline"])
    after = _scores(rows, column, design["followup"])
    met = ((before - after).round(9) >= needed).astype("boolean")
    met = met.mask(before.isna() | after.isna() | (before < least))

    def reason(first: float, last: float) -> str:
        if pd.isna(first) or pd.isna(last):
            return f"no {column} at {design['baseline' if pd.isna(first) else 'followup']}"
        if first < least:
            return f"{column} {first:g} at baseline, at least {least:g} needed to be judged"
        return f"{column} {first:g} to {last:g}, a fall of {needed:g} needed"

    reasons = [reason(*pair) for pair in zip(before, after, strict=True)]
    change = relative_change(before, after)
    values = pd.DataFrame({"baseline": before, "value": after, "change": change})
    control = options["control"]
    return single(rows, design["followup"], "activity", met, reasons, values, column, control)


def by_column(
    obs: pd.DataFrame, visits: pd.DataFrame, options: Options, design: Options
) -> Response:
    """The ready-made column `response` of the sample sheet: responder, nonresponder or missing.

    With `response.groups` its words are those, some of which make a responder.
    """
    rows, meaning = treated(obs, design), judged_words(options)
    known = ", ".join(meaning)
    if "response" not in rows:
        raise StudyError(
            "sample sheet: response.source is 'column' but there is no column 'response'; "
            f"add it ({known} or empty) or map a field to it in intake.fields"
        )
    given = rows.dropna(subset="response")
    given = given.assign(response=given["response"].map(sheet_word))
    strange = given[~given["response"].isin(meaning)]
    if len(strange):
        words = sorted(strange["response"].astype(str).unique())
        named = ", ".join(f"{word}: ..." for word in words[:6])
        raise StudyError(
            f"sample sheet, column response, patient {strange.iloc[0].patient!r}: found "
            f"{strange.iloc[0].response!r}; expected {known} or empty; map each "
            "word to one of these (null: not known) in intake.fields.response: {field: <column>, "
            f"values: {{{named}}}}}"
        )
    by_patient = given.groupby("patient")["response"]
    both = by_patient.nunique()
    if (both > 1).any():
        own = set(by_patient.unique()[both.idxmax()])
        words = [each for each in meaning if each in own]
        raise StudyError(
            f"sample sheet, column response: patient {both.idxmax()!r} is a "
            f"{' in one row and a '.join(words[:2])} in another; give all samples "
            "of a patient one label"
        )
    label = by_patient.first().reindex(arms(rows).index)
    met = label.map(meaning).astype("boolean")
    reasons = ["no label given" if pd.isna(name) else "label given" for name in label]
    visit = design["followup"] or options["visit"] or LATER
    return single(rows, visit, "column", met, reasons, control=options["control"])


def by_none(obs: pd.DataFrame, visits: pd.DataFrame, options: Options, design: Options) -> Response:
    """No response asked for: every patient is `treated`."""
    arm = arms(treated(obs, design)).rename_axis("patient").rename("arm")
    visit = design["followup"] or design["baseline"]
    patients = arm.reset_index().assign(visit=visit, response="treated", level=pd.NA)
    return Response(
        patients[PATIENTS],
        pd.DataFrame(columns=AUDIT),
        pd.DataFrame(columns=TRIAL),
        patients[["patient"]].assign(label="treated"),
        pd.DataFrame(columns=CONTINUOUS),
    )
