"""Preranked enrichment against an independent implementation."""

import numpy as np
import pandas as pd
import pytest

from revertome.statistics.preranked import RandomSets
from stages import modules


def ranking() -> pd.DataFrame:
    t = np.random.default_rng(11).normal(size=800)
    genes = [f"G{k:03d}" for k in range(800)]
    return pd.DataFrame({"gene": genes, "t": np.round(t, 3), "logFC": t})


def running_sum(ranked: pd.DataFrame, genes: list[str]) -> float:
    """Subramanian 2005, equation by equation."""
    ordered = ranked.sort_values(["t", "logFC"], ascending=False)
    hit = ordered["gene"].isin(genes).to_numpy()
    weight = np.where(hit, ordered["t"].abs(), 0)
    walk = np.cumsum(weight / weight.sum() - ~hit / (~hit).sum())
    return float(walk[np.abs(walk).argmax()])


def enriched(table: pd.DataFrame, sets: dict[str, list[str]]) -> pd.DataFrame:
    found = modules.gsea({"disease": table}, sets, RandomSets(permutations=1000, seed=1))
    return found.set_index("module")


@pytest.fixture(scope="module")
def sets() -> dict[str, list[str]]:
    ordered = ranking().sort_values(["t", "logFC"], ascending=False)["gene"].to_list()
    return {
        "up": ordered[:120:10],
        "down": ordered[-90::10],
        "null": ordered[::80],
        "few": [*ordered[:2], "ABSENT"],
    }


def test_normalised_enrichment_against_random_sets(sets):
    table, rng = ranking(), np.random.default_rng(2)
    found = enriched(table, sets)
    for module in ["up", "down", "null"]:
        score = running_sum(table, sets[module])
        size = len(sets[module])
        drawn = (rng.choice(table["gene"], size, replace=False) for _ in range(600))
        null = np.array([running_sum(table, genes) for genes in drawn])
        side = np.abs(null[np.sign(null) == np.sign(score)])
        assert found.loc[module, "NES"] == pytest.approx(score / side.mean(), rel=0.06)
    assert found.loc["up", "NES"] > 2 and found.loc["down", "NES"] < -2


def test_leading_edge_runs_from_the_end_to_the_peak(sets):
    found = enriched(ranking(), sets)
    assert found.loc["up", "leading_edge"].split(",") == sets["up"]
    assert found.loc["down", "leading_edge"].split(",") == sets["down"][::-1]


def test_a_small_module_is_reported(sets):
    few = enriched(ranking(), sets).loc["few"]
    assert few[["NES", "leading_edge"]].isna().all()


def test_a_module_whose_genes_all_have_t_of_0_is_not_ranked(sets):
    """So that a test against a fold change (`lfc`) leaves most of a small module."""
    table = ranking()
    table.loc[table["gene"].isin(sets["null"]), "t"] = 0.0
    found = enriched(table, sets)
    assert found.loc["null", ["NES", "leading_edge"]].isna().all()
    assert found.loc[["up", "down"], "NES"].notna().all()
    nothing = enriched(table.assign(t=0.0), sets)
    assert nothing["NES"].isna().all()


def test_row_order_changes_nothing(sets):
    expected = enriched(ranking(), sets)
    shuffled = ranking().sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(enriched(shuffled, sets), expected, check_exact=True)


def test_names_of_genes_change_nothing_where_most_have_one_t(sets):
    """A test against a fold change gives t = 0 to all genes within it."""
    table = ranking().assign(t=lambda of: of["t"].where(of["t"].abs() > 1, 0.0))
    assert (table["t"] == 0).mean() > 0.6
    last = {gene: f"Z{800 - place:03d}" for place, gene in enumerate(table["gene"])}
    renamed = {module: [last.get(gene, gene) for gene in genes] for module, genes in sets.items()}
    found = enriched(table, sets)
    other = enriched(table.assign(gene=table["gene"].map(last)), renamed)
    pd.testing.assert_series_equal(found["NES"], other["NES"])
