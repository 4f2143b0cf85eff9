"""The truth that `across.py` holds claims against, and that its runs do not depend on others."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import across
from benchmarks.across_claims import agreeing, claims
from benchmarks.across_draw import draw, loadings_of
from benchmarks.across_setting import SETTINGS
from benchmarks.across_truth import EFFECTS
from revertome.compare import compare


def true(name, n_genes=400):
    setting = replace(SETTINGS[name], n_genes=n_genes)
    rng = np.random.default_rng(1)
    return setting, EFFECTS[setting.effects](setting, loadings_of(setting, rng), rng)


def test_exactly_half_is_no_reversion_and_no_contradiction():
    """Wholly reverted in one and exactly half in the other: no class of both, 18 degrees apart."""
    _, truth = true("half_two")
    assert truth.in_class("reverted", 0, 1.0).sum() == 120
    assert truth.in_class("reverted", 1, 1.0).sum() == truth.in_class("partial", 1, 1.0).sum() == 0
    drawn = type("Drawn", (), {"truth": truth})
    assert agreeing(drawn, [0, 1]).all()


def test_only_opposed_points_contradict_each_other():
    """0 against 1 recovered, or the other sign; never where nothing is true in one."""
    _, truth = true("half_two")
    disease = np.array([[1.0, 1, 1, 1, 0, 1], [1, 1, -1, 0, 0, 1]])
    change = np.array([[-1.0, -1, -1, -1, 1, 0], [-1, 0, 1, 0, -1, -0.49]])
    drawn = type("Drawn", (), {"truth": replace(truth, disease=disease, change=change)})
    assert agreeing(drawn, [0, 1]).tolist() == [True, False, False, True, False, True]


def test_axes_have_the_shares_asked_for():
    setting, _ = true("private_two", 20_000)
    share = (loadings_of(setting, np.random.default_rng(2)) ** 2).mean(axis=0)
    # Genes whose axes exceed nine tenths of their variance are cut to that.
    assert np.all(share <= np.array(setting.axes) * 1.05)
    assert np.all(share >= np.array(setting.axes) * 0.4)


def test_the_third_of_a_signature_is_private():
    _, truth = true("thirds_two")
    own = (truth.disease != 0) | (truth.change != 0)
    signature = (truth.mean_disease != 0) | (truth.mean_change != 0)
    assert own.sum(axis=1).tolist() == [120, 120]
    assert (own & signature).sum(axis=1).tolist() == [80, 80]


@pytest.mark.slow
def test_a_run_is_the_same_whatever_ran_before(monkeypatch):
    small = {name: replace(SETTINGS[name], n_genes=300) for name in ("halves", "shared_two")}
    monkeypatch.setattr(across, "SETTINGS", small)
    first = across.run("shared_two", 3)
    across.run("halves", 3)
    assert across.run("shared_two", 3) == first
    assert not first["stopped"]
    assert first["claims"]["power:pooled genes p_common"] > 0.5


@pytest.mark.slow
def test_claims_of_what_is_true_are_true():
    """A comparison whose joint calls are replaced by the truth has no error and all power."""
    setting = replace(SETTINGS["shared_two"], n_genes=300)
    drawn = draw(setting, across.SYMBOLS, [1, 2])
    found = compare(drawn.studies, {}, {"permutations": 20, "seed": 1}, alpha=0.05)
    inside = np.array([drawn.truth.in_class("reverted", k, drawn.responding[k]) for k in (0, 1)])
    both = drawn.genes[inside.all(0) & (drawn.truth.disease.prod(0) > 0)]
    joint = found.joint.head(1).reindex(range(len(both))).assign(
        studies="study0,study1", gene=both, verdict="all", **{"class": "reverted"}
    )  # fmt: skip
    measured = claims(drawn, replace(found, joint=joint), np.random.default_rng(1))
    assert measured["power:joint reverted, pairs"] == 1
    assert measured["error:joint reverted FDR, pairs"] == 0
