"""Words on what a moderated fit did beyond the ordinary t-test, with the references.

Imports nothing heavy; the engines put these into their methods.
"""

from collections.abc import Mapping
from typing import Any

EBAYES = (
    "Smyth GK. Linear models and empirical Bayes methods for assessing differential expression in "
    "microarray experiments. Stat Appl Genet Mol Biol 2004;3:3. doi:10.2202/1544-6115.1027"
)
BLOCK = (
    "Smyth GK, Michaud J, Scott HS. Use of within-array replicate spots for assessing "
    "differential expression in microarray experiments. Bioinformatics 2005;21:2067-75. "
    "doi:10.1093/bioinformatics/bti270"
)
ROBUST = (
    "Phipson B et al. Robust hyperparameter estimation protects against hypervariable "
    "genes and improves power to detect differential expression. Ann Appl Stat 2016;10:946-63. "
    "doi:10.1214/16-AOAS920"
)
TREAT = (
    "McCarthy DJ, Smyth GK. Testing significance relative to a fold-change threshold is a "
    "TREAT. Bioinformatics 2009;25:765-71. doi:10.1093/bioinformatics/btp053"
)


def patients(ran: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """How a linear model holds patients, to follow "in linear models", and the references."""
    if ran["blocking"] == "fixed":
        held = "with patients as fixed effects, so that only complete pairs enter"
        if "(1 | patient:visit)" in ran["formula"]:
            held = (
                "with patients in each arm as fixed effects, so that only complete pairs enter, "
                "and one consensus correlation between the samples of a patient at one visit"
            )
            return f"{held} (Smyth et al. 2005; {ran['formula']})", (BLOCK,)
        return f"{held} ({ran['formula']})", ()
    if ran["blocking"] == "none":
        return f"of one sample a person ({ran['formula']})", ()
    held = "with one consensus correlation between the samples of a patient"
    return f"{held} (Smyth et al. 2005; {ran['formula']})", (BLOCK,)


def moderation(name: str, ran: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Sentences on the prior variance and the test, each with its references.

    Parameters
    ----------
    name : str
        Engine.
    ran : dict
        Row of `differential/design.tsv`: values_missing, and trend, robust, lfc as they were used.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    if ran["values_missing"] > 0:
        text = (
            f"In {name} every gene was fitted to the samples in which it has a value "
            f"({ran['values_missing']:.1%} of values are missing); genes then differ in residual "
            "degrees of freedom, and the prior variance was fitted by moments of the log variances "
            "(Smyth 2004), as limma does up to version 3.60 and later with legacy = TRUE."
        )
        found.append((text, (EBAYES,)))
    if ran["trend"]:
        found.append((f"In {name} the prior variance followed the mean expression.", ()))
    if ran["robust"]:
        text = (
            f"In {name} the prior variance was fitted robustly, and genes of outlying variance "
            "were moderated less (Phipson et al. 2016)."
        )
        found.append((text, (ROBUST,)))
    if ran["lfc"] > 0:
        text = (
            f"In {name} the null hypothesis was an absolute log2 fold change of at most "
            f"{ran['lfc']:g} (treat; McCarthy and Smyth 2009)."
        )
        found.append((text, (TREAT,)))
    return found
