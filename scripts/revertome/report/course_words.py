"""What holds over all visits, in words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.source_data.tidy import count
from revertome.visits import in_order

SHOWN = 6  # genes of the figures whose courses are told


def over_visits(tables: Mapping[str, pd.DataFrame], config: Mapping[str, Any]) -> list[str]:
    """Word the courses of genes: against healthy people, and since baseline by group.

    Parameters
    ----------
    tables
        courses and change_courses, of a study with several follow-ups.
    config
        Configuration as run.
    """
    if "gene_courses" not in tables:
        return []
    found = []
    if len(tables["gene_courses"]):
        found.append(_against_healthy(tables["gene_courses"], config))
    chosen = list(config["figures"]["genes"])
    for group, rows in tables["change_courses"].groupby("group", sort=True):
        who = _who(str(group), in_order(config["design"]))
        found.append(_since_baseline(who, rows, chosen))
    return found


def _who(group: str, design: Mapping[str, Any]) -> str:
    """Word a group; of arms which they are, and that the control arm had the drug later."""
    arm = design.get("arm")
    if arm is None or group not in ("control", "treated"):
        return naming.group(group)
    if group == "treated":
        return f"all arms but {naming.arm(arm['control'])}"
    later = arm.get("until") not in (None, design["followup"])
    end = f" (with the drug after {naming.visit(arm['until'])})" if later else ""
    return f"{naming.arm(arm['control'])}{end}"


def _against_healthy(courses: pd.DataFrame, config: Mapping[str, Any]) -> str:
    visits = in_order(config["design"])["followups"]
    n = courses["course"].value_counts()
    begun = courses.loc[courses["course"].eq("reverted"), "reverted_from"].value_counts()
    since = [
        f"{begun[visit]:,} from {naming.visit(visit)} on" for visit in visits if visit in begun
    ]
    parts = [f"{count(n.get('reverted', 0), 'gene is', 'genes are')} shown to be reverted to the "
             "last visit" + (f" ({', '.join(since)})" if since else "")]  # fmt: skip
    parts += [
        f"{n[course]:,} {words}"
        for course, words in (
            ("relapsed", "were reverted and are abnormal again at the last visit"),
            ("transient", "were reverted and later not"),
            ("ever reverted", "were reverted at one visit at least, the rest is not decided"),
            ("never reverted", "are less than half way back at every visit"),
        )
        if course in n
    ]
    return (
        f"Over {len(visits)} follow-ups ({', '.join(map(naming.visit, visits))}), each statement "
        f"tested as such: "
        f"{'; '.join(parts)}. The other genes are not decided. A missing visit does not count."
    )


def _since_baseline(group: str, rows: pd.DataFrame, chosen: list[str]) -> str:
    n = rows["course"].value_counts()
    changed = len(rows) - n.get("no change shown", 0)
    last = naming.visit(rows["last_visit"].mode().iloc[0])
    text = f"Since baseline, in {group}: no gene is shown to change at any visit to {last}."
    if changed:
        text = (
            f"Since baseline, in {group}: {count(changed, 'gene changes', 'genes change')} at one "
            f"visit at least. At {last}, shown not to be back where they were at baseline, healthy "
            f"or not: {n.get('not back', 0):,}; shown to be back there: {n.get('back', 0):,}; "
            f"undecided: {n.get('undecided', 0):,}."
        )
    told = rows[rows["gene"].isin(chosen)].set_index("gene")
    names = [gene for gene in chosen if gene in told.index][:SHOWN]
    if names:
        text += f" {'; '.join(f'{gene}: {told.in_words[gene]}' for gene in names)}."
    return text
