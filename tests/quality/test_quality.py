"""The stage as a whole, and real data."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

from disk import read_expression, read_h5ad, write_h5ad
from options import normalise, section
from revertome.quality.assess import Quality, assess
from revertome.quality.used import used

DATA = Path(__file__).parents[2].parent / "shared" / "data"
ALIASES = Path(__file__).parents[2] / "resources" / "aliases.tsv"
DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy"}
BEFORE = pd.DataFrame(
    [("sample sheet", 24, 16, 8, "")],
    columns=["stage", "n_samples", "n_patients", "n_pairs", "note"],
)


def judge(expression: anndata.AnnData, flow: pd.DataFrame, options: dict, design: dict) -> Quality:
    """Assess a study without clinical visits."""
    visits = pd.DataFrame(columns=["patient", "arm", "visit"])
    completed = section("quality", **options)
    return assess(expression, flow, completed, design, visits, section("response"))


def study() -> anndata.AnnData:
    """Eight pairs and eight healthy people, 400 genes; patient P3 recorded as of the wrong sex."""
    rng = np.random.default_rng(6)
    patient = [f"P{i}" for i in range(8) for _ in range(2)] + [f"H{i}" for i in range(8)]
    obs = pd.DataFrame({"patient": patient, "group": ["patient"] * 16 + ["healthy"] * 8})
    obs["visit"] = ["before", "after"] * 8 + [np.nan] * 8
    number = obs["patient"].str[1:].astype(int)
    obs["sex"] = np.where(number % 2, "male", "female")
    obs["age"] = 5.0 + number
    obs.index = [f"s{i:02d}" for i in range(24)]
    own = rng.normal(0, 1, (16, 400))
    codes, _ = pd.factorize(obs["patient"])
    x = np.linspace(4, 12, 400) + own[codes] + rng.normal(0, 0.3, (24, 400))
    genes = ["XIST", "RPS4Y1", *[f"G{i:03d}" for i in range(2, 400)]]
    male = (obs["sex"] == "male").to_numpy()
    x[:, 0], x[:, 1] = np.where(male, 5, 10), np.where(male, 10, 5)
    obs.loc[obs["patient"] == "P3", "sex"] = "female"
    x[20] = rng.permutation(x[20])  # unlike anybody
    adata = anndata.AnnData(x, obs=obs.astype({"patient": "category", "visit": "category"}))
    adata.var_names = genes
    adata.uns["normalise"] = {"method": "quantile"}
    return adata


def test_flags_and_flow() -> None:
    result = judge(study(), BEFORE, {"outlier_mads": 5, "exclude": "none"}, DESIGN)
    samples = result.samples.set_index("sample")
    flagged = samples.loc[samples["flag"] == "flag", "reason"].to_dict()
    assert {name: flagged[name] for name in ("s06", "s07")} == dict.fromkeys(
        ("s06", "s07"), "sex_mismatch"
    )
    assert "low_correlation" in flagged["s20"]
    assert set(flagged) == {"s06", "s07", "s20"}
    assert samples["used"].all()
    assert (samples["best_match_patient"] == samples["patient"])[:16].all()
    assert result.flow["stage"].tolist() == ["sample sheet", "normalised", "checked", "used"]
    counted = result.flow[["n_samples", "n_patients", "n_pairs"]].to_numpy().tolist()
    assert counted == [[24, 16, 8]] * 4
    assert result.flow["note"].iloc[1] == "400 genes, method quantile"
    assert result.flow["note"].iloc[2].startswith("3 flagged: ")
    assert list(result.pca) == [
        "sample",
        "patient",
        "visit",
        "group",
        *[f"PC{i}" for i in range(1, 6)],
    ]
    assert set(result.components["variable"]) == {"age", "group", "sex", "visit"}
    assert samples.loc["s00", ["xist", "y_genes"]].tolist() == [10, 5]
    assert samples[["likely_patient", "duplicate_of", "neutrophil_score"]].isna().all().all()
    assert result.correlation.loc[3, "s07"] == result.correlation.loc[7, "s03"] != 1
    assert (result.rle["median"] == result.samples["rle_median"]).all()


def test_a_large_study_lists_the_correlations_of_flagged_samples(monkeypatch) -> None:
    whole = judge(study(), BEFORE, {}, DESIGN).correlation
    monkeypatch.setattr("revertome.quality.assess.LARGE", 23)
    found = judge(study(), BEFORE, {}, DESIGN)
    flagged = found.samples.loc[found.samples["flag"] == "flag", "sample"].tolist()
    assert 0 < len(flagged) < 24
    pd.testing.assert_frame_equal(found.correlation, whole[["sample", *flagged]])


def test_used_keeps_values_and_the_layer_for_pictures_is_not_read(tmp_path: Path) -> None:
    adata = study()
    adata.layers["batch_removed"], adata.layers["counts"] = adata.X + 1, adata.X * 2
    write_h5ad(adata, tmp_path / "expression.h5ad")
    adata, written = read_expression(tmp_path / "expression.h5ad"), adata
    assert list(adata.layers) == ["counts"]
    np.testing.assert_array_equal(adata.X, written.X)
    again = read_h5ad(tmp_path / "expression.h5ad")
    pd.testing.assert_frame_equal(adata.obs, again.obs)
    pd.testing.assert_frame_equal(adata.var, again.var)
    assert adata.uns.keys() == again.uns.keys() and "batch_removed" in again.layers
    samples = pd.DataFrame({"sample": adata.obs_names, "used": True})
    whole = used(adata, samples)
    assert whole is adata
    samples.loc[[3, 5], "used"] = False
    for found, kept in ((whole, range(24)), (used(adata, samples), {*range(24)} - {3, 5})):
        rows = sorted(kept)
        assert list(found.layers) == ["counts"]
        np.testing.assert_array_equal(found.X, adata.X[rows])
        np.testing.assert_array_equal(found.layers["counts"], adata.layers["counts"][rows])
        pd.testing.assert_frame_equal(found.obs, adata.obs.iloc[rows])
        assert found.uns.keys() == adata.uns.keys()


def test_swapped_mixed_and_repeated_samples_are_named() -> None:
    adata = study()
    patient = adata.obs["patient"].astype(str)
    patient[["s01", "s05"]] = patient[["s05", "s01"]].to_numpy()  # both female
    adata.obs["patient"] = patient
    adata.X[12, [0, 1]] = [10, 10]  # XIST and RPS4Y1
    adata.X[17] = adata.X[16] + 0.001
    result = judge(adata, BEFORE, {}, DESIGN)
    samples = result.samples.set_index("sample")
    for one, other in (("s00", "s04"), ("s01", "s05")):
        assert samples.loc[one, "reason"] == f"pair_identity (swap with {other})"
        assert samples.loc[other, "reason"] == f"pair_identity (swap with {one})"
        assert samples.loc[one, "likely_patient"] == samples.loc[other, "patient"]
    assert samples["likely_patient"].notna().sum() == 4
    assert samples.loc["s12", ["expressed_sex", "reason"]].tolist() == ["unknown", "both_sexes"]
    assert samples.loc["s16", "duplicate_of"] == "s17"
    assert samples.loc["s17", "duplicate_of"] == "s16"
    assert samples["duplicate_of"].notna().sum() == 2
    assert "duplicate 2" in result.flow["note"].iloc[2]
    assert "pair_identity 4" in result.flow["note"].iloc[2]


def test_components_of_the_copy_without_batch_stand_beside() -> None:
    adata = study()
    adata.layers["batch_removed"] = adata.X[:, ::-1].copy()
    pca = judge(adata, BEFORE, {}, DESIGN).pca
    np.testing.assert_allclose(pca["PC1_batch_removed"], pca["PC1"], atol=1e-8)
    np.testing.assert_allclose(pca["PC2_batch_removed"], pca["PC2"], atol=1e-8)


def test_flagged_samples_are_left_out_only_on_demand() -> None:
    adata = study()
    result = judge(adata, BEFORE, {"outlier_mads": 5, "exclude": "flagged"}, DESIGN)
    assert result.excluded == ["s06", "s07", "s20"]
    last = result.flow.iloc[-1]
    assert last[["n_samples", "n_patients", "n_pairs"]].tolist() == [21, 14, 7]
    assert last["note"] == "3 flagged samples left out"
    assert used(adata, result.samples).obs_names.tolist() == [
        name for name in adata.obs_names if name not in result.excluded
    ]


def test_order_of_genes_and_samples_changes_no_verdict() -> None:
    adata = study()
    rng = np.random.default_rng(8)
    mixed = adata[rng.permutation(24), rng.permutation(400)].copy()
    one = judge(adata, BEFORE, {}, DESIGN).samples
    two = judge(mixed, BEFORE, {}, DESIGN).samples.sort_values("sample", ignore_index=True)
    pd.testing.assert_frame_equal(one, two, rtol=1e-9)


def gse65391() -> anndata.AnnData:
    folder = DATA / "gse65391_sle_blood"
    if not folder.is_dir():
        pytest.skip("GSE65391 is not in ../shared/data")
    labels = pd.read_csv(folder / "labels_small.tsv", sep="\t", dtype=str).set_index("gsm")
    matrix = pd.read_csv(
        folder / "GSE65391_small_reserialised_series_matrix.txt.gz",
        sep="\t", comment="!", index_col=0,
    )[labels.index]  # fmt: skip
    probes = pd.read_csv(
        DATA / "probe_annotation" / "IlluminaHumanHT-12_v4_2018.tsv.gz",
        sep="\t", dtype=str, na_filter=False,
    ).drop_duplicates("Probe_Id").set_index("Probe_Id")["Gene_Symbol"]  # fmt: skip
    obs = pd.DataFrame({"patient": labels["subject"], "visit": labels["timepoint"]})
    obs["group"] = np.where(labels["disease"] == "SLE", "patient", "healthy")
    obs["sex"] = labels["sex"]
    obs.index.name = None
    var = pd.DataFrame({"symbol": probes.reindex(matrix.index).to_numpy()}, index=matrix.index)
    raw = anndata.AnnData(matrix.to_numpy(dtype=float).T, obs=obs, var=var)
    raw.uns["scale"] = {"scale": "log2"}
    aliases = pd.read_csv(ALIASES, sep="\t", dtype=str)
    return normalise(raw, {}, dict(zip(aliases["old"], aliases["current"], strict=True)))


LUPUS = {"baseline": "first", "followup": "last", "healthy": "healthy"}


@pytest.mark.real
def test_lupus_sex_and_pairs() -> None:
    expression = gse65391()
    assert {"RIGI", "SPATS2L", "CMPK2", "DDX60", "HELZ2", "SEPTIN4"} <= set(expression.var_names)
    assert expression.n_vars == 25072
    samples = judge(expression, BEFORE, {}, LUPUS).samples
    assert (samples["expressed_sex"] == samples["recorded_sex"]).all()
    paired = samples["best_match_patient"].notna()
    assert paired.sum() == 40
    assert (samples["best_match_patient"] == samples["patient"])[paired].mean() >= 0.85


@pytest.mark.real
def test_lupus_pairs_swapped_on_purpose() -> None:
    expression = gse65391()
    plain = judge(expression, BEFORE, {}, LUPUS).samples.set_index("sample")
    accused = set(plain.index[plain["reason"].str.contains("pair_identity")])
    obs = expression.obs
    last = obs.index[obs["visit"] == "last"]
    swaps = [("SLE-176", "SLE-154"), ("SLE-170", "SLE-142"), ("SLE-134", "SLE-190")]
    patient = obs["patient"].astype(str)
    for a, b in swaps:
        at = {p: next(s for s in last if obs.loc[s, "patient"] == p) for p in (a, b)}
        patient[at[a]], patient[at[b]] = b, a
    expression.obs["patient"] = patient
    found = judge(expression, BEFORE, {}, LUPUS).samples
    flagged = found[found["reason"].str.contains("pair_identity")]
    for a, b in swaps:
        assert set(flagged["patient"]) & {a, b}
    others = flagged[~flagged["patient"].isin([p for pair in swaps for p in pair])]
    assert set(others["sample"]) <= accused
