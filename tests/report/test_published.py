"""Published findings: copied beside the run's own numbers, which are counted by hand here."""

from typing import Any

import pandas as pd
import pytest

from options import SCHEMA
from revertome.configuration import complete
from revertome.errors import StudyError
from revertome.report.published import published
from studies import configured

OWN = pd.DataFrame(
    {
        "gene": ["IL1R2", "RIGI", "A", "B", "C"],
        "logFC": [-1.0, 2.0, 1.5, 0.99, -3.0],
        "P.Value": [0.001, 0.049, 0.05, 1e-9, 0.02],
        "adj.P.Val": [0.004, 0.06, 0.06, 1e-8, 0.04],
        "n": 48,
    }
)
ENTRY = {"contrast": ["disease"], "finding": "Sets that differ", "source": "Someone 2017"}


def _beside(**entry: Any) -> Any:
    design = {"baseline": "before", "followup": "after", "healthy": "healthy"}
    config = {"design": design, "trajectories": {"alpha": 0.05}, "published": [{**ENTRY, **entry}]}
    (found,) = published(config, {"disease": OWN}, {"DDX58": "RIGI"})
    return found


def test_genes_by_the_limits_of_the_publication() -> None:
    """At 2-fold and p < 0.05: IL1R2 (exactly 2-fold), RIGI and C; A has p = 0.05, B less change."""
    found = _beside(number=984, unit="probe sets", fold=2, p=0.05)
    assert found.number == "984 probe sets (at least 2-fold and p < 0.05)"
    assert found.here == (
        "In “patients against healthy people”, 48 samples in the model: 3 of 5 genes tested by the "
        "same limits (at least 2-fold and p < 0.05); 2 of them at a false discovery rate of 5%."
    )
    assert found.genes is None


def test_without_limits_by_those_of_the_run() -> None:
    found = _beside(number=1102)
    assert found.number == "1,102 genes"
    assert "3 of 5 genes tested at a false discovery rate of 5%" in found.here
    assert found.here.endswith("The study file gives no limits of the publication.")


def test_genes_that_were_named() -> None:
    """By their current symbol, in the order of the publication; one that is not there is said."""
    found = _beside(genes=["IL1R2", "IL6", "DDX58"])
    assert found.number == ""
    assert [row[0].text for row in found.genes.rows] == ["IL1R2", "IL6", "RIGI"]
    assert [row[1].text for row in found.genes.rows] == ["-1.00", "–", "2.00"]
    assert found.genes.rows[2][-1].text == "DDX58"
    assert found.genes.source == "differential/disease.tsv"
    assert found.here.endswith("Not among the genes tested here: IL6.")


def test_the_first_contrast_that_the_run_has() -> None:
    assert _beside(contrast=["change_responders", "disease"]).here.startswith(
        "In “patients against"
    )
    assert _beside(contrast=["interaction"]).here == (
        "This run has no contrast “change in responders less that in non-responders”."
    )


@pytest.mark.parametrize("name", ["dissease", "change_responder", "Disease"])
def test_a_contrast_that_cannot_be(name: str) -> None:
    study = configured("gse80060")
    study["published"][0]["contrast"] = [name]
    with pytest.raises(
        StudyError, match=rf"published\.0\.contrast: found {name}; choose from .*di"
    ):
        complete(study, SCHEMA)


def test_contrasts_of_the_study_may_be_named() -> None:
    study = configured("gse80060")
    study["differential"] = {"custom": {"twice": "2 * change_all"}}
    study["published"][0]["contrast"] = ["twice"]
    complete(study, SCHEMA)


@pytest.mark.parametrize(
    ("intake", "design"),
    [
        ({}, {"healthy": None}),
        ({"samples": None}, {}),
        ({"source": "table", "matrix": "m.tsv"}, {}),
    ],
)
def test_healthy_samples_need_a_series_with_a_sheet(intake: Any, design: Any) -> None:
    study = configured("gse80060")
    study["design"]["healthy"] = "healthy"
    study["intake"]["healthy_samples"] = {"disease status": ["Healthy"]}
    complete(study, SCHEMA)
    study["intake"] = {k: v for k, v in (study["intake"] | intake).items() if v is not None}
    study["design"] |= design
    with pytest.raises(
        StudyError, match=r"intake\.healthy_samples adds .* design\.healthy: healthy"
    ):
        complete(study, SCHEMA)
