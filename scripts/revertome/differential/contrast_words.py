"""What a contrast compares, in words, found by its name."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from revertome.differential.names import variable_of

PEOPLE = {"all": "patients", "responders": "responders", "nonresponders": "non-responders"}
POLICY = (
    "treatment policy: a patient who was sampled counts as sampled, whether or not the treatment "
    "was stopped, switched or changed, or rescue or steroids were given"
)
UNJUDGED = "; patients whose response was not judged are in neither group"
AS_GIVEN = "the treatment as it was given, beside the same patients before it; no untreated group"
AS_GIVEN_AFTER = "the treatment as it was given"
UNLIKE = "but for what sets the groups apart they are alike; nobody was randomised to them"
AFTERWARDS = "response is known only after treatment began, so this is not a randomised comparison"


class Parts(NamedTuple):
    """What differs between contrasts: attributes of the estimand.

    Attributes
    ----------
    population, treatment : str
    at : str
        When expression is measured.
    summary : str
    between : str
        Why people who are compared differ in more than that; empty where they do not.
    events : str
        How intercurrent events are handled.
    """

    population: str
    treatment: str
    at: str
    summary: str
    between: str = ""
    events: str = POLICY


def parts_of(name: str, design: Mapping[str, Any], custom: Mapping[str, str]) -> Parts:
    """What a contrast compares, found by its name."""
    base, visit = str(design["baseline"]), str(design["followup"])
    if name in custom:
        return Parts("the patients of these contrasts", "that of these contrasts",
                     "as in these contrasts", f"the sum {custom[name]}")  # fmt: skip
    if (variable := variable_of(name)) is not None:
        change = f"difference in mean change from {base} to {visit} for each unit by which "
        return Parts(f"patients with {variable} at both visits", AS_GIVEN, _change(base, visit),
                     f"{change}{variable} changed more, among patients of like response",
                     "a variable that goes along need not be a cause")  # fmt: skip
    found = {**_of_groups(base, visit), **_of_arms(base, visit, design)}
    if name in found:
        return found[name]
    arm = name.removeprefix("drug_effect_").removeprefix("change_")
    if name.startswith("drug_effect_"):
        return _drug(f"the arm {arm}", base, visit, design)
    return _within(f"patients of {arm}", base, visit)


def _change(base: str, visit: str) -> str:
    return f"at {visit} less that at {base}, in the same person"


def _within(who: str, base: str, visit: str, given: str = AS_GIVEN, events: str = POLICY) -> Parts:
    summary = f"mean change from {base} to {visit}"
    return Parts(who, given, _change(base, visit), summary, events=events)


def _of_groups(base: str, visit: str) -> dict[str, Parts]:
    """Contrasts of patients by response, and with healthy people."""
    split = f"mean change from {base} to {visit} of responders less that of non-responders"
    early = "difference in mean between later responders and later non-responders"
    found = {
        "baseline": Parts(
            f"patients at {base}{UNJUDGED}", "none yet", f"at {base}", early, AFTERWARDS
        ),
        "interaction": Parts(
            f"responders and non-responders{UNJUDGED}",
            AS_GIVEN,
            _change(base, visit),
            split,
            AFTERWARDS,
        ),
    }
    for group, who in PEOPLE.items():
        apart = f"difference in mean between {who} and healthy people"
        end = "" if group == "all" else f"_{group}"
        rest = "" if group == "all" else UNJUDGED
        found[f"change_{group}"] = _within(f"{who}{rest}", base, visit)
        found[f"disease{end}"] = Parts(
            f"{who} at {base} and healthy people{rest}", "none yet, beside health", f"at {base}",
            apart, UNLIKE,
        )  # fmt: skip
        found[f"residual_{group}"] = Parts(
            f"{who} at {visit} and healthy people{rest}", f"{AS_GIVEN_AFTER}, beside health",
            f"at {visit}", apart, UNLIKE,
        )  # fmt: skip
    return found


def _of_arms(base: str, visit: str, design: Mapping[str, Any]) -> dict[str, Parts]:
    """Contrasts of arms, doses and people followed over the same time."""
    arm, dose, others = (design.get(key) for key in ("arm", "dose", "time_control"))
    found = {}
    if arm:
        control, until = f"the arm {arm['control']}", str(arm.get("until") or base)
        found["drug_effect"] = _drug("the active arms", base, visit, design)
        found["change_treated"] = _within("patients of the active arms", base, visit)
        found["change_control"] = _within(
            f"patients of {control}", base, visit, "the control treatment, before and after"
        )
        found["change_since_switch"] = _within(
            f"patients of {control}, who got the drug after {until}", until, visit
        )
    if dose:
        slope = f"difference in mean change from {base} to {visit} for each unit more of {dose}"
        found["dose_trend"] = Parts(f"patients with a value of {dose}", f"the treatment, by {dose}",
                                    _change(base, visit), slope)  # fmt: skip
    if others:
        found["change_time_control"] = _within(
            f"people of the group {others}",
            base,
            visit,
            "none: the same time without the drug",
            "none: they are not treated",
        )
        beyond = f"mean change from {base} to {visit} of patients less that of the group {others}"
        found["change_beyond_time"] = Parts(
            f"patients and people of the group {others}", f"{AS_GIVEN_AFTER}, beside time alone",
            _change(base, visit), beyond, UNLIKE,
        )  # fmt: skip
    return found


def _drug(active: str, base: str, visit: str, design: Mapping[str, Any]) -> Parts:
    control = f"the arm {design['arm']['control']}" if design.get("arm") else "the control arm"
    return Parts(
        f"all patients randomised to {active} and to {control}, whatever their response",
        f"assigned to {active}, beside {control}",
        _change(base, visit),
        f"mean change from {base} to {visit} of {active} less that of {control}",
    )
