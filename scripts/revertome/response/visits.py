"""Response computed from the visits sheet."""

import pandas as pd

from revertome.errors import StudyError
from revertome.response.audit import audit, words
from revertome.response.course import follow
from revertome.response.endpoints import VARIABLES, columns_of, endpoints, judge, level_reached
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


def by_visits(
    obs: pd.DataFrame, visits: pd.DataFrame, options: Options, design: Options
) -> Response:
    """ACR Pedi and the systemic conditions at every visit after the baseline.

    A column that only other endpoints than the configured one need may be absent: those
    endpoints are then not assessable.
    """
    if visits.empty:
        raise StudyError(
            "config response.source is 'visits' but the study has no visits sheet; "
            "give intake.visits, or choose source activity, column or none"
        )
    endpoint = options["endpoint"]
    absent = [name for name in columns_of(endpoint) if name not in visits]
    if absent:
        raise StudyError(
            f"visits sheet: endpoint {endpoint!r} needs the missing column(s) "
            f"{', '.join(absent)}; add them or choose another response.endpoint"
        )
    sheet, names = "visits sheet", visits["visit"]
    wanted = options["baseline_visit"] or design["baseline"]
    baseline = present(wanted, names, "response.baseline_visit", sheet)
    visit = present(options["visit"] or design["followup"], names, "response.visit", sheet)
    if visit == baseline:
        raise StudyError(
            f"config response.visit: {visit!r} is also the baseline visit; name a later visit"
        )

    course = follow(visits, baseline, VARIABLES)
    verdicts = judge(course, options["limits"])
    met = endpoints(verdicts)
    told = met.apply(words)
    response = told[endpoint].map(RESPONSE)
    patients = told.assign(arm=course.arm, response=response, level=level_reached(verdicts))
    patients = patients.reset_index()[[*PATIENTS, *met]]
    return Response(
        patients,
        audit(course, verdicts, met, options["limits"]),
        trial(patients[course.randomised.to_numpy()], list(met)),
        labels(response.xs(visit, level="visit"), treated(obs, design)),
    )
