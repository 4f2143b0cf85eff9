"""Under `privacy: pseudonymise` no identifier is in the results folder, in whatever form."""

import random

import anndata
import numpy as np
import pandas as pd
import pytest
import yaml

from options import SCHEMA
from revertome.configuration import complete, public
from revertome.errors import StudyError
from revertome.intake.load import StudyData
from revertome.privacy import assign, identifiers, pseudonymise, redacted
from workflow.test_run import HOME

LEAVES = {
    "samples": ["sample", "patient", "visit", "group", "site"],
    "visits": ["patient", "visit", "crp"],
    "baseline": "before", "baseline_visit": "before", "age_bands": None,
}  # fmt: skip


def small():
    obs = pd.DataFrame({
        "sample": ["Quagliozzi_a", "Quagliozzi_b", "Zyx-9"],
        "patient": ["Quagliozzi", "Quagliozzi", "Zyx"],
        "visit": ["before", "after", None], "group": ["patient", "patient", "healthy"],
        "title": ["blood of Zyx", "b", "c"], "site": ["Rome", "Rome", "Oslo"],
    })  # fmt: skip
    obs.index = obs["sample"].rename(None)
    values = np.arange(6.0).reshape(3, 2)
    visits = pd.DataFrame({"patient": ["Quagliozzi", "Aab"], "visit": "before", "crp": [1.0, 2.0]})
    flow = pd.DataFrame({"stage": ["exclude"], "note": ["Zyx-8 (haemolysed); 7 samples"]})
    var = pd.DataFrame({"symbol": ["STAT1", "MX1"]}, pd.Index(["f1", "f2"], name="feature"))
    return StudyData(anndata.AnnData(values, obs=obs, var=var), visits, flow, None)


def test_codes_take_the_place_of_identifiers_and_nothing_else_changes():
    study = small()
    codes = assign(identifiers(study, ["Zyx-8"]), {}, random.Random(3))
    found = pseudonymise(study, codes, LEAVES)
    obs = found.adata.obs
    assert list(obs) == ["sample", "patient", "visit", "group", "site"]
    assert list(obs.index) == sorted(codes["sample"][n] for n in study.adata.obs_names)
    for name, row in zip(study.adata.obs_names, study.adata.X, strict=True):
        at = obs.index.get_loc(codes["sample"][name])
        assert (found.adata.X[at] == row).all()
        assert obs["patient"].iloc[at] == codes["patient"][study.adata.obs.loc[name, "patient"]]
    crp = found.visits.set_index("patient")["crp"]
    assert crp[codes["patient"]["Quagliozzi"]] == 1 and crp[codes["patient"]["Aab"]] == 2
    assert found.flow["note"][0] == f"{codes['sample']['Zyx-8']} (haemolysed); 7 samples"


def test_samples_named_by_their_index_can_be_written(tmp_path):
    """anndata asks that a column of the index's name be the index, to its type."""
    study = small()
    study.adata.obs.index.name = "sample"
    codes = assign(identifiers(study), {}, random.Random(3))
    found = pseudonymise(study, codes, LEAVES)
    found.adata.write_h5ad(tmp_path / "x.h5ad")
    obs = anndata.read_h5ad(tmp_path / "x.h5ad").obs
    assert list(obs["sample"]) == list(obs.index) == sorted(codes["sample"].values())


def test_codes_are_kept_when_the_study_grows_and_cannot_be_had_from_the_names():
    first = assign({"patient": ["b", "a"]}, {}, random.Random(1))
    grown = assign({"patient": ["a", "c", "b"]}, first, random.Random(2))
    assert first["patient"].items() <= grown["patient"].items()
    assert len(set(grown["patient"].values())) == 3
    people = [f"name{i:03d}" for i in range(200)]
    codes = [assign({"patient": people}, {}, random.Random(s))["patient"] for s in (1, 2)]
    assert sum(codes[0][p] == codes[1][p] for p in people) < 5
    rank = np.corrcoef(range(200), [int(codes[0][p][1:]) for p in people])[0, 1]
    assert abs(rank) < 0.25


def test_short_identifiers_are_replaced_as_words_only():
    codes = {"patient": {"7": "P0001", "70": "P0002"}}
    assert redacted("7 of 70 and 17, 7.", codes) == "P0001 of P0002 and 17, P0001."


def test_the_configuration_shown_names_nobody():
    study = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
    study["intake"] = {"source": "table", "matrix": "m.tsv", "exclude": {"Zyx": "haemolysed"}}
    config = complete(study | {"privacy": "pseudonymise"}, SCHEMA)
    assert "Zyx" not in str(public(config))
    assert "Zyx" in str(public(config | {"privacy": "none"}))
    with pytest.raises(StudyError, match="private: results/x lies in the results folder"):
        complete(study | {"private": "results/x"}, SCHEMA)


def test_spellings_of_patients_are_withheld():
    intake = {"same_patient": {"P1": ["p1"]}, "keep": {}, "exclude": {}, "fields": {}}
    shown = public({"privacy": "pseudonymise", "intake": intake})
    assert shown["intake"]["same_patient"] == "withheld" and shown["intake"]["keep"] == {}
