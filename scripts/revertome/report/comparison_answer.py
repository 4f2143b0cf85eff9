"""The answer of a comparison: what a clinician reads first, three to six sentences with a head."""

from collections.abc import Mapping

import pandas as pd

from revertome.report.comparison_agreement import overview
from revertome.report.comparison_people import left_out, people
from revertome.source_data.pairs import main_change, told
from revertome.source_data.tidy import count


def answer(results: Mapping[str, pd.DataFrame], alpha: float) -> list[tuple[str, str]]:
    """Head and text of each sentence.

    Parameters
    ----------
    results
        Tables of `compare/` by name.
    alpha
        Adjusted p up to which something is shown.
    """
    pairs = told(results["concordance"], alpha)
    change = main_change(pairs["contrast"])
    found = []
    for name, head in (("disease", "Disease"), (change, "Change under treatment")):
        part = pairs[pairs["contrast"] == name]
        found.append((head, overview(part) if len(part) else _lacking(name)))
    found += [("Genes in several studies", text) for text in _joint(results["joint_summary"])]
    found += [("Pooled genes", text) for text in _pooled(results["genes"], change, alpha)]
    found += [("Same people", people(results.get("independence")))]
    found += [("Left out", text) for text in left_out(results["studies"])]
    return [(head, text) for head, text in found if text]


def _lacking(contrast: str) -> str:
    what = "healthy samples" if contrast == "disease" else "a follow-up"
    return f"Not compared, as fewer than two studies have {what} and genes in common."


def _joint(summary: pd.DataFrame) -> list[str]:
    """What all studies with classes show together; of two studies that is the pair."""
    if summary.empty:
        return []
    studies = max(summary["studies"].unique(), key=lambda names: names.count(","))
    part = summary[summary["studies"] == studies]
    n = part.set_index(["class", "verdict"])["n_genes"]
    k = studies.count(",") + 1
    where = "both studies" if k == 2 else f"all {k} studies"
    text = " and ".join(
        f"{count(n[name, 'all'], 'gene')} {name}" for name in ("reverted", "induced")
    )
    return [f"{text} in {where} that class genes."]


def _pooled(genes: pd.DataFrame, change: str, alpha: float) -> list[str]:
    shown = genes[genes["adj.P.Val"] <= alpha]["contrast"].value_counts()
    wanted = {"disease": "differ with disease", change: "change under treatment"}
    asked = {name: words for name, words in wanted.items() if name in set(genes["contrast"])}
    if not asked:
        return []
    listed = " and ".join(f"{shown.get(name, 0):,} {words}" for name, words in asked.items())
    return [f"Over the studies together {listed} (adjusted p at most {alpha:g})."]
