"""The methods paragraph says how claims were split by cells, as it was run."""

import pytest

import small_study
from revertome.report import methods
from revertome.report.composition_methods import FULLER, composition_methods
from split_genes import split_genes

EXACT = "The percentages were taken as exact."
BOTH = "(reliability: neutrophils 0.9 and NK cells {})."


def said(reliability, claimed=True, source="measured", inflation=1.2):
    tables = split_genes(small_study.results()["genes"], claimed)
    tables["cell_trajectories"]["source"] = source
    tables["composition_summary"]["inflation_change"] = inflation
    return composition_methods(tables, {"composition": {"reliability": reliability}})


@pytest.mark.parametrize(
    ("reliability", "end", "cited"),
    [
        (0.9, BOTH.format(0.9), [FULLER]),
        (1, EXACT, []),
        ({"neutrophils": 0.9, "nk_cells": 1}, BOTH.format(1), [FULLER]),
        ({"neutrophils": 1, "nk_cells": 1, "monocytes": 0.5}, EXACT, []),
        (None, "corrected for the standard errors of the percentages.", [FULLER]),
    ],
)
def test_the_correction_is_that_of_the_reliability_stated(reliability, end, cited):
    text, references = said(reliability)
    assert text.endswith(end) and references == cited
    assert text.startswith(
        "Effects were split by cell content: percentages of neutrophils and NK cells, as counted, w"
    )


def test_estimates_and_adjustment_and_what_is_not_claimed_are_told():
    assert "NK cells, as estimated from marker genes of sorted" in said(0.9, source="estimated")[0]
    assert "adjusted over all genes" in said(0.9, inflation=4.0)[0]
    assert "adjusted over all genes" not in said(0.9, inflation=3.9)[0]
    text, references = said(None, claimed=False)
    assert text.endswith("Nothing was claimed of it: the reliability of neutrophils is not known.")
    assert references == []


def test_nothing_is_said_where_there_is_no_split():
    tables = split_genes(small_study.results()["genes"])
    summary = tables["composition_summary"]
    config = {"composition": {"reliability": 0.9}}
    assert composition_methods({}, config) == ("", [])
    nothing = summary.assign(inflation_disease=None, cell_types="neutrophils")
    assert composition_methods(tables | {"composition_summary": nothing}, config) == ("", [])


def test_it_stands_in_the_methods_before_the_software():
    models = small_study.MODELS
    [without] = methods.paragraph(small_study.CONFIG, models, {"numpy": "2"})
    [beside] = methods.paragraph(small_study.CONFIG, models, {"numpy": "2"}, "By cells.")
    assert beside.replace("By cells. ", "") == without and "By cells. Module scores" in beside
