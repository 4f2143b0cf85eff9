"""What the study can say about responders against non-responders, in a sentence with its power."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.limma.ebayes import Moderated
from revertome.limma.power import POWER, detectable_change, power

COLUMNS = ["topic", "n_responders", "n_nonresponders", "detectable", "median_change", "power"]
COLUMNS += ["enough", "statement"]


def responder_specificity(
    moderated: Mapping[str, Moderated],
    pairs: Mapping[str, int],
    outcome: npt.NDArray[np.object_] | None,
    reverted_in: str,
) -> pd.DataFrame:
    """Whether there are enough non-responders to show that they change differently.

    The power is that of a two-sided test of the interaction at 5%, before adjustment over genes,
    in a reverted gene of median change that does not change at all in non-responders, with the
    median standard error of the reverted genes.

    Parameters
    ----------
    moderated : dict of str to Moderated
        Contrasts of the joint fit.
    pairs : dict of str to int
        Patients with samples at both visits, by label.
    outcome : (G,) or None
        Classes of the genes; None without healthy samples.
    reverted_in : str
        Patients in whom reversion is claimed.

    Returns
    -------
    DataFrame
        One row: topic, n_responders, n_nonresponders (complete pairs), detectable (log2
        difference of change found with power 0.8 in the median gene), median_change (of the
        reverted genes, log2), power, enough (power of at least 0.8), statement. No rows in a
        study without labels.
    """
    n, m = (pairs.get(label, 0) for label in ("responder", "nonresponder"))
    if not n:
        return pd.DataFrame(columns=COLUMNS)
    row: dict[str, object] = {"topic": "responder_specificity"}
    row |= {"n_responders": n, "n_nonresponders": m}
    row |= dict.fromkeys(["detectable", "median_change", "power"], np.nan) | {"enough": False}
    if "interaction" not in moderated:
        row["statement"] = (
            "No patient labelled nonresponder has samples at both visits, so it cannot be tested "
            "whether any change is specific to responders."
        )
        return pd.DataFrame([row], columns=COLUMNS)
    row |= _power(moderated, outcome, reverted_in)
    row["statement"] = _sentence(row)
    return pd.DataFrame([row], columns=COLUMNS)


def _power(
    moderated: Mapping[str, Moderated], outcome: npt.NDArray[np.object_] | None, reverted_in: str
) -> dict[str, object]:
    part = moderated["interaction"]
    found: dict[str, object] = {"detectable": detectable_change(part, "interaction")}
    reverted = np.zeros(0, bool) if outcome is None else outcome == "reverted"
    if not reverted.any():
        return found
    of = "change_responders" if reverted_in == "responders" else "change_all"
    change = moderated[of].fit.coefficients[reverted, moderated[of].fit.names.index(of)]
    size = float(np.median(np.abs(change)))
    k = part.fit.names.index("interaction")
    error = (part.stdev_unscaled[:, k] * np.sqrt(part.s2_post))[reverted]
    df = np.broadcast_to(part.df_total, reverted.shape)[reverted]
    reached = power(size, float(np.median(error)), float(np.median(df)))
    return found | {"median_change": size, "power": reached, "enough": reached >= POWER}


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
    return (
        f"{text} These are too few non-responders to say that a change is, or is not, specific to "
        "responders."
    )


def _percent(power: object) -> str:
    """Word a power; one that rounds to 100% is more than 99%."""
    value = float(str(power))
    return f"{value:.0%}" if value < 0.995 else "more than 99%"


def _fold(change: object) -> str:
    """Word a log2 change as a fold change: `1.5-fold`."""
    ratio = 2 ** float(str(change))
    return f"{ratio:.2g}-fold" if ratio < 100 else f"{ratio:,.0f}-fold"
