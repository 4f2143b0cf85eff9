"""What is found of what was put into a simulated study, without and beyond control.

    python tests/benchmarks/recovery.py results/anajis_simulated ... --out recovery.tsv

Read from finished result folders. True is what the drug does: genes that fall back by themselves
count as false, and how many of the false ones they are is told beside.
"""

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

WEDGE = (0.5 + 1e-9, 2.0 - 1e-9)  # recovered fraction of reverted, without the edges
DRUG = {"month1": "drug_effect_month1", "month6": "change"}  # column of the truth


def members(truth: pd.DataFrame, visit: str) -> dict[str, set[str]]:
    """Genes that the drug reverts and induces by a visit: in their wedge in truth."""
    effect = truth[DRUG[visit]].where(truth["class"] != "activity", 0.0)
    disease = truth["disease"]
    fraction = -effect / disease.where(disease != 0)
    reverted = (fraction > WEDGE[0]) & (fraction < WEDGE[1])
    induced = (effect != 0) & (disease.abs() < effect.abs() / 2)
    return {"reverted": set(truth["gene"][reverted]), "induced": set(truth["gene"][induced])}


def recovery(truth: pd.DataFrame, calls: pd.DataFrame, visit: str) -> list[dict[str, Any]]:
    """Sensitivity and false share of both sets.

    Parameters
    ----------
    truth : DataFrame
        `intake/truth.tsv`.
    calls : DataFrame
        gene, class, of the genes that were tested; other genes cannot be found.
    visit : str

    Returns
    -------
    list of dict
        set, n_true, n_called, sensitivity (found of the true), false_share (of the called),
        n_activity (of the called, genes that fall back without the drug).
    """
    activity = set(truth["gene"][truth["class"] == "activity"])
    rows = []
    for name, wanted in members(truth[truth["gene"].isin(calls["gene"])], visit).items():
        called = set(calls["gene"][calls["class"].isin([name, f"{name} beyond control"])])
        rows.append(
            {
                "set": name,
                "n_true": len(wanted),
                "n_called": len(called),
                "sensitivity": len(called & wanted) / len(wanted) if wanted else float("nan"),
                "false_share": len(called - wanted) / len(called) if called else 0.0,
                "n_activity": len(called & activity),
            }
        )
    return rows


def of_study(folder: Path) -> pd.DataFrame:
    """All claims of a finished study."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(folder / name, sep="\t", keep_default_na=False, na_values=["NA"])

    truth, beyond = read("intake/truth.tsv"), read("trajectories/beyond_control.tsv")
    tables = {
        ("month6", "without control"): read("trajectories/genes.tsv"),
        ("month1", "without control"): read("visits/month1/trajectories/genes.tsv"),
    }
    for visit, rows in beyond.groupby("visit"):
        tables[str(visit), "beyond control"] = rows
    found = [
        {"study": folder.name, "visit": visit, "claim": claim} | row
        for (visit, claim), calls in tables.items()
        for row in recovery(truth, calls, visit)
    ]
    return pd.DataFrame(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    table = pd.concat([of_study(folder) for folder in given.folders], ignore_index=True)
    table.round(3).to_csv(given.out, sep="\t", index=False)
