"""Camera against limma, and what a set's genes having to do with each other costs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome.compare.camera import PRESET, camera, variance_inflation

REFERENCE = Path(__file__).parent / "reference"


def residual(y, design):
    left = y - (design @ np.linalg.lstsq(design, y.T, rcond=None)[0]).T
    df = y.shape[1] - design.shape[1]
    return (left / np.sqrt((left**2).sum(1, keepdims=True) / df)).T, df


def test_camera_against_limma():
    """reference/camera.R: limma 3.54 cameraPR and interGeneCorrelation on 300 genes, 12 samples."""
    data = pd.read_csv(REFERENCE / "camera_input.tsv", sep="\t", skipinitialspace=True)
    y = data.filter(like="X").to_numpy()
    noise, df = residual(y, np.column_stack([np.ones(12), np.repeat([0, 1], 6)]))
    for row in pd.read_csv(REFERENCE / "camera.tsv", sep="\t").to_dict("records"):
        inside = np.zeros(300, dtype=bool)
        inside[row["first"] - 1 : row["last"]] = True
        correlation = (variance_inflation(noise[:, inside], df) - 1) / (inside.sum() - 1)
        assert correlation == pytest.approx(row["correlation"], abs=1e-8)
        z = data["z"].to_numpy()
        delta, _, p = camera(z, inside, PRESET, np.inf)
        assert p == pytest.approx(row["p_preset"], rel=1e-8)
        assert ("Up" if delta > 0 else "Down") == row["direction"]
        _, _, p = camera(z, inside, correlation, np.inf)
        assert p == pytest.approx(row["p_estimated"], rel=1e-8)


def test_error_rate_with_correlated_genes():
    """60 null genes of one module (correlation 0.3) among 600: 5% with the estimate, not preset."""
    rng = np.random.default_rng(3)
    hits = np.zeros(2)
    for _ in range(400):
        y = rng.normal(size=(600, 24))
        y[:60] = np.sqrt(0.7) * y[:60] + np.sqrt(0.3) * rng.normal(size=24)
        design = np.column_stack([np.ones(24), np.repeat([0, 1], 12)])
        noise, df = residual(y, design)
        z = (y[:, 12:].mean(1) - y[:, :12].mean(1)) / np.sqrt(2 / 12)
        inside = np.arange(600) < 60
        correlation = (variance_inflation(noise[:, inside], df) - 1) / 59
        p = camera(z, inside, max(correlation, 0), df)[2], camera(z, inside, PRESET, np.inf)[2]
        hits += np.array(p) <= 0.05
    assert 0.03 <= hits[0] / 400 <= 0.08
    assert hits[1] / 400 > 0.3
