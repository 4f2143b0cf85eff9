"""Tables that stages make, of usual and of odd studies, written and held to their columns."""

import pandas as pd
import pytest
import yaml

import small_study
from architecture.results_readme import HOME
from described import faults
from disk import read_table, write_table
from figure_tables import read_source, write_source
from odd_studies import ODD, long_names, no_healthy, no_response
from options import SCHEMA
from revertome.configuration import complete
from revertome.figure_list import FIGURES
from revertome.intake.load import load
from revertome.normalise import normalise
from revertome.quality.assess import assess
from revertome.response.evaluate import evaluate
from revertome.source_data import build

CONFIG = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
SYMBOLS = pd.read_csv(HOME / "resources/genes.tsv", sep="\t")["symbol"].astype(str).tolist()


@pytest.mark.parametrize(
    "made",
    [
        small_study.results,
        no_healthy,
        no_response,
        long_names,
        *ODD,
    ],
    ids=lambda made: made.__name__,
)
def test_source_data_of_any_study_has_the_same_columns(made, tmp_path):
    study = made()
    for name in FIGURES:
        table = build(name, study)
        write_source(table, tmp_path / f"source_data/{name}")
        found = read_source(tmp_path / f"source_data/{name}")
        assert len(found) == len(table)
        lost = [c for c in table if table[c].notna().sum() != found[c].notna().sum()]
        assert not lost
    assert faults(tmp_path) == []


FILES = {
    "genes": "trajectories/genes", "summary": "trajectories/summary",
    "sensitivity": "trajectories/sensitivity", "labels": "response/labels",
    "patients": "response/patients", "trial": "response/trial",
    "continuous": "response/continuous", "pca": "quality/pca", "rle": "quality/rle",
    "components": "quality/components", "flow": "quality/flow", "samples": "quality/samples",
    "scores": "modules/scores", "module_tests": "modules/tests", "sets": "modules/sets",
    "fingerprint": "modules/fingerprint", "distance": "modules/distance",
    "module_classes": "modules/trajectories", "agreement": "modules/agreement",
    "over_representation": "modules/over_representation", "models": "differential/design",
    "association_tests": "association/tests", "patient_flow": "association/flow",
    "tipping": "trajectories/tipping", "tipping_points": "trajectories/tipping_points",
    "module_visits": "modules/visits", "courses": "association/courses",
    "cells": "composition/cells",
}  # fmt: skip


def test_the_made_up_study_of_the_tests_is_of_the_form_of_a_result_folder(tmp_path):
    study = small_study.results()
    for name, file in FILES.items():
        write_table(study[name], tmp_path / f"{file}.tsv")
    assert faults(tmp_path) == []


@pytest.mark.parametrize("source", ["visits", "none"])
@pytest.mark.parametrize("assay", ["microarray", "rnaseq"])
def test_first_stages_of_an_array_and_of_counts(assay, source, tmp_path):
    config = complete(CONFIG, SCHEMA)
    simulate = config["intake"]["simulate"] | {"genes": 1500, "healthy": 6}
    intake = config["intake"] | {"assay": assay, "simulate": simulate}
    design = config["design"]
    study = load(intake, design, SYMBOLS)
    flow, visits = study.flow, study.visits
    expression = normalise(study.adata, config["normalise"], {}, design)
    response = config["response"] | {"source": source}
    found = assess(expression, flow, config["quality"], design, visits, response)
    definition = yaml.safe_load((HOME / "config/response/anajis.yaml").read_text("utf-8"))
    judged = evaluate(expression.obs, visits, {**response, "definition": definition}, design)
    for name in ("samples", "rle", "correlation", "pca", "components", "flow"):
        write_table(getattr(found, name), tmp_path / f"quality/{name}.tsv")
    for name in ("patients", "audit", "trial", "labels", "continuous"):
        write_table(getattr(judged, name), tmp_path / f"response/{name}.tsv")
    for name, table in {"visits": visits, "flow": flow, "truth": study.truth}.items():
        write_table(table, tmp_path / f"intake/{name}.tsv")
    assert faults(tmp_path) == []
    back = read_table(tmp_path / "intake/visits.tsv")
    pd.testing.assert_frame_equal(back, visits.astype({"arm": object}), check_exact=True)
    samples = read_table(tmp_path / "quality/samples.tsv")
    assert samples["library_size"].notna().all() == (assay == "rnaseq")
    assert samples["used"].dtype == bool


def test_truth_of_a_trial_with_effects_of_its_own(tmp_path):
    config = complete(CONFIG, SCHEMA)
    options = config["intake"]["simulate"] | {"genes": 1500, "private": 0.2, "truth_seed": 3}
    study = load(config["intake"] | {"simulate": options}, config["design"], SYMBOLS)
    write_table(study.truth, tmp_path / "intake/truth.tsv")
    assert faults(tmp_path) == []
    pd.testing.assert_frame_equal(read_table(tmp_path / "intake/truth.tsv"), study.truth)
    assert study.truth["private"].any()
