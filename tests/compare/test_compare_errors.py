"""Errors of effects from tables tested against a fold change, and from tables without t."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from revertome.compare.effects import effects
from revertome.compare.errors import evidence
from revertome.limma.ebayes import ebayes
from revertome.limma.fit import lm_fit
from revertome.limma.top_table import top_table

N_GENES = 400
GENES = pd.Index([f"G{i:03d}" for i in range(N_GENES)])
QUANTILE = 1.959963984540054


def moderated(robust=False):
    """Two groups of six; a tenth of genes change by 1, and a few vary far more than the others."""
    rng = np.random.default_rng(4)
    y = rng.normal(8, 0.4, (12, N_GENES)) * np.where(np.arange(N_GENES) % 50 == 7, 3, 1)
    y[6:, ::10] += 1
    design = pd.DataFrame({"first": np.ones(12), "second": np.repeat([0.0, 1.0], 6)})
    return ebayes(lm_fit(y, design), robust=robust)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("lfc", [0.1, 0.5, 1.0])
def test_a_threshold_changes_no_error(lfc, robust):
    """The same data tested against lfc and against 0: error, z and p are the same to 1e-6."""
    fitted = moderated(robust)
    tables = [top_table(fitted, "second", GENES, at).assign(lfc=at) for at in (lfc, 0.0)]
    against, plain = (effects(table, None, GENES) for table in tables)
    true = fitted.stdev_unscaled[:, 1] * np.sqrt(fitted.s2_post)
    assert plain.error == pytest.approx(true, rel=1e-8)
    assert len(against.at) >= 0.9 * N_GENES and (robust or len(against.at) == N_GENES)
    assert against.error == pytest.approx(true[against.at], rel=1e-6)
    assert against.z == pytest.approx(plain.z[against.at], abs=1e-6)
    assert against.p == pytest.approx(plain.p[against.at], rel=1e-5)
    t = tables[0].set_index("gene")["t"][GENES].to_numpy()
    assert (t == 0).mean() > 0.2


def test_a_threshold_that_the_study_does_not_tell_gives_no_errors():
    table = top_table(moderated(), "second", GENES, 0.5)
    assert np.isnan(effects(table, None, GENES).error).all()
    assert np.isnan(effects(table.assign(lfc=0.4), None, GENES).error).all()
    without = table.assign(lfc=0.5).drop(columns=["CI.L", "CI.R"])
    assert np.isnan(effects(without, None, GENES).error).all()


def test_a_threshold_set_for_an_engine_that_uses_none_is_passed_over():
    table = top_table(moderated(), "second", GENES)
    told = effects(table.assign(lfc=1.0), None, GENES)
    assert told.error == pytest.approx(effects(table, None, GENES).error, rel=1e-15)


def test_limits_of_normal_quantiles():
    """DESeq2: t = logFC / error, limits at 1.96 errors."""
    error, logfc = np.linspace(0.1, 0.6, 50), np.linspace(-1, 1, 50)
    t = logfc / error
    found = evidence(logfc, QUANTILE * error, t, 2 * special.ndtr(-np.abs(t)), 0.0)
    assert found.error == pytest.approx(error, rel=1e-12)
    assert found.z == pytest.approx(t, rel=1e-9)


def test_limits_and_p_without_t():
    """error and df from half = q(df) error and p = 2 P(T > |logFC| / error), df a gene."""
    error, df = np.linspace(0.1, 0.6, 50), np.linspace(5, 30, 50)
    logfc = np.linspace(0.2, 2, 50)
    p = 2 * special.stdtr(df, -logfc / error)
    found = evidence(logfc, special.stdtrit(df, 0.975) * error, np.full(50, np.nan), p, 0.0)
    assert found.error == pytest.approx(error, rel=1e-6)
