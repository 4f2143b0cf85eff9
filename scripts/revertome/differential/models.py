"""The two linear models of a paired trial and the contrasts that each can estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from revertome.differential.names import WITH, term_within_patient
from revertome.errors import StudyError
from revertome.trial import (
    MINIMUM_PAIRS,
    NEEDED,
    Information,
    Model,
    Verdict,
    analysed,
    as_randomised,
    between_people,
    cell_terms,
    change_terms,
    columns_of,
    complete_pairs,
    is_patient,
    randomised_terms,
    refuse_hidden,
    units_of,
    verdict,
    verdicts,
    within_patients,
)


def random_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any], names: Sequence[str]
) -> Model:
    """Cell means and covariates with a random patient intercept: healthy, pairs and single visits.

    Changes must be told from the covariates by the complete pairs, as in `fixed_model`.

    Raises
    ------
    StudyError
        When covariates hide a contrast that the study needs.
    """
    people, pairs = (of(obs, labels, design) for of in (between_people, within_patients))
    terms = cell_terms(people.where, design)
    found = verdicts(names, people, pairs, design)
    alone = design["followup"] is None and design["healthy"] is None
    refuse_hidden(found, "design", (*NEEDED, "baseline") if alone else NEEDED)
    lost = people.lost()
    matrix = people.matrix().drop(columns=[each.column for each in lost])
    block = obs["patient"].astype(str)
    within = " + (1 | patient)" if block.duplicated().any() else ""
    return Model(
        obs=obs,
        design=matrix,
        block=block,
        contrasts=_vectors(terms, found, matrix),
        dropped=[each.words for each in lost],
        formula=f"~ 0 + cell{_plus(people, matrix)}{within}",
        aliased=tuple(lost),
        verdicts=found,
    )


def randomised_model(
    obs: pd.DataFrame, design: Mapping[str, Any], names: Sequence[str] | None = None
) -> Model:
    """Constrained longitudinal model: arms as they were randomised, from one common baseline.

    Cell means of `healthy`, of all patients before treatment, and of every arm at every later
    visit, with a random patient intercept. The drug effect is the difference of arms at a visit,
    adjusted for baseline by the correlation within patients, and patients without a sample at
    one of the visits still tell of the other. Response is no part of it: it comes after
    randomisation.

    Parameters
    ----------
    obs : DataFrame, (n, ...)
        Samples of the model; patients without an arm are left out.
    design : mapping
        `baseline`, `followup`, `healthy`, `covariates`, `arm`.
    names : sequence of str, optional
        Contrasts of `trial.randomised_terms`; all of them where none are given.

    Returns
    -------
    Model

    References
    ----------
    Liang KY, Zeger SL 2000, Sankhya B 62:134; Coffman CJ, Edelman D, Woolson RF 2016, BMJ Open
    6:e013096.
    """
    people = as_randomised(obs, design)
    terms = randomised_terms(people.where, design)
    found = {
        name: verdict(name, pd.Series(terms[name]), people, people, design)
        for name in (terms if names is None else names)
        if people.holds(terms.get(name, {}))
    }
    lost = people.lost()
    matrix = people.matrix().drop(columns=[each.column for each in lost])
    armless = sorted(set(obs["patient"].astype(str)) - set(people.where["patient"]))
    return Model(
        obs=obs.loc[people.where.index],
        design=matrix,
        block=people.where["patient"],
        contrasts=_vectors(terms, found, matrix),
        dropped=[*(f"{p}: no arm" for p in armless), *(each.words for each in lost)],
        formula=f"~ 0 + arm:visit (one baseline){_plus(people, matrix)} + (1 | patient)",
        aliased=tuple(lost),
        verdicts=found,
    )


def _vectors(
    terms: Mapping[str, Mapping[str, float]], found: Mapping[str, Verdict], matrix: pd.DataFrame
) -> dict[str, pd.Series]:
    """Coefficients of the contrasts that can be told, by column of the design."""
    columns = [str(column) for column in matrix]
    return {
        name: pd.Series({c: terms[name].get(c, 0.0) for c in columns})
        for name, each in found.items()
        if not each.reason
    }


def _plus(information: Information, matrix: pd.DataFrame) -> str:
    """The covariates that have a column in the design, as terms of a formula."""
    kept = [n for n in information.names if columns_of(n, matrix)]
    return "".join(f" + {name}" for name in kept)


def variable_model(
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    variable: str,
    name: str = "",
) -> Model:
    """Paired model in which genes change with a clinical variable, beside the change of each label.

    `fixed_model` with the variable as a further covariate, of the pairs in which it is known at
    both visits. The contrast is its coefficient, log2 units per unit of the variable; there is none
    where the variable cannot be told apart from the visit or other covariates, or too few pairs
    know it. `name` is that of the contrast, `change_with_<variable>` where empty.
    """
    design = {**design, "followups": [design["followup"]]}
    patients = analysed(obs[is_patient(obs, design)], design)
    lacking = set(patients.loc[patients[variable].isna(), "patient"].astype(str))
    kept = patients[~patients["patient"].astype(str).isin(lacking)]
    pairs = complete_pairs(kept, design["baseline"], design["followup"])
    columns = [*design["covariates"], *([variable] if variable not in design["covariates"] else [])]
    name = name or f"{WITH}{variable}"
    if len(pairs) < MINIMUM_PAIRS:
        return Model(kept, pd.DataFrame(index=kept.index), None, {}, [_few(variable, len(pairs))])
    wider = {**design, "covariates": columns}
    model, information = fixed_model(kept, labels, wider, []), within_patients(kept, labels, wider)
    dropped = [*model.dropped, *(f"{p}: {variable} missing" for p in sorted(lacking))]
    own = pd.Series({variable: 1.0})
    if variable in model.design and not information.tells(own):
        hiding = [each.column for each in model.aliased if variable in each.with_]
        dropped.append(f"{variable}: confounded with {', '.join(hiding)}")
    elif variable in model.design and len(model.design) - model.design.shape[1] < 1:
        dropped.append(_few(variable, len(pairs)))
    elif variable in model.design:
        found = verdict(name, own, information, information, design)
        others = tuple(each for each in found.adjusted if each != variable)
        return replace(
            model,
            contrasts={name: own.reindex(model.design.columns, fill_value=0.0)},
            dropped=dropped,
            verdicts={name: replace(found, adjusted=others)},
        )
    return replace(model, contrasts={}, dropped=dropped)


def _few(variable: str, pairs: int) -> str:
    return f"{variable}: {pairs} pairs with both values are too few"


def fixed_model(
    obs: pd.DataFrame, labels: pd.DataFrame, design: Mapping[str, Any], names: Sequence[str]
) -> Model:
    """Patient effects and one change a label: complete pairs only, exactly the paired t.

    Covariates that do not vary within patients are absorbed by the patient effects. Columns that
    are a combination of the changes of labels and other covariates say nothing of their own. Both
    are left out and named in `dropped` and `aliased`; so are, in `dropped`, patients without a
    complete pair. A contrast that such a combination moves cannot be told; see `verdicts`.

    In a crossover a patient has an effect in each arm, and all samples of the patient at one visit
    are a random block: the changes of a patient in several arms are alike, and count as independent
    no more than they are.

    Raises
    ------
    StudyError
        When a contrast against healthy is asked for, or covariates hide one that the study needs.
    """
    against = [name for name in names if not term_within_patient(name)]
    if against:
        raise StudyError(
            f"differential.blocking: fixed cannot estimate {', '.join(against)}: a patient is "
            "either healthy or diseased, so patient effects and disease are aliased; "
            "use blocking: random (or auto)"
        )
    pairs = within_patients(obs, labels, design)
    every = analysed(obs[is_patient(obs, design)], design)
    single = sorted(set(units_of(every, design)) - set(pairs.where["patient"]))
    found = verdicts(names, None, pairs, design)
    refuse_hidden(found, "design")
    lost = pairs.lost()
    told = pairs.matrix().drop(columns=[each.column for each in lost])
    patient = pd.get_dummies(pairs.where["patient"], dtype=float).add_prefix("patient=")
    matrix = pd.concat([patient, told], axis=1)
    seen = obs.loc[pairs.where.index]
    block = seen["patient"].astype(str) + " at " + seen["visit"].astype(str)
    crossed = bool(block.duplicated().any())
    terms, blocks = "patient + label:visit", ""
    if crossed:
        terms, blocks = "patient:arm + label:arm:visit", " + (1 | patient:visit)"
    return Model(
        obs=seen,
        design=matrix,
        block=block if crossed else None,
        contrasts=_vectors(change_terms(pairs.where, design), found, matrix),
        dropped=[*(f"{p}: one visit only" for p in single), *(each.words for each in lost)],
        formula=f"~ 0 + {terms}{_plus(pairs, told)}{blocks}",
        aliased=tuple(lost),
        verdicts=found,
    )
