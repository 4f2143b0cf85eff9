"""What disease and drug truly do to each gene."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from revertome.simulate.draw import Generator, stream
from revertome.simulate.patients import ARM_SIZE, MONTH1, RESPONSES
from revertome.simulate.profile import BACKGROUND, profile

# Number of genes of each class that go up and down in disease (in change, for `induced`), in
# 12,000 genes; the other genes are unchanged.
SIZES = {
    "reverted": (300, 200),
    "half_reverted": (90, 60),
    "partial": (90, 60),
    "persistent": (150, 100),
    "exacerbated": (30, 30),
    "induced": (160, 25),
    "activity": (80, 40),
}
CLASSES = (*SIZES, "unchanged")
GENES = 12000
EFFECTS = [
    *("disease", "change", "change_nonresponders"),
    *("change_month1", "change_month1_nonresponders", "natural_month1", "drug_effect_month1"),
]
# Share of responders at month 1 in the active arm.
RESPONDED = sum(MONTH1["anakinra"].get(name, 0) for name in RESPONSES) / ARM_SIZE
LOWEST, HIGHEST = 4.4, 14.8  # log2 means the array can show


class Share(NamedTuple):
    """Part of a group of named genes that falls in each class, and its direction."""

    sign: int
    classes: dict[str, float]


NAMED_CLASSES = {
    "interferon": Share(1, {"induced": 1.0}),
    "inflammation": Share(1, {"reverted": 0.7, "half_reverted": 0.15, "partial": 0.15}),
    "lymphocytes": Share(-1, {"reverted": 0.65, "half_reverted": 0.15}),
    "erythroid": Share(1, {"persistent": 0.5, "half_reverted": 0.3}),
}


def truth(symbols: Sequence[str], seed: int) -> pd.DataFrame:
    """True effects.

    Disease effects d are 1.2 to 3.2 within-group SD, less where that would leave the range of the
    array. In responders reverted genes change by -0.8 d to -1.2 d, half_reverted by exactly
    -d / 2, partial by -0.1 d to -0.35 d, persistent by 0, exacerbated by 0.6 d to 0.9 d; induced
    genes change by 1.2 to 3.2 SD (interferon genes by 0.8 to 2.5 log2) with d = 0. In
    non-responders induced genes change as in responders, which is the drug's own effect, and the
    others by 0 to 25% of the responders' change.

    Activity genes follow the flare in which patients are enrolled. It passes by itself: they fall
    by 0.8 d to 1.2 d by month 6 in everyone, 70% to 100% of it by month 1 in both arms, and no
    drug has a part in it. All other genes stay as they are under placebo. Under anakinra they
    have changed by month 1 in responders as by month 6, in non-responders by 80% to 100% of it
    (induced genes by all of it), which those who do not respond at month 6 have lost again.

    Parameters
    ----------
    symbols
        Gene symbols, with the genes of `named.NAMED` among them.
    seed
        Seed of every draw.

    Returns
    -------
    DataFrame, sorted by gene, with
        gene, class (one of `CLASSES`); log2: disease (enrollment - healthy), change (month 6 -
        enrollment in responders), change_nonresponders, change_month1 (month 1 - enrollment in
        responders to anakinra), change_month1_nonresponders, natural_month1 (month 1 - enrollment
        under placebo), drug_effect_month1 (mean change of all who are randomised to anakinra
        less that under placebo).
    """
    genes = profile(symbols, seed)
    rng = stream(seed, "truth")
    label, sign = _classes(rng, genes)
    n = len(genes)
    interferon = (genes["group"] == "interferon").to_numpy()
    size = rng.uniform(1.2, 3.2, n) * genes["sd"].to_numpy()
    size = np.where(interferon, rng.uniform(0.8, 2.5, n), size)
    mean = genes["mean"].to_numpy()
    room = np.where(sign > 0, HIGHEST - mean, mean - LOWEST)
    size = sign * np.minimum(size, np.where(label == "exacerbated", room / 2, room))
    fraction = np.select(
        [
            np.isin(label, ["reverted", "activity"]),
            *(label == name for name in ("half_reverted", "partial", "exacerbated")),
        ],
        [rng.uniform(0.8, 1.2, n), 0.5, rng.uniform(0.1, 0.35, n), -rng.uniform(0.6, 0.9, n)],
        0.0,
    )
    induced, natural = label == "induced", label == "activity"
    disease = np.where(induced, 0.0, size)
    change = np.where(induced, size, -fraction * disease) + 0.0  # no negative zero
    failed = np.where(induced | natural, 1.0, rng.uniform(0, 0.25, n))
    table = pd.DataFrame(
        {
            "gene": genes.index,
            "class": label,
            "disease": disease,
            "change": change,
            "change_nonresponders": change * failed + 0.0,
        }
    )
    return table.join(_month1(rng, table))


def _month1(rng: Generator, table: pd.DataFrame) -> pd.DataFrame:
    """Effects at month 1: everyone's where the course is natural, else that of the drug."""
    change, n = table["change"], len(table)
    natural, induced = table["class"] == "activity", table["class"] == "induced"
    settled, early = rng.uniform(0.7, 1.0, n), rng.uniform(0.8, 1.0, n)
    course = (settled * change).where(natural, 0.0) + 0.0
    drug = change.where(~natural, 0.0)
    failed = drug * np.where(induced, 1.0, early) + 0.0
    return pd.DataFrame(
        {
            "change_month1": drug + course,
            "change_month1_nonresponders": failed + course,
            "natural_month1": course,
            "drug_effect_month1": RESPONDED * drug + (1 - RESPONDED) * failed,
        }
    )


def _classes(rng: Generator, genes: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Class and sign (0 when unchanged) of each gene: named genes first, then by lot."""
    label = np.full(len(genes), "unchanged", dtype=object)
    sign = np.zeros(len(genes))
    for group, share in NAMED_CLASSES.items():
        members = rng.permutation(np.flatnonzero(genes["group"] == group))
        cuts = np.round(np.cumsum(list(share.classes.values())) * len(members)).astype(int)
        for name, part in zip(share.classes, np.split(members, cuts)[:-1], strict=True):
            label[part], sign[part] = name, share.sign
    free = (genes["group"] == "other").to_numpy()
    # Most genes that respond to disease are expressed in blood, some are switched on.
    weight = np.where(genes["mean"] > BACKGROUND + 1.2, 1.0, 0.08)[free]
    lot = rng.choice(np.flatnonzero(free), free.sum(), replace=False, p=weight / weight.sum())
    start = 0
    for name, counts in SIZES.items():
        for direction, count in zip((1, -1), counts, strict=True):
            taken = ((label == name) & (sign == direction)).sum()
            end = start + max(0, round(count * len(genes) / GENES) - taken)
            label[lot[start:end]], sign[lot[start:end]] = name, direction
            start = end
    return label, sign
