"""Small studies that people really have: each is read right, or stopped by name."""

import warnings

import numpy as np
import pytest
import yaml

from options import load
from revertome.errors import StudyError
from studies import SHARED

CASES = SHARED / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="no small studies in ../shared/cases")
# Samples, features, complete pairs, the first value (samples and features sorted), and what the
# one warning begins with behind the name of the file.
READ = {
    "a1_latin1": (17, 497, 6, 12.147, "is not all UTF-8; what is not was read as Windows-1252"),
    "a2_utf16_sheet": (17, 497, 6, 12.147, ""),
    "a6_fc_extra": (17, 497, 6, 223, ""),
    "a7_fc_samebam": (17, 497, 6, 223, ""),
    "a8_fc_starprefix": (17, 497, 6, 223, ""),
    "c1_yaml_yes": (17, 497, 6, 12.147, ""),
    "c4_zero_ids": (16, 497, 6, 11.4196, ""),
    "c5_h5ad_layer": (17, 497, 6, 223, ""),
    "c6_h5ad_noX": (17, 497, 6, 223, ""),
    "d2_scattered_missing": (17, 476, 6, 11.4196, "14.8% of the values are missing"),
    "g1_trailing_cols": (17, 497, 6, 12.147, ""),
    "g4_patient_spelling": (17, 497, 4, 11.5373, "'P01', 'p01'; 'P02', 'P2' may be one patient"),
    "g6_xlsx_sheet": (17, 497, 6, 12.147, ""),
    "i6_r_annot": (24, 497, 8, 304, ""),
    "m1_comma": (24, 497, 8, 11.6254, ""),
}
STOPPED = {
    "d1_one_sample_empty": r"have no value in GSM9003 \(none at all\).*intake\.exclude: \{GSM9003",
    "e1b_batch_effect": r"batch goes from run1 to run2 in 8 of 8 patients \(P01, .*Measure some",
    "g3_caption": r"line 1 is a caption, not a header \('Sample sheet of the trial",
    "i1_one_bad_cell": r"feature 'AKTIP', sample 'P02_A' is 874, .*missing_values: \[874\]",
    "i2_one_linear_sample": r"1 of 24 samples is on another scale .*'P03_A'.*not logged",
    "k2_values_typo": r"'Hgh', 'lw' does not occur in .*'high', 'low' has no new value",
}


@pytest.fixture
def study(monkeypatch):
    """Reads a case by its name; its paths are relative to the project."""
    monkeypatch.chdir(SHARED.parent)

    def read(name):
        config = yaml.safe_load((CASES / name / "study.yaml").read_text("utf-8"))
        intake = yaml.safe_load(yaml.safe_dump(config["intake"]).replace("../shared", "shared"))
        return load(intake, {"healthy": "healthy", "covariates": [], **config["design"]})

    return read


def test_every_case_is_here():
    apart = {"a1b_latin1_merge"}
    assert {p.name for p in CASES.iterdir() if p.is_dir()} == {*READ, *STOPPED, *apart}


@pytest.mark.parametrize("name", READ)
def test_what_is_read(study, name):
    n_samples, n_features, n_pairs, first, words = READ[name]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = study(name)
    assert found.adata.shape == (n_samples, n_features)
    assert found.flow["n_pairs"].iloc[-1] == n_pairs
    assert found.adata.X[0, 0] == pytest.approx(first)
    assert found.adata.var["symbol"].notna().all()
    assert [str(w.message).split(": ", 1)[1][: len(words)] for w in told] == [words] * bool(words)
    if name != "d2_scattered_missing":
        assert not np.isnan(found.adata.X).any()


def test_two_names_that_differ_in_one_letter_stay_two(study):
    with (
        pytest.warns(UserWarning, match="read as Windows-1252"),
        pytest.warns(UserWarning, match="'Bjärn' have a sample at 'after' and none at 'before'"),
    ):
        obs = study("a1b_latin1_merge").adata.obs
    assert {"Björn", "Bjärn"} <= set(obs["patient"])
    assert not obs["patient"].str.contains("\N{REPLACEMENT CHARACTER}").any()


@pytest.mark.parametrize("name", STOPPED)
def test_what_is_stopped(study, name):
    with pytest.raises(StudyError, match=f"(?s){STOPPED[name]}"):
        study(name)
