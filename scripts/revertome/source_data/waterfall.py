"""Every patient: distance to health in order, and the modules of the same patients."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.modules.carrying import DISTANCE, LIMIT, healthy_people, standing, values_at
from revertome.modules.distance import LEAST
from revertome.small_cells import is_small, size
from revertome.source_data.module_order import leading, not_drawn
from revertome.source_data.tidy import LABELS, absent, count, stack
from revertome.trial import cells

HELD = 0.98  # share of the values of modules within the scale of colours
LEAST_SCALE, MOST_SCALE = 4, 10  # SD
MARKED = 150  # patients up to whom there is room for a dot


def table(
    scores: pd.DataFrame,
    distance: pd.DataFrame,
    samples: pd.DataFrame,
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    suppress_below: int = 0,
) -> pd.DataFrame:
    """Build the table of the patients in the order of their distance to health.

    Returns
    -------
    DataFrame
        `patient` rows: patient, label, arm, order, z (distance to health at the visit, in healthy
        SD from the healthy mean), z_baseline (the same at baseline). `cell` rows: patient, module,
        z (at the visit). `module` rows: module, order. `study` row: visit (the last of the
        design), baseline (where it is another), limit (SD), scale (SD at the ends of the colours),
        marked (whether modules outside the limit have a dot).
    """
    values = standing(scores, distance, samples, design)
    if DISTANCE not in values:
        return absent(f"Distance to health needs at least {LEAST} healthy people.")
    visit = str(design["followup"] or design["baseline"])
    now, before = (values_at(values, name) for name in (visit, design["baseline"]))
    now = now[now[DISTANCE].notna()]
    if now.empty:
        return absent(f"No patient has a sample at {naming.visit(visit)}.")
    people = _people(expression, labels, design).reindex(now.index)
    people = people.assign(z=now[DISTANCE])
    if design["followup"] is not None:
        people["z_baseline"] = before[DISTANCE].reindex(now.index)
    people = people.rename_axis("patient").reset_index()
    people = people.sort_values(["z", "patient"], ascending=[False, True], ignore_index=True)
    people["order"] = range(len(people))
    every = [name for name in now if name != DISTANCE and now[name].notna().any()]
    kept = leading(-now[every].abs().mean()) if every else []
    # No module can be called by a tab; one may be called `z` or `patient`.
    cell = now.loc[people["patient"], kept].melt(
        var_name="module", value_name="\t", ignore_index=False
    )
    cell = cell.rename(columns={"\t": "z"}).dropna(subset="z").rename_axis("patient").reset_index()
    held = cell["z"].abs().quantile(HELD) if len(cell) else LEAST_SCALE
    study = {"visit": visit, "limit": LIMIT, "scale": min(max(held, LEAST_SCALE), MOST_SCALE)}
    study["marked"] = len(people) <= MARKED
    if design["followup"] is not None:
        study["baseline"] = str(design["baseline"])
    left = values.index.get_level_values("patient").nunique() - len(people)
    well, left = (float("nan") if is_small(n, suppress_below) else n
                  for n in (healthy_people(samples, design), left))  # fmt: skip
    told = _words(people, study, kept, len(every), well) + _left(left, visit)
    ends = people.iloc[[0, -1]]
    words = "; ".join(f"{r.patient}: {r.z:.1f}" for r in ends.itertuples())
    alt = f"{told} Furthest and nearest (SD): {words}."
    modules = pd.DataFrame({"module": kept, "order": range(len(kept))})
    rows = {"patient": people, "cell": cell, "module": modules, "study": pd.DataFrame([study])}
    return stack(told, alt, **rows)


def _people(expression: Any, labels: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Label of each patient, and the arm of those who are in one."""
    found = cells(expression.obs, labels, design)[["label", "arm"]].astype(object)
    found = found.groupby(expression.obs["patient"].astype(str).to_numpy())
    first = found.first()
    first["arm"] = first["arm"].where(found["arm"].nunique().eq(1))
    return first


def _words(
    people: pd.DataFrame, study: Mapping[str, Any], kept: list[str], every: int, healthy: float
) -> str:
    """Say what is drawn."""
    when = naming.visit(study["visit"])
    labels = [naming.group(name) for name in LABELS if people["label"].eq(name).any()]
    coloured = f", coloured by response ({', '.join(labels)})" if len(labels) > 1 else ""
    first = study.get("baseline")
    dots = "" if first is None else f"; dots: the same patient at {naming.visit(first)}"
    caption = (
        f"Distance to health of {count(len(people), 'patient')} at {when}, the furthest first "
        f"(bars{coloured}{dots}), in standard deviations (SD) of healthy people ({size(healthy)}) "
        "from their mean. Band: mean and two SD either side; above the dashed line a patient is "
        "further from health than healthy people are."
    )
    if kept:
        mark = "a dot marks those outside mean ± 2 SD, " if study["marked"] else ""
        caption += (
            f" Below: scores of {count(len(kept), 'module')} of the same patients at {when}, in "
            f"the same unit; {mark}grey is no score. Each is one sample, and of many modules "
            "healthy people lie outside some, too."
        )
    return caption + not_drawn(every - len(kept), "nearer to healthy", "report/patients.tsv")


def _left(left: float, visit: str) -> str:
    """Say who is not drawn."""
    if left == 0:
        return ""
    return f" Not drawn, for want of a sample at {naming.visit(visit)}: {count(left, 'patient')}."
