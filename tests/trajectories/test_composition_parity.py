"""The split without error of measurement against limma's joint model with cells as covariates."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from options import options_of, section
from paired_trial import Expression
from revertome.composition.cells_used import cells_used
from revertome.trajectories.beyond_composition import beyond_composition, fit_with_cells
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.class_rules import effects_of
from revertome.trajectories.composition_planes import split_planes
from revertome.trajectories.study import study_of

HERE = Path(__file__).parent / "reference"
PLAIN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": ["age"]}
OPTIONS = section("trajectories", reverted_in="responders", induced_in="responders",
                  sensitivity=[], bootstrap=0, permutations=0)  # fmt: skip
MODEL = options_of("limma", PLAIN, trend=False)
TYPES = ["neutrophils", "monocytes"]


def read(name):
    return pd.read_csv(HERE / name, sep="\t", index_col=0, float_precision="round_trip")


@pytest.fixture(scope="module")
def trial():
    """Values, labels and cells of make_composition.py."""
    y, samples = read("composition_y.tsv"), read("composition_samples.tsv")
    healthy = samples["label"].eq("healthy")
    obs = samples.assign(group=np.where(healthy, "healthy", "patient"))
    labels = samples.loc[~healthy, ["patient", "label"]].drop_duplicates()
    long = samples[TYPES].reset_index().melt("sample", var_name="cell_type", value_name="percent")
    cells = long.assign(se=np.nan, source="measured")
    return Expression(y.to_numpy().T, obs, y.index), labels.reset_index(drop=True), cells


@pytest.fixture(scope="module")
def fit(trial):
    expression, labels, cells = trial
    study = study_of(expression, labels, MODEL)
    used = cells_used(cells, study.fitted.model.design, 1.0)
    return (*fit_with_cells(study, labels, MODEL, OPTIONS, used), used)


def theirs(contrast):
    table = read("composition.tsv")
    return table[table["contrast"].eq(contrast)]


def test_the_joint_model_is_limmas(fit):
    """reference/composition.R: eBayes(contrasts.fit(lmFit(y, X, block, correlation)))."""
    fitted, _, used = fit
    assert list(used.percent) == TYPES
    for contrast, name in (("disease", "disease_responders"), ("change", "change_responders")):
        expected, part = theirs(contrast), fitted.moderated[name]
        k = part.fit.names.index(name)
        assert fitted.correlation == pytest.approx(expected["correlation"].iloc[0], abs=1e-9)
        np.testing.assert_allclose(part.fit.coefficients[:, k], expected["beyond"], rtol=1e-8)
        np.testing.assert_allclose(part.t[:, k], expected["t"], rtol=1e-8)


def test_parts_and_inflation_are_limmas(trial, fit):
    expression, labels, cells = trial
    table = beyond_composition(expression, labels, MODEL, OPTIONS, cells, 1.0).genes
    fitted, where, used = fit
    split = split_planes(fitted, where, effects_of(fitted.model, OPTIONS), 2, used.errors)
    for place, contrast in enumerate(("disease", "change")):
        expected = theirs(contrast)
        np.testing.assert_allclose(table[f"{contrast}_beyond"], expected["beyond"], rtol=1e-8)
        np.testing.assert_allclose(table[contrast], expected["without"], rtol=1e-8)
        follows = expected["without"] - expected["beyond"]
        np.testing.assert_allclose(table[f"{contrast}_composition"], follows, rtol=1e-7, atol=1e-9)
        inflation = split.planes["main"].inflation[place]
        np.testing.assert_allclose(inflation, expected["inflation"].iloc[0], rtol=1e-8)
        # Slopes are for 10 points.
        slopes = split.slopes / 10
        np.testing.assert_allclose(slopes, expected[TYPES], rtol=1e-8, atol=1e-12)


def test_variances_are_those_of_cells_with_composition_in_the_model(fit):
    fitted, where, used = fit
    effects = effects_of(fitted.model, OPTIONS)
    plain = cell_planes(fitted, where, effects)[0]["main"]
    beyond = split_planes(fitted, where, effects, 2, used.errors).planes["main"].beyond
    for edge in ((1, 0), (0, 1), (1, 1), (0.5, 1), (2, 1)):
        np.testing.assert_allclose(beyond.variance(*edge), plain.variance(*edge), rtol=1e-9)
        np.testing.assert_allclose(beyond.degrees(*edge), plain.degrees(*edge), rtol=1e-9)
