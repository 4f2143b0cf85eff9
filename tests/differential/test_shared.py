"""One-pass least squares against numpy's solver, with many and with few coefficients."""

import numpy as np
import pandas as pd
import pytest

from revertome.limma.fit import whitener
from revertome.limma.solve_shared import solve_shared


@pytest.mark.parametrize("p", [2, 12])
@pytest.mark.parametrize("correlation", [0.0, 0.6])
def test_generalised_least_squares(p, correlation):
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(20, p)), rng.normal(8, 1, (20, 1500))
    white = whitener(pd.Series(np.arange(20) // 2), 20, correlation)
    beta, rss, *_ = np.linalg.lstsq(white @ x, white @ y, rcond=None)
    found = solve_shared(white, x, y)
    np.testing.assert_allclose(found[0], beta.T, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(found[2], rss, rtol=1e-10)
    v = np.kron(np.eye(10), [[1, correlation], [correlation, 1]])
    np.testing.assert_allclose(found[1][0], np.linalg.inv(x.T @ np.linalg.inv(v) @ x), rtol=1e-9)
