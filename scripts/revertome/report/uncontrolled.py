"""What a change within patients cannot say, beside a control arm or without one."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.visits import controlled, in_order

UNCONTROLLED = (
    "Change from {baseline} to {followup} is tested within patients, without an untreated group. "
    "It is an uncontrolled before/after contrast. Regression to the mean, natural course and other "
    "treatment may contribute to it, above all to the reverted set. Patients enrolled ill come "
    "back toward normal without any drug, and so do the genes that follow their illness."
)
ENDED = (
    "Genes called reverted or induced, without “beyond control”, change within patients from "
    "{baseline} to {followup}. At {followup} there is no control, as {control} was without the "
    "drug to {until} only: it is an uncontrolled before/after contrast. Regression to the mean, "
    "natural course and other treatment may contribute to it, above all to the reverted set. "
    "Patients enrolled ill come back toward normal without any drug, and so do the genes that "
    "follow their illness. What the drug did beyond {control} is known to {until}, is called "
    "beyond control, and is claimed of nothing later."
)
BESIDE_CONTROL = (
    "Genes called reverted or induced, without “beyond control”, change within patients from "
    "{baseline} to {followup}. That is an uncontrolled before/after contrast. Regression to the "
    "mean, natural course and other treatment may contribute to it, above all to the reverted set. "
    "What the drug did beyond {control} is called beyond control. Response comes after "
    "randomisation: responders of one arm beside those of another are not a randomised comparison."
)


def uncontrolled(tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]) -> list[str]:
    """Caveats on the uncontrolled sets: in words, and what regression to the mean could explain.

    Parameters
    ----------
    tables
        statements, if there are any.
    config
        Configuration as run.

    Returns
    -------
    list of str
        One paragraph each.
    """
    design = in_order(config["design"])
    visits = {name: str(design[name]) for name in ("baseline", "followup")}
    if controlled(design, design["followup"]):
        return [BESIDE_CONTROL.format(control=design["arm"]["control"], **visits)]
    words = UNCONTROLLED if design.get("arm") is None else ENDED
    caveat = words.format(**(design.get("arm") or {}), **visits)
    statements = tables.get("statements")
    if statements is None or "topic" not in statements:
        return [caveat]
    said = statements.loc[statements["topic"].eq("regression_to_the_mean"), "statement"]
    return [caveat, *said]
