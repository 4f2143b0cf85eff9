"""The caveat on the uncontrolled sets: what it names, beside a control and without one."""

import pandas as pd

from revertome.report.uncontrolled import uncontrolled

DESIGN = {"baseline": "before", "followup": ["month1", "month6"], "healthy": "healthy",
          "covariates": []}  # fmt: skip
ARM = {"column": "arm", "control": "placebo", "until": None}
STATEMENTS = pd.DataFrame(
    {
        "topic": ["responder_specificity", "regression_to_the_mean"],
        "enough": [True, None],
        "statement": ["Power.", "Share."],
    }
)


def test_the_reverted_set_is_named_first_and_numbers_follow():
    words = uncontrolled({"statements": STATEMENTS}, {"design": DESIGN})
    assert words[0].startswith("Change from before to month 6 is tested within patients, without")
    assert "above all to the reverted set" in words[0] and "induced" not in words[0]
    assert words[1:] == ["Share."]
    assert len(uncontrolled({}, {"design": DESIGN})) == 1


def test_beside_a_control_response_is_called_no_randomised_comparison():
    (words,) = uncontrolled({"statements": STATEMENTS}, {"design": DESIGN | {"arm": ARM}})
    assert "beyond placebo is the drug effect, and genes are reverted or induced by it" in words
    assert "not a randomised comparison" in words


def test_a_control_that_ended_before_the_visit_is_none():
    ended = DESIGN | {"arm": ARM | {"until": "month1"}}
    assert uncontrolled({"statements": STATEMENTS}, {"design": ended})[1:] == ["Share."]


def test_without_healthy_people_no_gene_is_called_reverted():
    bare = DESIGN | {"healthy": None}
    for arm in (None, ARM, ARM | {"until": "month1"}):
        (words,) = uncontrolled({}, {"design": bare | {"arm": arm}})
        assert words.startswith("Change from before to month 6 is tested within patients")
        assert "called reverted" not in words and "reverted set" not in words
    assert (
        "At month 6 there is no control, as placebo was without the drug to month 1 only" in words
    )
