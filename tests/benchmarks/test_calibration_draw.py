"""The generator gives what it says: moments by closed form, true classes, designs."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from benchmarks.calibration import MIXTURES
from benchmarks.calibration_draw import drawn_noise, log_gamma, trial
from benchmarks.calibration_rates import fit
from benchmarks.calibration_settings import SETTINGS
from benchmarks.calibration_truth import Effects, effects, person_effects, truth_of
from benchmarks.cell_setting import CellSetting
from revertome.limma.prior import trigamma_inverse
from revertome.trial import complete_pairs

MANY = CellSetting("many", "", 3000, 4000, nonresponders=1000, n_genes=40)


def nothing(n_genes):
    return Effects(np.full(n_genes, "null"), np.zeros(n_genes), np.zeros(n_genes))


def parts(setting, effect):
    n = setting.responders + setting.nonresponders
    noise = drawn_noise(setting, effect, np.full(setting.n_genes, 0.4), np.random.default_rng(1))
    return noise[:n], noise[n : 2 * n], noise[2 * n :]


@pytest.mark.parametrize("engine", ["limma", "voom"])
@pytest.mark.parametrize("errors", ["normal", "heavy"])
def test_cells_have_their_sd_and_visits_their_correlation(engine, errors):
    """SD b, f and h; correlation rho; 160,000 values a cell (standard error < 0.003)."""
    setting = replace(MANY, sd=(1, 2, 0.5), rho=0.3, engine=engine, errors=errors)
    before, after, healthy = parts(setting, nothing(40))
    assert [before.std(), after.std(), healthy.std()] == pytest.approx([1, 2, 0.5], rel=0.01)
    assert np.mean(before * after) / 2 == pytest.approx(0.3, abs=0.01)
    assert [before.mean(), after.mean(), healthy.mean()] == pytest.approx([0, 0, 0], abs=0.02)


def test_log_gamma_is_that_of_negative_binomial_counts():
    """E exp(x) = k exp(-digamma(k)), so the counts have variance mu + mu^2 / k given the person."""
    sd = 0.4
    k = trigamma_inverse(sd**2)
    x = log_gamma(np.full((1000, 300), sd), np.random.default_rng(2))
    factor = np.exp(x) / (k * np.exp(-special.digamma(k)))
    assert [x.mean(), x.std()] == pytest.approx([0, sd], abs=0.003)
    assert [factor.mean(), factor.var()] == pytest.approx([1, 1 / k], abs=0.004)


def test_genes_differ_by_the_log_normal_spread():
    setting = replace(
        MANY, responders=200, nonresponders=0, healthy=200, n_genes=2000, sd_spread=0.3
    )
    before, after, healthy = (part.std(axis=0, ddof=1) for part in parts(setting, nothing(2000)))
    # An SD of 200 normals has log variance 1 / (2 * 199) besides.
    for sd in (before, after):
        assert np.log(sd).var() == pytest.approx(0.09 + 1 / 398, rel=0.08)
    assert np.log(healthy).var() == pytest.approx(1 / 398, rel=0.15)


def test_noise_of_nonresponders_and_of_genes_that_move():
    effect = Effects(np.array(["null", "half"] * 20), np.zeros(40), np.zeros(40))
    before, _, _ = parts(replace(MANY, nonresponder_sd=2.0, movers_sd=1.5), effect)
    found = [before[:3000, ::2], before[:3000, 1::2], before[3000:, ::2], before[3000:, 1::2]]
    assert [part.std() for part in found] == pytest.approx([1, 1.5, 2, 3], rel=0.02)


@pytest.mark.parametrize(
    "change", [{"recovery_sd": 0.5}, {"carriers": 0.4}, {"nonresponse": 0.5, "recovery_sd": 0.3}]
)
def test_effects_of_patients_have_the_true_means_and_spread(change):
    rng = np.random.default_rng(3)
    setting = replace(MANY, responders=6000, n_genes=100, **change)
    effect = effects(setting, rng)
    means = truth_of(setting, effect, np.ones(100)).means
    disease, moved = person_effects(setting, effect, rng)
    responder, other = slice(0, 6000), slice(6000, None)
    assert disease[responder].mean(0) == pytest.approx(means.loc["responder.before"], abs=0.25)
    for part, label in ((responder, "responder"), (other, "nonresponder")):
        true = means.loc[f"{label}.after"] - means.loc[f"{label}.before"]
        assert moved[part].mean(0) == pytest.approx(true, abs=0.35)
    own = ~effect.drug & (effect.disease != 0)
    if "carriers" in change:
        # d times a Bernoulli variable over its p has SD d sqrt((1 - p) / p).
        expected = np.abs(effect.disease[own]) * np.sqrt(0.6 / 0.4)
        assert disease[responder, own].std(0) == pytest.approx(expected, rel=0.05)
    else:
        expected = setting.recovery_sd * np.abs(effect.disease[own])
        assert moved[responder, own].std(0) == pytest.approx(expected, rel=0.05)
    assert (np.ptp(moved[:, effect.drug], axis=0) == 0).all()


def test_recovery_common_to_all_genes_deviates_alike():
    setting = replace(MANY, responders=10, n_genes=100, recovery_sd=0.5, recovery_common=True)
    rng = np.random.default_rng(4)
    effect = effects(setting, rng)
    disease, moved = person_effects(setting, effect, rng)
    half = effect.kind == "half"
    recovered = -moved[:10, half] / disease[:10, half]
    assert recovered == pytest.approx(np.repeat(recovered[:, :1], half.sum(), axis=1))
    assert recovered[:, 0].std() > 0.2


@pytest.mark.parametrize("mixture", ["boundary", "persistent", "mixed"])
@pytest.mark.parametrize("single", [0.0, 0.4])
def test_true_classes_follow_the_kinds(mixture, single):
    """Genes on an edge are in no class, in either plane, whatever the patients' weights."""
    setting = CellSetting("x", "", 9, 12, mixture=mixture, unit=1.5, single=single, n_genes=400)
    drawn = trial(setting, np.random.default_rng(5))
    model = fit(drawn, setting, "common").fitted.model
    kind = drawn.truth.kind
    for name, members in {
        "reverted": ["reverted"],
        "partial": ["partial"],
        "persistent": ["persistent", "partial"],
        "exacerbated": ["exacerbated"],
        "induced": ["induced"],
    }.items():
        where = ("disease_responders", "change_responders")
        if name == "induced":
            where = ("disease", "change_all")
        found = drawn.truth.in_class(model, name, *where)
        assert (found == np.isin(kind, members)).all(), name
    for name, share in MIXTURES[mixture].items():
        assert (kind == name).sum() == round(400 * share)
    interaction = drawn.truth.contrast(model, "interaction")
    responders_only = ~np.isin(kind, ["null", "induced", "edge", "persistent"])
    assert (np.abs(interaction) > 1e-9).tolist() == responders_only.tolist()


def test_single_visits_missing_values_and_covariates():
    setting = CellSetting("x", "", 20, 30, nonresponders=5, single=0.4, missing=0.1,
                          covariates=("batch", "age"), n_genes=500)  # fmt: skip
    drawn = trial(setting, np.random.default_rng(6))
    obs = drawn.expression.obs
    assert len(obs) == 2 * 25 + 30 - 8 - 2  # 8 of 20 and 2 of 5 lack a visit
    study = fit(drawn, setting, "common")
    assert len(complete_pairs(study.where, "before", "after")) == 15
    assert np.isnan(drawn.expression.X).mean() == pytest.approx(0.1, abs=0.006)
    assert any("batch" in str(name) for name in study.fitted.model.design)
    assert "age" in study.fitted.model.design
    assert obs.groupby("patient")["age"].nunique().eq(1).all()


def test_settings_are_many_and_split_by_name():
    halves = [setting.half for setting in SETTINGS.values()]
    assert set(halves) == {"tuning", "held out"}
    assert min(halves.count(half) for half in set(halves)) >= len(halves) / 3
    assert all(2000 <= setting.n_genes <= 3000 for setting in SETTINGS.values())
    assert all(name == setting.name for name, setting in SETTINGS.items())
    assert len({replace(s, name="", description="") for s in SETTINGS.values()}) == len(SETTINGS)


def test_hidden_causes_move_a_third_of_the_genes_and_are_no_effect():
    """A batch moves patients at both visits; cells move them before, and responders back."""
    base = SETTINGS["hidden_batch_15v22"]
    for hidden, after in (("batch", 1.0), ("cells", 0.0)):
        setting = replace(base, hidden=hidden, mixture="null", responders=200, healthy=200)
        drawn = trial(setting, np.random.default_rng(2))
        obs, y = drawn.expression.obs, np.asarray(drawn.expression.X)
        responder = obs["patient"].isin(drawn.labels["patient"][:200])
        cell = {v: y[(responder & obs["visit"].eq(v)).to_numpy()].mean(axis=0)
                for v in ("before", "after")}  # fmt: skip
        healthy = y[obs["group"].eq("healthy").to_numpy()].mean(axis=0)
        shift = np.abs(cell["before"] - healthy)
        assert np.mean(shift > 0.45) == pytest.approx(0.3, abs=0.08)
        moved = shift > 1
        share = (cell["after"] - healthy)[moved] / (cell["before"] - healthy)[moved]
        assert np.median(share) == pytest.approx(after, abs=0.1)
        assert not drawn.truth.means.to_numpy().any()
