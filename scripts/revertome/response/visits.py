"""Response computed from the visits sheet."""

import warnings

import pandas as pd

from revertome.errors import StudyError
from revertome.response.audit import audit
from revertome.response.continuous import summarise
from revertome.response.course import follow
from revertome.response.definition import Definition, parse
from revertome.response.formulas import compose
from revertome.response.judge import endpoints, judge, level_reached
from revertome.response.result import (
    PATIENTS,
    RESPONSE,
    Options,
    Response,
    labels,
    present,
    treated,
)
from revertome.response.trial import trial
from revertome.response.words import words


def by_visits(
    obs: pd.DataFrame, visits: pd.DataFrame, options: Options, design: Options
) -> Response:
    """Every criterion of the trial's definition, at every visit after the baseline.

    A column that only other endpoints than the configured one need may be absent: those
    endpoints are then not assessable.
    """
    if visits.empty:
        raise StudyError(
            "config response.source is 'visits' but the study has no visits sheet; "
            "give intake.visits, or choose source activity, column or none"
        )
    definition = parse(options["definition"], options["limits"])
    endpoint = _endpoint(options["endpoint"], definition, visits)
    sheet, names = "visits sheet", visits["visit"]
    wanted = options["baseline_visit"] or design["baseline"]
    baseline = present(wanted, names, "response.baseline_visit", sheet)
    visit = present(options["visit"] or design["followup"], names, "response.visit", sheet)
    if visit == baseline:
        raise StudyError(
            f"config response.visit: {visit!r} is also the baseline visit; name a later visit"
        )
    scored = with_scores(visits, definition)
    shown = [name for name in definition.continuous if name in scored]
    course = follow(scored, baseline, list(dict.fromkeys([*definition.variables(), *shown])))
    judged = judge(course, definition)
    met = endpoints(judged, definition)
    verdicts = pd.DataFrame({name: words(one.met) for name, one in met.items()})
    response = verdicts[endpoint].map(RESPONSE)
    level = level_reached(judged, met, definition.levels)
    patients = verdicts.assign(arm=course.arm, response=response, level=level)
    patients = patients.reset_index()[[*PATIENTS, *met]]
    return Response(
        patients,
        audit(course, judged, met, definition),
        trial(patients[course.randomised.to_numpy()], list(met), options["control"]),
        labels(response.xs(visit, level="visit"), treated(obs, design)),
        summarise(course, shown, options["control"]),
    )


def with_scores(visits: pd.DataFrame, definition: Definition) -> pd.DataFrame:
    """Add the composite scores of the definition to the visits sheet.

    A column of the sheet that has the name of a score is taken as it stands, with a warning.
    """
    found = {}
    for name, rule in definition.scores.items():
        if name in visits:
            warnings.warn(
                f"visits sheet: its own column {name!r} is used; the formula of the definition of "
                "response is not",
                stacklevel=4,
            )
            continue
        found[name] = compose(visits, rule["formula"], rule["columns"])
    return visits.assign(**found)


def _endpoint(wanted: str, definition: Definition, visits: pd.DataFrame) -> str:
    """The configured endpoint, the first one where none is; its columns have to exist."""
    endpoint = wanted or next(iter(definition.endpoints))
    if endpoint not in definition.endpoints:
        raise StudyError(
            f"config response.endpoint: unknown endpoint {endpoint!r}; "
            f"choose one of {', '.join(definition.endpoints)}"
        )
    given = {name for name in definition.scores if name in visits}
    ready = {column for name in given for column in definition.columns(name)}
    absent = [c for c in definition.needed(endpoint) if c not in visits and c not in ready]
    if absent:
        raise StudyError(
            f"visits sheet: endpoint {endpoint!r} needs the missing column(s) "
            f"{', '.join(absent)}; add them or choose another response.endpoint"
        )
    return endpoint
