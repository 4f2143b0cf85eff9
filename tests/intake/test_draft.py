"""The draft of a study file from the fields of a series."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from geo_files import series_matrix
from options import SCHEMA, load
from revertome.configuration import complete
from revertome.errors import StudyError
from revertome.intake.sheets.draft import draft
from studies import SHARED, gse65391_small, real


def drafted(tmp_path: Path, samples: dict[str, list[str]]) -> tuple[pd.DataFrame, dict[str, Any]]:
    (tmp_path / "s.txt").write_text(series_matrix(samples))
    fields, text = draft("mine", {"matrix": str(tmp_path / "s.txt"), "platform": "GPL1"})
    study = yaml.safe_load(text)
    complete(study, SCHEMA)  # a right study file but for what only its author knows
    return fields.set_index("field"), study


def test_two_visits_and_controls(tmp_path: Path) -> None:
    samples = {
        "title": [f"sample {n}" for n in range(10)],
        "geo_accession": [f"GSM{n}" for n in range(10)],
        "characteristics 1": [f"donor: D{n // 2}" for n in range(8)] + ["donor: H1", "donor: H2"],
        "characteristics 2": ["timepoint: pre", "timepoint: post"] * 4 + ["", ""],
        "characteristics 3": ["diagnosis: JIA"] * 8 + ["diagnosis: healthy control"] * 2,
        "characteristics 4": ["Sex: F", "Sex: F", "Sex: M", "Sex: M"] * 2 + ["Sex: F", "Sex: M"],
        "characteristics 5": ["age: 5", "age: 5", "age: 7.5", "age: 7.5"] * 2 + ["age: 9"] * 2,
        "characteristics 6": ["batch: 1"] * 5 + ["batch: 2"] * 5,
        "characteristics 7": ["drug: anakinra"] * 4 + ["drug: placebo"] * 4 + ["", ""],
        "characteristics 8": ["tissue: blood"] * 10,
    }
    fields, study = drafted(tmp_path, samples)
    expected = {"donor": "patient", "timepoint": "visit", "diagnosis": "group", "Sex": "sex",
                "age": "age", "batch": "batch", "drug": "arm", "tissue": ""}  # fmt: skip
    assert fields.loc[list(expected), "likely"].to_dict() == expected
    assert fields.loc["donor", ["n_samples", "n_values"]].tolist() == [10, 6]
    assert fields.loc["timepoint", "values"] == "post (4), pre (4)"
    roles = study["intake"]["fields"]
    assert {role: rule["field"] for role, rule in roles.items()} == {
        role: name for name, role in expected.items() if role
    }
    assert roles["group"]["values"] == {"JIA": "patient", "healthy control": "healthy"}
    assert study["design"]["baseline"] == "pre"
    assert study["design"]["followup"] == "post"
    assert study["design"]["healthy"] == "healthy"
    assert study["intake"]["assay"] == "rnaseq"  # a table without rows


CLINIC = {
    "clinical response": ["responder", "responder", "non-responder", "none, yet # {x}: 'no'"],
    "CRP": ["12.5 mg", "3 mg", "7.1 mg", "9 mg"],
    "ESR (mm/h)": ["12", "3", "7", "9"],
    "prednisone dose": ["0.5", "0.25", "0.5", "1"],
    "steroids": ["yes", "no", "yes", "yes"],
    "SLEDAI": ["12", "4", "8", "10"],
    "neutrophil percent": ["60", "50", "70", "80"],
    "tissue": ["blood"] * 4,
}


def test_response_and_covariates_are_drafted_as_comments(tmp_path: Path) -> None:
    """Each line holds when its mark of a comment is taken away, also where a value is hostile."""
    samples = {
        "title": [f"sample {n}" for n in range(8)],
        "geo_accession": [f"GSM{n}" for n in range(8)],
        "characteristics p": [f"donor: D{n // 2}" for n in range(8)],
        "characteristics v": ["time: pre", "time: post"] * 4,
        "characteristics t": [f"treatment: {'drug' if n < 4 else 'placebo'}" for n in range(8)],
        **{
            f"characteristics {name}": [f"{name}: {values[n // 2]}" for n in range(8)]
            for name, values in CLINIC.items()
        },
    }
    fields, study = drafted(tmp_path, samples)
    names = {"clinical response": "response", "CRP": "crp", "ESR (mm/h)": "esr_mm_h",
             "prednisone dose": "steroid_dose", "steroids": "steroids", "SLEDAI": "sledai",
             "neutrophil percent": "neutrophil_percent", "tissue": "",
             "treatment": "arm"}  # fmt: skip
    assert fields.loc[list(names), "likely"].to_dict() == names
    assert set(study["intake"]["fields"]) == {"patient", "visit", "arm"}
    _, text = draft("mine", {"matrix": str(tmp_path / "s.txt"), "platform": "GPL1"})
    assert (
        '# steroid_dose: {field: "prednisone dose"}  # 3 values: 0.5 (4), 0.25 (2), 1 (2)' in text
    )
    whole = re.sub(r"^( *)# (\w+: \{(?!field: \[|GSM))", r"\1\2", text, flags=re.M)
    ways = re.findall(r"^response: .*\n", whole, flags=re.M)
    assert len(ways) == 4  # none, and three in its place
    for way in ways:
        kept = "".join(line for line in whole.splitlines(True) if line == way or line not in ways)
        found = complete(yaml.safe_load(kept), SCHEMA)
        assert found["intake"]["fields"]["response"]["values"] == {
            "responder": "responder", "non-responder": "nonresponder",
            "none, yet # {x}: 'no'": "nonresponder",
        }  # fmt: skip
        assert found["intake"]["fields"]["crp"] == {"field": "CRP", "pattern": r"^([\d.]+)"}
    assert "some of [crp, esr_mm_h, steroid_dose, steroids, sledai, neutrophil_percent]" in text


def test_patient_and_visit_in_the_title(tmp_path: Path) -> None:
    """As GSE8650 has it: the third part between underscores names the patient."""
    titles = [f"x_SJIA_P{n // 2} day {30 * (n % 2)}_U133A" for n in range(8)]
    samples = {"title": titles, "geo_accession": [f"GSM{n}" for n in range(8)]}
    _, study = drafted(tmp_path, samples)
    roles = study["intake"]["fields"]
    found = pd.Series(titles).str.extract(roles["patient"]["pattern"], expand=False)
    assert found.str.contains("P").all()
    assert found.nunique() == 4
    visits = pd.Series(titles).str.extract(roles["visit"]["pattern"], expand=False)
    assert visits.tolist() == ["day 0", "day 30"] * 4
    assert (study["design"]["baseline"], study["design"]["followup"]) == ("day 0", "day 30")


def test_nothing_is_guessed_from_nothing(tmp_path: Path) -> None:
    samples = {"title": ["a", "b", "c"], "geo_accession": ["GSM1", "GSM2", "GSM3"]}
    told = "of 3 samples no field says who was sampled and no field says when. If every sample"
    with pytest.warns(UserWarning, match=told):
        fields, study = drafted(tmp_path, samples)
    assert (fields["likely"] == "").all()
    assert {"patient", "visit"} == set(study["intake"]["fields"])
    assert "unknown" in study["intake"]["fields"]["patient"]


@pytest.mark.parametrize(
    ("visit", "told"),
    [
        (
            ["morning", "evening"] * 6,
            "and 'time of day' give 0 people at two visits, of 12",
        ),
        (
            ["morning", "evening"] * 4 + ["evening"] * 4,
            "give 0 people at two visits, of 12, and",
        ),
    ],
)
def test_a_series_without_pairs_says_so(tmp_path: Path, visit: list[str], told: str) -> None:
    samples = {
        "title": [f"biopsy {n}" for n in range(12)],
        "geo_accession": [f"GSM{n}" for n in range(12)],
        "characteristics 1": [f"donor: D{n}" for n in range(12)],
        "characteristics 2": [f"time of day: {v}" for v in visit],
        "characteristics 3": ["status: case"] * 6 + ["status: control"] * 6,
    }
    with pytest.warns(UserWarning, match=told):
        drafted(tmp_path, samples)
    samples["characteristics 1"] = [f"donor: D{n // 2}" for n in range(12)]
    samples["characteristics 2"] = ["time of day: morning", "time of day: evening"] * 6
    drafted(tmp_path, samples)  # six pairs now, and no warning


def test_what_is_the_same_at_all_visits_of_a_person_is_no_visit(tmp_path: Path) -> None:
    """As GSE65391 has it: how many visits a patient has beside the number of the visit."""
    samples = {
        "title": [f"s{n}" for n in range(12)],
        "geo_accession": [f"GSM{n}" for n in range(12)],
        "characteristics 1": [f"subject: P{n // 3}" for n in range(12)],
        "characteristics 2": [f"visit_count: {3 + n // 6}" for n in range(12)],
        "characteristics 3": [f"visit: {1 + n % 3}" for n in range(12)],
    }
    fields, study = drafted(tmp_path, samples)
    assert study["intake"]["fields"]["visit"]["field"] == "visit"
    assert set(fields.index[fields["likely"] == "visit"]) == {"visit", "visit_count"}


@pytest.mark.parametrize(
    ("intake", "told"),
    [
        ({"source": "table", "matrix": "m.tsv"}, "GEO series, and intake.source is table; write a"),
        ({"source": "cel"}, "intake.source is cel; write a sample sheet with one row a sample and"),
        (
            {"source": "geo"},
            r"needs intake.accession, a GEO series such as GSE1234 \(none is given",
        ),
        ({"accession": "E-GEOD-39088"}, r"such as GSE1234 \(found 'E-GEOD-39088'\); without one"),
        ({"source": "geo", "accession": "GDS5"}, "found 'GDS5'"),
    ],
)
def test_a_study_that_is_no_series_is_told_what_to_write(intake: dict[str, Any], told: str) -> None:
    with pytest.raises(StudyError, match=told):
        draft("mine", intake)


@real
@pytest.mark.real
def test_gse65391_draft_is_the_study(tmp_path: Path) -> None:
    """The draft alone reads the pairs that the shipped study file reads."""
    shipped = gse65391_small()
    local = {key: shipped["intake"][key] for key in ("accession", "matrix", "platform")}
    _, text = draft("lupus", local)
    study = yaml.safe_load(text)
    study["intake"]["annotation"] = shipped["intake"]["annotation"]
    drafted = load(study["intake"], study["design"]).adata.obs
    expected = load(shipped["intake"], shipped["design"]).adata.obs
    columns = ["sample", "patient", "visit", "group", "sex", "age"]
    pd.testing.assert_frame_equal(drafted[columns], expected[columns])


@real
@pytest.mark.real
@pytest.mark.parametrize(
    ("accession", "roles"),
    [("GSE4107", {"sex": "Gender", "age": "Age", "group": "title"}), ("GSE5583", {})],
)
def test_series_without_pairs(accession: str, roles: dict[str, str]) -> None:
    path = SHARED / "data" / "geo_format_cases" / f"{accession}_series_matrix.txt.gz"
    with pytest.warns(UserWarning, match="no before/after series as far as its fields tell"):
        _, text = draft("x", {"matrix": str(path)})
    assert text.startswith("# no before/after series as far as its fields tell: of ")
    study = yaml.safe_load(text)
    found = {k: v["field"] for k, v in study["intake"]["fields"].items() if "field" in v}
    assert found == roles
    with pytest.raises(StudyError, match=r"fill in intake.fields for 'patient', 'visit'"):
        load(study["intake"], study["design"])
