"""Expression of the simulated trial: the truth is in the data, and the noise is as described."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome import simulate
from revertome.errors import StudyError
from revertome.simulate.blood_counts import VISITS, neutrophil_excess
from revertome.simulate.counts import read_counts
from revertome.simulate.expression import log2_expression, samples
from revertome.simulate.named import FEMALE, INFLAMMATION, LYMPHOCYTES, MALE, NAMED
from revertome.simulate.patients import responders
from revertome.simulate.profile import profile
from revertome.simulate.truth import EFFECTS

GENES = pd.read_csv(
    Path(__file__).parents[2] / "resources" / "genes.tsv", sep="\t", keep_default_na=False
)
SYMBOLS = GENES["symbol"].tolist()
SEED = 17590


@pytest.fixture(scope="module")
def microarray():
    return simulate.trial(SEED, 12000, 22, "microarray", SYMBOLS)


@pytest.fixture(scope="module")
def rnaseq():
    return simulate.trial(SEED, 12000, 22, "rnaseq", SYMBOLS)


def effects(adata, seed, healthy=22):
    """Per sample deviation tables: enrollment, healthy, responders' and non-responders' pairs."""
    people = simulate.plan(seed, healthy)
    good = set(people.loc[responders(people), "patient"])
    values = adata.to_df().set_index(
        pd.MultiIndex.from_frame(adata.obs[["patient", "visit"]].astype(object))
    )
    enrollment, month6 = (values.xs(v, level="visit") for v in ("enrollment", "month6"))
    change = (month6 - enrollment.reindex(month6.index)).dropna()
    return (
        values[(adata.obs["group"] == "healthy").to_numpy()],
        enrollment,
        change[change.index.isin(good)],
        change[~change.index.isin(good)],
    )


def month1(adata, seed, truth):
    """Change at month 1 less that of the patient's own arm and response: anakinra, placebo."""
    people = simulate.plan(seed, 22).set_index("patient")
    values = adata.to_df().set_index(
        pd.MultiIndex.from_frame(adata.obs[["patient", "visit"]].astype(object))
    )
    first, later = (values.xs(v, level="visit") for v in ("enrollment", "month1"))
    change = (later - first.reindex(later.index)).dropna()
    good = responders(people, "month1")[change.index].to_numpy()
    drug = (people.loc[change.index, "arm"] == "anakinra").to_numpy()
    expected = np.select(
        [(drug & good)[:, None], drug[:, None]],
        [truth["change_month1"].to_numpy(), truth["change_month1_nonresponders"].to_numpy()],
        truth["natural_month1"].to_numpy(),
    )
    return (change - expected)[drug], (change - expected)[~drug]


def z_scores(seed):
    """(estimate - truth) / SE of each class's mean effect, genes oriented by the truth's sign.

    A sample's class mean is one number, so the SE (Welch for disease, paired for change) holds
    whatever the correlation of the genes.
    """
    adata, _, truth = simulate.trial(seed, 3000, 22, "microarray", SYMBOLS)
    healthy, enrollment, better, worse = effects(adata, seed)
    truth = truth.set_index("gene")
    anakinra, placebo = month1(adata, seed, truth.loc[adata.var_names])
    found = []
    for _, genes in truth.groupby("class"):
        sign = np.sign(genes["disease"] + genes["change"]).replace(0, 1)
        score = [(table[genes.index] * sign).mean(axis=1) for table in (healthy, enrollment)]
        se = np.sqrt(sum(s.var() / len(s) for s in score))
        true = (genes["disease"] * sign).mean()
        found.append((score[1].mean() - score[0].mean() - true) / se)
        for pairs, column in ((better, "change"), (worse, "change_nonresponders")):
            score_pairs = (pairs[genes.index] * sign).mean(axis=1)
            true = (genes[column] * sign).mean()
            found.append((score_pairs.mean() - true) / score_pairs.sem())
        for beyond in (anakinra, placebo):
            score_pairs = (beyond[genes.index] * sign).mean(axis=1)
            found.append(score_pairs.mean() / score_pairs.sem())
    return np.array(found)


def test_truth_is_recovered_without_bias():
    """Mean z of 16 trials within 4 standard errors of 0 for each of 8 classes x 5 effects.

    A z of n pairs has the variance of t with n - 1 degrees of freedom, 2 for the 5 pairs of
    non-responders; batches add a little.
    """
    z = np.array([z_scores(seed) for seed in range(16)])
    assert z.shape == (16, 40)
    assert np.abs(z.mean(axis=0)).max() < 4 * np.sqrt(2 / 16)
    assert np.abs(z.mean()) < 4 * np.sqrt(2 / z.size) * 2
    assert 0.6 < np.median(np.abs(z)) / 0.6745 < 1.6


def test_sizes_of_the_classes(microarray):
    _, _, truth = microarray
    direction = np.sign(truth["disease"].where(truth["class"] != "induced", truth["change"]))
    sizes = direction.groupby(truth["class"]).value_counts().to_dict()
    assert sizes == {
        ("reverted", 1): 300,
        ("reverted", -1): 200,
        ("half_reverted", 1): 90,
        ("half_reverted", -1): 60,
        ("partial", 1): 90,
        ("partial", -1): 60,
        ("persistent", 1): 150,
        ("persistent", -1): 100,
        ("exacerbated", 1): 30,
        ("exacerbated", -1): 30,
        ("induced", 1): 160,
        ("induced", -1): 25,
        ("activity", 1): 80,
        ("activity", -1): 40,
        ("unchanged", 0): 10585,
    }


def test_each_class_lies_in_its_wedge(microarray):
    _, _, truth = microarray
    by = {name: rows for name, rows in truth.groupby("class")}
    recovered = {name: -rows["change"] / rows["disease"] for name, rows in by.items()}
    assert recovered["reverted"].between(0.8, 1.2).all()
    assert (by["half_reverted"]["change"] == -by["half_reverted"]["disease"] / 2).all()
    assert recovered["partial"].between(0.1, 0.35).all()
    assert (by["persistent"]["change"] == 0).all()
    assert recovered["exacerbated"].between(-0.9, -0.6).all()
    assert (by["induced"]["disease"] == 0).all()
    assert (by["induced"]["change"].abs() > 0.15).all()
    assert (by["unchanged"][EFFECTS] == 0).all(axis=None)
    assert recovered["activity"].between(0.8, 1.2).all()
    for name in ("reverted", "half_reverted", "partial", "exacerbated"):
        share = by[name]["change_nonresponders"] / by[name]["change"]
        assert share.between(0, 0.25).all()
    for name in ("induced", "activity"):
        assert (by[name]["change_nonresponders"] == by[name]["change"]).all()


def test_month_1_holds_the_natural_course_in_both_arms_and_the_drug_s_in_one(microarray):
    """Activity genes fall alike in both arms; nothing else moves under placebo.

    8 of the 12 randomised to anakinra respond, so the drug effect is 8/12 of the responders'
    change and 4/12 of the others', less that under placebo.
    """
    truth = microarray[2]
    arm = (8 * truth["change_month1"] + 4 * truth["change_month1_nonresponders"]) / 12
    np.testing.assert_allclose(
        truth["drug_effect_month1"], arm - truth["natural_month1"], atol=1e-12
    )
    natural, drug = truth[truth["class"] == "activity"], truth[truth["class"] != "activity"]
    fallen = -natural["natural_month1"] / natural["disease"]
    assert fallen.between(0.7 * 0.8, 1.2).all()
    assert (natural["drug_effect_month1"] == 0).all()
    for name in ("change_month1", "change_month1_nonresponders"):
        assert (natural[name] == natural["natural_month1"]).all()
    assert (drug["natural_month1"] == 0).all()
    assert (drug["change_month1"] == drug["change"]).all()
    induced = drug["class"] == "induced"
    assert (drug["change_month1_nonresponders"] == drug["change"])[induced].all()
    moved = drug[~induced & (drug["change"] != 0)]
    assert (moved["change_month1_nonresponders"] / moved["change"]).between(0.8, 1.0).all()


def test_other_visits_are_the_same_without_month_1(microarray):
    """Drawn again from a plan in which no sample of month 1 exists: equal to the last digit."""
    adata, _, truth = microarray
    people = simulate.plan(SEED, 22).assign(month1_sample=False)
    sheet, genes = samples(people), profile(SYMBOLS, SEED)
    excess = neutrophil_excess(pd.Index(sorted(people["patient"])), SEED)
    without = log2_expression(sheet, genes, truth, excess, SEED)
    kept = adata[(adata.obs["visit"] != "month1").to_numpy()]
    assert list(without.index) == list(kept.obs_names)
    np.testing.assert_array_equal(without[list(kept.var_names)].to_numpy(), kept.X)


def test_known_genes_do_as_known(microarray):
    _, _, truth = microarray
    table = truth.set_index("gene")
    six = table.loc[["IFI27", "IFI44L", "IFIT1", "ISG15", "RSAD2", "SIGLEC1"]]
    assert (six["class"] == "induced").all()
    assert six["change"].between(0.8, 2.5).all()
    assert (table.loc[INFLAMMATION, "class"] == "reverted").mean() == pytest.approx(0.7, abs=0.01)
    assert (table.loc[INFLAMMATION, "disease"] > 0).all()
    assert (table.loc[LYMPHOCYTES, "disease"] <= 0).all()
    assert (table.loc[[*FEMALE, *MALE], "class"] == "unchanged").all()


def twice(genes):
    """400 healthy people sampled twice: neutrophil excess, values (two rows a person)."""
    people = [f"P{i:03}" for i in range(400)]
    sheet = pd.DataFrame(
        [(f"{p}{v}", p, v) for p in people for v in ("day1", "month6")],
        columns=["sample", "patient", "clinic"],
    ).assign(group="healthy", arm=None, visit=None, batch="B1", sex="female", responder=False)
    none = pd.DataFrame(0.0, genes.index, EFFECTS)
    excess = neutrophil_excess(pd.Index(people), 3)
    return excess, log2_expression(sheet, genes, none, excess, 3).to_numpy()


def test_within_patient_correlation_and_sd_are_those_of_the_profile():
    """400 people sampled twice; the SE of a correlation r is (1 - r^2) / sqrt(400)."""
    genes = profile(SYMBOLS, 3).iloc[::20]
    genes = genes[~genes["group"].isin(["female", "male"])]
    excess, values = twice(genes)
    first, second = values[::2], values[1::2]
    r = np.array([np.corrcoef(first[:, j], second[:, j])[0, 1] for j in range(len(genes))])
    true = genes["within_patient"].to_numpy()
    assert np.abs((r - true) / ((1 - true**2) / 20)).max() < 4.5
    assert (r - true).mean() == pytest.approx(0, abs=0.01)
    assert true.min() > 0.2 - 1e-9
    assert true.max() < 0.75
    assert np.quantile(true, 0.9) - np.quantile(true, 0.1) > 0.2
    ratio = first.std(axis=0, ddof=1) / genes["sd"].to_numpy()
    assert np.abs(ratio - 1).max() < 4.5 / np.sqrt(2 * 399)
    excess_r = np.corrcoef(excess["day1"], excess["month6"])[0, 1]
    assert excess_r == pytest.approx(0.45, abs=4 * (1 - 0.45**2) / 20)
    assert list(excess.columns) == list(VISITS)


def test_microarray_looks_like_one(microarray):
    """Blood on HT-12 arrays: SD about 0.55 near background, 0.4 in the middle, 0.3 at the top."""
    adata, _, _ = microarray
    healthy = adata.X[(adata.obs["group"] == "healthy").to_numpy()]
    mean, sd = healthy.mean(axis=0), healthy.std(axis=0, ddof=1)
    trend = [np.median(sd[(mean > low) & (mean < low + 2)]) for low in (5, 7, 9, 11)]
    assert trend == sorted(trend, reverse=True)
    assert trend[0] == pytest.approx(0.48, abs=0.06)
    assert trend[-1] == pytest.approx(0.29, abs=0.06)
    low, middle, high = np.quantile(adata.X, [0.01, 0.5, 0.99])
    assert 4 < low < 5 < middle < 8 < 11.5 < high < 13.5
    assert adata.X.min() > 1
    assert adata.X.max() < 17


def test_genes_correlate_as_their_loadings_say():
    """r = product of the neutrophil loadings, in one module plus that of the module loadings.

    Innate genes: both products are 0.25 on average (shares of 0.15-0.35 and 0.1-0.4).
    """
    genes = profile(SYMBOLS, 3)
    genes = pd.concat([genes.loc[INFLAMMATION], genes.loc[LYMPHOCYTES], genes.iloc[::200]])
    _, values = twice(genes)
    found = np.corrcoef(values[::2].T)
    module, neutrophil = genes["module_loading"], genes["neutrophil_loading"]
    same = np.equal.outer(genes["module"].to_numpy(), genes["module"].to_numpy())
    true = np.outer(neutrophil, neutrophil) + np.outer(module, module) * same
    pairs = np.triu_indices(len(genes), 1)
    assert np.corrcoef(found[pairs], true[pairs])[0, 1] > 0.97
    assert np.abs((found - true)[pairs]).max() < 5.5 / 20
    n = len(INFLAMMATION)
    assert found[:n, :n][np.triu_indices(n, 1)].mean() == pytest.approx(0.25 + 0.25, abs=0.06)
    assert found[:n, n : n + len(LYMPHOCYTES)].mean() < -0.15


def test_counts_follow_the_stated_negative_binomial():
    """Of 600 samples with one signal, E[((c - m)^2 - m) / m^2] is the dispersion."""
    genes = profile(SYMBOLS, 5).query("mean > 7.5 and group == 'other'").iloc[:400]
    log2 = pd.DataFrame(np.tile(genes["mean"], (600, 1)), columns=genes.index)
    counts = read_counts(log2, genes, 5).to_numpy()
    depth = counts.sum(axis=1, keepdims=True)
    assert depth.min() > 10e6
    assert depth.max() < 32e6
    assert depth.mean() == pytest.approx(21e6, rel=0.03)
    expected = depth * (counts / depth).mean(axis=0)
    dispersion = (((counts - expected) ** 2 - expected) / expected**2).mean(axis=0)
    ratio = dispersion / (0.06 + 2 / expected.mean(axis=0))
    assert ratio.mean() == pytest.approx(1, abs=0.08)


def test_counts_hold_the_same_trial(microarray, rnaseq):
    adata, course, truth = rnaseq
    pd.testing.assert_frame_equal(adata.obs, microarray[0].obs)
    pd.testing.assert_frame_equal(course, microarray[1])
    pd.testing.assert_frame_equal(truth, microarray[2])
    assert (np.round(adata.X) == adata.X).all()
    assert adata.X.sum(axis=1).min() > 11e6
    assert adata.X.sum(axis=1).max() < 31e6
    few = (adata.X.mean(axis=0) < 10).mean()
    assert 0.15 < few < 0.4
    # log2 fold changes of well-counted genes are those of the truth, but for one common shift
    cpm = adata.copy()
    cpm.X = np.log2((adata.X + 0.5) / adata.X.sum(axis=1, keepdims=True) * 1e6)
    healthy, enrollment, *_ = effects(cpm, SEED)
    table = truth.set_index("gene")[adata.X.mean(axis=0) > 100]
    estimate = (enrollment.mean() - healthy.mean())[table.index]
    moved = table["disease"] != 0
    slope = np.polyfit(table.loc[moved, "disease"], estimate[moved], 1)[0]
    assert slope == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("assay", ["microarray", "rnaseq"])
def test_sex_genes_tell_the_sexes(assay, request):
    adata, _, _ = request.getfixturevalue(assay)
    female = (adata.obs["sex"] == "female").to_numpy()
    values = adata.X if assay == "microarray" else np.log2(adata.X + 1)
    table = pd.DataFrame(values, columns=adata.var_names)
    assert table.loc[female, "XIST"].min() > table.loc[~female, "XIST"].max() + 1
    y = table[list(MALE)].mean(axis=1)
    assert y[~female].min() > y[female].max() + 1


def test_samples_and_their_sheet(microarray):
    adata, course, _ = microarray
    obs = adata.obs
    assert adata.shape == (85, 12000)
    assert obs.groupby(["group", "visit"], observed=True).size().to_dict() == {
        ("patient", "enrollment"): 23,
        ("patient", "month1"): 22,
        ("patient", "month6"): 18,
    }
    first = obs[obs["visit"] == "month1"]
    assert first["arm"].value_counts().to_dict() == {"anakinra": 11, "placebo": 11}
    assert list(obs.index) == sorted(obs["sample"])
    healthy = obs[obs["group"] == "healthy"]
    assert len(healthy) == 22
    assert (healthy["steroid_dose"] == 0).all()
    assert healthy["visit"].isna().all()
    assert set(obs["batch"]) == {"B1", "B2"}
    assert obs.groupby("patient", observed=True)["sex"].nunique().max() == 1
    day1 = course[course["visit"] == "day1"].set_index("patient")
    first = obs[obs["visit"] == "enrollment"].set_index("patient")
    assert (first["steroid_dose"] == day1.loc[first.index, "steroid_dose"]).all()
    cells = day1[["neutrophils", "lymphocytes", "monocytes"]]
    percent = (100 * cells["neutrophils"] / cells.sum(axis=1))[first.index]
    assert (first["neutrophil_percent"] - percent).abs().max() < 0.051


def test_neutrophils_of_the_clinic_show_in_expression():
    """Innate less lymphoid genes follow the percentage within day 1: mean r of 8 trials.

    Both share the excess with a correlation near 0.7; an r of 23 patients has an SE of about 0.15.
    """
    found = []
    for seed in range(8):
        adata, _, _ = simulate.trial(seed, 1000, 5, "microarray", SYMBOLS)
        first = adata[(adata.obs["visit"] == "enrollment").to_numpy()]
        values = first.to_df()
        score = values[INFLAMMATION].mean(axis=1) - values[LYMPHOCYTES].mean(axis=1)
        found.append(np.corrcoef(score, first.obs["neutrophil_percent"])[0, 1])
    assert np.mean(found) > 0.4


def test_same_seed_same_trial_whatever_the_order_of_symbols(microarray):
    adata, course, truth = simulate.trial(SEED, 12000, 22, "microarray", SYMBOLS[::-1])
    assert (adata.X == microarray[0].X).all()
    pd.testing.assert_frame_equal(adata.obs, microarray[0].obs)
    pd.testing.assert_frame_equal(course, microarray[1])
    pd.testing.assert_frame_equal(truth, microarray[2])


def test_other_seed_other_trial(microarray):
    adata, course, truth = simulate.trial(SEED + 1, 12000, 22, "microarray", SYMBOLS)
    assert adata.shape == microarray[0].shape
    assert np.abs(adata.X - microarray[0].X).mean() > 0.5
    assert not course.equals(microarray[1])
    assert (truth["class"] != microarray[2]["class"]).mean() > 0.05


def test_fewer_genes_keep_every_class_and_named_gene(microarray):
    adata, _, truth = simulate.trial(SEED, 1000, 5, "microarray", SYMBOLS)
    full = microarray[2].set_index("gene")
    assert adata.n_vars == len(truth) == 1000
    assert set(NAMED) <= set(adata.var_names)
    pd.testing.assert_frame_equal(truth.set_index("gene"), full.loc[truth["gene"]])
    others = truth[~truth["gene"].isin(NAMED)]["class"].value_counts()
    all_others = full[~full.index.isin(NAMED)]["class"].value_counts()
    expected = all_others * len(truth[~truth["gene"].isin(NAMED)]) / all_others.sum()
    assert (others - expected[others.index]).abs().max() <= 1
    assert len(others) == 8


def test_arguments_are_checked():
    with pytest.raises(StudyError, match="found 13000, expected 364 to 12000"):
        simulate.trial(1, 13000, 5, "microarray", SYMBOLS)
    with pytest.raises(ValueError, match="unknown assay 'qpcr'"):
        simulate.trial(1, 1000, 5, "qpcr", SYMBOLS)
    with pytest.raises(ValueError, match="named genes of the simulation are missing"):
        simulate.trial(1, 1000, 5, "microarray", [f"G{i}" for i in range(1000)])


def test_shipped_symbols():
    assert len(SYMBOLS) == 12000
    assert GENES["symbol"].is_unique
    assert sorted(SYMBOLS) == SYMBOLS
    assert set(NAMED) <= set(SYMBOLS)
    old = {"DDX58", "WARS", "FLJ20035", "SEPT4", "PRIC285", "RFWD2", "LBA1", "IL8", "NT5C3"}
    assert not old & set(SYMBOLS)
    assert not GENES["symbol"].str.match(r"LOC\d|.*-AS\d").any()
    assert set(GENES.loc[GENES["symbol"].isin(MALE), "chromosome"]) == {"Y"}


def test_sheet_of_samples_follows_the_plan():
    people = simulate.plan(2, 3)
    sheet = samples(people)
    planned = people[["enrollment_sample", "month1_sample", "month6_sample"]]
    assert len(sheet) == planned.sum().sum()
    for visit in ("month1", "month6"):
        later = sheet[sheet["visit"] == visit].set_index("patient")
        plan = people.set_index("patient").loc[later.index]
        assert (later["batch"] == plan[f"batch_{visit}"]).all()
        assert (later["responder"] == responders(plan, visit)).all()
