"""Sheets as files, from reading to what leaves: tables, a series matrix, h5ad, mapped names."""

import random
import re

import anndata
import pandas as pd
import pytest

import tiny_trial
from disclosure.people import everything
from revertome.configuration import complete
from revertome.disclosure.allowed import leaving
from revertome.errors import StudyError
from revertome.intake.load import load
from revertome.privacy import assign, identifiers, pseudonymise

HOLD = re.compile(r"\b(PT|HC)[-_. ]?\d|\bGSM\d|Rossi|hospital\.org|2010-0", re.IGNORECASE)


def leave(intake, folder, **sections):
    """All text that leaves intake of these files."""
    base = {"study": "tiny", "design": {"baseline": "before", "followup": "after"}}
    config = complete(base | {"intake": intake} | sections, tiny_trial.SCHEMA)
    study = load(config["intake"], config["design"])
    codes = assign(identifiers(study, config["intake"]["exclude"]), {}, random.Random(4))
    made = pseudonymise(study, codes, leaving(config, []))
    return everything(made, folder), made, codes


def with_columns(path, **columns):
    table = pd.read_csv(path, sep="\t", dtype=str)
    table.assign(**{name: make(table) for name, make in columns.items()}).to_csv(
        path, sep="\t", index=False
    )


HIDING = {
    "title": lambda t: "blood of " + t["patient"],
    "CEL": lambda t: t["patient"].str.replace("-", "") + ".CEL.gz",
    "mail": lambda t: t["patient"] + "@hospital.org",
    "number": lambda t: t["patient"].str[3:].astype(int),
    "drawn": lambda t: "2010-03-12",
    "sibling": lambda t: t["patient"].shift(1),
}


@pytest.mark.parametrize("source", ["table", "geo"])
def test_columns_that_nothing_names_do_not_leave(source, tmp_path, capsys):
    intake = tiny_trial.write(tmp_path, source, "microarray", "auto", True, False)
    with_columns(intake["visits"], **HIDING)
    if source == "table":
        with_columns(intake["samples"], **HIDING)
        intake["exclude"] = {"HC-06-once": "PT-03 is a brother"}
    words, made, codes = leave(intake, tmp_path)
    assert not HOLD.search(words)
    assert {"age", "batch", "sex", "arm"} < set(made.adata.obs) and not {*HIDING} & {
        *made.adata.obs
    }
    assert "privacy: left out of the visits sheet: " in capsys.readouterr().out
    assert len(codes["sample"]) == 32 and len(set(codes["sample"].values())) == 32


@pytest.mark.parametrize("column", HIDING)
def test_each_stops_where_it_is_named(column, tmp_path):
    intake = tiny_trial.write(tmp_path, "table", "microarray", "auto", True, False)
    with_columns(intake["samples"], **HIDING)
    asked = {"association": {"variables": [column]}}
    with pytest.raises(
        StudyError, match=f"privacy: pseudonymise: sample sheet: '{column}'"
    ) as said:
        leave(intake, tmp_path, **asked)
    assert not HOLD.search(str(said.value))


def test_names_that_fields_changed_into_ids_are_names(tmp_path):
    intake = tiny_trial.write(tmp_path, "table", "microarray", "auto", True, False)
    with_columns(
        intake["samples"],
        name=lambda t: t["patient"].replace({"PT-01": "Anna Rossi"}),
        ward=lambda t: (t["patient"] == "PT-02").map({True: "like ROSSI", False: "A"}),
    )
    rule = {"field": "name", "values": {"Anna Rossi": "PT-01"}}
    assert "Rossi" not in leave(intake | {"fields": {"patient": rule}}, tmp_path)[0]
    kept = intake | {"fields": {"patient": rule, "ward": {}}}
    with pytest.raises(StudyError, match="sample sheet: 'ward' has 2 cells with identifiers"):
        leave(kept, tmp_path)


def test_spellings_of_one_patient_are_names(tmp_path):
    intake = tiny_trial.write(tmp_path, "table", "microarray", "auto", True, False)
    with_columns(
        intake["samples"],
        patient=lambda t: t["patient"].where(t["sample"] != "PT-01-after", "Lund"),
        ward=lambda t: (t["patient"] == "PT-02").map({True: "as lund", False: "A"}),
    )
    intake |= {"same_patient": {"PT-01": ["Lund"]}}
    assert "Lund" not in leave(intake, tmp_path)[0]
    with pytest.raises(StudyError, match="sample sheet: 'ward' has 2 cells with identifiers"):
        leave(intake | {"fields": {"ward": {}}}, tmp_path)


def test_slots_of_an_h5ad_stay_behind(tmp_path):
    intake = tiny_trial.write(tmp_path, "table", "microarray", "auto", True, False)
    values = pd.read_csv(intake["matrix"], sep="\t", index_col=0)
    adata = anndata.AnnData(values.T)
    adata.obs["who"] = pd.Categorical([name[:5] for name in adata.obs_names])
    adata.var["donor"] = "PT-01"
    adata.uns["who"] = {"PT-01": "PT-02"}
    adata.raw = adata.copy()
    adata.write_h5ad(tmp_path / "m.h5ad")
    words, *_ = leave(intake | {"matrix": str(tmp_path / "m.h5ad")}, tmp_path)
    assert not HOLD.search(words)
