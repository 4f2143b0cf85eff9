"""Sentences on what no test of genes can tell."""

import pandas as pd

from revertome.report.untestable import beside_covariates, untestable

SUMMARY = pd.DataFrame({"class": ["reverted", "persistent"], "n_genes": [312, 1]})


def test_numbers_of_the_study_stand_in_the_sentences():
    rows = [("covariate", "neutrophil_score", "reverted", 229), ("covariate", "age", "induced", 3),
            ("leave_one_out", "P1", "reverted", 9)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["analysis", "detail", "set", "n_lost"])
    batch, cells = untestable({"summary": SUMMARY, "sensitivity": table})
    assert batch.startswith("1 gene is persistent.")
    assert cells.endswith("Of 312 reverted genes are lost when the model has one more covariate: "
                          "229 with neutrophil marker score.")  # fmt: skip


def test_nothing_is_said_of_classes_without_genes():
    assert untestable({"summary": SUMMARY.assign(n_genes=0)}) == []


def test_what_covariates_hide_or_nearly_hide():
    models = pd.DataFrame(
        {
            "contrast": ["baseline", "change_all", "change_responders", "disease", "interaction"],
            "confounded": ["site", "none", "none", "none", None],
            "carried_by": ["none", "P1, P2 (kit)", "P1, P2 (kit)", "none", None],
            "dropped": ["site is a in responders", "none", "none", "none", "no such samples"],
        }
    )
    hidden, few = beside_covariates(models)
    named = "“responders against non-responders at baseline”"
    assert hidden == f"{named} was not estimated: site is a in responders."
    assert few.startswith(
        "Only P1, P2 (kit) could tell “change in all patients” and “change in responders” apart"
    )
