"""What a comparison of studies shows, in sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.small_cells import size
from revertome.source_data.tidy import count, p_text

MOST = 12  # sentences on pairs of studies
TREATED = ("change_treated", "change_responders", "change_all")
GROUPS = ("treated", "responders", "all")
EFFECT = {
    "disease": "Disease",
    "change_treated": "Change in responders, or in all patients where response is unknown",
    "change_responders": "Change in responders",
    "change_all": "Change in all patients",
}
# What a study without contrasts of these names has not.
LACKING = {"healthy samples": "disease", "follow-up": "change", "response label": "responders"}
VERBS = {
    "disease": ("higher than healthy", "lower than healthy", "not shown to differ from healthy"),
    "paired_change": ("rose", "fell", "not shown to change"),
}


def findings(
    results: Mapping[str, pd.DataFrame], modules: Sequence[str], alpha: float
) -> list[str]:
    """Word the comparison.

    Parameters
    ----------
    results
        studies, concordance, module_studies, joint_summary of `compare/`.
    modules
        Interferon modules in their order.
    alpha
        p up to which agreement of a pair of studies is shown.
    """
    words = [_platforms(results["studies"])]
    words += _concordance(results["concordance"], alpha)
    healthy = results["studies"].set_index("study")["contrasts"].astype(str).str.contains("disease")
    words += _modules(results["module_studies"], modules, healthy)
    words += _joint(results["joint_summary"])
    return words


def _platforms(studies: pd.DataFrame) -> str:
    parts = [
        f"{row['study']} ({row['assay']}, {row['n_genes']:,} genes)"
        for row in studies.to_dict("records")
    ]
    lacking = [
        f"{row['study']} has no {what} and is compared only where that is not needed"
        for row in studies.to_dict("records")
        for what, name in LACKING.items()
        if name not in str(row["contrasts"]) and (what != "response label" or _followed(row))
    ]
    return " ".join([f"Compared: {', '.join(parts)}.", *(f"{text}." for text in lacking)])


def _followed(row: Mapping[Any, Any]) -> bool:
    """Whether a study has a follow-up, without which no contrast names responders."""
    return "change" in str(row["contrasts"])


def _concordance(table: pd.DataFrame, alpha: float) -> list[str]:
    found = set(table["contrast"])
    wanted = ["disease", next((name for name in TREATED if name in found), "")]
    words = []
    for row in table[table["contrast"].isin(wanted)].head(MOST).to_dict("records"):
        text = (
            f"{EFFECT[row['contrast']]}, {row['study_a']} and {row['study_b']}: "
            f"r = {row['pearson']:.2f} over the {row['n_shared']:,} genes measured in both"
        )
        if pd.notna(row["P.Value"]):
            way = "the effects agree" if row["pearson"] > 0 else "the effects are opposite"
            sure = row["P.Value"] <= alpha
            text += (
                f" (95% CI {row['CI.L']:.2f} to {row['CI.R']:.2f}; effective number of independent "
                f"genes {row['genes_effective']:.0f}; {p_text(row['P.Value'])}): "
                f"{way if sure else 'neither agreement nor opposition is shown'}"
            )
        words.append(f"{text}.")
    return words


def directions(each: pd.DataFrame, modules: Sequence[str], test: str) -> pd.DataFrame:
    """Modules of every study with `way`: 0 up, 1 down, 2 where the interval holds zero."""
    mine = each[each["module"].isin(modules) & each["method"].eq("zscore") & each["test"].eq(test)]
    groups = ("all",) if test == "disease" else GROUPS
    group = next((name for name in groups if name in set(mine["group"])), "")
    mine = mine[mine["group"] == group]
    way = (mine["CI.R"] < 0).astype(int).where((mine["CI.L"] > 0) | (mine["CI.R"] < 0), 2)
    order = mine["module"].map({name: i for i, name in enumerate(modules)})
    return mine.assign(way=way, order=order).sort_values(["study", "order"])


def _modules(each: pd.DataFrame, modules: Sequence[str], healthy: pd.Series) -> list[str]:
    words = []
    for test, verbs in VERBS.items():
        rows = directions(each, modules, test)
        for study, part in rows.groupby("study"):
            listed = []
            for way, verb in enumerate(verbs):
                own = [
                    f"{naming.module(row['module'])} ({row['estimate']:+.2f}, "
                    f"{row['CI.L']:+.2f} to {row['CI.R']:+.2f})"
                    for row in part[part["way"] == way].to_dict("records")
                ]
                listed += [f"{verb}: {', '.join(own)}"] if own else []
            what = "before treatment" if test == "disease" else "under treatment"
            n = size(part["n"].max())
            reference = "healthy samples" if healthy.get(study, True) else "samples at baseline"
            words.append(
                f"Interferon modules in {study} {what} (n = {n}; in SD of its {reference}, "
                f"95% CI): {'; '.join(listed)}."
            )
        opposed = _opposed(rows)
        if test == "paired_change" and opposed:
            words.append(opposed)
    return words


def _opposed(rows: pd.DataFrame) -> str:
    """Say that modules change in opposite directions; a mean over the studies then means little."""
    ways = rows[rows["way"] < 2].groupby("study")["way"].agg(["min", "max"])
    rising = list(ways.index[ways["max"] == 0])
    falling = list(ways.index[ways["min"] == 1])
    if not rising or not falling:
        return ""
    return (
        f"Under treatment interferon modules fell in {', '.join(falling)} and rose in "
        f"{', '.join(rising)}. The directions are opposite, so a pooled mean describes neither."
    )


def _joint(summary: pd.DataFrame) -> list[str]:
    words = []
    for studies, part in list(summary.groupby("studies", sort=False))[-MOST:]:
        n = part.set_index(["class", "verdict"])["n_genes"]
        text = [
            f"{count(n[name, 'all'], 'gene')} {name} in all studies and "
            f"{n[name, 'one_only']:,} shown in one only"
            for name in ("reverted", "induced")
        ]
        words.append(
            f"Joint classes of {str(studies).replace(',', ', ')} "
            f"({part['n_shared'].iloc[0]:,} genes measured in all): {'; '.join(text)}; "
            f"{_contradicted(n['any', 'contradicted'])}."
        )
    return words


def _contradicted(n: float) -> str:
    if pd.isna(n):
        return "whether any is contradicted could not be tested, for want of standard errors"
    return (
        f"{count(n, 'gene')} contradicted (shown in different classes, disease and change in "
        "directions shown to differ)"
    )
