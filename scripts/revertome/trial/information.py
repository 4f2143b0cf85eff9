"""What samples tell of a contrast beside covariates: within patients, or between all people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from revertome.trial.cells import cells
from revertome.trial.covariates import columns_of, covariate_columns
from revertome.trial.pairs import complete_pairs
from revertome.trial.rank import Aliased, estimable, explain, without_patients


@dataclass(frozen=True)
class Information:
    """Columns that carry contrasts, and the covariates beside them.

    Attributes
    ----------
    where : DataFrame, (n, ...)
        patient, label, visit, cell of each sample.
    base : DataFrame, (n, p)
        One column a cell; or, within patients, `change.<label>`: 1 at the second visit.
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
    def _lost(self) -> list[Aliased]:
        return explain(self.matrix(), self.where["patient"] if self.within else None)

    def lost(self, names: Sequence[str] | None = None) -> list[Aliased]:
        """Aliased columns of `matrix`, within patients where these have effects."""
        if names is None or list(names) == self.names:
            return self._lost
        return explain(self.matrix(names), self.where["patient"] if self.within else None)

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
    """Changes of complete pairs: what is left of the samples beside patient effects.

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
    where = _patients(obs, labels, design)
    where = where[where["patient"].isin(complete_pairs(where, design["baseline"],
                                                       design["followup"]))]  # fmt: skip
    after = where["visit"].eq(str(design["followup"])).astype(float)
    base = pd.get_dummies(where["label"], dtype=float).mul(after, axis=0).add_prefix("change.")
    return _information(obs.loc[where.index], where, base, design, True)


def between_people(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> Information:
    """Means of cells: healthy, pairs and single visits. Parameters and errors: `within_patients`;
    `obs` holds the samples of the model."""
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    base = pd.get_dummies(where["cell"], dtype=float).sort_index(axis=1)
    return _information(obs, where, base, design, False)


def sick(where: pd.DataFrame) -> pd.DataFrame:
    """The rows of patients, of a table with column `label`."""
    return where[where["label"].ne("healthy")]


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


def _patients(obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Cells of the samples of patients at the two visits."""
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    return sick(where[where["visit"].isin([str(design["baseline"]), str(design["followup"])])])


def _information(
    obs: pd.DataFrame,
    where: pd.DataFrame,
    base: pd.DataFrame,
    design: Mapping[str, Any],
    within: bool,
) -> Information:
    names = list(dict.fromkeys(design["covariates"]))
    return Information(where, base, covariate_columns(obs, names), obs[names], within)
