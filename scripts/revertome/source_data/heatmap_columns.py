"""Columns of the heat map: people in blocks, like beside like, and what is known of them."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from revertome.source_data.clusters import clustered, joined_trees
from revertome.source_data.tidy import LABELS
from revertome.trial import arm_of

MOST_VARIABLES = 3  # bars beside those of visit, response, arm and sex
MOST_LEVELS = 6  # that colours can tell apart
NAMES = ["column", "block", "role", "visit", "label", "patient", "position", "sample"]


def placed(people: pd.DataFrame, drawn: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Place people in blocks: the healthy, then each label at both visits.

    People are clustered within their group, patients by all that is drawn of them at both visits,
    so that each stands at the same place at both.

    Parameters
    ----------
    people
        A `cohort`.
    drawn
        Samples x genes, as coloured.

    Returns
    -------
    columns : DataFrame
        column, block, role, visit, label, patient, position, sample (missing: the patient has no
        such sample).
    branches : DataFrame
        label, and the branches of its tree; see `clusters.clustered`.
    """
    blocks, trees = [], []
    for label in ("healthy", *LABELS):
        mine = people[people["label"] == label]
        if mine.empty:
            continue
        well = label == "healthy"
        # A healthy person may have several samples; a patient has one at each visit.
        own = "sample" if well else "patient"
        visits = {r: v.drop_duplicates(own) for r, v in mine.groupby("role", sort=False)}
        names = pd.Index(sorted(mine[own].unique()), name=own)
        samples = {
            r: v.set_index(own, drop=False)["sample"].reindex(names) for r, v in visits.items()
        }
        profiles = [drawn.reindex(each.to_numpy()).to_numpy(float) for each in samples.values()]
        order, branches = clustered(np.hstack(profiles))
        trees.append(branches.assign(label=label))
        for r, each in samples.items():
            block = pd.DataFrame({"sample": each.to_numpy()[order], own: names[order]})
            if well:
                block["patient"] = block["sample"].map(mine.set_index("sample")["patient"])
            name = label if well else f"{label} {r}"
            visit = visits[r]["visit"].iloc[0]
            block = block.assign(block=name, role=r, visit=visit, label=label)
            blocks.append(block.assign(position=np.arange(len(block))))
    columns = pd.concat(blocks, ignore_index=True)
    columns["column"] = np.arange(len(columns))
    return columns[NAMES], joined_trees(trees)


def arms_of(columns: pd.DataFrame, expression: Any, design: Mapping[str, Any]) -> pd.Series:
    """Return the arm of each column, that of the patient where there is no sample."""
    obs = expression.obs
    own = obs["arm"].astype(object) if "arm" in obs else pd.Series(np.nan, obs.index)
    arm = arm_of(obs, design) if design.get("arm") else own
    return _of_person(columns, arm, obs["patient"])


def bars_of(
    columns: pd.DataFrame,
    expression: Any,
    samples: pd.DataFrame | None,
    joined: pd.DataFrame | None,
    variables: Sequence[str],
    covariates: Sequence[str],
) -> pd.DataFrame:
    """Return what is known of people beside visit, response and arm.

    Sex first; then, three at most, the clinical variables that the study asks about and the
    covariates of its models, in their order. What is the same for all is left out, and so is what
    has more values in words than colours can tell apart.

    Parameters
    ----------
    columns
        See `placed`.
    expression
        AnnData with the sample sheet.
    samples
        quality/samples.tsv: sample, recorded_sex.
    joined
        association/patients.tsv: patient, <variable>_baseline, <variable>_followup.
    variables, covariates
        `association.variables` and `design.covariates`.

    Returns
    -------
    DataFrame
        variable, column, value (a number) or level (a word); both missing where it is not known.
    """
    obs, found = expression.obs, {}
    if samples is not None:
        sex = samples.set_index("sample")["recorded_sex"].replace("", np.nan)
        found["sex"] = _of_person(columns, sex.reindex(obs.index), obs["patient"])
    others = {}
    for name in dict.fromkeys([*variables, *covariates]):
        if joined is not None and f"{name}_baseline" in joined:
            others[name] = _at_visit(columns, joined, name)
        elif name in obs:
            others[name] = columns["sample"].map(obs[name].astype(object))
    drawn = {name: own for name, own in others.items() if _tells(own) and name != "sex"}
    shown = dict(list(drawn.items())[:MOST_VARIABLES])
    kept = {name: own for name, own in found.items() if _tells(own)} | shown
    tables = [_bar(name, own, columns["column"]) for name, own in kept.items()]
    nothing = pd.DataFrame(columns=["variable", "column", "value", "level"])
    return pd.concat(tables, ignore_index=True) if tables else nothing


def _of_person(columns: pd.DataFrame, values: pd.Series, patient: pd.Series) -> pd.Series:
    """Values of samples, or of the person's first sample that has one."""
    values = values.astype(object)
    first = values.groupby(patient.astype(str).to_numpy()).first()
    return columns["sample"].map(values).fillna(columns["patient"].map(first))


def _at_visit(columns: pd.DataFrame, joined: pd.DataFrame, name: str) -> pd.Series:
    """Values of a clinical variable of the patients at baseline and follow-up."""
    wide, found = joined.set_index("patient"), pd.Series(np.nan, columns.index)
    for role in ("baseline", "followup"):
        if f"{name}_{role}" in wide:
            at = columns["role"].eq(role)
            found[at] = columns.loc[at, "patient"].map(wide[f"{name}_{role}"].astype(float))
    return found


def _tells(values: pd.Series) -> bool:
    """Whether people differ, in numbers or in few words."""
    n = values.nunique()
    return n > 1 and (_number(values) or n <= MOST_LEVELS)


def _number(values: pd.Series) -> bool:
    """Whether values are measured; of two numbers, as of batches 1 and 2, each is a name."""
    numbers = pd.to_numeric(values.dropna(), errors="coerce")
    return bool(numbers.notna().all()) and numbers.nunique() > 2


def _word(value: Any) -> Any:
    """A level as it was written: 1 where a column with gaps holds 1.0."""
    return f"{value:g}" if isinstance(value, Real) and not pd.isna(value) else value


def _bar(name: str, values: pd.Series, column: pd.Series) -> pd.DataFrame:
    number = _number(values)
    told = values.astype(float) if number else values.map(_word)
    return pd.DataFrame({"variable": name, "column": column, "value" if number else "level": told})
