"""Identifiers hidden in the sheets in many ways: none leaves, and each is told without a name."""

import re

import numpy as np
import pandas as pd
import pytest

from disclosure.people import ASKED, HEALTHY, PATIENTS, everything, left, study
from revertome.errors import StudyError

SECRETS = re.compile(
    r"JIA|Quagliozzi|Brandauer|\bZoe\b|HD0\d|hospital\.org|Meyer|555 ?1234|2010-0|40\d\d\d|"
    r"GSM4|20100\d",
    re.IGNORECASE,
)

PEOPLE = [*PATIENTS, *HEALTHY]


def by_person(made, word):
    return [word(str(person), n) for n, person in enumerate(made.adata.obs["patient"])]


def at_one(word):
    """One cell alone, of the fourth sample."""
    return lambda made: [word if n == 3 else "none seen" for n in range(made.adata.n_obs)]


def number(person):
    return float(re.sub(r"\D", "", person) or 900)


SAMPLES = {
    # of the list of what is asked for
    "equal": ("site", lambda made: by_person(made, lambda p, n: p)),
    "contained": ("site", at_one("seen with JIA-013 by the doctor")),
    "other case": ("site", at_one("jia-013")),
    "other separators": ("site", at_one("JIA013")),
    "other separators, too": ("site", at_one("Jia_013")),
    "a space": ("site", at_one("JIA 13")),
    "within a word": ("site", at_one("cupJIA013x")),
    "a surname within a word": ("site", at_one("DrQUAGLIOZZIs")),
    "with an accent": ("site", at_one("Zoé")),
    "batch": ("batch", at_one("run_of_JIA-013")),
    "every batch": ("batch", lambda made: by_person(made, lambda p, n: f"b_{p}")),
    "group": ("group", lambda made: [
        "healthy" if g == "healthy" else "patient JIA-011" for g in made.adata.obs["group"]]),
    "arm": ("arm", at_one("arm of jia 13")),
    "response": ("response", at_one("responder (JIA-013)")),
    "number of the person": ("dose", lambda made: by_person(made, lambda p, n: number(p))),
    "part of the sample id": ("site", at_one("brandauer once")),
    "sample id": ("site", at_one("jia.013.week12")),
    "initials": ("site", lambda made: by_person(made, lambda p, n: "QWERTZUIOPASDF"[n // 2] + "B")),
    "e-mail": ("site", at_one("meyer@hospital.org")),
    "telephone": ("site", at_one("+49 89 555 1234")),
    "hospital number": ("dose", lambda made: by_person(
        made, lambda p, n: 73_000_001.0 + 991 * PEOPLE.index(p))),
    "a date among words": ("site", at_one("seen 2010-03-12")),
    "a date in one cell": ("arm", at_one("12/03/2010")),
    "months": ("arm", lambda made: ["2010-03"] * made.adata.n_obs),
    "birth": ("dose", lambda made: by_person(
        made, lambda p, n: f"2001-02-{1 + PEOPLE.index(p):02d}")),
    "both orders": ("site", lambda made: by_person(
        made, lambda p, n: f"{1 + n % 9}/{2 + n % 7}/2010")),
    "public record": ("site", at_one("as in GSM437001")),
    "page": ("site", at_one("https://records.hospital.org/7")),
    "serial dates": ("dose", lambda made: by_person(made, lambda p, n: 40_200.0 + 31 * n)),
}  # fmt: skip


@pytest.mark.parametrize("way", SAMPLES)
def test_a_needed_column_that_names_people_stops_the_run(way):
    made = study()
    column, words = SAMPLES[way]
    made.adata.obs[column] = words(made)
    with pytest.raises(StudyError) as stopped:
        left(made)
    said = str(stopped.value)
    assert f"sample sheet: '{column}'" in said and "nothing was written" in said.lower()
    assert not SECRETS.search(said)


@pytest.mark.parametrize("way", SAMPLES)
def test_a_column_that_nothing_needs_stays_behind_and_is_named(way, tmp_path, capsys):
    made = study()
    _, words = SAMPLES[way]
    made.adata.obs["remark"] = words(made)
    found, _ = left(made)
    assert not SECRETS.search(everything(found, tmp_path))
    assert "privacy: left out of the sample sheet: remark (" in capsys.readouterr().out


def test_the_small_study_itself_leaves_whole(tmp_path, capsys):
    made = study()
    found, codes = left(made)
    assert not SECRETS.search(everything(found, tmp_path)) and capsys.readouterr().out == ""
    assert list(found.adata.obs) == list(made.adata.obs)
    assert list(found.visits) == ["patient", "arm", "visit", "crp"]
    back = {code: name for name, code in codes["sample"].items()}
    again = found.adata[[codes["sample"][s] for s in made.adata.obs_names]]
    assert (again.X == made.adata.X).all() and set(back) >= set(found.adata.obs_names)
    for name in ("visit", "group", "sex", "age", "batch", "site", "dose"):
        both = (t.obs[name].astype(object) for t in (again, made.adata))
        one, other = (list(column.where(column.notna(), None)) for column in both)
        assert one == other


VISITS = {
    "date in words": ("arm", lambda t: t.assign(arm=["12 March 2010"] + ["open"] * (len(t) - 1))),
    "own number": ("crp", lambda t: t.assign(crp=t["patient"].map(number))),
    "name of a visit": ("visit", lambda t: t.assign(visit=["before", "w JIA011"] * (len(t) // 2))),
    "dated visits": ("visit", lambda t: t.assign(visit=["2010-03-12", "12 May 2010"] * 10)),
    "no day": ("date", lambda t: t.assign(date="2010-03")),
}  # fmt: skip


@pytest.mark.parametrize("way", VISITS)
def test_the_visits_sheet_is_checked_alike(way):
    made = study()
    column, change = VISITS[way]
    made = made.__class__(made.adata, change(made.visits), made.flow, None)
    with pytest.raises(
        StudyError, match="visits sheet: .*nothing was written|visits sheet: "
    ) as said:
        left(made)
    assert f"'{column}'" in str(said.value) or column in str(said.value)
    assert not SECRETS.search(str(said.value))


def test_names_of_columns_are_words_too(capsys):
    made = study()
    made.adata.obs["crp_JIA013"] = 1.0
    left(made)
    out = capsys.readouterr().out
    assert "1 whose names hold identifiers" in out and "013" not in out
    asked = ASKED | {"design": {"baseline": "before", "covariates": ["crp_JIA013"]}}
    with pytest.raises(StudyError, match="the name of a column that the configuration") as said:
        left(made, asked)
    assert "013" not in str(said.value)
    for name in ("Initials", "date_of_birth", "e-mail", "Patient name", "MRN", "postcode"):
        made = study()
        made.adata.obs[name] = "x"
        asked = ASKED | {"design": {"baseline": "before", "covariates": [name]}}
        with pytest.raises(StudyError, match=f"'{name}' is a column of names"):
            left(made, asked)


def test_names_of_those_left_out_and_of_files_count_too(tmp_path):
    made = study()
    made.adata.obs["site"] = [*["Rome"] * 25, "sister of Lindqvist"]
    seen = {"patient": {"P9": ["P9", "Lindqvist"]}, "sample as written": {"P9": ["Aarhus_77.CEL"]}}
    made = made.__class__(made.adata, made.visits, made.flow, None, seen)
    with pytest.raises(StudyError, match="'site' has 1 cell with identifiers"):
        left(made)
    made.adata.obs["site"] = [*["Rome"] * 25, "aarhus 77 cel"]
    with pytest.raises(StudyError, match="'site' has 1 cell with identifiers"):
        left(made)
    made.adata.obs["site"] = "Rome"
    left(made)


def test_an_excluded_sample_is_an_identifier():
    made = study()
    made.adata.obs["site"] = [*["Rome"] * 25, "like XB-91"]
    with pytest.raises(StudyError, match="'site' has 1 cell"):
        left(made, excluded=["XB91"])


def test_features_slots_and_records_name_nobody(tmp_path):
    made = study()
    made.adata.uns["intake"] = {"matrix": "data/quagliozzi.tsv", "features": 3}
    made.adata.uns["colours"] = ["JIA-011"]
    made.adata.obsm["names"] = pd.DataFrame({"x": made.adata.obs["patient"]})
    made.adata.layers["more"] = made.adata.X.copy()
    made.adata.var["donor"] = "Brandauer"
    made.adata.raw = made.adata.copy()
    for name in ("site", "visit"):
        made.adata.obs[name] = pd.Categorical(
            made.adata.obs[name], [*made.adata.obs[name].dropna().unique(), "of JIA-013"]
        )
    flow = pd.DataFrame({"stage": ["exclude"], "note": ["Quagliozzi's brother; jia 13 left"]})
    found, _ = left(made.__class__(made.adata, made.visits, flow, None))
    assert not SECRETS.search(everything(found, tmp_path))
    assert found.adata.uns["intake"] == {"matrix": "withheld", "features": 3}
    assert not found.adata.layers and not found.adata.obsm and found.adata.raw is None
    made.adata.var_names = ["f1", "f2", "spike of Quagliozzi"]
    with pytest.raises(StudyError, match="1 features or symbols hold identifiers") as said:
        left(made)
    assert not SECRETS.search(str(said.value))


def test_the_flow_counts_in_numbers_though_patients_are_numbered():
    made = study([str(n) for n in range(1, 25)])
    notes = {
        "3 left out: 7_before (clot); 9_before (late)": "3 left out: S (clot); S (late)",
        "2 left out: subject not 7 or 8 (healthy 2, patient 9)":
            "2 left out: subject not P or P (healthy 2, patient 9)",
        "9 samples of 8 people; all of '7', '8' are used":
            "9 samples of 8 people; all of 'P', 'P' are used",
        "1 left out: seen not 2010-03-12 (patient 1)": "withheld",
        "1 left out: 5_week12 (ask a.b@hospital.org)": "withheld",
        "1 left out: 5_week12 (of quagliozzi)": "withheld",
    }  # fmt: skip
    groups = "healthy 8 (normal 6, OA 2); patient 24 (RA)"
    flow = pd.DataFrame({"note": list(notes), "groups": groups})
    found, _ = left(made.__class__(made.adata, made.visits, flow, None))
    shown = found.flow["note"].str.replace(r"\b([PS])\d{4}\b", r"\1", regex=True)
    assert list(shown) == list(notes.values())
    assert set(found.flow["groups"]) == {groups}


def test_codes_tell_neither_order_nor_group_nor_pair():
    made = study([f"A{i:03d}" for i in range(60)], [f"B{i:03d}" for i in range(40)])
    found, codes = left(made)
    order = [int(codes["patient"][p][1:]) for p in sorted(codes["patient"])]
    assert abs(np.corrcoef(range(100), order)[0, 1]) < 0.3
    group = [p.startswith("B") for p in sorted(codes["patient"])]
    assert abs(np.corrcoef(group, order)[0, 1]) < 0.3
    obs = found.adata.obs
    digits = [(int(s[1:]), int(str(p)[1:])) for s, p in zip(obs.index, obs["patient"], strict=True)]
    assert abs(np.corrcoef(np.array(digits).T)[0, 1]) < 0.3
    assert list(obs.index) == sorted(obs.index) and found.visits["patient"].is_monotonic_increasing
