"""Settings of `across.py`: the trials that are compared, and what is true of them together."""

from dataclasses import dataclass

BLOOD = (0.30, 0.10, 0.06, 0.04, 0.03, 0.02, 0.02, 0.01, 0.01, 0.01)  # shares of variance


@dataclass(frozen=True)
class Across:
    """Studies that are simulated and compared.

    Attributes
    ----------
    name, description : str
    patients, healthy : tuple of int
        People of each study; from 12 patients on a quarter are non-responders.
    effects : str
        Name of a function of `across_truth.EFFECTS`.
    scale : tuple of float
        Slope of each study's platform; 1 where shorter.
    axes : tuple of float
        Mean share of a gene's variance along each axis of co-expression, before genes with more
        than nine tenths along all are cut to that.
    sd : tuple of float
        Standard deviation before and after over that of healthy people.
    variance : str
        `trajectories.variance`.
    missing : float
        Share of patients who lack one of the visits.
    shared : str
        People in several studies: `study` (one study twice), `healthy` (all), `healthy half`,
        `patients half`; the second study repeats those of the first.
    n_genes : int
    """

    name: str
    description: str
    patients: tuple[int, ...]
    healthy: tuple[int, ...]
    effects: str
    scale: tuple[float, ...] = ()
    axes: tuple[float, ...] = BLOOD
    sd: tuple[float, float] = (1.0, 1.0)
    variance: str = "common"
    missing: float = 0.0
    shared: str = ""
    n_genes: int = 1000


TWO, THREE, FIVE = (20, 20), (10, 30, 90), (3, 8, 15, 40, 90)
_TWO = {"patients": TWO, "healthy": TWO}
_LARGE = {"patients": (40, 40), "healthy": (30, 30)}
_UNEQUAL = {"patients": (8, 60), "healthy": (10, 30)}
_THREE = {"patients": THREE, "healthy": (12, 20, 40)}
_FIVE = {"patients": FIVE, "healthy": (6, 8, 12, 24, 40)}
_FOUR = {"patients": (6, 12, 24, 48), "healthy": (8, 12, 20, 24)}
_PLATFORMS = {"scale": (1.0, 0.6, 1.0, 0.6, 1.0)}
_CELLS = {"variance": "cells", "sd": (1.8, 1.5)}
_STRONG = (0.45, 0.15, 0.08, 0.05, 0.03, 0.02)

_EVERY = (
    # Nothing in common.
    Across("null_two", "no effect at all", **_TWO, effects="none"),
    Across("null_small", "no effect at all, 3 and 6 patients", (3, 6), (6, 6), "none"),
    Across("null_three", "no effect at all", **_THREE, effects="none"),
    Across("null_five", "no effect at all", **_FIVE, effects="none", **_PLATFORMS),
    Across("null_cells", "no effect at all, patients vary more", **_TWO, effects="none", **_CELLS),
    Across("private_two", "each study has effects of its own", **_TWO, effects="private"),
    Across("private_strong", "the same, stronger axes", **_TWO, effects="private", axes=_STRONG),
    Across("private_three", "each study has effects of its own", **_THREE, effects="private"),
    Across("private_five", "the same", **_FIVE, effects="private", **_PLATFORMS),
    Across("private_cells", "the same, patients vary more", **_TWO, effects="private", **_CELLS),
    Across("axis1_two", "effects along the first axis, random sign", **_LARGE, effects="axis1"),
    Across("axis3_two", "effects along three axes, by chance", **_LARGE, effects="axis3"),
    Across("axis10_two", "effects along all axes, by chance", **_LARGE, effects="axis10"),
    Across("axis3_small", "effects along three axes, by chance", **_UNEQUAL, effects="axis3"),
    Across("axis3_strong", "the same, stronger axes", **_LARGE, effects="axis3", axes=_STRONG),
    Across("axis10_three", "effects along all axes, by chance", **_THREE, effects="axis10"),
    Across("axis3_private", "the same beside private genes", **_LARGE, effects="axis3_private"),
    Across("halves", "one trial in halves, visits permuted", **_TWO, effects="permuted"),
    Across("halves_large", "the same", **_LARGE, effects="permuted"),
    # On the edges of classes.
    Across("half_two", "reverted in one, exactly half in the other", **_LARGE, effects="half"),
    Across("half_three", "reverted in one, exactly half in others", **_THREE, effects="half"),
    Across("half_cells", "the same, patients vary more", **_LARGE, effects="half", **_CELLS),
    Across("one_null", "reverted in one, nothing in the other", **_LARGE, effects="one"),
    Across("all_half", "exactly half in both", **_LARGE, effects="all_half"),
    Across("recovered_65_35", ".65 against .35 recovered", **_LARGE, effects="unequal"),
    # Something in common.
    Across("shared_two", "one signature", **_TWO, effects="shared"),
    Across("shared_unequal", "one signature, 8 and 60 patients", **_UNEQUAL, effects="shared"),
    Across("shared_three", "one signature", **_THREE, effects="shared"),
    Across("shared_four", "one signature", **_FOUR, effects="shared"),
    Across("shared_five", "one signature", **_FIVE, effects="shared"),
    Across("platforms_two", "one signature, slopes 1 and 0.6", **_LARGE, effects="shared",
           **_PLATFORMS),
    Across("platforms_five", "the same", **_FIVE, effects="shared", **_PLATFORMS),
    Across("same_two", "one signature, effects equal", **_TWO, effects="same"),
    Across("same_three", "one signature, effects equal", **_THREE, effects="same"),
    Across("varied_three", "one signature, effects differ much", **_THREE, effects="varied"),
    Across("shared_cells", "one signature, patients vary more", **_LARGE, effects="shared",
           **_CELLS),
    Across("shared_missing", "one signature, 30% lack a visit", **_LARGE, effects="shared",
           missing=0.3),
    Across("thirds_two", "a third of the signature private", **_LARGE, effects="thirds"),
    Across("thirds_three", "a third of the signature private", **_THREE, effects="thirds"),
    # People in two studies.
    Across("twice", "one study twice", **_TWO, effects="private", shared="study"),
    Across("healthy_all", "all healthy shared", **_TWO, effects="none", shared="healthy"),
    Across("healthy_half", "half the healthy", **_TWO, effects="none", shared="healthy half"),
    Across("patients_half", "half the patients", **_TWO, effects="none", shared="patients half"),
)  # fmt: skip
SETTINGS = {each.name: each for each in _EVERY}
