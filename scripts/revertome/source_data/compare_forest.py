"""Interferon modules study by study, and pooled."""

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.tidy import absent, stack

ROWS = 66  # lines that fit on a page
TESTS = {"disease": "Disease − healthy", "paired_change": "Change under treatment"}


def table(
    modules: pd.DataFrame, module_studies: pd.DataFrame, interferon: list[str]
) -> pd.DataFrame:
    """Build the table of the forest figure.

    Parameters
    ----------
    modules, module_studies
        compare/modules.tsv and compare/module_studies.tsv.
    interferon
        Names of the interferon modules, in the order they are drawn.

    Returns
    -------
    DataFrame
        `study` rows: test, title, module, study, line, estimate, CI.L, CI.R, n, weight. `pooled`
        rows: test, module, line, estimate, CI.L, CI.R, PI.L, PI.R, k, P.Value, I2. `module` rows:
        module, line (of its heading).
    """
    zscore = module_studies["method"] == "zscore"
    method = "zscore" if zscore.any() else next(iter(module_studies["method"]), "")
    each = module_studies[(module_studies["method"] == method)]
    each = pd.concat([each[(each["test"] == "disease") & (each["group"] == "all")], _change(each)])
    pooled = modules[modules["method"] == method]
    keys = ["module", "test", "group"]
    pooled = pooled.merge(each[keys].drop_duplicates(), on=keys)
    names = [name for name in interferon if name in set(each["module"])]
    if not names:
        return absent("No interferon module has a score in these studies.")
    studies = sorted(each["study"].unique())
    names = names[: max(1, ROWS // (len(studies) + 2))]
    height = len(studies) + 2
    line = {(m, s): i * height + j + 1 for i, m in enumerate(names) for j, s in enumerate(studies)}
    own = each[each["module"].isin(names)].copy()
    own["line"] = [line[key] for key in zip(own["module"], own["study"], strict=True)]
    own["title"] = own["test"].map(TESTS)
    mine = pooled[pooled["module"].isin(names)].copy()
    mine["line"] = [line[m, studies[-1]] + 1 for m in mine["module"]]
    heads = pd.DataFrame({"module": names, "line": [i * height for i in range(len(names))]})
    caption = (
        f"Interferon modules ({naming.method(method)}: standard deviations of each study's healthy "
        f"samples), 95% CI; change in {_groups(own)}. Diamonds: mean over studies, each counted "
        "once (t interval; the grey line is where another study would be expected). Intervals that "
        "leave the panel end in arrows. "
        f"{_two(mine)}{_numbers(own, names[0])}"
    )
    return stack(caption, caption, study=own, pooled=mine, module=heads)


def _change(each: pd.DataFrame) -> pd.DataFrame:
    """Paired change in the group that most studies share: treated, responders or all."""
    change = each[each["test"] == "paired_change"]
    counts = change.groupby("group")["study"].nunique()
    order = [g for g in ("treated", "responders", "all") if g in counts]
    best = max(order, key=lambda g: (counts[g], -order.index(g)), default="")
    return change[change["group"] == best]


def _groups(own: pd.DataFrame) -> str:
    groups = own.loc[own["test"] == "paired_change", "group"].unique()
    if "treated" in groups:
        return "responders, or in all patients of a study without response labels"
    return " and ".join(naming.group(group) for group in groups) or "no study"


def _numbers(own: pd.DataFrame, module: str) -> str:
    rows = own[(own["module"] == module)]
    estimates = "; ".join(
        f"{row['study']}, {str(row['title']).lower()}: {row['estimate']:.2f} ({row['CI.L']:.2f} to "
        f"{row['CI.R']:.2f}; n = {size(row['n'])})"
        for row in rows.to_dict("records")
    )
    return f"{naming.module(module)}: {estimates}."


def _two(pooled: pd.DataFrame) -> str:
    """What a mean of two studies can show."""
    if pooled.empty or (pooled["k"] > 2).any():
        return ""
    return (
        "Two studies say very little about a mean of studies (one degree of freedom, t quantile "
        "12.7). The open diamond only marks the mean; read the two studies. "
    )
