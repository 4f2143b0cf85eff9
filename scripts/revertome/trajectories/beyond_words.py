"""What is claimed beyond control, in sentences."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.gene_classes import BEYOND
from revertome.trajectories.randomised import ALL_ACTIVE

LEAD = (
    "Beyond control: claimed in all patients randomised to an arm, whether they responded or not, "
    "against the control arm over the same time. What comes back in the control arm as well does "
    "not count."
)
DISEASE = "Disease is the difference of all of them from healthy people before treatment."
BY_RESPONSE = (
    "How these genes changed in responders and non-responders of each arm is described in "
    "trajectories/beyond_control_by_response.tsv. That is not a randomised comparison, as response "
    "comes after randomisation."
)
UNCONTROLLED = (
    "The genes called reverted or induced without “beyond control” come from the uncontrolled "
    "before/after contrast."
)


def counted(row: Mapping[str, Any], reason: str = "") -> str:
    """One visit and arm in words.

    Parameters
    ----------
    row : mapping
        Of `trajectories/beyond_control_summary.tsv`.
    reason : str
        Why nothing is estimated.
    """
    arm, control = row["arm"], row["control"]
    named = arm if arm == ALL_ACTIVE else f"arm {arm}"
    who = (
        f"{row['visit']}, {named} ({_patients(row['n_patients'])} with a sample) against {control} "
        f"({_patients(row['n_control'])})"
    )
    if reason:
        return f"{who}: the drug effect is not estimated, as {reason}."
    if "reverted_up" not in row:
        return (
            f"{who}: {_genes(row['drug_effects'])} with a drug effect. Without healthy samples no "
            "gene can be called reverted or induced."
        )
    return f"{who}: {'; '.join(_set(row, name) for name in SIDES)}."


SIDES = {
    "reverted": ("above healthy before treatment", "below"),
    "induced": ("up", "down"),
}


def _set(row: Mapping[str, Any], name: str) -> str:
    up, down = (int(row[f"{name}_{way}"]) for way in ("up", "down"))
    if not up + down:
        return f"no gene was shown to be {BEYOND[name]}"
    over, under = SIDES[name]
    false = row[f"expected_false_{name}"]
    about = "" if pd.isna(false) else f"; about {false:.0f} expected to be false"
    verb = "is" if up + down == 1 else "are"
    return f"{_genes(up + down)} {verb} {BEYOND[name]} ({up} {over}, {down} {under}{about})"


def ended(visit: str, design: Mapping[str, Any]) -> str:
    """Why there is no class beyond control at a visit."""
    arm = design["arm"]
    return (
        f"{visit}: no control. Patients of {arm['control']} were without the drug up to "
        f"{arm['until']} only, so no gene can be called reverted or induced beyond control, and "
        "changes up to this visit are an uncontrolled before/after contrast."
    )


def headline(
    summary: pd.DataFrame,
    beyond: pd.DataFrame,
    genes: pd.DataFrame,
    visit: str,
    labelled: bool = True,
) -> list[str]:
    """What is claimed beyond control, and the uncontrolled sets beside it.

    Parameters
    ----------
    summary : DataFrame
        `trajectories/beyond_control_summary.tsv`.
    beyond : DataFrame
        `trajectories/beyond_control.tsv`.
    genes : DataFrame
        `trajectories/genes.tsv`, of the uncontrolled rule.
    visit : str
        The follow-up that `genes` is of.
    labelled : bool
        Whether the study knows who responded.

    Returns
    -------
    list of str
        How it is claimed, a sentence for every visit and arm, and the uncontrolled sets; none
        without rows.
    """
    if summary.empty:
        return []
    if beyond.empty or beyond["class"].isna().all():
        return [LEAD, *summary["statement"]]
    words = [f"{LEAD} {DISEASE}", *summary["statement"], *([BY_RESPONSE] if labelled else [])]
    at, beside = beyond[beyond["visit"].eq(visit)], [UNCONTROLLED]
    for name in SIDES:
        own = set(genes.loc[genes["class"].eq(name), "gene"])
        both = own & set(at.loc[at["class"].eq(BEYOND[name]), "gene"])
        text = f"By it {_genes(len(own))} {'is' if len(own) == 1 else 'are'} {name} at {visit}"
        if len(at):
            text += (
                f", of which {len(both):,} {'is' if len(both) == 1 else 'are'} {BEYOND[name]} too"
            )
        beside.append(f"{text}.")
    return [*words, " ".join(beside)]


def _patients(n: Any) -> str:
    return f"{int(n)} patient{'' if n == 1 else 's'}"


def _genes(n: Any) -> str:
    return f"{int(n):,} gene{'' if n == 1 else 's'}"
