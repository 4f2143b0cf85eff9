"""Change of the modules of cytokine responses, by level of response and patient."""

import pandas as pd

from revertome.source_data.tidy import absent, count, group_name, p_text, signed, stack
from revertome.trial import GROUPS


def table(engagement: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Build the table of the figure of target engagement.

    Returns
    -------
    DataFrame
        `mean` rows: module, line (groups, then levels of response), n, change, CI.L, CI.R, P.Value,
        adj.P.Val. `patient` rows: module, line, label, change. `line` rows: line, name, n. `module`
        rows: module, order, genes_found, genes_total. `study` row: method.
    """
    if engagement.empty:
        return absent("No module of `modules.engagement` has scores at both visits.")
    means = engagement[engagement["of"] != "patient"]
    lines = means.drop_duplicates(["of", "name"])[["of", "name", "n"]].reset_index(drop=True)
    lines["line"] = range(len(lines))
    place = lines.set_index(["of", "name"])["line"]
    means = means.assign(line=place.reindex(pd.MultiIndex.from_frame(means[["of", "name"]])).values)
    people = _placed(engagement[engagement["of"] == "patient"], place)
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
    everyone = means[(means["of"] == "group") & (means["name"] == "all")]
    lead = everyone.sort_values("P.Value").head(3).to_dict("records")
    words = "; ".join(f"{r['module']} {signed(r['change'])} ({p_text(r['P.Value'])})" for r in lead)
    lines["words"] = [_line(row["of"], row["name"]) for row in lines.to_dict("records")]
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


def _placed(people: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    """Every patient on the lines of all, of the group and of the level."""
    group = people["label"].map({label: group for group, label in GROUPS.items()})
    level = people["level"].map(lambda value: f"{value:g}", na_action="ignore")
    found = []
    for of, name in (("group", "all"), ("group", group), ("level", level)):
        named = pd.Series(name, people.index, dtype=object)
        line = place.reindex(pd.MultiIndex.from_arrays([[of] * len(people), named])).to_numpy()
        found.append(people.assign(line=line))
    return pd.concat(found).dropna(subset="line").astype({"line": int})


def _line(of: str, name: str) -> str:
    return group_name(name) if of == "group" else f"level {name}"
