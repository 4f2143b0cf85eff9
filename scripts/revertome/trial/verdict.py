"""What becomes of each covariate in each contrast: the one decision that every stage asks for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.trial.carriers import carriers
from revertome.trial.confounded import sentence
from revertome.trial.contrasts import cell_terms, change_terms
from revertome.trial.covariates import columns_of
from revertome.trial.information import Information, confounding

# Contrasts without which a study says nothing; others are left out where a covariate hides them.
NEEDED = ("change_all", "change_responders", "change_nonresponders", "disease")


@dataclass(frozen=True)
class Verdict:
    """What becomes of the covariates in one contrast.

    Attributes
    ----------
    adjusted : tuple of str
        Covariates with a column in the model.
    absorbed : tuple of str
        Covariates that are constant within every patient, in a model with patient effects: these
        hold them, and the contrast compares samples of the same patients.
    confounded : tuple of str
        Covariates that cannot be told apart from the contrast, which then is not estimated.
    carried_by : tuple of str
        The one or two people without whom the contrast could not be told apart from covariates.
    nearly : tuple of str
        These covariates.
    reason : str
        Why the contrast is not estimated, and what to do; empty where it is.
    inflation : float
        Standard error of the contrast over the one without covariates, from the design alone.
    """

    adjusted: tuple[str, ...] = ()
    absorbed: tuple[str, ...] = ()
    confounded: tuple[str, ...] = ()
    carried_by: tuple[str, ...] = ()
    nearly: tuple[str, ...] = ()
    reason: str = ""
    inflation: float = 1.0


def verdict(
    contrast: str,
    vector: pd.Series,
    information: Information,
    model: Information,
    design: Mapping[str, Any],
) -> Verdict:
    """What becomes of the covariates of `design` in a contrast.

    Parameters
    ----------
    contrast : str
        Its name.
    vector : Series
        Its coefficients, by column of the base of `information`.
    information : Information
        What must tell the contrast: for changes the complete pairs, whatever the blocking. A model
        with random patients could also tell them from the difference between people in one batch
        and in another, which no longer compares patients with themselves.
    model : Information
        The columns that are fitted.
    design : mapping
        `baseline`, `followup`, `healthy`, `covariates`.
    """
    hidden = confounding(information, vector)
    if hidden or not information.tells(vector):
        return Verdict(
            confounded=_flat(hidden), reason=sentence(contrast, hidden, information, design)
        )
    lost = {each.column: each.why for each in model.lost()}
    columns = {name: columns_of(name, model.covariates) for name in model.names}
    adjusted = [name for name, own in columns.items() if set(own) - set(lost)]
    absorbed = [
        name for name, own in columns.items() if own and all(lost.get(c) == "absorbed" for c in own)
    ]
    few = carriers(information, vector)
    nearly = confounding(information.without(few), vector) if few else ()
    return Verdict(
        tuple(adjusted), tuple(absorbed), (), few, _flat(nearly), "", information.inflation(vector)
    )


def _flat(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Every name once, in order."""
    return tuple(dict.fromkeys(name for names in groups for name in names))


def verdicts(
    names: Iterable[str],
    people: Information | None,
    pairs: Information,
    design: Mapping[str, Any],
) -> dict[str, Verdict]:
    """The verdict on every contrast that has samples.

    Parameters
    ----------
    names : iterable of str
        Standard contrasts.
    people : Information, optional
        Of `between_people`, in a model with patients as random blocks. None: patients have effects
        of their own, and changes alone can be asked for.
    pairs : Information
        Of `within_patients`.
    design : mapping
        `baseline`, `followup`, `healthy`, `covariates`.
    """
    changes = change_terms(pairs.where, design)
    cells = {} if people is None else cell_terms(people.where, design)
    found = {}
    for name in names:
        if pairs.holds(changes.get(name, {})):
            vector = pd.Series(changes[name])
            found[name] = verdict(name, vector, pairs, people or pairs, design)
        elif people is not None and people.holds(cells.get(name, {})):
            found[name] = verdict(name, pd.Series(cells[name]), people, people, design)
    return found


def verdict_of_sum(parts: Sequence[Verdict]) -> Verdict:
    """The verdict on a sum of contrasts of one model."""
    return Verdict(
        _flat(part.adjusted for part in parts),
        _flat(part.absorbed for part in parts),
        _flat(part.confounded for part in parts),
        _flat(part.carried_by for part in parts),
        _flat(part.nearly for part in parts),
        "; ".join(dict.fromkeys(part.reason for part in parts if part.reason)),
        max(part.inflation for part in parts),
    )


def refuse_hidden(
    verdicts: Mapping[str, Verdict], source: str, needed: Sequence[str] = NEEDED
) -> None:
    """Stop where covariates hide a contrast that the study needs.

    Parameters
    ----------
    verdicts : dict of str to Verdict
        By contrast.
    source : str
        File or section of the configuration that begins the message.
    needed : sequence of str
        Contrasts without which the study says nothing.

    Raises
    ------
    StudyError
        Names the covariates, the people and the remedy.
    """
    hidden = [name for name in needed if name in verdicts and verdicts[name].reason]
    if "change_all" in hidden and sum(name.startswith("change") for name in hidden) == 2:
        hidden.remove("change_all")  # because of the one group, which tells more
    if hidden:
        raise StudyError(f"{source}: {verdicts[hidden[0]].reason}")
