"""Running sums of the leading modules along the contrasts: where their genes stand in each."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.differential.called import in_reading_order
from revertome.modules.gsea import curves
from revertome.source_data.tidy import absent, count, signed, stack

PANELS = 6  # modules drawn
LINES = 4  # contrasts drawn in each
SHARED = 0.5  # of the genes of a module that another one drawn has: it is not drawn again


def table(
    sets: pd.DataFrame,
    contrasts: Mapping[str, pd.DataFrame],
    modules: Mapping[str, list[str]],
    trajectories: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the running sums.

    Returns
    -------
    DataFrame
        `corner` rows: panel, line, passed (genes of the ranking that were passed), sum, gene (of
        the module, that was passed last). `score` rows: panel, line, NES, adj.P.own. `panel` rows:
        panel, module, n_found. `line` rows: line, contrast. `study` row: alpha.
    """
    scored = sets.dropna(subset=["NES"]) if len(sets) else sets
    of = set(scored["contrast"]) if len(scored) else set()
    lines = in_reading_order(
        name for name, each in contrasts.items() if name in of and each["t"].notna().any()
    )
    scored = scored[scored["contrast"].isin(lines[:LINES])]
    scored = scored[scored["module"].isin(list(modules))]
    if scored.empty:
        return absent("No module has three measured genes whose place in a contrast could be seen.")
    measured = set().union(*(contrasts[name]["gene"] for name in lines[:LINES]))
    chosen, alike = _leading(scored, modules, measured)
    line = pd.DataFrame({"contrast": lines[:LINES], "line": range(len(lines[:LINES]))})
    panel = pd.DataFrame({"module": chosen, "panel": range(len(chosen))})
    panel["n_found"] = [len(measured.intersection(modules[name])) for name in chosen]
    drawn = {name: modules[name] for name in chosen}
    corners = [curves(contrasts[n], drawn).assign(line=i) for i, n in enumerate(line["contrast"])]
    corner = pd.concat(corners, ignore_index=True).merge(panel[["module", "panel"]], on="module")
    score = scored.merge(panel[["module", "panel"]], on="module").merge(line, on="contrast")
    known = sets[["P.own", "NES"]].notna().any(axis=1)
    left = sets.loc[known, "module"].nunique() - len(chosen) - alike
    alpha = trajectories["alpha"]
    caption = _words(panel, line, alpha, alike, left, lines[LINES:])
    return stack(
        caption,
        f"Running sums. {caption} {_numbers(score)}",
        corner=corner.drop(columns="module"),
        score=score[["panel", "line", "NES", "adj.P.own"]],
        panel=panel,
        line=line,
        study=pd.DataFrame({"alpha": [alpha]}),
    )


def _leading(
    scored: pd.DataFrame, modules: Mapping[str, list[str]], measured: set[str]
) -> tuple[list[str], int]:
    """Modules to draw, in the order of the files, and how many are left out as alike.

    Those with the smallest p lead, then those with the largest NES.
    """
    far = scored.assign(NES=-scored["NES"].abs()).groupby("module", sort=False)
    order = far[["P.own", "NES"]].min().sort_values(["P.own", "NES"], kind="stable").index
    chosen: dict[str, set[str]] = {}
    alike = 0
    for name in order:
        own = measured.intersection(modules[name])
        if any(len(own & other) > SHARED * len(own) for other in chosen.values()):
            alike += 1
        elif len(chosen) < PANELS:
            chosen[name] = own
    return [str(name) for name in dict.fromkeys(scored["module"]) if name in chosen], alike


def _words(
    panel: pd.DataFrame,
    line: pd.DataFrame,
    alpha: float,
    alike: int,
    left: int,
    others: Sequence[str],
) -> str:
    caption = (
        f"Where the genes of {count(len(panel), 'module')} stand in "
        f"{count(len(line), 'contrast')}: genes are ranked by their moderated t, from the most "
        "raised on the left to the most lowered. Curves: running sum of preranked enrichment "
        "(Subramanian 2005, weight 1), which rises at a gene of the module, by its share of the "
        "t of all of them, and falls at any other; the point furthest from 0 is the enrichment "
        "score. Strips: the genes of the module. NES: that score over its mean in random sets of "
        "as many genes; it describes and has no p, as genes of random sets are independent and "
        f"those of a module are not. Bold: adjusted p below {alpha:g} of the test in which "
        "patients count (modules/sets.tsv), which not every contrast allows."
    )
    if alike:
        caption += (
            f" Not drawn: {count(alike, 'module')} of which a drawn one has more than half of the "
            "genes"
        )
        caption += f", and {count(left, 'module')} with larger p." if left else "."
    elif left:
        caption += f" Not drawn: {count(left, 'module')} with larger p (in modules/sets.tsv)."
    if others:
        names = "; ".join(naming.contrast(name) for name in others[:3])
        more = f"; and {len(others) - 3} more" if len(others) > 3 else ""
        caption += f" Contrasts that are not drawn: {names}{more}."
    return caption


def _numbers(score: pd.DataFrame) -> str:
    far = score.assign(far=score["NES"].abs()).sort_values("far", ascending=False, kind="stable")
    told = ", ".join(
        f"{naming.module(row['module'])} in {naming.contrast(row['contrast'])} "
        f"({signed(row['NES'])})"
        for row in far.head(3).to_dict("records")
    )
    return f"Largest NES: {told}."
