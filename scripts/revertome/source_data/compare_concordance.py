"""Effects of two studies against each other, disease and change, gene by gene."""

from itertools import combinations

import pandas as pd

from revertome.source_data.tidy import absent, p_text, stack

MOST = 3  # pairs of studies drawn
NAMED = 6  # genes of the chosen module named at most
CONTRAST = {
    "disease": "disease (baseline − healthy)",
    "change_responders": "change in responders",
    "change_all": "change in all patients",
    "change_treated": "change in responders, or in all where response is unknown",
}


def table(effects: pd.DataFrame, concordance: pd.DataFrame, module: list[str]) -> pd.DataFrame:
    """Build the table of the concordance figure.

    Parameters
    ----------
    effects
        compare/effects.tsv: gene, contrast, a column a study.
    concordance
        compare/concordance.tsv.
    module
        Interferon genes, drawn on top; the first of them by name.

    Returns
    -------
    DataFrame
        `panel` rows: panel (letter), contrast, study_a, study_b, n, pearson, CI.L, CI.R,
        genes_effective, P.Value, reliability_a, reliability_b, title. `gene` rows: panel, gene, x
        (study_a), y (study_b, log2), interferon (1 or 0), label.
    """
    names = [name for name in effects if name not in ("gene", "contrast")]
    contrasts = list(dict.fromkeys(effects["contrast"]))
    panels: list[dict[str, object]] = []
    genes = []
    for a, b in list(combinations(names, 2))[:MOST]:
        for contrast in contrasts:
            part = effects[effects["contrast"] == contrast].dropna(subset=[a, b])
            if len(part) < MOST:
                continue
            letter = "abcdefgh"[len(panels)]
            where = (concordance["contrast"] == contrast) & (concordance["study_a"] == a)
            pair = concordance[where & (concordance["study_b"] == b)].iloc[0]
            facts = pair.reindex(
                ["pearson", "CI.L", "CI.R", "genes_effective", "P.Value", "reliability_a",
                 "reliability_b"]
            )  # fmt: skip
            panels.append({"panel": letter, "contrast": contrast, "study_a": a, "study_b": b,
                           "n": len(part), **facts, "title": CONTRAST[contrast]})  # fmt: skip
            own = pd.DataFrame({"gene": part["gene"], "x": part[a], "y": part[b]})
            own["interferon"] = own["gene"].isin(module).astype(int)
            own["label"] = own["gene"].where(own["gene"].isin(module[:NAMED]))
            genes.append(own.assign(panel=letter))
    if not panels:
        return absent("No two studies share genes in a contrast.")
    facts = pd.DataFrame(panels)
    words = " ".join(_sentence(row) for row in panels)
    caption = (
        "Log2 effects of the genes measured in both studies; darker: more genes; circles: "
        f"interferon genes. {words} The interval refers to other patients of the same kind and "
        "takes the correlation between genes into account. The p-value is that of the null "
        "hypothesis of unrelated shifts of co-expressed genes."
    )
    more = len(names) * (len(names) - 1) // 2 - MOST
    caption += f" {more} further pairs are in concordance.tsv." if more > 0 else ""
    return stack(caption, caption, panel=facts, gene=pd.concat(genes))


def _sentence(row: dict[str, object]) -> str:
    text = f"({row['panel']}) {row['study_a']} and {row['study_b']}, {row['title']}: "
    text += f"r = {row['pearson']:.2f}, {row['n']:,} genes"
    if pd.isna(row["P.Value"]):
        return f"{text}; no interval, because residual expression is missing."
    return (
        f"{text} (effective number {row['genes_effective']:.0f}; 95% CI "
        f"{row['CI.L']:.2f} to {row['CI.R']:.2f}; {p_text(float(str(row['P.Value'])))})."
    )
