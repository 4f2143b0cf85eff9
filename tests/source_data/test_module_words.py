"""Sentences on the chosen module, made of the numbers of its tests."""

import pandas as pd
import pytest

from revertome.source_data.interferon import changes

BAND = {"module": "ISG6", "method": "zscore", "reference": "healthy"}
NAN = float("nan")
ONE = {"n": 1.0, "P.Value": NAN, "adj.P.Val": NAN}
NUMBERS = {"n": 12.0, "P.Value": 0.00001, "adj.P.Val": 0.012, "scale": "score"}


def row(test, group, estimate, low, high, **more):
    place = {"test": test, "group": group, "estimate": estimate, "CI.L": low, "CI.R": high}
    return NUMBERS | place | more


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            row("paired_change", "responders", 5.94, 5.57, 6.31),
            "The Interferon (6 genes) score rose in responders by 5.94 healthy SD (95% CI 5.57 to "
            "6.31; paired t-test, n = 12; p < 0.0001, p = 0.012 after adjustment over modules).",
        ),
        (
            row("paired_change", "all", -1.5, -2.0, -1.0),
            "The Interferon (6 genes) score fell in all patients by 1.50 healthy SD (95% CI 1.00 "
            "to 2.00; paired t-test, n = 12; p < 0.0001, p = 0.012 after adjustment over modules).",
        ),
        (
            row("paired_change", "nonresponders", 0.1, -0.3, 0.5, **{"P.Value": 0.6}),
            "The Interferon (6 genes) score did not change significantly in non-responders: 0.10 "
            "healthy SD (95% CI −0.30 to 0.50; paired t-test, n = 12; p = 0.60, p = 0.012 "
            "after adjustment over modules).",
        ),
        (
            row("paired_change", "all", -0.5, -1.0, -0.1, **{"adj.P.Val": 0.13}),
            "The Interferon (6 genes) score did not change significantly in all patients: −0.50 "
            "healthy SD (95% CI −1.00 to −0.10; paired t-test, n = 12; p < 0.0001, p = 0.13 "
            "after adjustment over modules).",
        ),
        (
            row("change_interaction", "responders_vs_nonresponders", -0.07, -0.65, 0.5),
            "The difference in change, responders minus non-responders, was −0.07 healthy SD (95% "
            "CI −0.65 to 0.50; Welch's t-test, n = 12; p < 0.0001, p = 0.012 after adjustment over "
            "modules).",
        ),
        (
            row("disease", "all", -1.9, -2.4, -1.4),
            "The Interferon (6 genes) score was lower in all patients than in healthy people by "
            "1.90 healthy SD (95% CI 1.40 to 2.40; Welch's t-test, n = 12; p < 0.0001, p = 0.012 "
            "after adjustment over modules).",
        ),
        (
            row("disease", "all", -0.1, -0.4, 0.2),
            "The Interferon (6 genes) score did not differ significantly from healthy people in "
            "all patients: −0.10 healthy SD (95% CI −0.40 to 0.20; Welch's t-test, n = 12; "
            "p < 0.0001, p = 0.012 after adjustment over modules).",
        ),
        (
            row("paired_change", "nonresponders", 0.03, NAN, NAN, **ONE),
            "The change of the Interferon (6 genes) score in non-responders could not be tested "
            "(n = 1).",
        ),
        (
            row("change_interaction", "responders_vs_nonresponders", -4.9, NAN, NAN, **ONE),
            "The difference in change, responders minus non-responders, could not be tested "
            "(n = 1).",
        ),
    ],
)
def test_change_of_the_module_in_words(found, sentence):
    assert changes(pd.DataFrame([found]), BAND, 0.05) == sentence


@pytest.mark.parametrize(
    ("method", "scale", "unit"),
    [
        ("zscore", "score", "baseline SD"),
        ("median_fold_change", "log2", "log2 units"),
        ("ssgsea", "score", "units of the score"),
    ],
)
def test_unit_follows_the_score(method, scale, unit):
    found = pd.DataFrame([row("paired_change", "all", 1.0, 0.5, 1.5, scale=scale)])
    band = {"module": "M", "method": method, "reference": "baseline"}
    assert f"by 1.00 {unit} (95% CI" in changes(found, band, 0.05)


def test_sentences_stand_in_the_order_of_the_rows():
    both = pd.DataFrame(
        [
            row("paired_change", "responders", 1.0, 0.5, 1.5),
            row("paired_change", "nonresponders", -1.0, -1.5, -0.5),
        ]
    )
    rose, fell = changes(both, BAND, 0.05).split(" The Interferon (6 genes) score fell")
    assert rose.startswith("The Interferon (6 genes) score rose in responders")
    assert fell.startswith(" in non-responders")
