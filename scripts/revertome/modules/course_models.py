"""What mixed models of scores over all visits ask: cells of visit, arm and response."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from revertome.trial import GROUPS, at_both, cell_name

ALL_VISITS = "all visits"
EVERYONE, ACTIVE = "all", "active"
NOT_RANDOMISED = "not a randomised comparison: response came after randomisation"


Sides = tuple[tuple[float, tuple[str, ...]], ...]
Patients = dict[str, list[str]]


class Question(NamedTuple):
    """A contrast of changes between groups of patients.

    Attributes
    ----------
    contrast : str
        Its name.
    arm : str
        Whose change it is: an arm, `active` (all arms with the drug), or `all`.
    sides : tuple of (float, groups)
        Factor of the mean change of the patients of some groups together.
    visits : sequence of str
        Follow-ups at which it is asked.
    note : str
        What has to be said beside the estimate.
    """

    contrast: str
    arm: str
    sides: Sides
    visits: Sequence[str]
    note: str = ""


def side(sign: float, *groups: str) -> Sides:
    """One side of a question: patients of these groups together."""
    return ((float(sign), groups),)


class CourseModel(NamedTuple):
    """One model of the scores: score ~ 0 + cell + covariates + (1 | patient).

    Attributes
    ----------
    group : Series of str
        Group of each sample in the model (of others: missing).
    cell : Series of str
        Mean that the sample has.
    questions : list of Question
    baseline : str
    pooled : bool
        All groups share one mean at baseline.
    """

    group: pd.Series
    cell: pd.Series
    questions: list[Question]
    baseline: str
    pooled: bool

    def compared(self, at: pd.DataFrame, question: Question, visit: str) -> list[Patients]:
        """Patients with a visit, and with baseline where each group has its own, on each side.

        `at` has patient, visit and group of samples.
        """
        seen, group = at["visit"].astype(str), at["group"]

        def who(name: str, when: str) -> pd.Series:
            return at.loc[group.eq(name) & seen.eq(when), "patient"]

        return [
            {
                g: at_both(who(g, visit if self.pooled else self.baseline), who(g, visit))
                for g in own
            }
            for _, own in question.sides
        ]

    def terms(self, question: Question, visit: str, sides: Sequence[Patients]) -> dict[str, float]:
        """Factors of the cells in a question at a visit; groups weigh as they are `compared`."""
        found: dict[str, float] = {}
        for (sign, _), side in zip(question.sides, sides, strict=True):
            total = sum(map(len, side.values()))
            for group, patients in side.items():
                weight = sign * len(patients) / total if patients else 0.0
                first = self.baseline if self.pooled else cell_name(group, self.baseline)
                for cell, factor in ((cell_name(group, visit), weight), (first, -weight)):
                    found[cell] = found.get(cell, 0.0) + factor
        return found


def course_model(
    group: pd.Series,
    visit: pd.Series,
    questions: Sequence[Question],
    baseline: str,
    pooled: bool = False,
) -> CourseModel:
    """Cells of group and visit; with `pooled`, one cell of all groups at baseline.

    One mean at baseline is what randomisation promises. With it the difference of groups at a
    visit is adjusted for baseline as by analysis of covariance, and patients who miss a visit stay
    in (constrained longitudinal model: Liang & Zeger 2000, Sankhya B 62:134).
    """
    named = [cell_name(str(g), str(v)) for g, v in zip(group, visit, strict=True)]
    cell = pd.Series(named, group.index, dtype=object)
    if pooled:
        cell = cell.mask(visit.astype(str).eq(baseline), baseline)
    return CourseModel(group, cell.where(group.notna()), list(questions), baseline, pooled)


def course_models(
    where: pd.DataFrame,
    baseline: str,
    visits: Sequence[str],
    control: str | None = None,
    controlled: Sequence[str] = (),
) -> list[CourseModel]:
    """The models of a trial.

    Parameters
    ----------
    where : DataFrame, (n, ...)
        patient, visit, label, arm (None where the study has none) of the samples of patients.
    baseline, visits
        Baseline, and the follow-ups in order.
    control : str, optional
        The arm without the drug.
    controlled : sequence of str
        Follow-ups at which the control was without the drug.

    Returns
    -------
    list of CourseModel
        visit; visit x response of responders and non-responders; with a control, visit x arm,
        the same with one mean at baseline, and visit x arm x response.
    """
    visit, label, arm = (where[name].astype(object) for name in ("visit", "label", "arm"))
    everyone = pd.Series(EVERYONE, where.index, dtype=object)
    change = [Question("change", EVERYONE, side(1, EVERYONE), visits)]
    models = [course_model(everyone, visit, change, baseline)]
    response = label.where(label.isin(list(GROUPS.values())))
    both = response.nunique() == len(GROUPS)
    if both:
        models.append(course_model(response, visit, _by_response(visits), baseline))
    active = sorted(set(arm.dropna().astype(str)) - {str(control)})
    if control is None or not active or not arm.eq(control).any():
        return models
    models.append(course_model(arm, visit, _by_arm(active, control, visits, controlled), baseline))
    if controlled:
        effects = _drug_effects(active, control, controlled)
        models.append(course_model(arm, visit, effects, baseline, pooled=True))
    if controlled and both:
        cell = (label + "." + arm).where(response.notna() & arm.notna())
        sides = [
            each
            for own, sign in zip(GROUPS.values(), (1, -1), strict=True)
            for each in side(sign, *(f"{own}.{a}" for a in active))
            + side(-sign, f"{own}.{control}")
        ]
        name = "drug_effect_interaction"
        split = [Question(name, EVERYONE, tuple(sides), controlled, NOT_RANDOMISED)]
        models.append(course_model(cell, visit, split, baseline))
    return models


def _by_response(visits: Sequence[str]) -> list[Question]:
    changes = [Question(f"change_{g}", EVERYONE, side(1, own), visits) for g, own in GROUPS.items()]
    first, second = GROUPS.values()
    return [*changes, Question("interaction", EVERYONE, side(1, first) + side(-1, second), visits)]


def _by_arm(
    active: Sequence[str], control: str, visits: Sequence[str], controlled: Sequence[str]
) -> list[Question]:
    """Changes in the arms; that of the control only where it was without the drug."""
    found = [Question("change_treated", ACTIVE, side(1, *active), visits)]
    found.append(Question("change_control", control, side(1, control), controlled))
    for arm in active if len(active) > 1 else ():
        found.append(Question(f"change_{arm}", arm, side(1, arm), visits))
    return found


def _drug_effects(active: Sequence[str], control: str, visits: Sequence[str]) -> list[Question]:
    """Active arms against the control, all together and each."""
    found = [Question("drug_effect", EVERYONE, side(1, *active) + side(-1, control), visits)]
    for arm in active if len(active) > 1 else ():
        own = side(1, arm) + side(-1, control)
        found.append(Question(f"drug_effect_{arm}", arm, own, visits))
    return found
