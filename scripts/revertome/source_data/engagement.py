"""Change of the modules of cytokine responses, by level of response and patient."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.source_data.module_order import leading, not_drawn
from revertome.source_data.tidy import absent, count, p_text, signed, stack
from revertome.trial import GROUPS, arm_of, controlled, sample_times

ACROSS = 4  # panels
ROOM, HEAD, LINE = 225, 22, 4.4  # mm of a page for rows of panels, of a panel, of a line in it


def table(
    engagement: pd.DataFrame,
    scores: pd.DataFrame,
    expression: Any,
    design: Mapping[str, Any],
) -> pd.DataFrame:
    """Build the table of the figure of target engagement.

    Returns
    -------
    DataFrame
        `mean` rows: module, line (groups, levels of response, arms, drug effect), n, change, CI.L,
        CI.R, P.Value, adj.P.Val. `patient` rows: module, line, label, change. `line` rows: line,
        name, n. `module` rows: module, order, genes_found, genes_total. `study` row: method.
    """
    if engagement.empty:
        return absent("No module of `modules.engagement` has scores at both visits.")
    means = engagement[engagement["of"] != "patient"]
    lines = means.drop_duplicates(["of", "name"])[["of", "name", "n"]].reset_index(drop=True)
    lines["line"] = range(len(lines))
    place = lines.set_index(["of", "name"])["line"]
    means = means.assign(line=place.reindex(pd.MultiIndex.from_frame(means[["of", "name"]])).values)
    obs = expression.obs
    arm = arm_of(obs, design).groupby(obs["patient"].astype(str).to_numpy()).first()
    people = _placed(engagement[engagement["of"] == "patient"], place, arm)
    method = str(scores["method"].iloc[0])
    found = scores[scores["method"] == method].drop_duplicates("module").set_index("module")
    there = dict.fromkeys(engagement["module"])
    kept = _in_order(there, list(found.index), means)
    modules = pd.DataFrame({"module": kept, "text": [both(name) for name in kept]})
    modules["order"] = range(len(modules))
    for name in ("genes_found", "genes_total"):
        modules[name] = modules["module"].map(found[name])
    switched = switched_arm(design)
    lines["words"] = [
        _line(row["of"], row["name"]) + (", switched" if row["name"] == switched else "")
        for row in lines.to_dict("records")
    ]
    means, people = (part[part["module"].isin(kept)] for part in (means, people))
    caption, alt = _words(means, lines, method, design, len(there) - len(kept))
    shown = ["module", "line", "n", "change", "CI.L", "CI.R", "P.Value", "adj.P.Val"]
    return stack(
        caption,
        alt,
        mean=means[shown],
        patient=people[["module", "line", "label", "change"]],
        line=lines.drop(columns="of"),
        module=modules,
        study=pd.DataFrame({"method": [method]}),
    )


def _in_order(there: Collection[str], files: Sequence[str], means: pd.DataFrame) -> list[str]:
    """Modules in the order of the files, differences of two after them; the surest, if many."""
    order = [name for name in files if name in there]
    order += [name for name in there if name not in set(order)]
    best = means.groupby("module")["P.Value"].min()
    panels = ACROSS * max(1, int(ROOM // (HEAD + LINE * means["line"].nunique())))
    return leading(best.reindex(order), panels)


def _words(
    means: pd.DataFrame, lines: pd.DataFrame, method: str, design: Mapping[str, Any], left: int
) -> tuple[str, str]:
    times = [naming.visit(time) for time in sample_times(design).values()]
    of = set(lines["of"])
    split = ["in all patients"] if (lines["name"] == "all").any() else []
    split += ["by response"] if (of & {"group"} and lines["name"].isin(GROUPS).any()) else []
    split += ["at each level of response"] if "level" in of else []
    split += ["by arm"] if "arm" in of else []
    covariates = [naming.variable(name, unit=False) for name in design.get("covariates") or []]
    test = "paired t-test" + (f", adjusted for {', '.join(covariates)}" if covariates else "")
    caption = (
        f"Change of {count(means['module'].nunique(), 'module')} of cytokine responses "
        f"({naming.method(method)}) from {' to '.join(times)}: dots, patients; bars, mean with its "
        f"95% interval ({test}) {', '.join(split)}. Every panel has its own scale."
    )
    if "drug_effect" in of:
        caption += (
            " Drug effect: difference from the control arm, adjusted for baseline (mixed model, "
            "variances of the arms of their own)."
        )
    caption += not_drawn(left, "with larger p", "modules/engagement.tsv")
    everyone = means[(means["of"] == "group") & (means["name"] == "all")]
    lead = everyone.sort_values("P.Value").head(3).to_dict("records")
    words = "; ".join(
        f"{both(r['module'])} {signed(r['change'])} ({p_text(r['P.Value'])})" for r in lead
    )
    return caption, f"Panels of dots. {caption} In all patients: {words}."


def both(name: str) -> str:
    """Name a module, or the difference of two."""
    return " − ".join(naming.module(part) for part in str(name).split(" - "))


def switched_arm(design: Mapping[str, Any]) -> str | None:
    """The control arm, where it has had the drug before the visit of the design."""
    arm = design.get("arm")
    on_drug = arm is not None and not controlled(design, design["followup"])
    return str(arm["control"]) if arm is not None and on_drug else None


def _placed(people: pd.DataFrame, place: pd.Series, arm: pd.Series) -> pd.DataFrame:
    """Every patient on the lines of all, of the group, of the level and of the arm."""
    group = people["label"].map({label: group for group, label in GROUPS.items()})
    level = people["level"].map(lambda value: f"{value:g}", na_action="ignore")
    found = []
    own = people["name"].astype(str).map(arm)
    for of, name in (("group", "all"), ("group", group), ("level", level), ("arm", own)):
        named = pd.Series(name, people.index, dtype=object)
        line = place.reindex(pd.MultiIndex.from_arrays([[of] * len(people), named])).to_numpy()
        found.append(people.assign(line=line))
    return pd.concat(found).dropna(subset="line").astype({"line": int})


def _line(of: str, name: str) -> str:
    if of == "drug_effect":
        return "drug effect" if name == "all" else f"drug effect, {naming.arm(name)}"
    named = {"group": naming.group(name), "level": f"level {name}", "arm": naming.arm(name)}
    return named.get(of, name)
