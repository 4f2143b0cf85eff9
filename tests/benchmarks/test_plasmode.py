"""Effects on residuals of real blood: the truth is known because the residuals have mean 0."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import plasmode
from benchmarks.calibration_settings import SETTINGS
from studies import real


def test_residuals_have_mean_0_in_cells_and_batches():
    rng = np.random.default_rng(1)
    labels = pd.DataFrame({"timepoint": rng.choice(["first", "last", "control"], 60),
                           "batch": rng.choice([1, 2], 60)})  # fmt: skip
    y = rng.normal(size=(60, 5)) + 3.0 * labels["batch"].to_numpy()[:, None]
    found, level = plasmode.residuals(y, labels)
    for column in labels:
        assert np.abs(pd.DataFrame(found).groupby(labels[column]).mean()).max().max() < 1e-12
    # Two batches and three cells take four means; the batches differ by 3 besides.
    x = np.column_stack([pd.get_dummies(labels["timepoint"]), labels["batch"] == 2]).astype(float)
    hat = x @ np.linalg.inv(x.T @ x) @ x.T
    assert found == pytest.approx((y - hat @ y) * np.sqrt(60 / 56), abs=1e-10)
    assert level == pytest.approx(y.mean(axis=0))


@real
@pytest.mark.real
@pytest.mark.slow
def test_plasmode_adds_effects_to_residuals_of_whole_people():
    """Less the effects, a trial's samples are rows of the pool, visits of one patient together."""
    pool = plasmode.pool()
    setting = SETTINGS["lupus_distinct_8v40"]
    for part in (pool.before, pool.after, pool.healthy):
        assert np.abs(part.mean(axis=0)).max() < 1e-10
    assert len(pool.before) == 130 and len(pool.healthy) == 48
    drawn = plasmode.trial(setting, np.random.default_rng(2))
    means = drawn.truth.means
    cells = ["responder.before"] * 8 + ["nonresponder.before"] * 4 + ["responder.after"] * 8
    cells += ["nonresponder.after"] * 4 + ["healthy"] * 40
    left = drawn.expression.X - means.loc[cells].to_numpy()
    # A gene of the trial is found again as the one column of the pool that holds its values.
    columns = np.flatnonzero(np.isclose(pool.healthy + pool.level, left[-1, 0], rtol=0).any(axis=0))
    held = [g for g in columns if _rows(pool.before[:, g] + pool.level[g], left[:12, 0])]
    assert len(held) == 1
    first = _rows(pool.before[:, held[0]] + pool.level[held[0]], left[:12, 0])
    assert first == _rows(pool.after[:, held[0]] + pool.level[held[0]], left[12:24, 0])
    assert len(set(first)) == 12  # without replacement


def _rows(column, values):
    """Rows of the pool at which the values are; none when one is not there."""
    near = np.isclose(column[None, :], values[:, None], rtol=0, atol=1e-9)
    return near.argmax(axis=1).tolist() if near.any(axis=1).all() else []
