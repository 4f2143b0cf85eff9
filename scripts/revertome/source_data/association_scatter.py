"""The patients behind the associations that are stated: one panel an association."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.association import CORRELATIONS
from revertome.source_data.tidy import absent, count, p_text, stack

PANELS = 12  # at most a page
CORNERS = 41  # of the line of ranks
SHOWN = ["question", "module", "estimate", "CI.L", "CI.R", "P.Value", "adj.P.Val", "n"]


def table(
    association_tests: pd.DataFrame,
    association_patients: pd.DataFrame,
    design: Mapping[str, Any],
    trajectories: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the associations, patient by patient.

    Drawn are the significant ones, those with the smallest p first, then the leading one of every
    other question.

    Returns
    -------
    DataFrame
        `point` rows: panel, patient, label, x (clinical value; missing where groups are compared),
        y (score). `line` rows: panel, x, y, low, high (see `rank_line`). `box` rows: panel, label,
        q25, median, q75. `panel` rows: panel, question, module, variable, estimate, CI.L, CI.R,
        P.Value, adj.P.Val, n, scale, xlabel, ylabel, text (title).
    """
    tests = association_tests
    answered = tests.dropna(subset=["estimate"]) if len(tests) else tests
    if answered.empty:
        return absent("No association of a module score with the clinic could be tested.")
    alpha = trajectories["alpha"]
    chosen = _chosen(answered, alpha)
    points = [_points(row, association_patients) for row in chosen.to_dict("records")]
    lines = [
        rank_line(own["x"], own["y"], row["estimate"], row["CI.L"], row["CI.R"])
        for own, row in zip(points, chosen.to_dict("records"), strict=True)
        if row["question"] in CORRELATIONS
    ]
    correlated = chosen.loc[chosen["question"].isin(CORRELATIONS), "panel"]
    lines = [line.assign(panel=p) for line, p in zip(lines, correlated, strict=True)]
    point = pd.concat(points, ignore_index=True)
    significant = int((answered["adj.P.Val"] < alpha).sum())
    caption = _words(chosen, len(answered), significant, alpha)
    lead = chosen.sort_values(["P.Value", "panel"]).iloc[0]
    return stack(
        caption,
        f"Panels of points. {caption} Smallest p: {naming.variable(lead['module'], unit=False)}, "
        f"{lead['estimate']:.2f}, {p_text(lead['P.Value'])}.",
        point=point,
        line=pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(),
        box=_boxes(point),
        panel=_panels(chosen, design),
    )


def rank_line(x: pd.Series, y: pd.Series, r: float, low: float, high: float) -> pd.DataFrame:
    """Draw a rank correlation through the points: the line of the ranks in the units measured.

    On ranks the line of least squares runs through the mean rank with the slope r. The rank it
    gives is read as a value at that place of the sorted y, between neighbours in proportion.

    Parameters
    ----------
    x, y : (n,)
        None missing.
    r, low, high : float
        Spearman's correlation and its limits.

    Returns
    -------
    DataFrame
        x, y, low, high: at the values of x in order, of many at 41 of them at equal steps.
    """
    ranks, of = x.rank().sort_values(kind="stable"), y.rank()
    if len(ranks) > CORNERS:
        ranks = ranks.iloc[np.linspace(0, len(ranks) - 1, CORNERS).round().astype(int)]
    middle, scale = (len(x) + 1) / 2, of.std() / x.rank().std()
    order = np.argsort(of.to_numpy(), kind="stable")
    known = of.to_numpy()[order], y.to_numpy(float)[order]
    told = {
        name: np.interp(middle + slope * scale * (ranks.to_numpy() - middle), *known)
        for name, slope in (("y", r), ("low", low), ("high", high))
    }
    return pd.DataFrame({"x": x.loc[ranks.index].to_numpy(float), **told})


def _chosen(answered: pd.DataFrame, alpha: float) -> pd.DataFrame:
    by = answered.sort_values(["P.Value", "module", "question", "y"], kind="stable")
    sure = by[by["adj.P.Val"] < alpha]
    asked = pd.MultiIndex.from_frame(sure[["question", "y"]])
    first = by.drop_duplicates(["question", "y"])
    others = first[~pd.MultiIndex.from_frame(first[["question", "y"]]).isin(asked)]
    chosen = pd.concat([sure, others]).head(PANELS).reset_index(drop=True)
    return chosen.assign(panel=range(len(chosen)))


def _points(row: Mapping[Any, Any], patients: pd.DataFrame) -> pd.DataFrame:
    own = patients[["patient", "label"]].assign(panel=row["panel"], y=patients[row["x"]])
    if row["question"] in CORRELATIONS:
        own = own.assign(x=patients[row["y"]])
        return own.dropna(subset=["x", "y"])
    own = own[own["label"].isin(["responder", "nonresponder"])]
    return own.assign(x=np.nan).dropna(subset="y")


def _boxes(point: pd.DataFrame) -> pd.DataFrame:
    groups = point[point["x"].isna()].groupby(["panel", "label"])["y"]
    quarters = groups.quantile([0.25, 0.5, 0.75]).unstack()  # noqa: PD010
    names = ["q25", "median", "q75"]
    return quarters.set_axis(names, axis=1).reset_index() if len(quarters) else pd.DataFrame()


def _panels(chosen: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    change = chosen["question"].isin(["change_with_change", "change_by_response"])
    at = naming.visit(design["baseline"])
    variable = chosen["y"].str.removesuffix("_change").str.removesuffix("_baseline")
    correlated = chosen["question"].isin(CORRELATIONS)
    xlabel = [
        (f"change of {name}" if moved else f"{name} at {at}") if shown else ""
        for name, moved, shown in zip(map(naming.variable, variable), change, correlated,
                                      strict=True)
    ]  # fmt: skip
    of = chosen["module"].eq("distance").map({True: "distance", False: "score"})
    ylabel = [f"change of {what}" if moved else f"{what} at {at}"
              for what, moved in zip(of, change, strict=True)]  # fmt: skip
    return chosen[["panel", *SHOWN]].assign(
        variable=variable.where(correlated),
        scale=correlated.map({True: "ρ", False: "AUC"}),
        xlabel=xlabel,
        ylabel=ylabel,
        text=[naming.capital(naming.variable(name, unit=False)) for name in chosen["module"]],
    )


def _words(chosen: pd.DataFrame, answered: int, significant: int, alpha: float) -> str:
    shown = int((chosen["adj.P.Val"] < alpha).sum())
    others = len(chosen) - shown
    which = []
    if significant:
        told = "the significant one" if significant == 1 else f"the {significant} significant ones"
        which = [told if shown == significant else f"{shown} of {told}"]
    if others:
        whose = "other question" if significant else "question"
        which.append(f"the leading one of {'every' if others > 1 else 'the'} {whose}")
    low, high = size(chosen["n"].min()), size(chosen["n"].max())
    number = f"n = {low}" if low == high else f"n = {low} to {high}"
    caption = (
        f"{count(len(chosen), 'association')} of {answered:,} tested, patient by patient "
        f"({number}): {' and '.join(which)} (adjusted p below {alpha:g}; Benjamini-Hochberg over "
        "modules)."
    )
    if chosen["question"].isin(CORRELATIONS).any():
        caption += (
            " ρ: Spearman correlation with its 95% CI; the line is that of the ranks, with its "
            "interval (shaded), in the units measured."
        )
    if not chosen["question"].isin(CORRELATIONS).all():
        groups = naming.group("responders"), naming.group("nonresponders")
        caption += (
            f" AUC: the probability that a value of {groups[0]} is higher than one of {groups[1]} "
            "(Mann-Whitney); boxes: median and quartiles."
        )
    caption += " The tests are not adjusted for anything else. All others: association/tests.tsv."
    return caption
