"""What a change within patients cannot say, beside a control arm or without one."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.class_groups import classed
from revertome.visits import controlled, in_order

TESTED = "Change from {baseline} to {followup} is tested within patients"
CALLED = (  # beside genes called so beyond control
    "Genes called reverted or induced, without “beyond control”, change within patients from "
    "{baseline} to {followup}"
)
ALONE = "{change}, without an untreated group. It is an uncontrolled before/after contrast. {may}"
ENDED = (
    "{change}. At {followup} there is no control, as {control} was without the drug to {until} "
    "only: it is an uncontrolled before/after contrast. {may} What the drug did beyond {control} "
    "is known to {until}, and nothing of it is claimed later."
)
BESIDE = (
    "{change}. That is an uncontrolled before/after contrast. {may} What the drug did beyond "
    "{control} is the drug effect{name}. Response comes after randomisation: responders of one arm "
    "beside those of another are not a randomised comparison."
)
MAY = (
    "Regression to the mean, natural course and other treatment may contribute to it{above}. "
    "Patients enrolled ill come back toward normal without any drug, and so do the genes that "
    "follow their illness."
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
    arm, sets = design.get("arm"), classed(design)
    words = BESIDE if controlled(design, design["followup"]) else ENDED
    caveat = _worded(words if arm else ALONE, design, sets)
    statements = tables.get("statements")
    if words == BESIDE or statements is None or "topic" not in statements:
        return [caveat]
    said = statements.loc[statements["topic"].eq("regression_to_the_mean"), "statement"]
    return [caveat, *said]


def _worded(words: str, design: Mapping[str, Any], sets: bool) -> str:
    """Say it with the names of the study; `sets`, whether genes are called reverted at all."""
    visits = {name: naming.visit(design[name]) for name in ("baseline", "followup")}
    arm = dict(design.get("arm") or {})
    if arm:
        arm |= {"control": naming.arm(arm["control"]), "until": naming.visit(arm.get("until"))}
    change = (CALLED if sets and arm else TESTED).format(**visits)
    may = MAY.format(above=", above all to the reverted set" if sets else "")
    name = ", and genes are reverted or induced by it “beyond control”" if sets else ""
    return words.format(change=change, may=may, name=name, **visits, **arm)
