"""Words on studies of one visit, without healthy people or without response: what they can say."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

Tables = Mapping[str, pd.DataFrame]

ONE_VISIT = (
    "The study has one visit, {baseline}, and no follow-up: it shows how people differ at that "
    "time. It cannot show what a treatment changes. Nothing is said of change, recovery or "
    "induction, and no gene has a class."
)
DISEASE = (
    "A difference between patients and healthy people may come of the disease, and as well of its "
    "treatment so far, of age, sex, or how the samples were taken."
)
FORETELLS = (
    "Responders and non-responders are compared before anybody responded. What differs goes with "
    "later response; it is no effect of a treatment, and whether it foretells response in other "
    "patients has to be tested in them."
)
NO_HEALTHY = (
    "Without healthy samples no gene can be called reverted or induced. The study shows what "
    "changes, and not whether a change leads back to normal: no gene has a class, and numbers of "
    "genes in classes are missing (NA), which is neither 0 nor unresolved."
)
NO_RESPONSE = (
    "Who responded is not known to this run (response.source: none): all patients are one group, "
    "and nothing is said of responders and non-responders."
)


def classed(design: Mapping[str, Any]) -> bool:
    """Whether a study can put genes in classes: it has healthy people and a follow-up."""
    return None not in (design["healthy"], design["followup"])


def effects(tables: Tables, design: Mapping[str, Any]) -> list[str]:
    """Word the effect of a study that cannot class genes, by its volcano plot."""
    if classed(design) or "volcano" not in tables:
        return []
    volcano = tables["volcano"]
    return list(volcano.loc[volcano["element"] == "caption", "text"])


def limits(config: Mapping[str, Any], uncontrolled: str) -> list[str]:
    """Word what the design of a study leaves out; `uncontrolled` is said of a change."""
    design, source = config["design"], config["response"]["source"]
    found = [uncontrolled]
    if design["followup"] is None:
        found = [ONE_VISIT.format(baseline=design["baseline"])]
        found += [DISEASE] if design["healthy"] is not None else []
        found += [FORETELLS] if source != "none" else []
    elif design["healthy"] is None:
        found.append(NO_HEALTHY)
    if source == "none":
        found.append(NO_RESPONSE)
    return found
