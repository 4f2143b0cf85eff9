"""Courses over visits in the words of the report."""

import pandas as pd

from revertome.report.course_words import over_visits

CONFIG = {"design": {"followup": ["month 1", "month 6"]}, "figures": {"genes": ["B", "A", "no"]}}


def courses(*rows):
    return pd.DataFrame(rows, columns=["gene", "course", "reverted_from"])


def changes(*rows):
    return pd.DataFrame(rows, columns=["gene", "group", "course", "last_visit", "in_words"])


def test_courses_against_healthy_people_are_counted():
    table = courses(
        ("A", "reverted", "month 1"), ("B", "reverted", "month 6"), ("C", "relapsed", None),
        ("D", "reverted", "month 1"), ("E", "not decided", None), ("F", "never reverted", None),
    )  # fmt: skip
    (words,) = over_visits({"gene_courses": table, "change_courses": changes()}, CONFIG)
    assert words == (
        "Over 2 follow-ups (month 1, month 6), each statement tested as such: 3 genes are shown to "
        "be reverted to the last visit (2 from month 1 on, 1 from month 6 on); 1 were reverted and "
        "are abnormal again at the last visit; 1 are less than half way back at every visit. The "
        "other genes are not decided. A missing visit does not count."
    )


def test_changes_since_baseline_are_told_by_group_with_the_genes_of_the_figures():
    table = changes(
        ("A", "responders", "not back", "month 6", "risen; not back by month 6"),
        ("B", "responders", "back", "month 6", "rises; back at month 6"),
        ("C", "responders", "no change shown", "month 6", "no change shown"),
        ("A", "nonresponders", "no change shown", "month 6", "none, excluded above 1.20"),
    )
    well, ill = over_visits({"gene_courses": courses(), "change_courses": table}, CONFIG)
    assert ill == (
        "Since baseline, in responders: 2 genes change at one visit at least. At month 6, "
        "shown not to be back where they were at baseline, healthy or not: 1; shown to be back "
        "there: 1; undecided: 0. B: rises; back at "
        "month 6; A: risen; not back by month 6."
    )
    assert well.startswith("Since baseline, in non-responders: no gene is shown to change at")
    assert well.endswith("A: none, excluded above 1.20.")


def test_arms_are_named_and_the_control_that_had_the_drug_later_is_told():
    table = changes(
        ("A", "control", "not back", "month 6", ""), ("A", "treated", "not back", "month 6", "")
    )
    asked = {"gene_courses": courses(), "change_courses": table}
    for until, later in (("month 1", " (with the drug after month 1)"), (None, "")):
        arm = {"column": "arm", "control": "placebo", "until": until}
        design = CONFIG["design"] | {"arm": arm}
        control, treated = over_visits(asked, CONFIG | {"design": design})
        assert control.startswith(f"Since baseline, in placebo{later}: 1 gene changes")
        assert treated.startswith("Since baseline, in all arms but placebo: 1 gene")


def test_a_study_with_one_follow_up_has_no_such_words():
    assert over_visits({}, CONFIG) == []
