"""One row a gene: its effects in two parts, the tests beyond composition."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from revertome.arrays import Array, Mask
from revertome.limma.cell_shrinkage import Edge
from revertome.statistics.fdr import adjust
from revertome.trajectories.classes import ClassCalls
from revertome.trajectories.composition_planes import Follows, SplitPlanes
from revertome.trajectories.plane import Plane
from revertome.trajectories.table import LEVEL

Outcomes = npt.NDArray[np.object_]

EFFECTS: dict[str, Edge] = {"disease": (1, 0), "change": (0, 1)}
SCREENED = {
    "reverted": "disease beyond composition is not shown",
    "induced": "change beyond composition is not shown",
}


def _limits(estimate: Array, plane: Plane | Follows, edge: Edge) -> tuple[Array, Array]:
    reach = special.stdtrit(plane.degrees(*edge), (1 + LEVEL) / 2) * np.sqrt(plane.variance(*edge))
    return estimate - reach, estimate + reach


def _effects(prefix: str, split: SplitPlanes) -> dict[str, Array]:
    """Disease and change with their parts and limits, and the share that follows composition."""
    found: dict[str, Array] = {}
    for name, edge in EFFECTS.items():
        parts: dict[str, Array] = {}
        for part, plane in (("composition", split.follows), ("beyond", split.beyond)):
            parts[part] = plane.d if name == "disease" else plane.t
            low, high = _limits(parts[part], plane, edge)
            key = f"{prefix}{name}_{part}"
            found |= {key: parts[part], f"{key}_low": low, f"{key}_high": high}
        total = parts["composition"] + parts["beyond"]
        share = np.divide(parts["composition"], total, out=np.full(len(total), np.nan),
                          where=total != 0)  # fmt: skip
        found |= {f"{prefix}{name}": total, f"{prefix}{name}_share": share}
    return found


def split_table(
    genes: pd.Index,
    planes: Mapping[str, SplitPlanes],
    without: Outcomes,
    calls: ClassCalls,
    asked: Mask,
) -> pd.DataFrame:
    """Effects and p of every gene, those of classes only where they were asked for.

    Parameters
    ----------
    genes : Index, (G,)
    planes : dict of str to SplitPlanes
        `main` and `induced`.
    without : (G,)
        Classes without composition.
    calls : ClassCalls
        Of the genes that were `asked` for.
    asked : (G,)
    """
    main, induced = planes["main"], planes["induced"]

    def placed(p: Array) -> Array:
        found = np.full(len(genes), np.nan)
        found[asked] = p
        return found

    follows: dict[str, Array] = {}
    for name, edge in EFFECTS.items():
        p = main.follows.two_sided(*edge)
        follows |= {f"p_{name}_composition": p, f"adj_p_{name}_composition": adjust(p)}
    tests = {
        "p_disease_beyond": calls.p_disease,
        "adj_p_disease_beyond": calls.adj_p_disease,
        "p_change_beyond": calls.p_change,
        "adj_p_change_beyond": calls.adj_p_change,
    }
    for name in SCREENED:
        tests |= {f"p_{name}": calls.p[name], f"adj_p_{name}": calls.adj_p[name]}
    return pd.DataFrame(
        {
            "gene": np.asarray(genes, dtype=object),
            **_effects("", main),
            **({} if induced is main else _effects("induced_", induced)),
            **follows,
            **{name: placed(p) for name, p in tests.items()},
            "class": without,
        }
    )
