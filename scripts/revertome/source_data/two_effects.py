"""Genes by two effects where the plane of disease and change cannot be had.

Without healthy people a gene is placed by its changes in two groups of patients, and where there is
one group alone by its level and its effect.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome import naming
from revertome.source_data.tidy import ADJUSTED, count, moderated

LABELLED = 8  # genes named above and below the line of no difference


def two_changes(
    contrasts: Mapping[str, pd.DataFrame],
    names: tuple[str, str, str],
    chosen: Sequence[str],
    alpha: float,
) -> tuple[dict[str, pd.DataFrame], str]:
    """Genes by their changes in two groups of patients.

    Parameters
    ----------
    contrasts
        Differential tables.
    names
        Contrasts of the horizontal axis, of the vertical axis, and of their difference.
    chosen
        Genes named whatever they show.
    alpha
        False discovery rate.

    Returns
    -------
    tuple
        Elements `point` (gene, x, y, mark, label), `mark` (mark, n_genes, text) and `axes` (xlabel,
        ylabel, diagonal), and what they show in words.
    """
    across, up, apart = (contrasts[name].set_index("gene") for name in names)
    genes = across.index.intersection(up.index).intersection(apart.index).sort_values()
    across, up, apart = (each.loc[genes] for each in (across, up, apart))
    points = pd.DataFrame({"gene": genes, "x": across["logFC"].to_numpy()})
    points["y"] = up["logFC"].to_numpy()
    either = (across["adj.P.Val"] < alpha) | (up["adj.P.Val"] < alpha)
    p = apart["P.Value"] if (apart["adj.P.Val"] < alpha).any() else up["P.Value"]
    points = _marked(points, apart, either, alpha).assign(p=p.to_numpy())
    points = _labelled(points.dropna(subset=["x", "y"]), chosen)
    first, second = (naming.contrast(name) for name in names[:2])
    said = {
        "up": f"{second} is the greater",
        "down": f"{second} is the smaller",
        "either": "changes, no difference shown",
        "none": "no change shown",
    }
    marks = _marks(points, said)
    axes = {
        "xlabel": f"{naming.capital(first)} (log2)",
        "ylabel": f"{naming.capital(second)} (log2)",
    }
    n = marks.set_index("mark")["n_genes"]
    words = (
        f"Each gene by its {first} (across) and its {second} (up), log2. Dashed: equal changes. "
        f"Red and blue: the two changes differ, {count(n['up'] + n['down'], 'gene')}; dark grey: a "
        f"change in at least one of them and no difference shown, {count(n['either'], 'gene')}; "
        f"all at an {ADJUSTED} below {alpha:g}, {moderated(apart['engine'].iloc[0])}, of "
        f"{len(points):,} genes."
    )
    return {
        "point": points,
        "mark": marks,
        "axes": pd.DataFrame([axes | {"diagonal": True}]),
    }, words


def level_and_effect(
    tested: pd.DataFrame, effect: str, chosen: Sequence[str], alpha: float
) -> tuple[dict[str, pd.DataFrame], str]:
    """Genes by their mean expression and one effect.

    Parameters
    ----------
    tested
        Differential table: gene, AveExpr, logFC, P.Value, adj.P.Val, engine.
    effect
        What the fold change is, in words.
    chosen, alpha
        As for `two_changes`.

    Returns
    -------
    tuple
        As for `two_changes`.
    """
    tested = tested.dropna(subset=["AveExpr", "logFC", "P.Value"]).sort_values("gene")
    points = pd.DataFrame({"gene": tested["gene"].to_numpy(), "x": tested["AveExpr"].to_numpy()})
    points["y"] = tested["logFC"].to_numpy()
    points = _marked(points, tested, pd.Series(False, tested.index), alpha)
    points = _labelled(points.assign(p=tested["P.Value"].to_numpy()), chosen)
    marks = _marks(points, {"up": "higher", "down": "lower", "none": "no difference shown"})
    axes = {"xlabel": "Mean expression (log2)", "ylabel": f"{naming.capital(effect)} (log2)"}
    n = marks.set_index("mark")["n_genes"]
    words = (
        f"Each gene by its mean expression (across) and its {effect} (up), log2. Coloured: "
        f"{count(n['up'], 'gene')} higher and {count(n['down'], 'gene')} lower of {len(points):,}, "
        f"at an {ADJUSTED} below {alpha:g}, {moderated(tested['engine'].iloc[0])}."
    )
    axes_row = pd.DataFrame([axes | {"diagonal": False}])
    return {"point": points, "mark": marks, "axes": axes_row}, words


def _marked(
    points: pd.DataFrame, apart: pd.DataFrame, either: pd.Series, alpha: float
) -> pd.DataFrame:
    """Mark genes by what was shown of them: up, down, either or none."""
    called = (apart["adj.P.Val"] < alpha).to_numpy()
    up = (apart["logFC"] > 0).to_numpy()
    shown = [called & up, called & ~up, either.to_numpy()]
    return points.assign(mark=np.select(shown, ["up", "down", "either"], "none"))


def _labelled(points: pd.DataFrame, chosen: Sequence[str]) -> pd.DataFrame:
    """Name the chosen genes and the surest on either side; if none is sure, as many of all."""
    ranked = points.sort_values(["p", "gene"])
    sides = [ranked.loc[ranked["mark"] == side, "gene"].head(LABELLED) for side in ("up", "down")]
    lead = pd.concat(sides)
    lead = ranked["gene"].head(LABELLED) if lead.empty else lead
    label = points["gene"].where(points["gene"].isin([*chosen, *lead]))
    return points.drop(columns="p").assign(label=label)


def _marks(points: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """How many genes have each mark, in words for the legend."""
    n = points["mark"].value_counts()
    rows: list[dict[str, Any]] = [
        {"mark": mark, "n_genes": int(n.get(mark, 0)), "text": said} for mark, said in words.items()
    ]
    return pd.DataFrame(rows)
