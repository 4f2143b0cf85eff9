"""What the study can say about responders against non-responders, in a sentence with its power."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.limma.power import POWER, detectable, power
from revertome.trajectories.table import LEAST_NONRESPONDERS

COLUMNS = ["topic", "n_responders", "n_nonresponders", "detectable", "median_change", "power"]
COLUMNS += ["enough", "statement"]


def responder_specificity(
    n_responders: int,
    n_nonresponders: int,
    interaction: tuple[Array, Array] | None,
    outcome: npt.NDArray[np.object_] | None = None,
    change: Array | None = None,
) -> pd.DataFrame:
    """Whether there are enough non-responders to show that they change differently.

    The power is that of a two-sided test of the interaction at 5%, before adjustment over genes,
    in a reverted gene of median change that does not change at all in non-responders, with the
    median standard error of the reverted genes.

    Parameters
    ----------
    n_responders, n_nonresponders : int
        Patients with samples at both visits.
    interaction : (error, df), (G,) each, or None
        Standard error of the interaction and its degrees of freedom; None where no non-responder
        has samples at both visits.
    outcome : (G,), optional
        Classes of the genes; none without healthy samples.
    change : (G,), optional
        Change in the patients in whom reversion is claimed, log2.

    Returns
    -------
    DataFrame
        One row: topic, n_responders, n_nonresponders (complete pairs), detectable (log2
        difference of change found with power 0.8 in the median gene), median_change (of the
        reverted genes, log2), power, enough (power of at least 0.8), statement. No rows in a
        study without labels.
    """
    if not n_responders:
        return pd.DataFrame(columns=COLUMNS)
    row: dict[str, object] = {"topic": "responder_specificity"}
    row |= {"n_responders": n_responders, "n_nonresponders": n_nonresponders}
    row |= dict.fromkeys(["detectable", "median_change", "power"], np.nan) | {"enough": False}
    if interaction is None:
        row["statement"] = (
            "No patient labelled nonresponder has samples at both visits, so it cannot be tested "
            "whether any change is specific to responders; at least "
            f"{LEAST_NONRESPONDERS} such patients are needed."
        )
        return pd.DataFrame([row], columns=COLUMNS)
    error, df = (np.broadcast_to(part, interaction[0].shape) for part in interaction)
    row["detectable"] = detectable(float(np.nanmedian(error)), float(np.nanmedian(df)))
    reverted = np.zeros(0, bool) if outcome is None else outcome == "reverted"
    if change is not None and reverted.any():
        size = float(np.median(np.abs(change[reverted])))
        reached = power(size, float(np.median(error[reverted])), float(np.median(df[reverted])))
        row |= {"median_change": size, "power": reached, "enough": reached >= POWER}
    row["statement"] = _sentence(row)
    return pd.DataFrame([row], columns=COLUMNS)


def _sentence(row: Mapping[str, object]) -> str:
    n, m = (
        f"{row[name]} {word}{'' if row[name] == 1 else 's'}"
        for name, word in (("n_responders", "responder"), ("n_nonresponders", "non-responder"))
    )
    text = (
        f"With {n} and {m} (complete pairs), the study has {POWER:.0%} "
        f"power to detect a {_fold(row['detectable'])} difference in change between them in a "
        "typical gene (two-sided test at 5%, before adjustment over genes)."
    )
    if np.isnan(float(str(row["power"]))):
        return text
    text += (
        f" The median reverted gene changes {_fold(row['median_change'])}. If it did not change at "
        f"all in non-responders, the power to show this would be {_percent(row['power'])}."
    )
    if row["enough"]:
        return text
    text += (
        " These are too few non-responders to say that a change is, or is not, specific to "
        "responders."
    )
    if int(str(row["n_nonresponders"])) < LEAST_NONRESPONDERS:
        text += f" No gene is called specific with fewer than {LEAST_NONRESPONDERS} of them."
    return text


def _percent(power: object) -> str:
    """Word a power; one that rounds to 100% is more than 99%."""
    value = float(str(power))
    return f"{value:.0%}" if value < 0.995 else "more than 99%"


def _fold(change: object) -> str:
    """Word a log2 change as a fold change: `1.5-fold`."""
    ratio = 2 ** float(str(change))
    return f"{ratio:.2g}-fold" if ratio < 100 else f"{ratio:,.0f}-fold"
