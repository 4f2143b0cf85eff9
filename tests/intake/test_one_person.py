"""Spellings are made one person by a key alone, and two people never are."""

import pytest
import yaml

from revertome.errors import StudyError


def spell(case, rows):
    """Other ids in some rows of the sheet."""
    for row, name in rows.items():
        case.sheet.loc[row, "patient"] = name
    return case


def pairs(case):
    return int(case.load().flow["n_pairs"].iloc[-1])


@pytest.mark.parametrize("other", ["p2", "P-2", "P02", "0017"])
def test_a_key_makes_two_spellings_one(case, other):
    spell(case, {3: other})  # P2 after
    case.intake["same_patient"] = {"P2": [other if other != "0017" else 15]}  # as YAML reads 0017
    found = case.load()
    last = found.flow.iloc[-1]
    assert last[["stage", "n_pairs", "note"]].tolist() == [
        "same patient", 5, "1 samples under another spelling",
    ]  # fmt: skip
    assert set(found.adata.obs["patient"].cat.categories) == {
        *(f"P{k}" for k in range(1, 6)), *(f"H{k}" for k in range(4)),
    }  # fmt: skip


def test_without_the_key_they_are_two_and_the_warning_names_it(case):
    spell(case, {3: "p2"})
    with pytest.warns(UserWarning, match=r"intake.same_patient: \{P2: \[p2\]\}"):
        assert pairs(case) == 4


def test_a_name_that_yaml_reads_as_a_number_is_the_word_of_the_sheet(case):
    spell(case, {2: "0017", 3: "017"})
    case.intake["same_patient"] = {15: ["017"]}  # 0017: ["017"]
    assert pairs(case) == 5 and "0017" in set(case.load().adata.obs["patient"])


def test_both_names_may_be_new(case):
    spell(case, {2: "Muller", 3: "Mueller"})
    case.intake["same_patient"] = {"P2": ["Muller", "Mueller"]}
    assert pairs(case) == 5


@pytest.mark.parametrize("repeats", ["error", "first", "mean"])
def test_two_children_at_one_visit_stay_two(case, repeats):
    case.intake |= {"same_patient": {"P1": ["P2"]}, "repeats": repeats}
    match = (
        r"intake.same_patient: 'P1', 'P2' cannot be one patient 'P1': .* samples 'P1_after', "
        "'P2_after' at one visit, 'after'"
    )
    with pytest.raises(StudyError, match=match):
        case.load()


@pytest.mark.parametrize("repeats", ["first", "mean"])
def test_nor_do_values_make_them_one(case, repeats):
    case.intake |= {
        "repeats": repeats,
        "fields": {"patient": {"field": "patient", "values": {"P2": "P1"}}},
    }
    with pytest.raises(StudyError, match="fields.patient.values: 'P1', 'P2' cannot be one patient"):
        case.load()


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("sex", "M", "'female', 'male'"), ("arm", "placebo", "'active', 'placebo'"),
     ("response", "nonresponder", "'nonresponder', 'responder'")],
)  # fmt: skip
def test_what_a_person_has_one_of(case, column, value, words):
    case.sheet["arm"], case.sheet["response"] = "active", "responder"
    spell(case, {3: "p2"}).sheet.loc[3, column] = value
    case.intake["same_patient"] = {"P2": ["p2"]}
    with pytest.raises(StudyError, match=f"their {column} is {words}; correct it, or give them"):
        case.load()


def test_a_healthy_child_and_a_patient(case):
    case.intake["same_patient"] = {"P2": ["H1"]}
    with pytest.raises(StudyError, match="their group is 'healthy', 'patient'"):
        case.load()


@pytest.mark.parametrize(
    ("same", "words"),
    [({"P2": ["p9"]}, "'p9' is no patient of .*samples.tsv; patients are 'H0', 'H1'"),
     ({"P2": ["P1"], "P3": ["P1"]}, "'P1' stands under two names")],
)  # fmt: skip
def test_a_slip_in_the_key(case, same, words):
    case.intake["same_patient"] = same
    with pytest.raises(StudyError, match=words):
        case.load()


def test_the_visits_sheet_is_spelled_alike(case, tmp_path):
    path = tmp_path / "visits.tsv"
    lines = [f"{name}\tbefore\t3" for name in ("p1", "P2", "P3", "P4", "P5")]
    path.write_text("\n".join(["patient\tvisit\tesr", *lines, "P1\tafter\t4", "P2\tafter\t4", ""]))
    case.intake |= {"visits": str(path), "same_patient": {"P1": ["p1"]}}
    assert set(case.load().visits["patient"]) == {"P1", "P2", "P3", "P4", "P5"}
    path.write_text(path.read_text() + "P1\tbefore\t9\n")
    with pytest.raises(StudyError, match="patient 'P1' has visit 'before' twice"):
        case.load()


def test_a_spelling_of_the_visits_sheet_is_told(case, tmp_path):
    path = tmp_path / "visits.tsv"
    path.write_text("".join(f"{name}\tbefore\t3\n" for name in ("patient", "p-1", "P2")).replace(
        "patient\tbefore\t3", "patient\tvisit\tesr"))  # fmt: skip
    case.intake["visits"] = str(path)
    with pytest.warns(UserWarning) as told:
        case.load()
    assert "patients 'p-1' have no sample; 'p-1' may be 'P1' of the samples: if so, name it in" in (
        str(told[0].message)
    )


def test_one_id_of_two_sexes_is_told(case):
    case.sheet.loc[3, "sex"] = "M"
    with pytest.warns(UserWarning, match="patient 'P2' is female in one sample and male in anot"):
        case.load()


@pytest.mark.parametrize(
    ("yes", "no", "values"),
    [
        ("R", "NR", "{R: responder, NR: nonresponder}"),
        ("CR", "SD", "{CR: responder, PR: responder, SD: nonresponder}"),
        ("yes", "no", "{yes: responder, no: nonresponder}"),
        ("1", "0", "{1: responder, 0: nonresponder}"),
        ("Responder", "Non-Responder", "{Responder: responder, Non-Responder: nonresponder}"),
        ("responder", "none", "{none: nonresponder}"),
    ],
)
def test_labels_of_response_are_mapped_by_key(case, yes, no, values):
    case.sheet["best"] = [yes] * 6 + [no] * 4 + [""] * 4
    case.intake["fields"] = {"response": {"field": "best", "values": yaml.safe_load(values)}}
    found = case.load().adata.obs["response"]
    assert found.value_counts().to_dict() == {"responder": 6, "nonresponder": 4}
    assert found[["P1_after", "P5_after", "H0"]].astype(object).tolist()[:2] == [
        "responder", "nonresponder",
    ]  # fmt: skip
