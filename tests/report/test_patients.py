"""The table of patients, what is said of each, and the rule behind it."""

import numpy as np
import pandas as pd
import pytest

import small_study
from disk import read_table, write_table
from revertome.columns import table_of
from revertome.report import patients_page
from revertome.report.page import page
from revertome.source_data import build

CONFIG = small_study.CONFIG | {"association": {"variables": ["crp"]}}
ARMS = {"R": "drug", "N": "placebo"}


def people_of(study, healthy="healthy"):
    """What the page of patients is made from, of a made-up study."""
    names = study["labels"]["patient"]
    joined = study["labels"].assign(arm=names.str[0].map(ARMS))
    joined["crp_baseline"], joined["crp_followup"] = 80.0, np.linspace(1, 60, len(names))
    joined["response_week 12"] = joined["label"].where(joined["label"].ne("unlabelled"))
    joined = joined.assign(n_reverted_normalised=[30.0] * (len(names) - 1) + [np.nan])
    joined["n_reverted"] = 36
    visits = pd.DataFrame({"patient": names, "visit": "day 1", "crp": 80.0})
    visits = pd.concat([visits, visits.assign(visit="week 12", crp=joined["crp_followup"])])
    tables = {name: study[name] for name in ("scores", "distance", "samples")}
    return tables | {"joined": joined, "visits": visits, "response": study["patients"],
                     "obs": study["expression"].obs}  # fmt: skip


def scored(study, patient, **values):
    """The study with other scores of ISG6 in a patient, by visit."""
    scores = study["scores"].copy()
    for visit, value in values.items():
        mine = scores["patient"].eq(patient) & scores["module"].eq("ISG6")
        scores.loc[mine & scores["visit"].eq(visit.replace("_", " ")), "score"] = value
    return study | {"scores": scores}


@pytest.fixture(scope="module")
def study():
    study = small_study.results()
    for patient, before, after in (("R00", 6.0, 4.0), ("R02", 6.0, 1.0), ("R03", 1.0, 4.0)):
        study = scored(study, patient, before=before, week_12=after)
    return study


@pytest.fixture(scope="module")
def known(study):
    return patients_page.gathered(CONFIG, people_of(study))


def row(known, patient):
    return known.table.set_index("patient").loc[patient]


def said(known, patient):
    return known.told[known.table["patient"].tolist().index(patient)]


def test_who_carries_the_signature_is_told_with_its_numbers(known):
    states = {name: row(known, name)["signature"] for name in ("R00", "R02", "R03")}
    assert states == {"R00": "still", "R02": "no_longer", "R03": "newly"}
    assert row(known, "R00")[["signature_baseline", "signature_followup"]].tolist() == [6, 4]
    assert said(known, "R00").startswith(
        "R00 (drug, responder) still carries the Interferon (6 genes) signature at week 12. Score "
        "in healthy SD: baseline 6.0 (above), week 12 4.0 (above); limit 2. Distance to health, "
    )
    assert "R02 (drug, responder) no longer carries" in said(known, "R02")
    assert "signature at week 12, but did not at baseline." in said(known, "R03")
    assert "Of 36 reverted genes 30 lie within the healthy range at week 12." in said(known, "R00")


def test_without_a_sample_nothing_is_claimed(known):
    assert pd.isna(row(known, "R01")["signature"])
    assert row(known, "R01")["note"] == "no sample at week 12"
    assert said(known, "R01").startswith(
        "R01 (drug, responder): whether the Interferon (6 genes) signature is still carried at "
        "week 12 cannot be told (no sample at week 12)."
    )
    assert "reverted genes" in said(known, "R00")


def test_a_sample_that_was_not_used_is_told_from_none(study):
    samples = study["samples"].copy()
    samples.loc[samples["sample"].eq("R00b"), "used"] = False
    samples.loc[samples["sample"].eq("R00a"), ["flag", "reason"]] = ["flag", "noisy;shifted"]
    found = patients_page.gathered(CONFIG, people_of(study | {"samples": samples}))
    assert row(found, "R00")["note"] == "sample not used at week 12"
    assert row(found, "R00")["flags"] == "before: noisy, shifted"
    samples.loc[samples["sample"].eq("R00a"), "reason"] = (
        "pair_identity (unlike its pair);pair_identity (swap with noisy);duplicate"
    )
    people = people_of(study | {"samples": samples})
    html = patients_page.page(CONFIG, people, patients_page.gathered(CONFIG, people))
    told = ("baseline: unlike the other sample of the patient, matches another patient better "
            "(swap with noisy), the same as another sample")  # fmt: skip
    assert html.count(told) == 2  # in the table and on the card


@pytest.mark.parametrize(("healthy", "design", "reason"), [
    (4, {}, "fewer than 5 healthy people"),
    (8, {"healthy": None}, "no healthy people in the study"),
])  # fmt: skip
def test_too_few_healthy_people_tell_of_nobody(healthy, design, reason):
    config = CONFIG | {"design": CONFIG["design"] | design}
    found = patients_page.gathered(config, people_of(small_study.results(healthy=healthy)))
    assert reason in found.rule
    assert all(f"cannot be told ({reason})" in words for words in found.told)
    assert "signature" not in found.table and "distance_z_followup" not in found.table


def test_the_rule_says_how_sure_a_sample_is(known):
    assert "above the mean of 8 healthy people by more than two" in known.rule
    assert "of further healthy people 5.1% would lie above the limit" in known.rule


def test_of_one_visit_nothing_is_said_of_before(study):
    config = CONFIG | {"design": CONFIG["design"] | {"followup": None}}
    found = patients_page.gathered(config, people_of(study))
    assert row(found, "R00")["signature"] == "carried"
    assert said(found, "R00").startswith(
        "R00 (drug, responder) carries the Interferon (6 genes) signature at baseline. Score"
    )


def test_the_table_is_written_as_it_is_described(known, tmp_path):
    path = tmp_path / patients_page.FILE
    write_table(known.table, path)
    found = read_table(path)
    assert "\t30\t36\t" in path.read_text("utf-8")  # whole numbers stay whole beside missing ones
    assert list(found)[:4] == ["patient", "arm", "label", "signature"]
    assert list(found)[-2:] == ["erythroid_z_baseline", "erythroid_z_followup"]
    above = study_of(found, "_z_followup").gt(2).sum(axis=1)
    assert found["n_above"].dropna().tolist() == above[found["n_above"].notna()].tolist()
    assert table_of(path).file == patients_page.FILE


def study_of(table, end):
    """Columns of modules at a visit."""
    return table.filter(regex=f"{end}$").drop(columns=f"distance{end}")


def test_the_page_shows_what_the_study_has_and_no_more(study, known):
    html = patients_page.page(CONFIG, people_of(study), known)
    assert html.count('<article class="patient"') == len(known.table)
    assert '<th scope="col">CRP</th>' in html  # mg/l only where a visits sheet was checked
    assert "response, week 12" in html
    bare = people_of(study) | {
        "visits": pd.DataFrame(columns=["patient", "visit"]),
        "response": study["patients"].head(0),
    }
    config = CONFIG | {"association": {"variables": []}}
    bare["joined"] = bare["joined"][["patient", "arm", "label"]].assign(arm=np.nan)
    html = patients_page.page(config, bare, patients_page.gathered(config, bare))
    assert "CRP" not in html and 'data-id="arm"' not in html


def test_hostile_names_stay_text(study):
    people = people_of(study)
    wild = {"R00": "<script>alert(1)</script>", "R02": "=1+1", "R03": "x" * 400, "R04": "P, 7; 'q'"}
    people = {
        name: table.assign(patient=table["patient"].astype(str).replace(wild))
        for name, table in people.items()
    }
    found = patients_page.gathered(CONFIG, people)
    html = patients_page.page(CONFIG, people, found)
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html
    assert "\\u003cscript\\u003ealert" in html


def test_the_report_leads_to_the_page_only_where_there_is_one(study, known):
    sources = {name: build(name, study) for name in ("flow", "interferon", "volcano")}
    args = (sources, [], {}, small_study.said())
    with_page = page(small_study.CONFIG, study | {"found": known.found}, *args)
    assert '<a href="patients.html">Patients, one by one</a>' in with_page
    assert "R00 (drug, responder) still carries" in with_page
    assert 'href="patients.html' not in page(small_study.CONFIG, study, *args)
