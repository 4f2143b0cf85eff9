"""Which genes are shown where the study names none: sets, and what stands in for an empty one."""

import numpy as np
import pandas as pd

from revertome.trajectories.leading import leading, shown, surest


def genes(classes):
    """Genes g0, g1, ... ; the p of disease rises with the number, that of change falls with it."""
    n = len(classes)
    table = pd.DataFrame({"gene": [f"g{i}" for i in range(n)], "class": classes})
    table["disease"], table["change"] = np.arange(n) + 1.0, np.arange(n) - 20.0
    p = 10.0 ** (np.arange(n) - n)
    table["p_disease"], table["adj_p_disease"] = p, 2 * p
    table["p_change"], table["adj_p_change"] = p[::-1], 2 * p[::-1]
    return table


def test_both_sets_share_the_places_and_one_fills_what_the_other_leaves():
    both = genes(["reverted"] * 10 + ["induced"] * 10)
    assert leading(both, 0.05) == ["g9", "g8", "g7", "g6", "g10", "g11", "g12", "g13"]
    few = genes(["reverted"] + ["unchanged"] * 9 + ["induced"] * 10)
    assert leading(few, 0.05) == ["g0", *(f"g{i}" for i in range(10, 17))]


def test_genes_that_differ_or_change_stand_in_for_empty_sets():
    none = genes(["unresolved"] * 20)
    assert leading(none, 0.05) == ["g0", "g1", "g2", "g3", "g19", "g18", "g17", "g16"]
    # at this rate two differ and two change
    assert leading(none, 3e-19) == ["g0", "g1", "g19", "g18"]
    assert leading(none.assign(adj_p_disease=1.0), 0.05) == [f"g{i}" for i in range(19, 11, -1)]


def test_no_gene_stands_in_twice_or_without_a_claim_beside_a_set():
    induced = genes(["induced"] * 3 + ["unchanged"] * 17)
    found = leading(induced, 0.05)
    assert len(set(found)) == len(found) == 8
    assert set(found) >= {"g0", "g1", "g2"}


def test_if_nothing_is_shown_the_smallest_p_and_if_nothing_is_tested_nothing():
    none = genes([None] * 20).assign(adj_p_disease=1.0, adj_p_change=1.0, p_change=np.nan)
    assert leading(none, 0.05) == [f"g{i}" for i in range(8)]
    bare = none.drop(columns=["p_disease", "p_change"])
    assert leading(bare, 0.05) == []
    assert shown(["g7", "nowhere"], none, set(none["gene"]), 0.05) == ["g7"]


def test_change_is_that_of_the_patients_in_whom_induced_is_claimed():
    table = genes(["unchanged"] * 20)
    assert surest(table, "change")["gene"].iloc[0] == "g19"
    other = table.assign(change_all=1.0, p_change_all=table["p_disease"], adj_p_change_all=0.5)
    assert surest(other, "change").iloc[0].tolist() == ["g0", 1.0, 1e-20, 0.5]
