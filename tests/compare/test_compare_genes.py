"""Concordance and transfer: hand-worked genes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.compare import FinishedStudy, compare
from revertome.compare.concordance import agreement
from revertome.compare.effects import effects
from revertome.compare.transfer import directed_p, replicate
from revertome.errors import StudyError

NOTHING = pd.DataFrame()


def contrast(logfc, p=0.5):
    genes = [f"G{i}" for i in range(len(logfc))]
    return pd.DataFrame({"gene": genes, "logFC": logfc, "P.Value": p})


def test_agreement_on_shared_genes():
    first = contrast([1.0, -2.0, 0.5, 3.0, 9.0])
    second = pd.DataFrame(
        {"gene": ["G3", "G2", "G1", "G0", "X"], "logFC": [1.0, -0.1, -3.0, 2.0, 7]}
    )
    genes = pd.Index(["G0", "G1", "G2", "G3", "G4", "X"])
    told = agreement(
        effects(first, None, genes), effects(second.assign(**{"P.Value": 0.5}), None, genes)
    )
    assert told["uncertainty"] == "no residual expression"
    a, b = [1.0, -2.0, 0.5, 3.0], [2.0, -3.0, -0.1, 1.0]
    assert (told["n_genes_a"], told["n_genes_b"], told["n_shared"]) == (5, 5, 4)
    assert told["pearson"] == pytest.approx(stats.pearsonr(a, b).statistic)
    assert told["spearman"] == pytest.approx(stats.spearmanr(a, b).statistic)
    assert told["sign_agreement"] == 0.75


def test_directed_p():
    table = pd.DataFrame({"gene": list("ABCDE"), "logFC": [1, -1, -1, 0, 1], "P.Value": 0.02})
    target = effects(table, None, pd.Index(list("ABCDE")))
    p = directed_p(np.array([1.0, 1.0, -1.0, 1.0, 0.0]), target)
    assert p.tolist() == pytest.approx([0.01, 0.99, 0.01, 0.5, 0.5])


def test_replication_of_a_set():
    """Set G0-G4 (G4 not measured): one-sided p 0.001, 0.03, 0.98, 0.2; BH keeps the first.

    0.03 * 4 / 2 = 0.06 > 0.05. Of the others, G5 and G7 have the same sign, and G5 a one-sided
    p of 0.0005, at or below the cutoff of 0.001. All have one average expression: matched genes of
    a gene are all others. Of G5-G8 one goes up, so G0 and G1 go that way by 1/4, G2 and G3 down by
    3/4; at the cutoff up G5 (1/4), down G6 (1/4).
    """
    change = np.array([1.0, 1, -1, -1, 1, 1, -1, 1])
    members = np.array([True] * 4 + [False] * 4)
    target = pd.DataFrame(
        {
            "gene": ["G0", "G1", "G2", "G3", "G5", "G6", "G7", "G8"],
            "logFC": [2.0, 0.5, 0.4, -0.2, 3.0, -1.0, -0.1, -0.6],
            "P.Value": [0.002, 0.06, 0.04, 0.4, 0.001, 0.0001, 0.8, 0.3],
            "AveExpr": 7.0,
        }
    )
    told = replicate(change, members, effects(target, None, pd.Index(target["gene"])), 5, 0.05)
    found = [told[name] for name in ("n_set", "n_shared", "n_same_sign", "n_replicated")]
    assert found == [5, 4, 3, 1]
    assert (told["share_same_sign"], told["share_replicated"]) == (0.75, 0.25)
    assert told["p_cutoff"] == pytest.approx(0.001)
    assert (told["share_same_sign_others"], told["share_at_cutoff_others"]) == (0.5, 0.25)
    assert told["share_same_sign_matched"] == pytest.approx(0.5)
    assert told["share_at_cutoff_matched"] == pytest.approx(0.25)


def simulated(seed, shared, private):
    """600 genes; 40 reverted in both studies' truth, 40 in this one alone."""
    rng = np.random.default_rng(seed)
    truth = np.zeros(600)
    truth[:40] = -1.5 * shared
    truth[40 + 40 * private : 80 + 40 * private] = -1.5
    effect = truth + rng.normal(0, 0.3, 600)
    table = contrast(effect, 2 * stats.norm.sf(np.abs(effect) / 0.3))
    found = np.where(
        stats.false_discovery_control(table["P.Value"]) < 0.05, "reverted", "unchanged"
    )
    genes = pd.DataFrame({"gene": table["gene"], "class": found, "change": effect})
    return FinishedStudy({"change_responders": table}, genes, NOTHING)


def test_shared_genes_travel_and_private_ones_do_not():
    result = compare({"one": simulated(1, 1, 0), "two": simulated(2, 1, 1)}, alpha=0.05)
    row = result.transfer.set_index(["source", "set"]).loc[("one", "reverted")]
    assert 76 <= row["n_set"] <= 90
    assert 38 <= row["n_replicated"] <= 46  # the 40 shared ones
    assert row["share_at_cutoff_others"] < 0.12  # the 40 private ones of the other study, by half
    assert result.transfer["source"].tolist() == ["one", "one", "two", "two"]
    empty = result.transfer.set_index(["source", "set"]).loc[("one", "induced")]
    assert empty["n_set"] == 0 and np.isnan(empty["share_same_sign"])
    # covariance of the truths over the variance of truth + noise: (0.15 - 0.04) / (0.26 + 0.09)
    assert result.concordance["pearson"].iloc[0] == pytest.approx(0.314, abs=0.08)


def test_order_of_rows_and_studies_changes_nothing():
    one, two = simulated(1, 1, 0), simulated(2, 1, 1)
    mixed = {n: t.sample(frac=1, random_state=4) for n, t in two.contrasts.items()}
    again = compare({"two": FinishedStudy(mixed, two.genes[::-1], NOTHING), "one": one}, alpha=0.05)
    first = compare({"one": one, "two": two}, alpha=0.05)
    pd.testing.assert_frame_equal(first.transfer, again.transfer, check_exact=True)
    pd.testing.assert_frame_equal(first.concordance, again.concordance, check_exact=True)


def test_faults_of_the_input_are_named():
    study = simulated(1, 1, 0)
    with pytest.raises(StudyError, match="two or more studies, found one"):
        compare({"one": study}, alpha=0.05)
    other = study.contrasts["change_responders"].assign(gene=lambda t: "ENSG" + t["gene"])
    with pytest.raises(StudyError, match="studies one, two: no gene is in two of them"):
        compare(
            {
                "one": study,
                "two": FinishedStudy({"change_responders": other}, NOTHING, NOTHING),
            },
            alpha=0.05,
        )


def test_a_study_without_a_table_takes_part_in_what_it_can():
    study, other = simulated(1, 1, 0), simulated(2, 1, 1)
    bare = FinishedStudy(other.contrasts, pd.DataFrame(), pd.DataFrame())
    result = compare({"full": study, "bare": bare}, alpha=0.05)
    assert result.transfer["source"].unique().tolist() == ["full"]
    effects = [s.contrasts["change_responders"]["logFC"] for s in (study, other)]
    assert result.concordance["pearson"].tolist() == pytest.approx([np.corrcoef(*effects)[0, 1]])
    assert result.modules.empty
