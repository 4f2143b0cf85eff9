"""The samples of a study, their pairs and their joint fit: what every claim is made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.differential.engines import joint_fit
from revertome.differential.model_options import ModelOptions
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.limma.clusters import group_of
from revertome.limma.ebayes import error_of
from revertome.limma.joint import JointFit
from revertome.samples import samples_named
from revertome.trajectories.class_rules import CONTRASTS
from revertome.trajectories.plane import Plane
from revertome.trajectories.statements import responder_specificity
from revertome.trial import (
    UNIT,
    analysed,
    cells,
    complete_pairs,
    crosses,
    sick,
    unit_column,
    units_of,
)


@dataclass(frozen=True)
class FittedStudy:
    """A study held ready for its claims.

    Attributes
    ----------
    expression : AnnData, samples x genes
        Samples that are analysed.
    where : DataFrame, (n, ...)
        cell, patient, visit, label of each of them.
    pairs : list of str
        Patients with samples at both visits.
    fitted : JointFit
        The joint fit.
    """

    expression: Any
    where: pd.DataFrame
    pairs: list[str]
    fitted: JointFit

    def n_pairs(self, label: str) -> int:
        """Patients of a label with samples at both visits, in a crossover of one arm at least."""
        paired = self.where[unit_column(self.where)].isin(self.pairs)
        return int(self.where.loc[paired & self.where["label"].eq(label), "patient"].nunique())

    def statements(
        self, planes: Mapping[str, Plane] | None = None, outcome: Any = None
    ) -> pd.DataFrame:
        """See `statements.responder_specificity`; without planes from the joint fit."""
        pairs = self.n_pairs("responder"), self.n_pairs("nonresponder")
        if planes is None:
            part = self.fitted.moderated.get("interaction")
            error = None if part is None else error_of(part, "interaction")
            return responder_specificity(*pairs, error)
        plane = planes.get("specific")
        error = None
        if plane is not None:
            error = np.sqrt(plane.variance(0, 1)), np.asarray(plane.degrees(0, 1))
        return responder_specificity(*pairs, error, outcome, planes["main"].t)

    def adjusted(self, beta: Array) -> tuple[Callable[[Mask], Array], Array]:
        """Values (n, genes) without the part of the covariates, of some genes, a mask (G,).

        Also the mean of the healthy, (G,). `beta`, (G, p), are the coefficients of the joint fit.
        """
        design = self.fitted.model.design
        columns = list(design.columns)
        cell = np.isin(columns, self.where["cell"])
        covariates, slopes = design.to_numpy(float)[:, ~cell], beta[:, ~cell]

        def values(genes: Mask) -> Array:
            return np.asarray(self.fitted.y[:, genes] - covariates @ slopes[genes].T)

        return values, beta[:, columns.index("healthy")]

    def strata(self) -> pd.Series:
        """Group and pairing of each sample's patient: what a resample keeps as it was."""
        where = self.where
        seen = where[unit_column(where)].isin(self.pairs)
        seen = seen.groupby(where["patient"].to_numpy()).transform("any")
        paired = seen.map({True: "pair", False: "single"})
        single = where["visit"].fillna("").where(paired.eq("single"), "")
        return group_of(where) + "." + paired + "." + single.astype(str)


def study_of(expression: Any, labels: pd.DataFrame, options: ModelOptions) -> FittedStudy:
    """Fit the joint model to the samples of the design; see `trajectories.run`."""
    design = options.design
    obs, where = samples_of(expression.obs, labels, design)
    pairs = complete_pairs(sick(where), design["baseline"], design["followup"])
    names = CONTRASTS
    if design["followup"] is None:
        names = ["disease", "baseline"]
    else:
        random_blocks(options.blocking, pairs, design)
    values = samples_named(expression, obs.index)
    if values is not expression:
        values = values.copy()  # a view copies the matrix whenever it is read
    fitted = joint_fit(values, random_model(obs, labels, design, names), options)
    return FittedStudy(values, where, pairs, fitted)


def samples_of(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples that are analysed, and cell, patient, visit and label of each (`FittedStudy.where`).

    In a crossover also the unit within which pairs are formed.
    """
    obs = analysed(obs, design)
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    if crosses(obs, design):
        where = where.assign(**{UNIT: units_of(obs, design)})
    return obs, where


def random_blocks(blocking: str, pairs: list[str], design: Mapping[str, Any]) -> None:
    """Refuse a joint model that cannot be had: patients as coefficients, or nobody seen twice."""
    if blocking == "fixed" and design["healthy"] is not None:
        raise StudyError(
            "differential.blocking: fixed cannot hold healthy and paired samples in one model, "
            "which trajectories need: a patient is either healthy or diseased, so patient effects "
            "and disease are aliased; use blocking: random (or auto)"
        )
    if not pairs:
        raise StudyError(
            f"trajectories: no patient has samples at both {design['baseline']} and "
            f"{design['followup']}; random blocking needs pairs to estimate the correlation within "
            "patients, and there is no change to test"
        )
