"""Effects of two studies against each other, disease and change, gene by gene."""

import pandas as pd

from revertome.source_data.pairs import BRIEF, freed_first, main_change, told
from revertome.source_data.tidy import absent, p_text, signed, stack

MOST = 3  # pairs of studies drawn
LEAST = 3  # genes of a panel
NAMED = 6  # genes of the chosen module named at most
KEPT = ["contrast", "study_a", "study_b", "pearson", "r", "low", "high", "genes_effective"]
KEPT += ["P.Value", "adj.P.Val", "reliability_a", "reliability_b", "verdict"]
SAID = {
    "agree": "agreement shown",
    "opposite": "opposition shown",
    "axis": "not to be told from a shared axis of co-expression",
    "open": "agreement not shown",
    "dependent": "they share people, so agreement is not tested",
    "untested": "agreement not tested",
}


def table(effects: pd.DataFrame, concordance: pd.DataFrame, module: list[str]) -> pd.DataFrame:
    """Build the table of the concordance figure.

    Of more than three pairs, the one with the highest r in the first contrast, the middle one and
    the one with the lowest are drawn.

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
        `panel` rows: panel (letter), contrast, study_a, study_b, n, pearson, r and its limits CI.L
        and CI.R, genes_effective, P.Value, adj.P.Val, reliability_a, reliability_b, verdict, title.
        `gene` rows: panel, gene, x (study_a), y (study_b, log2), interferon (1 or 0), label.
    """
    pairs = told(concordance)
    drawn, how = _chosen(pairs[pairs["contrast"].isin(effects["contrast"])])
    panels: list[dict[str, object]] = []
    genes = []
    for row in drawn.to_dict("records"):
        a, b, contrast = row["study_a"], row["study_b"], row["contrast"]
        part = effects[effects["contrast"] == contrast].dropna(subset=[a, b])
        if len(part) < LEAST:
            continue
        letter = "abcdefgh"[len(panels)]
        facts = {name: row[name] for name in KEPT}
        title = BRIEF[contrast]
        panels.append({"panel": letter, **facts, "n": len(part), "title": title})
        own = pd.DataFrame({"gene": part["gene"], "x": part[a], "y": part[b]})
        own["interferon"] = own["gene"].isin(module).astype(int)
        own["label"] = own["gene"].where(own["gene"].isin(module[:NAMED]))
        genes.append(own.assign(panel=letter))
    if not panels:
        return absent("No two studies share genes in a contrast.")
    words = " ".join(_sentence(row) for row in panels)
    caption = (
        "Log2 effects of the genes measured in both studies; darker: more genes; circles: "
        f"interferon genes.{how} {words} r: correlation of the true effects, freed of the noise of "
        "each study, with its 95% interval for other patients of the same kind; where noise is "
        "not known, of the measured effects. p is adjusted over the pairs of a contrast."
    )
    facts = pd.DataFrame(panels).rename(columns={"low": "CI.L", "high": "CI.R"})
    return stack(caption, caption, panel=facts, gene=pd.concat(genes))


def _chosen(pairs: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Pairs to draw, row by row, and how they were chosen."""
    found = pairs.sort_values(["contrast"], key=lambda s: s != "disease", kind="stable")
    first = "disease" if (found["contrast"] == "disease").any() else main_change(found["contrast"])
    both = found[["study_a", "study_b"]].drop_duplicates()
    names = list(both.itertuples(index=False, name=None))
    how = ""
    if len(names) > MOST:
        ranked = freed_first(found[found["contrast"] == first])
        ranked = ranked.sort_values("r", ascending=False, kind="stable")
        places = dict.fromkeys([0, (len(ranked) - 1) // 2, len(ranked) - 1])
        ends = ranked.iloc[[*places]][["study_a", "study_b"]]
        what = "disease" if first == "disease" else "change"
        how = (
            f" Drawn: {len(ends)} of {len(names)} pairs, with the highest, the middle and the "
            f"lowest r in {what}; the others are in concordance.tsv."
        )
        names = list(ends.itertuples(index=False, name=None))
    rank = {pair: place for place, pair in enumerate(names)}
    place = [rank.get(pair, -1) for pair in zip(found["study_a"], found["study_b"], strict=True)]
    found = found.assign(place=place)
    return found[found["place"] >= 0].sort_values("place", kind="stable"), how


def _sentence(row: dict[str, object]) -> str:
    r, low, high = (float(str(row[name])) for name in ("r", "low", "high"))
    p = float(str(row["adj.P.Val"]))
    text = f"({row['panel']}) {row['study_a']} and {row['study_b']}, {row['title']}: "
    text += f"r = {signed(r)}"
    if pd.notna(low):
        text += f" ({signed(low)} to {signed(high)})"
    known = "" if pd.isna(p) else f" ({p_text(p)})"
    return f"{text}, {row['n']:,} genes; {SAID[str(row['verdict'])]}{known}."
