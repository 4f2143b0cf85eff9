"""What the drug did beyond control, at the head of the report."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.gene_classes import BEYOND
from revertome.report.people import Fact
from revertome.source_data.tidy import expected_false
from revertome.trajectories.beyond_words import SIDES, headline

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
            about = f"{row['arm']}, {row['visit']}"
            false = expected_false(row[f"expected_false_{name}"]) if n else ""
            note = f"{about}; {false}" if false else about
            found.append(Fact(f"Genes {name} beyond control", f"{n:,}", note))
    return found


def beyond_control(tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Sentences on it; none in a study without arms."""
    if "beyond_summary" not in tables:
        return []
    summary, beyond, genes = (tables[n] for n in ("beyond_summary", "beyond_control", "genes"))
    labelled = config["response"]["source"] != "none"
    return headline(summary, beyond, genes, str(config["design"]["followup"]), labelled)


def claimed_beyond(genes: pd.DataFrame, most: int) -> pd.DataFrame:
    """Genes claimed beyond control, of each visit, arm and set as many as are shown."""
    if genes.empty:
        return genes
    claimed = genes[genes["class"].isin([BEYOND[name] for name in SIDES])]
    p = claimed.filter([f"adj_p_{name}" for name in SIDES]).min(axis=1)
    ordered = claimed.assign(p=p).sort_values(["visit", "arm", "class", "p", "gene"])
    return ordered.groupby(["visit", "arm", "class"]).head(most).filter(COLUMNS)
