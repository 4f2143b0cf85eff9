"""Sex and pair identity of 336 samples of blood, as deposited and with pairs swapped on purpose."""

import numpy as np
import pandas as pd
import pytest

import studies
from options import load, normalise, section
from revertome.quality.assess import assess
from revertome.quality.identity import match_patients
from revertome.quality.sex import SEX_GENES

pytestmark = [pytest.mark.slow, pytest.mark.real, studies.real]
# Samples of which HLA-DRB5, which a person has or has not, says the same: in the first sample
# of SLE-60 and of SLE-121 it is expressed, in the last it is absent.
KNOWN = {"GSM1594517", "GSM1594640"}


@pytest.fixture(scope="module")
def lupus():
    study = studies.gse65391_full()
    loaded = load(study["intake"], {"healthy": "healthy", **study["design"]})
    aliases = pd.read_csv(studies.ROOT / "resources/aliases.tsv", sep="\t", dtype=str)
    names = dict(zip(aliases["old"], aliases["current"], strict=True))
    return normalise(loaded.adata, study["normalise"], names), loaded, study["design"]


def test_deposited_samples(lupus):
    expression, loaded, design = lupus
    design = {"healthy": "healthy", **design}
    sections = section("quality"), design, loaded.visits, section("response")
    found = assess(expression, loaded.flow, *sections).samples
    told = found[found["expressed_sex"] != "unknown"]
    assert len(told) == 332
    assert (told["expressed_sex"] == told["recorded_sex"]).sum() == 330
    # XIST and Y genes side by side; two of them match each other, one recorded of either sex.
    mixed = found[found["reason"].str.contains("both_sexes")].set_index("patient")
    assert set(mixed.index) == {"SLE-256", "BAY-H373", "SLE-206", "SLE-268"}
    assert mixed.loc["SLE-206", "best_match_patient"] == "SLE-268"
    assert mixed.loc["SLE-268", "best_match_patient"] == "SLE-206"
    paired = found["best_match_patient"].notna()
    assert (found["best_match_patient"] == found["patient"])[paired].mean() > 0.9
    accused = found.dropna(subset="likely_patient").set_index("sample")["likely_patient"]
    assert accused.to_dict() == {"GSM1594517": "SLE-266", "GSM1594640": "SLE-179"}
    assert found["duplicate_of"].isna().all()


@pytest.mark.parametrize("seed", [0, 1])
def test_three_swapped_pairs_are_found_and_nobody_else_is_accused(lupus, seed):
    expression, *_ = lupus
    obs = expression.obs.astype({name: object for name in ("patient", "visit", "group")})
    last = obs[obs["visit"] == "last"].reset_index().set_index("patient")["index"]
    both = sorted(set(last.index) & set(obs.loc[obs["visit"] == "first", "patient"]))
    chosen = [str(p) for p in np.random.default_rng(seed).permutation(both)[:6]]
    patient = obs["patient"].astype(str)
    for one, other in zip(chosen[::2], chosen[1::2], strict=True):
        patient[last[one]], patient[last[other]] = other, one
    x = expression.X[:, ~expression.var_names.isin(SEX_GENES)]
    cell = obs["group"].astype(str) + " " + obs["visit"].astype(str)
    found = match_patients(x, patient, cell)
    accused = found.index[found["stranger"]]
    for one, other in zip(chosen[::2], chosen[1::2], strict=True):
        assert set(patient[accused]) & {one, other}
    assert set(accused[~patient[accused].isin(chosen)]) <= KNOWN
