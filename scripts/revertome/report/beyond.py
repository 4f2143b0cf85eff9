"""What the drug did beyond control, at the head of the report."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.class_groups import classed
from revertome.gene_classes import BEYOND
from revertome.report.people import Fact
from revertome.source_data.tidy import expected_false
from revertome.trajectories.beyond_words import LEAD, SIDES, counted, ended, headline
from revertome.trajectories.randomised import ALL_ACTIVE
from revertome.visits import controlled

Tables = Mapping[str, pd.DataFrame]

COLUMNS = ["visit", "arm", "gene", "class", "disease", "drug_effect", "drug_effect_low"]
COLUMNS += ["drug_effect_high", "recovered", "recovered_low", "recovered_high"]
COLUMNS += ["adj_p_reverted", "adj_p_induced", "stability"]


def beyond_facts(tables: Tables) -> list[Fact]:
    """Genes reverted and induced beyond control, one number a controlled visit and arm."""
    summary = tables.get("beyond_summary", pd.DataFrame())
    columns = [f"{name}_{way}" for name in SIDES for way in ("up", "down")]
    if not set(columns) <= set(summary):
        return []
    found = []
    for row in summary.dropna(subset=columns).to_dict("records"):
        for name in SIDES:
            n = int(row[f"{name}_up"] + row[f"{name}_down"])
            about = f"{naming.arm(row['arm'])}, {naming.visit(row['visit'])}"
            false = expected_false(row[f"expected_false_{name}"]) if n else ""
            note = f"{about}; {false}" if false else about
            found.append(Fact(f"Genes {name} beyond control", f"{n:,}", note))
    return found


def beyond_control(tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Sentences on it; none in a study without arms."""
    if "beyond_summary" not in tables:
        return []
    summary, beyond, genes = (tables[n] for n in ("beyond_summary", "beyond_control", "genes"))
    if summary.empty:
        return []
    named = summary.assign(statement=_statements(summary, config["design"]))
    labelled, visit = config["response"]["source"] != "none", config["design"]["followup"]
    if not classed(config["design"]):
        return [LEAD, *_effects(named)]
    beyond = beyond.assign(visit=beyond["visit"].map(naming.visit))
    return headline(named, beyond, genes, naming.visit(visit), labelled)


def _statements(summary: pd.DataFrame, design: Mapping[str, Any]) -> list[str]:
    """The statements of a summary, with the names of visits and arms that people read."""
    arm = {"control": naming.arm(design["arm"]["control"]), "until": None}
    if until := design["arm"].get("until"):
        arm["until"] = naming.visit(until)
    words = []
    for row in summary.to_dict("records"):
        visit = naming.visit(row["visit"])
        if not controlled(design, row["visit"]):
            words.append(ended(visit, {"arm": arm}))
        elif any(pd.isna(row.get(n)) for n in ("drug_effects", "n_patients", "n_control")):
            words.append(str(row["statement"]))
        else:
            own = row["arm"] if row["arm"] == ALL_ACTIVE else naming.arm(row["arm"])
            known = {key: value for key, value in row.items() if not pd.isna(value)}
            words.append(counted({**known, "visit": visit, "arm": own, "control": arm["control"]}))
    return words


def _effects(summary: pd.DataFrame) -> list[str]:
    """Genes with a drug effect, one sentence a visit, of a study that cannot class them."""
    if "drug_effects" not in summary:
        return list(summary["statement"])
    words = []
    for visit, rows in summary.groupby("visit", sort=False):
        known = rows.dropna(subset="drug_effects")
        effects = [
            f"{int(row['drug_effects']):,} with "
            f"{row['arm'] if row['arm'] == ALL_ACTIVE else naming.arm(row['arm'])}"
            for row in known.to_dict("records")
        ]
        if effects:
            control = naming.arm(known["control"].iloc[0])
            effect = f"Genes that change beyond {control} by {naming.visit(visit)}"
            words.append(f"{effect}: {', '.join(effects)}.")
        words += list(rows.loc[rows["drug_effects"].isna(), "statement"])
    return words


def claimed_beyond(genes: pd.DataFrame, most: int) -> pd.DataFrame:
    """Genes claimed beyond control, of each visit, arm and set as many as are shown."""
    if genes.empty:
        return genes
    claimed = genes[genes["class"].isin([BEYOND[name] for name in SIDES])]
    p = claimed.filter([f"adj_p_{name}" for name in SIDES]).min(axis=1)
    ordered = claimed.assign(p=p).sort_values(["visit", "arm", "class", "p", "gene"])
    return ordered.groupby(["visit", "arm", "class"]).head(most).filter(COLUMNS)
