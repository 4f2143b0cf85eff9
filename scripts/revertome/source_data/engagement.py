"""Change of the modules of cytokine responses, by level of response and patient."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.source_data.tidy import absent, count, p_text, signed, stack
from revertome.trial import GROUPS, arm_of, controlled


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
    method = scores["method"].iloc[0]
    found = scores[scores["method"] == method].drop_duplicates("module").set_index("module")
    modules = pd.DataFrame({"module": list(dict.fromkeys(engagement["module"]))})
    modules["order"] = range(len(modules))
    for name in ("genes_found", "genes_total"):
        modules[name] = modules["module"].map(found[name])
    levels = lines["of"].eq("level").any()
    caption = (
        f"Change of {count(len(modules), 'module')} of cytokine responses ({method}) from baseline "
        f"to follow-up: dots, patients; bars, mean with 95% interval in all patients, by response"
        f"{' and at each level of response' if levels else ''}."
    )
    if lines["of"].eq("arm").any():
        caption = f"{caption[:-1]}, and by arm."
    if lines["of"].eq("drug_effect").any():
        caption += " Drug effect: difference from the control arm, adjusted for baseline."
    everyone = means[(means["of"] == "group") & (means["name"] == "all")]
    lead = everyone.sort_values("P.Value").head(3).to_dict("records")
    words = "; ".join(f"{r['module']} {signed(r['change'])} ({p_text(r['P.Value'])})" for r in lead)
    switched = switched_arm(design)
    lines["words"] = [
        _line(row["of"], row["name"]) + (", switched" if row["name"] == switched else "")
        for row in lines.to_dict("records")
    ]
    shown = ["module", "line", "n", "change", "CI.L", "CI.R", "P.Value", "adj.P.Val"]
    return stack(
        caption,
        f"Panels of dots. {caption} In all patients: {words}.",
        mean=means[shown],
        patient=people[["module", "line", "label", "change"]],
        line=lines.drop(columns="of"),
        module=modules,
        study=pd.DataFrame({"method": [method]}),
    )


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
        return "drug effect" if name == "all" else f"drug effect, {name}"
    return {"group": naming.group(name), "level": f"level {name}"}.get(of, name)
