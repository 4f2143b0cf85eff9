"""The joint fit of all who were randomised, and the claims that it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from revertome.differential.engines import joint_fit
from revertome.differential.model_options import ModelOptions
from revertome.differential.models import randomised_model
from revertome.limma.joint import JointFit
from revertome.samples import samples_named
from revertome.trajectories.refit import PlaneContrasts
from revertome.trial import MINIMUM_PAIRS, Model, active_arms, analysed, randomised_cells
from revertome.visits import at_visit, controlled, followups

ALL_ACTIVE = "all active arms"


@dataclass(frozen=True)
class Claim:
    """A comparison that randomisation protects: an arm against control at one visit.

    Attributes
    ----------
    visit, arm, control : str
        `arm` is `ALL_ACTIVE` where all arms but control are taken together.
    n_patients, n_control : int
        Patients of the arm, and of control, with a sample at the visit.
    effect : PlaneContrasts or None
        Contrasts of the plane by their names in the fit; None where they are not estimated.
    reason : str
        Why they are not.
    """

    visit: str
    arm: str
    control: str
    n_patients: int
    n_control: int
    effect: PlaneContrasts | None
    reason: str = ""


@dataclass(frozen=True)
class RandomisedFit:
    """A randomised trial held ready for its claims.

    Attributes
    ----------
    where : DataFrame, (n, ...)
        cell, patient, visit of each sample of the model, its `arm`, and `label`: the part of the
        people whose variance it shares, which is the arm (or arms) of its patient.
    fitted : JointFit
        The constrained longitudinal model, with the contrasts of all claims.
    claims : list of Claim
        In order of visits, then arms, `ALL_ACTIVE` last.
    """

    where: pd.DataFrame
    fitted: JointFit | None
    claims: list[Claim]

    def strata(self, visit: str, baseline: str) -> pd.Series:
        """Arm of each sample's patient and at which of the two visits the patient was measured.

        What a resample keeps as it was.
        """
        where = self.where
        seen = [where["patient"].isin(where.loc[where["visit"].eq(v), "patient"]).map(str)
                for v in (baseline, visit)]  # fmt: skip
        return where["label"] + "." + seen[0] + "." + seen[1]


def randomised_fit(expression: Any, options: ModelOptions) -> RandomisedFit:
    """Fit the constrained longitudinal model to all who were randomised.

    See `models.randomised_model`: the drug effect, the difference of arms at a visit, is adjusted
    for the patients' own values before treatment, and patients who lack a visit stay in.

    Parameters
    ----------
    expression : AnnData, samples x genes
    options : ModelOptions
        `design.arm` is set.

    Returns
    -------
    RandomisedFit
        Without a fit where no visit has a control.
    """
    design = options.design
    obs = analysed(expression.obs, design)
    visits = [visit for visit in followups(design) if controlled(design, visit)]
    models = {visit: randomised_model(obs, at_visit(design, visit)) for visit in visits}
    if not models:
        return RandomisedFit(pd.DataFrame(), None, [])
    model = next(iter(models.values()))
    where = _people(model.obs, design)
    claims = [claim for visit in visits for claim in _claims(models[visit], where, design, visit)]
    if not any(claim.effect for claim in claims):
        return RandomisedFit(where, None, claims)
    # One fit holds the contrasts of all visits: their models differ in nothing else.
    wanted = {
        _name(name, visit): vector
        for visit in visits
        for name, vector in models[visit].contrasts.items()
        if name == "disease" or name.startswith("drug_effect")
    }
    values = samples_named(expression, model.obs.index)
    fitted = joint_fit(values, replace(model, contrasts=wanted), options)
    return RandomisedFit(where, fitted, claims)


def _name(contrast: str, visit: str) -> str:
    return contrast if contrast == "disease" else f"{contrast} at {visit}"


def _people(obs: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    where = randomised_cells(obs, design).assign(patient=obs["patient"].astype(str))
    # A patient of a crossover is in several arms, and is one cluster nevertheless.
    parts = where.groupby("patient")["label"].transform(lambda own: " + ".join(sorted(set(own))))
    return where.assign(label=parts)


def _claims(
    model: Model, where: pd.DataFrame, design: Mapping[str, Any], visit: str
) -> list[Claim]:
    control = str(design["arm"]["control"])
    at = where[where["visit"].astype(str).eq(visit)]
    n = at.groupby("arm")["patient"].nunique()
    active = active_arms(at, design)
    names = {arm: f"drug_effect_{arm}" for arm in active}
    counts = {arm: int(n[arm]) for arm in active}
    if len(active) > 1:
        names[ALL_ACTIVE] = "drug_effect"
        counts[ALL_ACTIVE] = int(at.loc[at["arm"].isin(active), "patient"].nunique())
    n_control = int(n.get(control, 0))
    found = []
    for arm, contrast in names.items():
        reason = _why_not(model, contrast, counts[arm], n_control)
        first = "disease" if "disease" in model.contrasts else contrast
        effect = None if reason else PlaneContrasts(_name(first, visit), _name(contrast, visit))
        found.append(Claim(visit, arm, control, counts[arm], n_control, effect, reason))
    return found


def _why_not(model: Model, contrast: str, n: int, n_control: int) -> str:
    if min(n, n_control) < MINIMUM_PAIRS:
        return f"fewer than {MINIMUM_PAIRS} patients of an arm have a sample at this visit"
    for name in ("disease", contrast):
        if name in model.verdicts and model.verdicts[name].reason:
            return model.verdicts[name].reason
    return "" if contrast in model.contrasts else "there are no samples for it"
