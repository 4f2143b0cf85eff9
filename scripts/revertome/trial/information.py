"""What samples tell of a contrast beside covariates: within patients, or between all people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from revertome.trial.arms import UNIT, crosses, units_of
from revertome.trial.cells import NOT_PATIENTS, cells, randomised_cells
from revertome.trial.contrasts import change_column
from revertome.trial.covariates import columns_of, covariate_columns
from revertome.trial.pairs import complete_pairs
from revertome.trial.rank import Aliased, estimable, explain, without_patients
from revertome.visits import followups, visits_of


@dataclass(frozen=True, eq=False)  # tables have no hash: each is known by itself
class Information:
    """Columns that carry contrasts, and the covariates beside them.

    Attributes
    ----------
    where : DataFrame, (n, ...)
        patient, label, visit, cell of each sample.
    base : DataFrame, (n, p)
        One column a cell; or, within patients, `change.<...>`: 1 at its later visit.
    covariates : DataFrame, (n, q)
        Columns of the covariates.
    sheet : DataFrame, (n, k)
        The covariates as the sheet has them.
    within : bool
        Patients have effects of their own, so that only what differs within them counts.
    """

    where: pd.DataFrame
    base: pd.DataFrame
    covariates: pd.DataFrame
    sheet: pd.DataFrame
    within: bool

    @property
    def names(self) -> list[str]:
        """Names of the covariates."""
        return [str(name) for name in self.sheet]

    def holds(self, terms: Mapping[str, float]) -> bool:
        """Whether there are samples for all terms of a contrast."""
        return bool(terms) and set(terms) <= set(self.base)

    def matrix(self, names: Sequence[str] | None = None) -> pd.DataFrame:
        """The base, then the columns of these covariates; all of them by default."""
        if names is None:
            return pd.concat([self.base, self.covariates], axis=1)
        columns = [c for name in names for c in columns_of(name, self.covariates)]
        return pd.concat([self.base, self.covariates[columns]], axis=1)

    @cached_property
    def _lost(self) -> dict[tuple[str, ...], list[Aliased]]:
        """What was found of some covariates, as every contrast asks for the same."""
        return {}

    def lost(self, names: Sequence[str] | None = None) -> list[Aliased]:
        """Aliased columns of `matrix`, within patients where these have effects."""
        key = tuple(self.names if names is None else names)
        if key not in self._lost:
            matrix = self.matrix(None if key == tuple(self.names) else key)
            self._lost[key] = explain(matrix, self.where["patient"] if self.within else None)
        return self._lost[key]

    def tells(self, vector: pd.Series, names: Sequence[str] | None = None) -> bool:
        """Whether a contrast can be told beside these covariates; all of them by default."""
        return estimable(vector, self.lost(names))

    def inflation(self, vector: pd.Series) -> float:
        """Standard error of a contrast that can be told, over the one without the covariates.

        sqrt(c' (X'X)^-1 c) of the columns kept, with equal variances of the samples; 1 for a
        contrast of the covariates themselves.
        """
        plain = self._length(vector, [])
        return self._length(vector, self.names) / plain if plain > 0 else 1.0

    def _length(self, vector: pd.Series, names: Sequence[str]) -> float:
        kept = self.matrix(names).drop(columns=[each.column for each in self.lost(names)])
        x = kept.to_numpy(float)
        if self.within:
            x = without_patients(x, self.where["patient"])
        size = np.linalg.norm(x, axis=0)
        c = vector.reindex(kept.columns, fill_value=0.0).to_numpy() / size
        return float(np.linalg.norm(c @ np.linalg.pinv(x / size)))

    def without(self, people: Sequence[str]) -> "Information":
        """What is left without the samples of some people."""
        stays = ~self.where["patient"].isin(list(people))
        return Information(
            self.where[stays],
            self.base[stays],
            self.covariates[stays],
            self.sheet[stays],
            self.within,
        )


def within_patients(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> Information:
    """Changes of patients seen at baseline and later: what is left beside patient effects.

    In a crossover a patient has an effect in each arm.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples with patient, visit, group and the covariates.
    labels : DataFrame
        patient, label; patients without a row are `unlabelled`.
    design : mapping
        `baseline`, `followup`, `healthy`, `covariates`.

    Raises
    ------
    StudyError
        When a covariate is unknown or a sample of a pair lacks its value.
    """
    where = _followed(obs, labels, design)
    base = pd.get_dummies(where["change"], dtype=float)  # 0 at baseline, which has none
    return _information(obs.loc[where.index], where, base, design, True)


def between_people(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> Information:
    """Means of cells: healthy, pairs and single visits. Parameters and errors: `within_patients`;
    `obs` holds the samples of the model."""
    return _between(obs, cells(obs, labels, design), design)


def as_randomised(obs: pd.DataFrame, design: Mapping[str, Any]) -> Information:
    """Means of the cells of `randomised_cells`; parameters and errors as of `between_people`.

    Patients of whom no arm is known are left out.
    """
    where = randomised_cells(obs, design)
    kept = where["arm"].notna() | where["label"].isin(NOT_PATIENTS)
    return _between(obs[kept], where[kept], design)


def _between(obs: pd.DataFrame, where: pd.DataFrame, design: Mapping[str, Any]) -> Information:
    where = where.assign(patient=obs["patient"].astype(str))
    if crosses(obs, design):
        where = where.assign(**{UNIT: units_of(obs, design)})
    base = pd.get_dummies(where["cell"], dtype=float).sort_index(axis=1)
    return _information(obs, where, base, design, False)


def sick(where: pd.DataFrame) -> pd.DataFrame:
    """The rows of patients, of a table with column `label`."""
    return where[~where["label"].isin(NOT_PATIENTS)]


def confounding(information: Information, vector: pd.Series) -> tuple[tuple[str, ...], ...]:
    """The covariates that hide a contrast: smallest sets of which each hides it alone.

    Parameters
    ----------
    information : Information
    vector : Series
        Coefficients of the contrast, by column of the base.

    Returns
    -------
    tuple of tuple of str
        None where the contrast can be told, or cannot be told without covariates either.
    """
    names, found = information.names, []
    while not information.tells(vector, names):
        core = list(names)
        for name in reversed(names):
            fewer = [each for each in core if each != name]
            if not information.tells(vector, fewer):
                core = fewer
        if not core:
            break
        found.append(tuple(core))
        names = [name for name in names if name not in core]
    return tuple(found)


def _followed(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Samples of people seen at baseline and at a follow-up, with the column of their change."""
    where = cells(obs, labels, design).assign(
        patient=units_of(obs, design), visit=obs["visit"].astype(object)
    )
    where = where[where["visit"].isin(visits_of(design))]
    base = str(design["baseline"])
    paired = {p for visit in followups(design) for p in complete_pairs(where, base, visit)}
    timed = set(where.loc[where["label"].eq("time_control"), "patient"])
    kept = where["patient"].isin(paired) & (
        where["label"].ne("healthy") | where["patient"].isin(timed)
    )
    where = where[kept]
    change = [
        None if visit == base else change_column(label, design, str(visit), arm)
        for label, arm, visit in zip(where["label"], where["arm"], where["visit"], strict=True)
    ]
    return where.assign(change=pd.Series(change, index=where.index, dtype=object))


def _information(
    obs: pd.DataFrame,
    where: pd.DataFrame,
    base: pd.DataFrame,
    design: Mapping[str, Any],
    within: bool,
) -> Information:
    names = list(dict.fromkeys(design["covariates"]))
    return Information(where, base, covariate_columns(obs, names), obs[names], within)
