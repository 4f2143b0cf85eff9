"""`intake.keep` never drops healthy people unseen."""

import pytest

from revertome.errors import StudyError


def flow(case, stage):
    found = case.load().flow.set_index("stage")
    return found.loc[stage]


def test_healthy_people_have_no_visit_to_be_kept_by(case):
    case.sheet.loc[0, "visit"] = "month3"
    with pytest.raises(StudyError, match="unknown visit 'month3'") as raised:
        case.load()
    assert "keep" not in str(raised.value)  # its list would not name the healthy, who have none
    case.intake["keep"] = {"visit": ["before", "after"]}
    found = flow(case, "keep visit")
    assert found["n_samples"] == 13
    assert found["note"] == (
        "1 left out: visit not before or after (patient 1); 4 healthy samples without visit kept"
    )


@pytest.mark.parametrize("word", ["", "NA", "Not Applicable"])
def test_a_field_of_patients_alone(case, word):
    case.sheet["arm"] = ["active"] * 6 + ["placebo"] * 4 + [word] * 4
    case.intake["keep"] = {"arm": ["active"]}
    assert flow(case, "keep arm")["n_samples"] == 10


def test_healthy_people_with_another_word_stop_the_run(case):
    case.sheet.loc[10:, "visit"] = "healthy visit"
    case.intake["keep"] = {"visit": ["before", "after"]}
    match = (
        "intake.keep.visit leaves out all 4 samples of healthy people in .*samples.tsv: their "
        "visit is 'healthy visit'; add what is to be kept, or set design.healthy: null"
    )
    with pytest.raises(StudyError, match=match):
        case.load()


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        ({"group": ["patient"]}, "all 4 samples of healthy people .* their group is 'healthy'"),
        ({"group": ["healthy"]}, "all 10 samples of patients .* their group is 'patient'"),
        ({"sex": ["F"]}, "all 4 samples of healthy people .* their sex is 'male'"),
    ],
)
def test_one_group_all_gone(case, keep, words):
    case.intake["keep"] = keep
    with pytest.raises(StudyError, match=words):
        case.load()


def test_healthy_people_lost_in_part_are_counted(case):
    case.intake["keep"] = {"batch": [1, 2]}
    case.sheet.loc[10, "batch"] = "3"
    found = flow(case, "keep batch")
    assert found["note"] == "1 left out: batch not 1 or 2 (healthy 1)"


@pytest.mark.parametrize("field", ["visit", "arm"])
def test_healthy_people_lost_for_a_word_of_their_own_are_told(case, field):
    case.sheet["arm"] = ["active"] * 10 + [""] * 4
    case.sheet.loc[10:, field] = ["control", "control", "", ""]
    case.intake["keep"] = {field: ["active"] if field == "arm" else ["before", "after"]}
    with pytest.warns(UserWarning, match="leaves out 2 of 4 healthy samples, whose .* 'control'"):
        assert len(case.load().adata) == 12


def test_healthy_people_kept_without_a_word_on_a_field_of_everybody(case):
    case.sheet["tissue"] = ["blood"] * 12 + [""] * 2
    case.intake["keep"] = {"tissue": ["blood"]}
    with pytest.warns(
        UserWarning, match="2 healthy samples have no tissue and are kept by"
    ) as told:
        assert len(case.load().adata) == 14
    assert "'H2', 'H3'" in str(told[0].message)


def test_an_arm_that_goes_with_something_else_is_told(case):
    case.sheet["arm"] = ["active"] * 6 + ["placebo"] * 4 + [""] * 4
    case.sheet["site"] = ["A"] * 6 + ["B"] * 4 + ["A"] * 4
    case.intake["keep"] = {"site": ["A"]}
    with pytest.warns(UserWarning, match="keep.site leaves out all 4 samples of arm 'placebo'"):
        case.load()


def test_yes_in_a_list_is_the_word(case):
    case.sheet["consent"] = ["yes"] * 14
    case.intake["keep"] = {"consent": [True]}  # as YAML reads yes
    assert len(case.load().adata) == 14


def test_levels_of_a_covariate_that_differ_in_spelling_are_told(case):
    case.sheet["site"] = ["Paris", "paris", "Lyon", "Lyon", "Paris", "Paris", "paris"] * 2
    case.design["covariates"] = ["site"]
    with pytest.warns(UserWarning, match="in spelling alone: 'Paris', 'paris'; if they are one"):
        case.load()
