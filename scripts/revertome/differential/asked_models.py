"""The models that hold the contrasts asked for: at each visit, and those of all visits as one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from revertome.differential.engines import get_engine
from revertome.differential.group_names import BY_RESPONSE, home_of
from revertome.differential.model_options import ModelOptions
from revertome.differential.models import (
    fixed_model,
    random_model,
    randomised_model,
    variable_model,
)
from revertome.differential.names import (
    STANDARD,
    compares_arms,
    term_within_patient,
    terms,
    variable_of,
    without_arms,
)
from revertome.differential.own_models import own_model
from revertome.differential.subset import in_subset
from revertome.errors import StudyError
from revertome.one_visit import LEAST
from revertome.trial import (
    MINIMUM_PAIRS,
    Model,
    Verdict,
    analysed,
    at_visit,
    cell_terms,
    cells,
    complete_pairs,
    controlled,
    followups,
    groups_in_order,
    is_healthy,
    is_patient,
    units_of,
    verdict_of_sum,
)

Factors = Mapping[str, Mapping[str, float]]


class Asked(NamedTuple):
    """Models that hold the contrasts asked for, and why some are in none.

    left_out : patients outside the subset. lacking : reason by contrast. hidden : verdict by
    contrast that covariates hide.
    """

    models: list[Model]
    left_out: list[str]
    lacking: dict[str, str]
    hidden: dict[str, Verdict]


def models_of(
    obs: pd.DataFrame, labels: pd.DataFrame, options: ModelOptions, names: Sequence[str]
) -> Asked:
    """Models of the contrasts at the visit of the design, by one engine.

    Parameters and errors as of `run`; `obs` holds the samples.
    """
    design = options.design
    every = analysed(obs, design)
    chosen = every[in_subset(every, is_healthy(every, design), options.subset)]
    outside = sorted(set(every["patient"].astype(str)) - set(chosen["patient"].astype(str)))
    left_out = [f"{', '.join(outside)}: not in differential.subset"] if outside else []
    _enough_pairs(chosen, design)
    possible = get_engine(options.engine).BLOCKINGS
    blocking = possible[0] if len(possible) == 1 else options.blocking
    standard = [name for name in names if variable_of(name) is None]
    contrasts = {name: terms(options.custom.get(name, name)) for name in standard}
    unpaired = [n for n in standard if BY_RESPONSE in contrasts[n] and "fixed" not in possible]
    contrasts = {name: own for name, own in contrasts.items() if name not in unpaired}
    groups = options.groups or [*groups_in_order(chosen).index]
    built = models(chosen, labels, design, contrasts, blocking, groups)
    _refuse_unknown(contrasts, chosen, labels, design, groups)
    hidden = {n: one for model in built for n, one in model.verdicts.items() if one.reason}
    found = [model for model in built if model.contrasts]
    lacking = {n: why for n, own in contrasts.items() if (why := without_arms(own, design))}
    lacking |= dict.fromkeys(unpaired, f"{options.engine} has no paired model")
    lacking |= {name: one.reason for name, one in hidden.items()}
    for name in names:
        variable = variable_of(name)
        if variable is not None and "fixed" not in possible:
            lacking[name] = f"{options.engine} has no paired model"
        elif variable is not None:
            model = variable_model(chosen, labels, design, variable)
            found += [model] if model.contrasts else []
            lacking |= {} if model.contrasts else {name: "; ".join(model.dropped)}
    return Asked(found, left_out, lacking, hidden)


def models(
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    contrasts: Factors,
    blocking: str,
    groups: Sequence[str] = (),
) -> list[Model]:
    """Models that hold the contrasts: `auto` gives a fixed one for pairs and a random one.

    Drug effects are in the constrained model, but for blocking `fixed`, under which they are
    differences of changes. `contrasts` maps each name to its factors on standard contrasts; one
    with a term that has no samples, or that covariates hide, is in no model. `groups` are those of
    response.
    """
    parts: dict[str, list[str]] = {"fixed": [], "random": [], "randomised": []}
    for name, factors in contrasts.items():
        within = all(map(term_within_patient, factors))
        own = "".join({home_of(term, groups) for term in factors})
        if own:
            parts.setdefault(own, []).append(name)
        elif blocking == "fixed":
            parts["fixed"].append(name)
        elif compares_arms(factors):
            parts["randomised"].append(name)
        else:
            parts["fixed" if within and blocking == "auto" else "random"].append(name)
    found = []
    for kind, names in parts.items():
        if not names:
            continue
        needed = list(dict.fromkeys(term for name in names for term in contrasts[name]))
        if kind not in ("fixed", "random", "randomised"):
            model = own_model(kind, obs, labels, design, blocking)
        elif kind == "randomised":
            if not controlled(design, design["followup"]):
                continue
            model = randomised_model(obs, design, needed)
        else:
            builder = fixed_model if kind == "fixed" else random_model
            model = builder(obs, labels, design, needed)
        verdicts = {
            name: verdict_of_sum([model.verdicts[term] for term in contrasts[name]])
            for name in names
            if set(contrasts[name]) <= set(model.verdicts)
        }
        vectors = _combined(model, contrasts, names)
        found.append(replace(model, contrasts=vectors, verdicts=verdicts))
    return found


def _combined(model: Model, contrasts: Factors, names: Sequence[str]) -> dict[str, pd.Series]:
    """Coefficients of the contrasts whose terms the model can all estimate and that are not 0."""
    vectors = {}
    for name in names:
        if set(contrasts[name]) <= set(model.contrasts):
            parts = [factor * model.contrasts[term] for term, factor in contrasts[name].items()]
            vector = pd.concat(parts, axis=1).sum(axis=1)
            if vector.abs().max() > 1e-12:
                vectors[name] = vector
    return vectors


def together(
    asked: Mapping[str | None, Sequence[Model]],
) -> Iterator[tuple[Model, dict[str, tuple[str | None, str]]]]:
    """Models of all visits, those of one design as one, so that it is fitted once.

    Parameters
    ----------
    asked : dict of str to list of Model
        By visit.

    Yields
    ------
    Model, dict of str to (visit, contrast)
        The model, and what each of its contrasts is. With several visits a contrast is named
        `<contrast> at <visit>`.
    """
    groups: list[list[tuple[str | None, Model]]] = []
    for visit, models in asked.items():
        for model in models:
            for group in groups:
                if _same(group[0][1], model):
                    group.append((visit, model))
                    break
            else:
                groups.append([(visit, model)])
    for group in groups:
        meant, contrasts, verdicts = {}, {}, {}
        for visit, model in group:
            for name, vector in model.contrasts.items():
                key = name if len(asked) == 1 else f"{name} at {visit}"
                meant[key] = (visit, name)
                contrasts[key], verdicts[key] = vector, model.verdicts[name]
        yield replace(group[0][1], contrasts=contrasts, verdicts=verdicts), meant


def _same(one: Model, other: Model) -> bool:
    """Whether two models differ in their contrasts alone."""
    return one.blocking == other.blocking and one.design.equals(other.design)


def _refuse_unknown(
    contrasts: Factors,
    obs: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    groups: Sequence[str],
) -> None:
    """Refuse a term of a contrast that is no cell, arm or label of the study at any visit."""
    asked = {term for name in contrasts for term in contrasts[name]} - set(STANDARD)
    if not asked:
        return
    where = cells(obs, labels, design).assign(patient=units_of(obs, design))
    known = {name for v in followups(design) for name in cell_terms(where, at_visit(design, v))}
    known |= {each for each in asked if home_of(each, groups)}
    if asked - known:
        named = ", ".join(sorted(known - set(STANDARD)))
        raise StudyError(
            f"differential.custom: {', '.join(sorted(asked - known))} is no cell, arm or label of "
            f"this study; there are {named}"
        )


def _enough_people(obs: pd.DataFrame, design: Mapping[str, Any]) -> None:
    """Three on either side are left, by whatever rule others were left out."""
    sides = {"patients": obs.loc[is_patient(obs, design), "patient"].nunique()}
    if design["healthy"] is not None:
        sides["healthy people"] = obs.loc[is_healthy(obs, design), "patient"].nunique()
    if min(sides.values()) < LEAST:
        raise StudyError(
            f"design: {' and '.join(f'{n} {who}' for who, n in sides.items())} are left to compare "
            f"at {design['baseline']}; at least {LEAST} of each are needed (see quality.exclude "
            "and differential.subset)"
        )


def _enough_pairs(obs: pd.DataFrame, design: Mapping[str, Any]) -> None:
    if design["followup"] is None:
        return _enough_people(obs, design)
    patients = obs[is_patient(obs, design)]
    where = patients.assign(patient=units_of(patients, design))
    pairs = complete_pairs(where, design["baseline"], design["followup"])
    if len(pairs) < MINIMUM_PAIRS:
        raise StudyError(
            f"design: {len(pairs)} patients have samples at both {design['baseline']} and "
            f"{design['followup']}; at least {MINIMUM_PAIRS} complete pairs are needed (see "
            "quality.exclude and differential.subset)"
        )
