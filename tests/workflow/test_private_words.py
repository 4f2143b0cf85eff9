"""Names in the words of a study: where they are found, refused and masked."""

import pytest
import yaml

from options import SCHEMA
from own_words import own_words
from private_codes import Private
from revertome.configuration import complete
from revertome.errors import StudyError
from revertome.private_words import (
    MASK,
    finder,
    names_somebody,
    public_words,
    refuse_names,
    words_of,
)
from workflow.test_run import HOME

NAMES = {
    "patient": ["Quagliozzi", "Rossi, María", "P07", "7", "4041", "2010", "Weiß & Co", "AB"],
    "sample": ["Quagliozzi_before", "GSM4711"],
}


def found(text, names=NAMES):
    return names_somebody(text, finder(names, own_words()))


@pytest.mark.parametrize("text", [
    "Trial of patient Quagliozzi", "QUAGLIOZZI's mother", "data/quagliozzi_2/m.tsv",
    "Qua\u200bgliozzi", "Q.u.a.g.l.i.o.z.z.i", "Ｑｕａｇｌｉｏｚｚｉ",
    "who=Quaglio%7Azi", "Quaglio&#122;zi",
    "Maria moved away", "rossi maria", "p-07", "P 07 was late", "patient 7", "Patients 3, 5 and 7",
    "sample no. 7", "child AB", "in 4041", "of 4041's", "patient 2010",
    "weiss &amp; co", "gsm 4711",
])  # fmt: skip
def test_a_name_is_found_however_it_is_written(text):
    assert found(text)


@pytest.mark.parametrize("text", [
    "Seen at month 7", "7 of 12 patients", "12041 genes", "P071 and P0", "Anakinra in children",
    "patients of month 7", "responders", "abstract", "GSM47112", "healthy, before and after",
    "1. 7 patients", "Blood 2010;26:2176-82", "",
])  # fmt: skip
def test_other_words_name_nobody(text):
    assert not found(text)


def test_a_name_goes_over_no_two_texts_and_no_number_is_part_of_another():
    """Visits are listed beside each other, modules are called M16.111 and doses are of 100 mg."""
    names = {"patient": ["12", "111", "101"], "sample": ["12_before", "10_0", "10_12"]}
    contrasts = {"late": {"week12": 1, "before": -1}}
    config = complete(study(differential={"contrasts": contrasts}), SCHEMA, check=False)
    refuse_names(words_of(config, SCHEMA), names, own_words())
    for text in ("M16.111", "0.101 mg", "101.5", "a dose of 100 mg", "1012 genes"):
        assert not found(text, names)
    for text in ("12-before", "10.12", "10 0", "of 111.", "run_101", "12\nbefore"):
        assert found(text, names)


def test_words_that_the_program_uses_itself_are_no_names():
    people = {"patient": ["patient one", "healthy pool", "baseline control"]}
    assert not found("healthy children at baseline", people)
    assert found("the Healthy-pool", people)


def study(**changes):
    intake = {"source": "table", "matrix": "m.tsv", "samples": "s.tsv"} | changes.pop("intake", {})
    given = {"study": "trial", "intake": intake, "privacy": "pseudonymise", **changes}
    return {"design": {"baseline": "before", "followup": "after"}} | given


@pytest.mark.parametrize(("key", "changes"), [
    ("title", {"title": "Trial of Quagliozzi"}),
    ("study", {"study": "quagliozzi"}),
    ("caveats", {"caveats": ["fine", "P07 fell ill"]}),
    ("published.finding", {"published": [{"contrast": ["disease"], "finding": "as in Quagliozzi",
                                          "source": "x"}]}),
    ("results", {"results": "data/Quagliozzi"}),
    ("private", {"private": "quagliozzi/private"}),
    ("intake.matrix", {"intake": {"matrix": "data/QUAGLIOZZI/m.tsv"}}),
    ("intake.samples", {"intake": {"samples": "Quagliozzi.xlsx#first"}}),
    ("intake.annotation.path", {"intake": {"annotation": {"path": "gsm4711.tsv", "id": "id",
                                                          "symbol": "s"}}}),
    ("the reasons of intake.exclude", {"intake": {"exclude": {"x": "Mother of P07 called"}}}),
    ("design.baseline", {"design": {"baseline": "with Quagliozzi", "followup": "after"}}),
    ("design.covariates", {"design": {"baseline": "before", "followup": "after",
                                      "covariates": ["like_quagliozzi"]}}),
    ("differential.custom", {"differential": {"custom": {"Quagliozzi": "2 * change_all"}}}),
    ("differential.subset", {"differential": {"subset": {"patient": [4041]}}}),
    ("differential.subset", {"differential": {"subset": {"Quagliozzi": ["yes"]}}}),
    ("labels.visits", {"labels": {"visits": {"after": "after, Quagliozzi"}}}),
    ("labels.arms", {"labels": {"arms": {"quagliozzi": "drug"}}}),
    ("labels.variables", {"labels": {"variables": {"crp": "CRP of P07"}}}),
    ("modules.gmt", {"modules": {"gmt": ["sets/Quagliozzi.gmt"]}}),
    ("modules.engagement", {"modules": {"engagement": ["quagliozzi set"]}}),
    ("compare", {"compare": {"P07": "elsewhere"}}),
    ("compare", {"compare": {"other": "results/Quagliozzi"}}),
    ("figures.genes", {"figures": {"genes": ["QUAGLIOZZI"]}}),
])  # fmt: skip
def test_a_key_that_names_somebody_is_refused_by_its_name_alone(key, changes):
    config = complete(study(**changes), SCHEMA, check=False)
    with pytest.raises(StudyError) as error:
        refuse_names(words_of(config, SCHEMA), NAMES, own_words())
    assert f" {key}, which" in str(error.value)
    assert not found(str(error.value))


def test_keys_that_are_withheld_anyway_may_name_people():
    intake = {"keep": {"patient": ["Quagliozzi"]}, "exclude": {"GSM4711": "haemolysed"},
              "same_patient": {"P07": ["p7"]},
              "fields": {"sex": {"field": "who", "values": {"Quagliozzi": "female"}}}}  # fmt: skip
    refuse_names(words_of(complete(study(intake=intake), SCHEMA, check=False), SCHEMA), NAMES)


def test_the_shipped_studies_name_nobody_by_short_ids():
    """Patients of many studies are numbered: their numbers must not refuse a text."""
    numbered = {"patient": [*map(str, range(1, 60))], "sample": [f"S{i}" for i in range(1, 60)]}
    for path in (HOME / "config/studies").glob("*.yaml"):
        config = complete(yaml.safe_load(path.read_text("utf-8")), SCHEMA, check=False)
        refuse_names(words_of(config, SCHEMA), numbered, own_words())


def test_words_said_before_the_names_are_known_are_the_programs_own():
    said = "row 4711: patient 'Quagliozzi' has visit 'before' twice, on 2019-03-04; keep one row"
    shown = public_words(f"warning: {said}\n", None, {}, own_words())
    assert shown == (
        f"warning: row {MASK}: patient '{MASK}' has visit 'before' twice, on {MASK}; keep one row\n"
    )


def test_words_said_afterwards_have_codes_and_counts():
    private = Private("private/trial.tsv", "results", {"title": "Trial in Rome"})
    private.codes = {"patient": {"Quagliozzi": "P4711"}, "sample": {"Quagliozzi-a": "S0815"}}
    said = (
        "alarm: 12 samples in Rome: Quagliozzi-a of Quagliozzi and QUAGLIOZZI\n"
        "alarm: 12 samples in Rome: 'Quagliozzi-a' of Quagliozzi, not of Maria on 2019-03-04\n"
        "warning: patients 1007, 1008 and number 123456 are left out\n"
    )
    assert private.shown(said) == (
        f"alarm: {MASK}\n"
        f"alarm: 12 samples in Rome: 'S0815' of P4711, not of {MASK} on {MASK}\n"
        f"warning: {MASK} are left out\n"
    )
