"""How sure the sets are: what is expected to be false, and in how many analyses they hold."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.class_groups import classed
from revertome.differential.called import called
from revertome.source_data.tidy import count, expected_false
from revertome.trajectories.beyond_words import SIDES

Tables = Mapping[str, Any]
Held = Mapping[str, tuple[int, int]]

HOLDS = 0.8  # share of its genes that a set keeps where it holds
EFFECTS = {"change": ("change_all", "change"), "disease": ("disease", "differ")}
ALONE = "leave_one_out"
KINDS = {ALONE: "without one person", "covariate": "with a further covariate"}


def expected(tables: Tables, config: Mapping[str, Any], name: str) -> str:
    """How many of a set are expected to be false, in brackets; empty where it is not known."""
    row = tables["summary"].set_index("class").loc[name]
    if config["trajectories"].get("rule") == "thresholds":
        return " (by two thresholds, which do not control the false discovery rate)"
    words = expected_false(row["expected_false"])
    return f" ({words})" if words else ""


def how_sure(tables: Tables, config: Mapping[str, Any]) -> str:
    """Word in how many of the sensitivity analyses the sets hold."""
    if not classed(config["design"]):
        return f"How sure: {_both_ways(tables, config)}."
    parts: list[str] = []
    summary, told = tables["summary"].set_index("class"), config.get("suppress_below", 0) < 2
    for name in SIDES:
        if summary["n_genes"].get(name, 0) > 0:  # False where it is missing
            found = held(tables.get("sensitivity"), name)
            parts += _set(name, summary, found, bool(parts), told)
    if not parts:
        return (
            "How sure: sensitivity analyses are made of these two sets, which hold no gene; that "
            "a gene is in neither is no evidence that it stays as it was."
        )
    armed = " (sets without a control)" if config["design"].get("arm") else ""
    return f"How sure{armed}: {'; '.join(parts)}."


def held(sensitivity: pd.DataFrame | None, name: str) -> dict[str, tuple[int, int]]:
    """In how many of the sensitivity analyses a set keeps 80% of its genes, and of how many.

    Parameters
    ----------
    sensitivity
        trajectories/sensitivity.tsv: analysis, set, n_kept, n_lost.
    name
        Name of the set.

    Returns
    -------
    dict of str to (int, int)
        By kind of analysis.
    """
    if sensitivity is None or "n_kept" not in sensitivity:
        return {}
    rows = sensitivity[sensitivity["set"].eq(name)].dropna(subset=["n_kept", "n_lost"])
    rows = rows[rows["n_kept"] + rows["n_lost"] > 0]
    keeps = rows["n_kept"] >= HOLDS * (rows["n_kept"] + rows["n_lost"])
    found = keeps.groupby(rows["analysis"], sort=False)
    return {str(kind): (int(each.sum()), len(each)) for kind, each in found}


def _set(name: str, summary: pd.DataFrame, found: Held, again: bool, told: bool) -> list[str]:
    """Word a set; `again`, after another that is worded in full; `told`, with numbers of people."""
    n, holding = int(summary["n_genes"][name]), summary["n_holding"].get(name)
    parts = []
    if found:
        kinds = [
            f"{_share(*each, told or kind != ALONE)} {KINDS.get(kind, kind.replace('_', ' '))}"
            for kind, each in found.items()
        ]
        keeps, tried = (sum(each) for each in zip(*found.values(), strict=True))
        share = _share(keeps, tried, told)
        full = f"keeps at least {100 * HOLDS:g}% of its genes in {share} sensitivity analyses"
        text = f"does in {share}" if again else full
        parts.append(f"the {name} set {text} ({', '.join(kinds)})")
    if not pd.isna(holding):
        every = "in every one" if found else "in every sensitivity analysis"
        where = every if again else f"{every} and in 80% of resamples"
        genes = f"{int(holding):,} of {'its' if found else 'the'} {n:,}"
        kind, hold = "gene" if n == 1 else "genes", "holds" if holding == 1 else "hold"
        parts.append(f"{genes} {kind if found else f'{name} {kind}'} {hold} {where}")
    return [", and ".join(parts)] if parts else []


def _share(n: int, of: int, told: bool) -> str:
    """So many of so many analyses; those without one person count people who may be withheld."""
    if told:
        return f"{n} of {of}"
    return "all" if n == of else "not all"


def _both_ways(tables: Tables, config: Mapping[str, Any]) -> str:
    """How many genes are called with one variance and with several, in a study without classes."""
    alpha, genes, parts = config["trajectories"]["alpha"], tables["genes"], []
    for name, (contrast, verb) in EFFECTS.items():
        table = tables.get("contrasts", {}).get(contrast)
        if table is None or f"adj_p_{name}" not in genes:
            continue
        own = set(genes.loc[genes[f"adj_p_{name}"] <= alpha, "gene"])
        plain = set(table.loc[called(table, alpha) != "none", "gene"])
        if plain and genes[f"adj_p_{name}"].notna().any():
            parts.append(
                f"of {count(len(plain), 'gene')} that {verb}, {len(own & plain):,} are called too "
                "with a variance of its own for each part of the people"
            )
    rate = f"at most {100 * alpha:g} in 100 of the genes called are expected to be false"
    return "; ".join([*parts, rate])
