"""The modules that stand out in a contrast, as tested: the study's own first."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from revertome import naming
from revertome.source_data.tidy import count, p_text, signed

SHOWN = 3
# Contrasts as the tests of module scores name them: the test, and in whom.
SCORES = {
    "disease": ("disease", "all"),
    "residual_all": ("residual", "all"),
    "residual_responders": ("residual", "responders"),
    "change_all": ("paired_change", "all"),
    "change_responders": ("paired_change", "responders"),
    "change_nonresponders": ("paired_change", "nonresponders"),
    "interaction": ("change_interaction", "responders_vs_nonresponders"),
    "baseline": ("baseline", "responders_vs_nonresponders"),
}


class Moved(NamedTuple):
    """What a contrast shows of a module: higher, lower, up or down, and the adjusted p."""

    way: str
    adjusted: float


def tested(contrast: str, tables: Mapping[str, Any]) -> pd.DataFrame:
    """Tests of the modules in a contrast that count patients, the surest first.

    As sets of genes with variances of each group of people; where the contrast has no such test,
    of the scores by the first method.

    Returns
    -------
    DataFrame
        module, effect, adjusted (p), unit (of the effect).
    """
    columns = ["module", "effect", "adjusted", "p", "unit"]
    sets = tables.get("sets", pd.DataFrame())
    if "P.own" in sets:
        own = sets[sets["contrast"].eq(contrast)].dropna(subset="P.own")
        if len(own):
            names = {"logFC": "effect", "adj.P.own": "adjusted", "P.own": "p"}
            found = own.rename(columns=names).assign(unit="log2, mean of its genes")
            return found[columns].sort_values(["p", "module"])
    scores = tables.get("module_tests", pd.DataFrame())
    if contrast not in SCORES or scores.empty:
        return pd.DataFrame(columns=columns)
    test, group = SCORES[contrast]
    own = scores[scores["test"].eq(test) & scores["group"].eq(group)]
    own = own[own["method"].isin(scores["method"].head(1))].dropna(subset="P.Value")
    names = {"estimate": "effect", "adj.P.Val": "adjusted", "P.Value": "p"}
    found = own.rename(columns=names).assign(unit="in the mean of its score")
    return found[columns].sort_values(["p", "module"])


def modules_of(contrast: str, tables: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """Word the modules of a contrast: the chosen one, then how many others and the surest."""
    found = tested(contrast, tables)
    if found.empty:
        return ""
    alpha, chosen = config["trajectories"]["alpha"], config["figures"]["module"]
    own = found[found["module"].eq(chosen)].to_dict("records")
    others = found[found["module"].ne(chosen)]
    sure = others[others["adjusted"] <= alpha]
    if not (found["adjusted"] <= alpha).any():
        return f" None of {count(len(found), 'module')} stands out."
    words = f" {_chosen(own[0], contrast, alpha)}" if own else ""
    n, other = len(others), " other" if own else ""
    if not n:
        return words
    modules = f"{n}{other} module{'' if n == 1 else 's'}"
    if sure.empty:
        return f"{words} None of {modules} stands out."
    named = ", ".join(
        f"{naming.module(row['module'])} {_way(row['effect'], contrast)}"
        for row in sure.head(SHOWN).to_dict("records")
    )
    first = "first " if len(sure) > SHOWN else ""
    stand = "stands" if len(sure) == 1 else "stand"
    return f"{words} Of {modules}, {len(sure)} {stand} out ({first}{named})."


def returned(tables: Mapping[str, Any], armed: bool) -> str:
    """Say which whole modules return to normal: a module may where no gene alone is shown to."""
    classes = tables.get("module_classes", pd.DataFrame())
    if "class" not in classes:
        return ""
    names = [naming.module(name) for name in classes.loc[classes["class"].eq("reverted"), "module"]]
    if not names:
        return ""
    modules = count(len(names), "whole module returns", "whole modules return")
    lead, first = "Without a control, " * armed, "first " * (len(names) > SHOWN)
    return f" {lead}{modules} at least as far ({first}{', '.join(names[:SHOWN])})."


def chosen_of(contrast: str, tables: Mapping[str, Any], config: Mapping[str, Any]) -> Moved | None:
    """Direction and adjusted p of the chosen module, where the contrast shows it up or down."""
    found, chosen = tested(contrast, tables), config["figures"]["module"]
    own = found[found["module"].eq(chosen) & (found["adjusted"] <= config["trajectories"]["alpha"])]
    if own.empty:
        return None
    row = own.iloc[0]
    return Moved(_way(row["effect"], contrast), float(row["adjusted"]))


def _chosen(row: Mapping[str, Any], contrast: str, alpha: float) -> str:
    name, p = naming.module(row["module"]), p_text(row["adjusted"])
    size = f"{signed(abs(row['effect']))} {row['unit']}"
    if row["adjusted"] <= alpha:
        return f"{name} is {_way(row['effect'], contrast)} by {size} (adjusted {p})."
    effect = f"{signed(row['effect'])} {row['unit']}"
    ways = f"{_way(1, contrast)} or {_way(-1, contrast)}"
    return f"{name} is not shown to be {ways} ({effect}; adjusted {p})."


def _way(effect: float, contrast: str) -> str:
    """Direction of a module in words."""
    level = contrast.startswith(("disease", "residual", "baseline"))
    if level:
        return "higher" if effect > 0 else "lower"
    return "up" if effect > 0 else "down"
