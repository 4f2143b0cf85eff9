"""What a comparison of studies shows in detail, in sentences under headings."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome.report.comparison_agreement import agreement
from revertome.report.comparison_classes import classes, span
from revertome.report.comparison_modules import modules_in_words
from revertome.report.normalisation import ASSAYS
from revertome.source_data.pairs import ABOUT, main_change, main_contrasts, some, told
from revertome.source_data.tidy import signed

SPELT = 3  # studies, or groups of studies, that are told one by one
NAMED = 8  # studies that are named in the first sentence
# What a study without contrasts of these names has not.
LACKING = {"healthy samples": "disease", "follow-up": "change", "response label": "responders"}


def details(
    results: Mapping[str, pd.DataFrame], modules: Sequence[str], alpha: float
) -> list[tuple[str, list[str]]]:
    """Headings, and the sentences under each.

    Parameters
    ----------
    results
        studies, concordance, transfer_sets, module_studies, modules, joint_summary of `compare/`.
    modules
        Interferon modules in their order.
    alpha
        Adjusted p up to which something is shown.
    """
    pairs = told(results["concordance"])
    answered = main_contrasts(pairs["contrast"])
    found = [("Studies", _studies(results["studies"]))]
    for contrast, part in pairs.groupby("contrast", sort=False):
        head = f"Agreement: {_lower(ABOUT[str(contrast)])}"
        found.append((head, agreement(part, contrast in answered)))
    healthy = results["studies"].set_index("study")["contrasts"].astype(str).str.contains("disease")
    told_modules = modules_in_words(
        results["module_studies"], results["modules"], modules, healthy, SPELT
    )
    found.append(("Interferon modules", told_modules))
    found.append(("Genes in several studies", classes(results["joint_summary"])))
    change = main_change(pairs["contrast"])
    found.append(
        ("Sets of one study in the others", _sets(results["transfer_sets"], change, alpha))
    )
    return [(head, texts) for head, texts in found if texts]


def _lower(words: str) -> str:
    return words[0].lower() + words[1:]


def _assay(name: Any) -> str:
    return ASSAYS.get(str(name), str(name)).replace("Micro", "micro")


def _studies(studies: pd.DataFrame) -> list[str]:
    parts = [
        f"{row['study']} ({_assay(row['assay'])}, {row['n_genes']:,} genes)"
        for row in studies.to_dict("records")
    ]
    if len(parts) > NAMED:
        genes = studies["n_genes"]
        kinds = studies["assay"].value_counts().sort_index()
        listed = ", ".join(f"{n} {_assay(name)}" for name, n in kinds.items())
        first = (
            f"{len(parts)} studies are compared ({listed}; {span(genes)} genes); they are in the "
            "table of studies."
        )
    else:
        first = f"Compared: {', '.join(parts)}."
    lacking = [_lacking(studies, what, name) for what, name in LACKING.items()]
    return [" ".join(text for text in (first, *lacking) if text)]


def _lacking(studies: pd.DataFrame, what: str, name: str) -> str:
    """Say which studies lack something, and are compared only in the rest."""
    told_of = studies["contrasts"].astype(str)
    lacks = ~told_of.str.contains(name)
    if what == "response label":  # without a follow-up no contrast names responders
        lacks &= told_of.str.contains("change")
    names = list(studies.loc[lacks, "study"])
    if not names:
        return ""
    verb = "has" if len(names) == 1 else "have"
    there = "is" if len(names) == 1 else "are"
    return f"{some(names)} {verb} no {what} and {there} compared only where that is not needed."


def _sets(tested: pd.DataFrame, change: str, alpha: float) -> list[str]:
    """Whether the sets of each study change the same way in the others."""
    mine = tested[tested["contrast"] == change].dropna(subset="adj.P.Val")
    if mine.empty:
        return []
    way = mine["set"].str.endswith("rising").map({True: 1, False: -1})
    shown = mine["adj.P.Val"] <= alpha
    same, against = shown & (mine["t"] * way > 0), shown & (mine["t"] * way < 0)
    words = (
        "The reverted and induced sets of each study were tested in the other studies "
        f"({_lower(ABOUT[change])}): {same.sum()} of {len(mine)} tests show the set changing the "
        f"same way more than other genes, {against.sum()} the opposite way (adjusted p at most "
        f"{alpha:g})."
    )
    largest = mine[same].reindex(mine[same]["t"].abs().sort_values(ascending=False).index)
    if len(largest):
        source, target, t = (largest.iloc[0][name] for name in ("source", "target", "t"))
        words += f" Most clearly: the set of {source} in {target} (t = {signed(t)})."
    return [words]
