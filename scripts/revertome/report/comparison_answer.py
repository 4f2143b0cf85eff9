"""The answer of a comparison: what a clinician reads first, three to six sentences with a head."""

from collections.abc import Mapping

import pandas as pd

from revertome.report.comparison_agreement import overview
from revertome.report.comparison_classes import together
from revertome.report.comparison_people import changed, left_out, people
from revertome.source_data.pairs import ABOUT, main_change, told
from revertome.source_data.tidy import count

TWO = "Two studies cannot tell whether other studies would show the same."


def answer(results: Mapping[str, pd.DataFrame], alpha: float) -> list[tuple[str, str]]:
    """Head and text of each sentence.

    Parameters
    ----------
    results
        Tables of `compare/` by name.
    alpha
        Adjusted p up to which something is shown.
    """
    pairs = told(results["concordance"])
    change = main_change(pairs["contrast"])
    found = []
    for name in ("disease", change):
        part = pairs[pairs["contrast"] == name]
        found.append(
            (
                ABOUT.get(name, "Change under treatment"),
                overview(part) if len(part) else _lacking(name),
            )
        )
    joint = together(results["joint_summary"], list(results["studies"]["study"]))
    found.append(("Genes in several studies", joint))
    found += [("Pooled genes", text) for text in _pooled(results["genes"], change, alpha)]
    found += [("Same people", people(results.get("independence")))]
    found += [("Left out", text) for text in left_out(results["studies"])]
    found += [("Changed", text) for text in changed(results["studies"])]
    return [(head, text) for head, text in found if text]


def _lacking(contrast: str) -> str:
    what = "healthy samples" if contrast == "disease" else "a follow-up"
    return f"Not compared, as fewer than two studies have {what} and genes in common."


def _pooled(genes: pd.DataFrame, change: str, alpha: float) -> list[str]:
    """What genes do over the studies together: of studies like these, or in these two alone."""
    few = genes.empty or genes["k"].max() < 3
    shown = genes[genes["adj_p_common" if few else "adj.P.Val"] <= alpha]["contrast"].value_counts()
    wanted = {
        "disease": ("differs", "differ", "with disease"),
        change: ("changes", "change", "under treatment"),
    }
    listed = []
    for name, (one, many, more) in wanted.items():
        if name in set(genes["contrast"]):
            n = int(shown.get(name, 0))
            listed.append(f"{count(n, 'gene')} {one if n == 1 else many} {more}")
    if not listed:
        return []
    who = "In one of the two studies or in both" if few else "Over the studies together"
    text = f"{who} {' and '.join(listed)} (adjusted p at most {alpha:g})."
    return [f"{text} {TWO}" if few else text]
