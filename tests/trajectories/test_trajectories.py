"""Classes on the trajectory plane: wedges, algebra, error rates."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from options import options_of
from paired_trial import BOUNDS, DESIGN, LIMMA, OPTIONS, simulate
from revertome.differential.models import random_model
from revertome.errors import StudyError
from revertome.gene_classes import CLASSES
from revertome.limma.joint import moderate, normal_fit
from revertome.trajectories import run
from revertome.trajectories.class_rules import CONTRASTS, EFFECTS
from revertome.trajectories.classes import Rule, classify, outcomes
from revertome.trajectories.multiplicity import rejected
from revertome.trajectories.plane import Plane, class_p
from revertome.trajectories.refit import plane_of

# One gene well inside each wedge (disease, change), then in none.
WEDGES = {
    "reverted": (3.0, -3.0),
    "partial": (6.0, -1.5),
    "persistent": (5.0, 0.0),
    "exacerbated": (3.0, 3.0),
    "induced": (0.0, 4.0),
    "unchanged": (0.0, 0.0),
}


def classes(expression, labels, **options):
    return run(expression, labels, LIMMA, OPTIONS | options)


def sharp_plane(points, error=0.1, df=50.0):
    d, t = np.array(points, float).T
    ones = np.ones(len(d))
    return Plane(d, t, error**2 * ones, error**2 * ones, -0.4 * error**2 * ones, df)


@pytest.mark.parametrize("sign", [1, -1])
def test_gene_in_each_wedge_is_called_there(sign):
    plane = sharp_plane([(sign * d, sign * t) for d, t in WEDGES.values()])
    rule = Rule(0.05, BOUNDS)
    assert list(classify(plane, plane, rule).outcome) == list(WEDGES)
    assert list(outcomes(plane, plane, rule)) == list(WEDGES)


def test_p_of_reverted_is_the_largest_of_its_half_planes():
    rng = np.random.default_rng(5)
    plane = sharp_plane(rng.normal(size=(200, 2)), error=0.6, df=17.3)
    d, t = plane.d, plane.t
    s = np.sign(d)

    def z(a, b):
        return (a * d + b * t) / np.sqrt(0.36 * (a * a + b * b - 0.8 * a * b))

    expected = np.maximum.reduce(
        [
            2 * stats.t.sf(np.abs(z(1, 0)), 17.3),
            stats.t.sf(-s * z(0.5, 1), 17.3),
            stats.t.sf(s * z(2, 1), 17.3),
        ]
    )
    np.testing.assert_allclose(class_p(plane, "reverted", BOUNDS), expected, rtol=1e-10)
    u = np.sign(t)
    induced = np.maximum.reduce(
        [
            2 * stats.t.sf(np.abs(z(0, 1)), 17.3),
            stats.t.sf(u * z(-1, 0.5), 17.3),
            stats.t.sf(u * z(1, 0.5), 17.3),
        ]
    )
    np.testing.assert_allclose(class_p(plane, "induced", BOUNDS), induced, rtol=1e-10)


@pytest.mark.parametrize("each", [False, True], ids=["one df", "a df for every gene"])
def test_short_cut_for_resampling_calls_the_same_classes(each):
    rng = np.random.default_rng(6)
    points = np.vstack([rng.normal(size=(500, 2)) * 2, np.zeros((500, 2))])
    df = rng.uniform(4, 40, 1000) if each else 20.0
    plane = sharp_plane(points + rng.normal(size=points.shape) * 0.4, error=0.4, df=df)
    rules = [Rule(alpha, BOUNDS) for alpha in (0.05, 0.2, 0.6)]
    for rule in (*rules, Rule(0.05, BOUNDS, screened=False)):
        full = classify(plane, plane, rule).outcome
        assert list(outcomes(plane, plane, rule)) == list(full)
        assert len(set(full)) >= 5


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(11)
    disease = np.repeat([2.5, -2.5, 3.0, 0.0, 0.0], [60, 40, 50, 50, 800])
    change = np.repeat([-2.5, 2.5, 0.0, 2.5, 0.0], [60, 40, 50, 50, 800])
    return simulate(disease, change, rng)


def test_sign_of_the_data_swaps_up_and_down_and_nothing_else(trial):
    expression, labels = trial
    plain = classes(expression, labels)
    mirrored = expression[expression.obs.index]
    mirrored.X = -expression.X + 100.0
    flipped = classes(mirrored, labels)
    pd.testing.assert_series_equal(plain.genes["class"], flipped.genes["class"])
    np.testing.assert_allclose(plain.genes["p_reverted"], flipped.genes["p_reverted"], rtol=1e-6)
    np.testing.assert_allclose(plain.genes["disease"], -flipped.genes["disease"], atol=1e-10)
    assert plain.sets["reverted_up"] == flipped.sets["reverted_down"]
    assert plain.sets["induced_up"] == flipped.sets["induced_down"]
    assert len(plain.sets["reverted_up"]) > 20


def test_exchanging_first_and_last_visit_follows_the_algebra(trial):
    """With visits exchanged the new disease is d + t and the new change is -t."""
    expression, labels = trial
    one = {"variance": "common"}
    plain = classes(expression, labels, **one).genes
    exchanged = expression[expression.obs.index]
    swap = {"before": "after", "after": "before"}
    exchanged.obs = expression.obs.assign(visit=expression.obs["visit"].map(swap))
    other = classes(exchanged, labels, **one).genes
    np.testing.assert_allclose(other["disease"], plain["residual"], atol=1e-10)
    np.testing.assert_allclose(other["change"], -plain["change"], atol=1e-10)
    np.testing.assert_allclose(other["p_change"], plain["p_change"], rtol=1e-8)
    covariance = plain["correlation"] * plain["se_disease"] * plain["se_change"]
    variance = plain["se_disease"] ** 2 + plain["se_change"] ** 2 + 2 * covariance
    np.testing.assert_allclose(other["se_disease"] ** 2, variance, rtol=1e-8)
    assert (plain["correlation"] < 0).all()


def test_standard_errors_give_the_p_values_back(trial):
    genes = classes(*trial, variance="common").genes
    for effect, suffix in (("disease", ""), ("change", ""), ("change_all", "_all")):
        t = (genes[effect] / genes[f"se_{effect}"]).abs()
        p = 2 * stats.t.sf(t, genes[f"df{suffix}"])
        np.testing.assert_allclose(p, genes[f"p_{effect}"], rtol=1e-7)


def test_order_of_samples_and_genes_changes_nothing(trial):
    expression, labels = trial
    rng = np.random.default_rng(2)
    shuffled = expression[rng.permutation(expression.obs.index)]
    genes = rng.permutation(len(expression.var_names))
    shuffled.X, shuffled.var_names = shuffled.X[:, genes], shuffled.var_names[genes]
    options = {"bootstrap": 20, "permutations": 5}
    plain = classes(expression, labels, **options)
    other = classes(shuffled, labels.sample(frac=1, random_state=3), **options)
    pd.testing.assert_frame_equal(plain.genes, other.genes, rtol=1e-7, atol=1e-12)
    assert list(plain.genes["class"]) == list(other.genes["class"])


def test_responder_specific_needs_the_interaction():
    rng = np.random.default_rng(3)
    disease = np.repeat([3.0, 0.0], [60, 600])
    for nonresponse, low, high in ((0.0, 0.5, 1.0), (1.0, 0.0, 0.05)):
        data = simulate(
            disease, -disease, rng, responders=20, nonresponders=12, nonresponse=nonresponse
        )
        called = classes(*data).genes.query("`class` == 'reverted'")
        assert len(called) > 40
        assert low <= called["responder_specific"].mean() <= high


def test_no_healthy_samples_claims_nothing(trial):
    expression, labels = trial
    patients = expression[expression.obs.index[expression.obs["group"].eq("patient")]]
    found = run(
        patients, labels, options_of("limma", DESIGN | {"healthy": None}, trend=False), OPTIONS
    )
    assert found.genes[["class", "disease"]].isna().all(axis=None)
    assert found.summary["class"].tolist() == list(CLASSES)
    assert found.summary.drop(columns="class").isna().all(axis=None)
    changed = found.genes[found.genes["adj_p_change"] <= 0.05]
    up = changed.loc[changed["change"] > 0, "gene"]
    assert len(up) and len(up) < len(changed)
    down = changed["gene"].drop(up.index)
    assert found.sets == {"changed_up": sorted(up), "changed_down": sorted(down)}


def test_engine_without_joint_fit_and_missing_responders_are_refused(trial):
    expression, labels = trial
    with pytest.raises(StudyError, match="deseq2 comes first but has no joint fit"):
        run(expression, labels, options_of("deseq2", DESIGN, trend=False), OPTIONS)
    nobody = labels.assign(label="nonresponder")
    with pytest.raises(StudyError, match="trajectories.reverted_in: responders, but no patient"):
        run(expression, nobody, LIMMA, OPTIONS)


@pytest.mark.slow
@pytest.mark.parametrize("responders, healthy, rho", [(15, 22, 0.5), (6, 12, 0.8), (8, 12, 0.2)])
def test_false_discovery_rate_with_genes_on_the_boundary(responders, healthy, rho):
    """25% of genes exactly half-reverted, 25% persistent: both claims stay below 5% false.

    60 trials of 1,000 genes; the mean false discovery proportion is compared with 0.05 plus
    two standard errors.
    """
    rng = np.random.default_rng(responders)
    size = rng.uniform(1.4, 3.2, 1000) * rng.choice([-1, 1], 1000)
    kind = np.repeat(
        ["reverted", "half", "persistent", "induced", "null"], [100, 250, 250, 100, 300]
    )
    disease = np.where(np.isin(kind, ["induced", "null"]), 0.0, size)
    change = np.select(
        [kind == "reverted", kind == "half", kind == "induced"], [-size, -size / 2, size], 0.0
    )
    false = {"reverted": [], "induced": []}
    for _ in range(60):
        data = simulate(disease, change, rng, responders, 4, healthy, rho, nonresponse=1.0)
        called = classes(*data).genes["class"].to_numpy()
        for name, proportions in false.items():
            hit = called == name
            proportions.append((kind[hit] != name).mean() if hit.any() else 0.0)
    for proportions in false.values():
        error = np.std(proportions) / np.sqrt(len(proportions))
        assert np.mean(proportions) <= 0.05 + 2 * error


def test_class_p_values_equal_those_through_limma_contrasts():
    """reference/plane.R: every half plane as a contrast of limma's fit, twenty genes."""
    here = Path(__file__).parent / "reference"
    data = here.parents[1] / "differential" / "reference"
    theirs = pd.read_csv(here / "plane.tsv", sep="\t", index_col=0)
    y = pd.read_csv(data / "y.tsv", sep="\t", index_col=0, float_precision="round_trip")
    samples = pd.read_csv(data / "samples.tsv", sep="\t").set_index("sample")
    labels = samples[["patient", "label"]].dropna().drop_duplicates()
    design = DESIGN | {"covariates": ["batch"]}
    model = random_model(samples, labels, design, CONTRASTS)
    moderated = moderate(normal_fit(y.to_numpy().T, model).fit, model, trend=False)
    plane = plane_of(moderated, EFFECTS["responders"])
    ours = pd.DataFrame(
        {
            "d": plane.d,
            "t": plane.t,
            "reverted": class_p(plane, "reverted", BOUNDS),
            "induced": class_p(plane, "induced", BOUNDS),
        },
        index=y.index,
    )
    pd.testing.assert_frame_equal(
        ours.loc[theirs.index], theirs, rtol=1e-8, atol=1e-12, check_names=False
    )


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.3])
@pytest.mark.parametrize("df", [4.7, 60.0, np.inf])
def test_rejections_by_critical_values_are_those_of_adjusted_p_values(alpha, df):
    rng = np.random.default_rng(8)
    for effect in (0.0, 1.0, 3.0):
        two = rng.normal(effect, 1, 3000) * rng.choice([-1, 1], 3000)
        one = rng.normal(2 * effect, 1.5, 3000)
        p = 2 * stats.t.sf(np.abs(two), df)
        both = np.maximum(p, stats.t.sf(one, df))
        for found, expected in [
            (rejected(two, None, df, alpha), p),
            (rejected(two, one, df, alpha), both),
            (rejected(two, one, np.full(3000, df), alpha), both),
        ]:
            np.testing.assert_array_equal(found, stats.false_discovery_control(expected) <= alpha)
