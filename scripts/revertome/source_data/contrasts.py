"""A volcano of every contrast of the main follow-up, and of earlier effects of the drug."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.differential.called import called, counted
from revertome.differential.names import RANDOMISED
from revertome.source_data.tidy import absent, count, stack

PANELS = 12  # at most a page high
LABELLED = 3  # genes named on either side of a panel
SUREST, OTHERS = 500, 1000  # points of a panel: the first, then about so many of either kind


def table(
    contrasts: Mapping[str, pd.DataFrame],
    design: Mapping[str, Any],
    trajectories: Mapping[str, Any],
    visit_contrasts: Mapping[str, Mapping[str, pd.DataFrame]] | None = None,
) -> pd.DataFrame:
    """Build the table of the volcano plots of all contrasts.

    The effects of the drug at earlier follow-ups come first: the main one may have no control.

    Returns
    -------
    DataFrame
        `panel` rows: contrast, visit (of an earlier follow-up), order, n_up, n_down, n_tested,
        p_at_alpha (the largest p-value called). `gene` rows: contrast, order, gene, logFC (log2),
        P.Value, direction, label; of each contrast the genes called with the smallest p, and of
        the others, called or not, every so many down the list. `study` row: alpha.
    """
    alpha, visit = trajectories["alpha"], design["followup"] or design["baseline"]
    sets = [(at, _effects(found)) for at, found in (visit_contrasts or {}).items()]
    counts = [counted(found, at, alpha) for at, found in sets if found]
    counts.append(counted(contrasts, str(visit), alpha).assign(visit=None))
    every = pd.concat(counts, ignore_index=True).astype({"visit": object})
    tested = every[every["n_tested"] > 0]
    if len(tested) < 2:
        return absent(_single(tested))
    shown = tested.head(PANELS)
    by_visit: dict[str | None, Mapping[str, pd.DataFrame]] = {**dict(sets), None: contrasts}
    own = [by_visit[row.visit][row.contrast] for row in shown.itertuples()]
    points = [
        _points(each, alpha).assign(contrast=name, order=k)
        for k, (name, each) in enumerate(zip(shown["contrast"], own, strict=True))
    ]
    panels = shown.drop(columns=["leading_up", "leading_down"])
    panels = panels.assign(
        order=range(len(panels)),
        p_at_alpha=[each.loc[each["adj.P.Val"] < alpha, "P.Value"].max() for each in own],
    )
    caption = _words(tested, shown, alpha)
    return stack(
        caption,
        f"Small volcano plots. {caption} {_numbers(shown)}",
        panel=panels,
        gene=pd.concat(points, ignore_index=True),
        study=pd.DataFrame({"alpha": [alpha]}),
    )


def _effects(found: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: each for name, each in found.items() if name.startswith(RANDOMISED)}


def _name(row: Any) -> str:
    """Name of a contrast, with its follow-up if that is an earlier one."""
    if row.visit is None:
        return naming.contrast(row.contrast)
    return f"{naming.contrast(row.contrast, at=row.visit)}, {naming.visit(row.visit)}"


def _points(tested: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """Genes drawn of one contrast, and which of them are named."""
    found = tested[["gene", "logFC", "P.Value"]].assign(direction=called(tested, alpha))
    found = found.dropna(subset="P.Value").sort_values(["P.Value", "gene"])
    sure = found["direction"] != "none"
    first, later, rest = found[sure].head(SUREST), found[sure].iloc[SUREST:], found[~sure]
    drawn = pd.concat([first, *(each[:: 1 + len(each) // OTHERS] for each in (later, rest))])
    names = drawn[drawn["direction"] != "none"].groupby("direction")["gene"].head(LABELLED)
    return drawn.assign(label=drawn["gene"].where(drawn.index.isin(names.index)))


def _single(tested: pd.DataFrame) -> str:
    if tested.empty:
        return "No contrast of genes could be estimated."
    name = _name(next(tested.itertuples()))
    return f"One contrast was tested, {name}: it has a figure of its own."


def _words(tested: pd.DataFrame, shown: pd.DataFrame, alpha: float) -> str:
    left = [_name(row) for row in tested.iloc[len(shown) :].itertuples()]
    words = (
        f"Genes of {count(len(shown), 'contrast')}, in the order of the report: log2 fold change "
        f"against p; ▲ risen or higher, ▼ fallen or lower at an adjusted p below {alpha:g} "
        "(Benjamini-Hochberg; dashed line). All panels have one horizontal scale, and each its own "
        f"vertical one. Of many genes the {SUREST:,} with the smallest p are drawn, and of the "
        f"others that are called, as of those that are not, {OTHERS:,} at most, taken at equal "
        "steps down the list."
    )
    if left:
        others = f"{', '.join(left[:3])} and {len(left) - 3} more" if len(left) > 4 else ""
        words += f" Not drawn: {others or ', '.join(left)}; the tables have them."
    return words


def _numbers(shown: pd.DataFrame) -> str:
    parts = (f"{_name(row)}: {row.n_up:,} up, {row.n_down:,} down" for row in shown.itertuples())
    return f"{'; '.join(parts)}."
