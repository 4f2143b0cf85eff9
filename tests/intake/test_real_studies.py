"""Public data sets read right."""

import numpy as np
import pandas as pd
import pytest

from options import load
from revertome.intake.load import StudyData
from studies import SHARED, gse60424, gse65391_full, gse65391_small, lemay, real, with_intake

pytestmark = [pytest.mark.real, real]


def _labels(file: str) -> pd.DataFrame:
    path = SHARED / "data" / "gse65391_sle_blood" / file
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False).set_index("gsm")


def _pairs(study: StudyData) -> int:
    visits = study.adata.obs.dropna(subset="visit").groupby("patient", observed=True)["visit"]
    return int((visits.nunique() == 2).sum())


def _agree(obs: pd.DataFrame, labels: pd.DataFrame) -> None:
    """Roles derived from GEO's fields against the labels made from ArrayExpress."""
    labels = labels.loc[obs.index]
    assert (obs["patient"] == labels["subject"]).all()
    first = labels["timepoint"].replace({"control": np.nan})
    assert obs["visit"].astype(object).equals(first.rename("visit"))
    assert (obs["group"] == labels["disease"].map({"SLE": "patient", "Healthy": "healthy"})).all()
    assert (obs["sex"] == labels["sex"]).all()
    np.testing.assert_allclose(obs["age"], labels["age"].astype(float))
    np.testing.assert_allclose(obs["sledai"], pd.to_numeric(labels["sledai"], errors="coerce"))


def test_gse65391_series_matrix() -> None:
    study = gse65391_small()
    found = load(study["intake"], study["design"])
    adata = found.adata
    assert adata.shape == (52, 43799)
    assert adata["GSM1594640", "ILMN_1343291"].X.item() == 13.8164987
    assert adata["GSM1594576", "ILMN_1343295"].X.item() == 9.96490939
    assert adata.uns["scale"]["scale"] == "log2"
    assert adata.var.loc["ILMN_1343295", "symbol"] == "GAPDH"
    assert adata.var["symbol"].notna().sum() == 40530
    _agree(adata.obs, _labels("labels_small.tsv"))
    assert _pairs(found) == 20
    assert found.flow[["n_samples", "n_patients", "n_pairs"]].to_numpy().tolist() == [[52, 32, 20]]
    assert adata.obs["nephritis_class.1"].notna().any()


def test_gse65391_batch_is_constant_in_the_small_series() -> None:
    study = gse65391_small()
    study["design"]["covariates"] = ["batch"]
    with pytest.raises(ValueError, match="covariate 'batch' is '1' in every sample"):
        load(study["intake"], study["design"])


@pytest.mark.slow
def test_gse65391_matrix() -> None:
    study = gse65391_full()
    found = load(study["intake"], study["design"])
    assert found.adata.shape == (336, 43799)
    assert found.adata["GSM1595092", "ILMN_1343291"].X.item() == 13.7788772
    _agree(found.adata.obs, _labels("labels_first_last_healthy.tsv"))
    assert _pairs(found) == 130
    assert (found.adata.obs["group"] == "healthy").sum() == 48
    small = load(*[gse65391_small()[key] for key in ("intake", "design")]).adata
    np.testing.assert_array_equal(found.adata[small.obs_names].X, small.X)


def test_gse60424() -> None:
    study = gse60424()
    found = load(study["intake"], study["design"])
    adata = found.adata
    assert adata.shape == (10, 50045)
    assert adata.uns["scale"]["scale"] == "counts"
    assert _pairs(found) == 3
    assert found.flow["n_samples"].tolist() == [134, 20, 10]
    obs = adata.obs
    assert obs.loc["lib286", ["patient", "visit"]].tolist() == ["MS-45", "after"]
    assert set(obs.loc[obs["group"] == "healthy", "patient"]) == {"44", "20", "21", "53"}
    rsad2 = adata[:, adata.var["symbol"] == "RSAD2"].X[:, 0]
    by_visit = pd.Series(rsad2, index=obs.index).groupby(obs["visit"], observed=True).mean()
    assert by_visit["after"] > 5 * by_visit["before"]


def test_lemay() -> None:
    study = lemay()
    adata = load(study["intake"], study["design"]).adata
    assert adata.shape == (30, 25342)
    assert adata["S17-D1-3hr_S6", "WASH7P"].X.item() == 45
    assert adata.uns["scale"]["scale"] == "counts"
    assert (adata.obs["group"] == "patient").all()


def test_lemay_names_as_r_writes_them() -> None:
    study = lemay()
    fields = {**study["intake"]["fields"], "sample": {"field": "Label"}}
    dotted = with_intake(study, fields=fields)
    found = load(dotted["intake"], dotted["design"]).adata
    assert found["S17.D1.3hr_S6", "WASH7P"].X.item() == 45
    expected = load(study["intake"], study["design"]).adata
    assert (found.X == expected.X).all()
