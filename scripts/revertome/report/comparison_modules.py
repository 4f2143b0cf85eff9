"""Interferon modules across studies in sentences: study by study, or counted over many."""

from collections.abc import Sequence

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.pairs import some
from revertome.source_data.tidy import signed

GROUPS = ("treated", "responders", "all")
VERBS = {
    "disease": ("higher than healthy", "lower than healthy", "not shown to differ from healthy"),
    "paired_change": ("rose", "fell", "not shown to change"),
}
SPELT = 3  # studies named on the rarer side


def directions(each: pd.DataFrame, modules: Sequence[str], test: str) -> pd.DataFrame:
    """Modules of every study with `way`: 0 up, 1 down, 2 where the interval holds zero."""
    mine = each[each["module"].isin(modules) & each["method"].eq("zscore") & each["test"].eq(test)]
    groups = ("all",) if test == "disease" else GROUPS
    group = next((name for name in groups if name in set(mine["group"])), "")
    mine = mine[mine["group"] == group]
    way = (mine["CI.R"] < 0).astype(int).where((mine["CI.L"] > 0) | (mine["CI.R"] < 0), 2)
    order = mine["module"].map({name: i for i, name in enumerate(modules)})
    return mine.assign(way=way, order=order).sort_values(["study", "order"])


def modules_in_words(
    each: pd.DataFrame,
    pooled: pd.DataFrame,
    modules: Sequence[str],
    healthy: pd.Series,
    spelt: int,
) -> list[str]:
    """Sentences on the interferon modules.

    Parameters
    ----------
    each, pooled
        compare/module_studies.tsv and compare/modules.tsv.
    modules
        Interferon modules in their order.
    healthy
        Whether each study has healthy samples.
    spelt
        Studies up to which each is told by itself.
    """
    words = []
    for test in VERBS:
        rows = directions(each, modules, test)
        if rows["study"].nunique() > spelt:
            words += _counted(rows, pooled, test)
        else:
            words += [
                _study(str(study), part, test, healthy) for study, part in rows.groupby("study")
            ]
        opposed = _opposed(rows)
        if test == "paired_change" and opposed:
            words.append(opposed)
    return words


def _study(study: str, part: pd.DataFrame, test: str, healthy: pd.Series) -> str:
    listed = []
    for way, verb in enumerate(VERBS[test]):
        own = [
            f"{naming.module(row['module'])} ({row['estimate']:+.2f}, "
            f"{row['CI.L']:+.2f} to {row['CI.R']:+.2f})"
            for row in part[part["way"] == way].to_dict("records")
        ]
        listed += [f"{verb}: {', '.join(own)}"] if own else []
    what = "before treatment" if test == "disease" else "under treatment"
    reference = "healthy samples" if healthy.get(study, True) else "samples at baseline"
    return (
        f"Interferon modules in {study} {what} (n = {size(part['n'].max())}; in SD of its "
        f"{reference}, 95% CI): {'; '.join(listed)}."
    )


def _counted(rows: pd.DataFrame, pooled: pd.DataFrame, test: str) -> list[str]:
    """In how many studies modules go which way, those alike together, and their means."""
    alike: dict[str, list[str]] = {}
    for module, part in rows.groupby("module", sort=False):
        n = part["way"].value_counts()
        pattern = ", ".join(
            f"{verb} in {n[way]}{_who(part, way)}"
            for way, verb in enumerate(VERBS[test])
            if way in n
        )
        named = f"{naming.module(module)}{_mean(pooled, str(module), test, part)}"
        alike.setdefault(pattern, []).append(named)
    what = "Before treatment" if test == "disease" else "Under treatment"
    words = [f"{pattern}: {', '.join(names)}" for pattern, names in alike.items()]
    head = f"{what}, of {rows['study'].nunique()} studies (mean in SD, 95% CI)"
    return [f"{head}: {'; '.join(words)}."]


def _who(part: pd.DataFrame, way: int) -> str:
    """The studies that are alone on their side."""
    names = part.loc[part["way"] == way, "study"]
    return f" ({some(names)})" if len(names) <= SPELT and len(part) > 2 * len(names) else ""


def _mean(pooled: pd.DataFrame, module: str, test: str, part: pd.DataFrame) -> str:
    mine = pooled[
        pooled["module"].eq(module)
        & pooled["method"].eq("zscore")
        & pooled["test"].eq(test)
        & pooled["group"].eq(part["group"].iloc[0])
    ]
    if mine.empty:
        return ""
    row = mine.iloc[0]
    limits = f"; {signed(row['CI.L'])} to {signed(row['CI.R'])}" if pd.notna(row["CI.L"]) else ""
    return f" ({signed(row['estimate'])}{limits})"


def _opposed(rows: pd.DataFrame) -> str:
    """Say that modules change in opposite directions; a mean over the studies then means little."""
    ways = rows[rows["way"] < 2].groupby("study")["way"].agg(["min", "max"])
    rising = list(ways.index[ways["max"] == 0])
    falling = list(ways.index[ways["min"] == 1])
    if not rising or not falling:
        return ""
    return (
        f"Under treatment interferon modules fell in {some(falling)} and rose in {some(rising)}. "
        "The directions are opposite, so a pooled mean describes neither."
    )
