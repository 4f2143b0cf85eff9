"""Arms, several visits and time controls are checked when the sheet is read."""

import pytest

from revertome.errors import StudyError
from revertome.visits import in_order


def with_design(case, **more):
    """The case of 5 pairs and 4 healthy people, with further keys of the design."""
    written = {key: value for key, value in case.design.items() if key != "followups"}
    case.design = in_order({**written, **more})
    return case


ARM = {"column": "arm", "control": "placebo", "until": None}


def five(case, arms):
    """Arms of the five patients, at both visits."""
    case.sheet["arm"] = ""
    for patient, arm in zip(sorted(case.sheet["patient"][:10].unique()), arms, strict=True):
        case.sheet.loc[case.sheet["patient"].eq(patient), "arm"] = arm


def test_arms_pass(case):
    five(case, ["drug", "drug", "drug", "placebo", "placebo"])
    with pytest.warns(UserWarning, match="at after fewer than 3 patients .* in placebo 2; what is"):
        obs = with_design(case, arm=ARM).load().adata.obs
    assert obs["arm"].value_counts().to_dict() == {"drug": 6, "placebo": 4}


@pytest.mark.parametrize(
    ("arms", "message"),
    [
        (["drug"] * 5, "arms 'drug'; expected 'placebo' of design.arm.control and another"),
        (["placebo"] * 5, "arms 'placebo'; expected 'placebo' of design.arm.control and another"),
    ],
)
def test_arms_without_a_control_or_without_another(case, arms, message):
    five(case, arms)
    with pytest.raises(StudyError, match=f"column 'arm': {message}"):
        with_design(case, arm=ARM).load()


def test_no_column_of_the_arm(case):
    with pytest.raises(
        StudyError, match="'allocation' of design.arm.column is not a column; found"
    ):
        with_design(case, arm={**ARM, "column": "allocation"}).load()


def test_the_treatment_of_the_day_is_no_arm(case):
    five(case, ["drug", "drug", "drug", "placebo", "placebo"])
    switched = case.sheet["arm"].eq("placebo") & case.sheet["visit"].eq("after")
    case.sheet.loc[switched, "arm"] = "drug"
    with pytest.raises(StudyError, match="is it the treatment of the day\\? Give the arm to which"):
        with_design(case, arm=ARM).load()


@pytest.mark.filterwarnings("ignore:.*fewer than 3 patients")
def test_a_patient_without_an_arm_is_told(case):
    five(case, ["drug", "drug", "placebo", "placebo", ""])
    with pytest.warns(UserWarning, match="1 patient has no arm and is in no comparison of arms"):
        with_design(case, arm=ARM).load()


@pytest.mark.filterwarnings("ignore:.*fewer than 3 patients")
def test_one_arm_in_two_spellings_is_told(case):
    five(case, ["drug", "Drug", "drug", "placebo", "placebo"])
    with pytest.warns(UserWarning, match="arms 'Drug', 'drug' differ in spelling alone and are"):
        with_design(case, arm=ARM).load()


@pytest.mark.filterwarnings("ignore:.*(fewer than 3 patients|healthy people are compared)")
def test_a_crossover_of_one_patient_may_be_a_slip(case):
    """The samples of a fifth patient under the id of the fourth, who is in the other arm."""
    five(case, ["drug", "drug", "drug", "drug", "placebo"])
    fourth, fifth = sorted(case.sheet["patient"][:10].unique())[3:]
    case.sheet["patient"] = case.sheet["patient"].replace(fifth, fourth)
    with pytest.warns(UserWarning, match=f"1 of 4 patients .'{fourth}'. are in several arms, the"):
        with_design(case, arm=ARM).load()


def test_every_follow_up_occurs_in_three_patients(case):
    case.sheet.loc[1:9:2, "visit"] = ["after", "after", "after", "late", "late"]
    with pytest.raises(
        StudyError, match="2 complete pairs .'before' and 'late' .* leave it out of"
    ):
        with_design(case, followup=["after", "late"]).load()
    with pytest.raises(StudyError, match="design.followup: visit 'never' does not occur"):
        with_design(case, followup=["after", "late", "never"]).load()


def test_time_controls_are_a_group_beside_patients(case):
    case.sheet.loc[8:9, "group"] = "waiting"
    obs = with_design(case, time_control="waiting").load().adata.obs
    assert obs["group"].value_counts().to_dict() == {"patient": 8, "healthy": 4, "waiting": 2}
    with pytest.raises(StudyError, match="no sample has the group 'wait' of design.time_control"):
        with_design(case, time_control="wait").load()
