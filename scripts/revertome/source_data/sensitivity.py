"""How the sets hold: without each patient, with further covariates, under resampling."""

import pandas as pd

from revertome import naming
from revertome.source_data.tidy import NO_CLASS, absent, count, stack, unclassed
from revertome.trajectories.sensitivity import SETS, STABLE

MOST = 10  # intersections drawn for each set
BASE = "as run"


def table(sensitivity: pd.DataFrame, genes: pd.DataFrame) -> pd.DataFrame:
    """Build the table of the set sensitivity.

    Returns
    -------
    DataFrame
        `analysis` rows: set, analysis, order, n_genes. `intersection` rows: set, intersection
        (0 the largest, at most 10), n_genes, n_all and n_all_genes (all intersections of the set,
        and their genes), in exactly the analyses of the `member` rows: set, intersection,
        analysis. `patient` rows: set, patient (left out), n_genes, n_lost, n_gained,
        jaccard. Sets without a gene are left out.
    """
    if unclassed(genes):
        return absent(NO_CLASS)
    if sensitivity.empty or not genes["class"].isin(SETS).any():
        return absent(
            "No gene is in the reverted or the induced set, so no analysis could lose any of it."
        )
    parts: dict[str, list[pd.DataFrame]] = {"analysis": [], "intersection": [], "member": []}
    held = [name for name in SETS if genes["class"].eq(name).any()]
    for name in held:
        for element, part in _upset(name, _variants(name, sensitivity, genes)).items():
            parts[element].append(part)
    tables = {element: pd.concat(found, ignore_index=True) for element, found in parts.items()}
    left_out = sensitivity[sensitivity["analysis"] == "leave_one_out"]
    left_out = left_out[left_out["set"].isin(held)]
    left_out = left_out.rename(columns={"detail": "patient"})
    columns = ["set", "patient", "n_genes", "n_lost", "n_gained", "jaccard"]
    return stack(*_words(tables, left_out), **tables, patient=left_out[columns])


def _variants(
    name: str, sensitivity: pd.DataFrame, genes: pd.DataFrame
) -> dict[str, frozenset[str]]:
    """The set under every analysis, the run itself first."""
    members = genes[genes["class"] == name]
    base = frozenset(members["gene"])
    mine = sensitivity[sensitivity["set"] == name]
    found = {BASE: base}
    without = mine[mine["analysis"] == "leave_one_out"]
    if len(without):
        found["without any one patient"] = base.difference(*map(_listed, without["lost"]))
    for row in mine[mine["analysis"] == "covariate"].to_dict("records"):
        kept = base - _listed(row["lost"])
        found[f"with {naming.variable(row['detail'], unit=False)}"] = kept | _listed(
            row.get("gained")
        )
    if members["stability"].notna().any():
        stable = members.loc[members["stability"] >= STABLE, "gene"]
        found[f"in {STABLE:.0%} of resamples"] = frozenset(stable)
    return found


def _listed(names: object) -> frozenset[str]:
    return frozenset(names.split(",")) if isinstance(names, str) and names else frozenset()


def _upset(name: str, variants: dict[str, frozenset[str]]) -> dict[str, pd.DataFrame]:
    everything = sorted(frozenset().union(*variants.values()))
    patterns = pd.Series(
        [tuple(a for a, members in variants.items() if gene in members) for gene in everything],
        dtype=object,
    )
    sizes = patterns.value_counts().rename_axis("pattern").reset_index(name="n_genes")
    every = len(sizes)
    sizes = sizes.sort_values(["n_genes", "pattern"], ascending=[False, True]).head(MOST)
    sizes = sizes.reset_index(drop=True)
    members = [(i, a) for i, pattern in enumerate(sizes["pattern"]) for a in pattern]
    analyses = [(a, i, len(genes)) for i, (a, genes) in enumerate(variants.items())]
    return {
        "analysis": pd.DataFrame(analyses, columns=["analysis", "order", "n_genes"]).assign(
            set=name
        ),
        "intersection": pd.DataFrame(
            {
                "set": name,
                "intersection": range(len(sizes)),
                "n_genes": sizes["n_genes"],
                "n_all": every,
                "n_all_genes": len(everything),
            }
        ),
        "member": pd.DataFrame(members, columns=["intersection", "analysis"]).assign(set=name),
    }


def _words(tables: dict[str, pd.DataFrame], left_out: pd.DataFrame) -> tuple[str, str]:
    analyses, bars = tables["analysis"], tables["intersection"]
    caption = (
        "Bars: genes found by exactly the analyses marked below them; "
        "right: size of each set. Strip: agreement of the set found without each person in turn "
        "with the set as run (Jaccard index: genes in both, as a share of genes in either)."
    )
    sentences = []
    for name in dict.fromkeys(analyses["set"]):
        sizes = analyses[analyses["set"] == name]
        words = ", ".join(f"{row.analysis} {row.n_genes:,}" for row in sizes.itertuples())
        sentences.append(f"{name}: {words}")
        caption += f" {name.capitalize()}: {count(sizes['n_genes'].iloc[0], 'gene')}"
        mine = left_out[left_out["set"] == name]
        if len(mine):
            worst = mine.sort_values(["jaccard", "patient"]).iloc[0]
            caption += f", least agreement {worst['jaccard']:.2f} without {worst['patient']}"
        drawn = bars[bars["set"] == name]
        if len(drawn) < drawn["n_all"].iloc[0]:
            caption += (
                f"; the {len(drawn)} largest of {drawn['n_all'].iloc[0]} combinations are shown, "
                f"with {drawn['n_genes'].sum():,} of {drawn['n_all_genes'].iloc[0]:,} genes"
            )
        caption += "."
    empty = [name for name in SETS if name not in set(analyses["set"])]
    caption += f" No gene is {empty[0]}." if empty else ""
    return caption, f"UpSet plot. {caption} {'; '.join(sentences)}."
