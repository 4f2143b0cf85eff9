"""Names of the contrasts; imports nothing heavy, so that the workflow can ask cheaply."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from revertome.differential.group_names import (
    AT_BASELINE,
    BY_RESPONSE,
    response_contrasts,
)
from revertome.errors import StudyError
from revertome.sheet_word import TREND
from revertome.visits import controlled

WITHIN_PATIENT = ("change_responders", "change_nonresponders", "change_all", "interaction")
SWITCH = "change_since_switch"
ARMS = ("change_treated", "change_control", "drug_effect", SWITCH)
OVER_TIME = ("change_time_control", "change_beyond_time")
STANDARD = (*WITHIN_PATIENT, *ARMS, *OVER_TIME, "disease", "baseline", "residual_responders",
            "residual_all", "dose_trend", TREND, BY_RESPONSE, AT_BASELINE)  # fmt: skip
RANDOMISED = "drug_effect"  # begins what compares arms as they were randomised
WITH = "change_with_"  # and the name of a clinical variable
# A cell of patients has dots in its name; backquotes hold names of odd characters.
TERM = re.compile(
    r"\s*+([+-])?\s*+(?:(\d++\.?\d*+|\.\d++)\s*+\*\s*+)?(?:([A-Za-z_][\w.]*+)|`([^`]++)`)\s*+",
    re.ASCII,
)
LONGEST = 1000  # characters of a sum
SMALLEST, LARGEST = 1e-6, 1e6  # factors beyond which a contrast is 0 or everything


def contrast_names(design: Mapping[str, Any], response: Mapping[str, Any]) -> list[str]:
    """Names of every standard contrast a study of this shape supports, in reporting order."""
    labelled = response["source"] != "none"
    healthy = design["healthy"] is not None
    names = ["disease"] if healthy else []
    names += ["baseline"] if labelled else []
    if design["followup"] is None:
        return names
    names += ["change_responders", "change_nonresponders"] if labelled else []
    names += ["change_all"]
    if healthy:
        names += ["residual_responders"] if labelled else ["residual_all"]
    names += ["interaction"] if labelled else []
    if design.get("arm") is not None:
        names += [name for name in ARMS if name != SWITCH or design["arm"]["until"]]
    if design.get("dose") is not None:
        names += ["dose_trend"]
    names += list(OVER_TIME) if design.get("time_control") is not None else []
    return names + response_contrasts(response)


def of_the_data(term: str, design: Mapping[str, Any]) -> bool:
    """Whether a term may name a cell, or the change of an arm or label, that the samples tell.

    Which there are is known when the samples are read: `<label>.<visit>`,
    `<label>.<arm>.<visit>`, `change_<label>`, `change_<arm>`, `drug_effect_<arm>`.
    """
    armed = design.get("arm") is not None and not term.startswith(WITH)
    return "." in term or (armed and term.startswith((f"{RANDOMISED}_", "change_")))


def terms(text: str) -> dict[str, float]:
    """Factors of the contrasts in a sum such as ``change_all - 0.5 * disease``.

    Parameters
    ----------
    text : str
        Names joined by + and -, each with an optional number and * before it.

    Returns
    -------
    dict of str to float
        Factor of each name; a name that occurs twice has the sum.

    Raises
    ------
    ValueError
        When the text is no such sum, is very long, or a factor is beyond what a test can hold;
        or when every factor is 0.
    """
    if len(text) > LONGEST:
        raise ValueError(f"has {len(text):,} characters, more than {LONGEST:,}")
    found: dict[str, float] = {}
    place = 0
    while place < len(text) or not found:
        term = TERM.match(text, place)
        if term is None or (found and term[1] is None):
            raise ValueError(f"cannot be read from {text[place:].strip()[:60] or 'its end'!r} on")
        factor, name = float(term[2] or 1) * (-1 if term[1] == "-" else 1), term[3] or term[4]
        found[name] = found.get(name, 0.0) + factor
        place = term.end()
    if not any(found.values()):
        raise ValueError("is 0 whatever the data")
    odd = [name for name, factor in found.items() if factor and not _sane(factor)]
    if odd:
        raise ValueError(
            f"has {found[odd[0]]:g} times {odd[0]}; a factor is from {SMALLEST:g} to {LARGEST:g}"
        )
    return found


def _sane(factor: float) -> bool:
    """Whether sums with this factor can be told from 0 and from those without it."""
    return SMALLEST <= abs(factor) <= LARGEST


def check_custom(custom: Mapping[str, str], possible: list[str], design: Mapping[str, Any]) -> None:
    """Check the contrasts of `differential.custom` against the standard contrasts of the study.

    Terms that only the samples can tell (`of_the_data`) are checked when these are read.

    Raises
    ------
    StudyError
        When a name is taken, a text cannot be read or a term is not a standard contrast.
    """
    small: dict[str, str] = {}
    for name, text in custom.items():
        where = f"configuration: differential.custom: {name}"
        if small.setdefault(name.casefold(), name) != name:
            raise StudyError(
                f"{where}: differs from {small[name.casefold()]} in case alone, and many a disk "
                "has one file for both; choose another name"
            )
        # Tables that stand in the same folder.
        taken = {*STANDARD, "design", "estimands", "visits", *map(str.casefold, possible)}
        if name.casefold() in taken or name.lower().startswith(WITH):
            raise StudyError(f"{where}: the name is taken by a standard table; choose another")
        try:
            unknown = [
                term
                for term in terms(text)
                if term not in possible and (term in STANDARD or not of_the_data(term, design))
            ]
        except ValueError as error:
            raise StudyError(
                f"{where}: {text[:100]!r} {error}; write names of standard contrasts or cells with "
                "+ and -, each with an optional number and *, e.g. change_responders - 0.5 * "
                "change_all"
            ) from error
        if unknown:
            raise StudyError(
                f"{where}: {', '.join(unknown)} is no standard contrast of this design; "
                f"there are {', '.join(possible)}"
            )


def check_published(config: Mapping[str, Any]) -> None:
    """Check that published findings name contrasts that a study can have, with this design or not.

    Raises
    ------
    StudyError
        Naming the contrast, and those that there are.
    """
    own = config["differential"]
    known = [*STANDARD, *[f"{WITH}{name}" for name in own["change_with"]], *own["custom"]]
    known += [name for name in response_contrasts(config["response"]) if name not in known]
    for i, entry in enumerate(config["published"]):
        wrong = [name for name in entry["contrast"] if name not in known]
        if wrong:
            raise StudyError(
                f"configuration: published.{i}.contrast: found {', '.join(wrong)}; choose from "
                f"{', '.join(known)}"
            )


def check_variables(variables: Sequence[str]) -> None:
    """Check that the variables of `differential.change_with` can name a contrast and its file.

    Raises
    ------
    StudyError
        When a name has other characters than letters, digits and underscores, or is given twice.
    """
    for variable in variables:
        if not re.fullmatch(r"\w+", variable, re.ASCII):
            raise StudyError(
                f"configuration: differential.change_with: {variable!r} cannot name a table; give "
                "the column a name of letters, digits and underscores"
            )
    twice = sorted({variable for variable in variables if variables.count(variable) > 1})
    if twice:
        raise StudyError(f"configuration: differential.change_with: {twice[0]} is given twice")


def within_patient(name: str, custom: Mapping[str, str]) -> bool:
    """Whether a contrast compares samples of the same patients only."""
    return all(term_within_patient(term) for term in terms(custom.get(name, name)))


def term_within_patient(term: str) -> bool:
    """Whether a term compares samples of the same patients only."""
    return term in ("interaction", TREND) or term.startswith(("change_", RANDOMISED))


def compares_arms(factors: Mapping[str, float]) -> bool:
    """Whether all terms compare arms as they were randomised."""
    return all(term.startswith(RANDOMISED) for term in factors)


def without_arms(own: Mapping[str, float], design: Mapping[str, Any]) -> str:
    """Why arms cannot be compared at a visit, or the control with itself; "" for others."""
    arm, visit, early = design["arm"], design["followup"], controlled(design, design["followup"])
    if SWITCH in own and early:
        return f"{arm['control']} is still without the drug at {visit}"
    if not compares_arms(own):
        return ""
    if early:
        return f"no samples of the control arm ({arm['control']}) and another at {visit}"
    return f"no control at {visit}: {arm['control']} was without the drug until {arm['until']} only"


def variable_of(name: str) -> str | None:
    """The clinical variable with whose change a contrast relates the change of genes, if any."""
    return name.removeprefix(WITH) if name.startswith(WITH) else None
