"""Set tests where genes miss samples: what completing values keeps, and their level."""

import anndata
import numpy as np
import pandas as pd
import pytest

from options import options_of, section
from paired_trial import DESIGN, simulate
from revertome.differential.engines import joint_fit
from revertome.differential.models import random_model
from revertome.limma.completed import completed
from revertome.limma.effects import effects_of
from revertome.limma.fit import lm_fit
from revertome.modules.sets import gene_scale, set_tests

CONTRASTS = ["disease", "change_all", "interaction"]


def holed(share, seed=2, genes=60, **sizes):
    rng = np.random.default_rng(seed)
    expression, labels = simulate(np.zeros(genes), np.zeros(genes), rng, **sizes)
    expression.X = np.where(rng.random(expression.X.shape) < share, np.nan, expression.X)
    return expression, labels


@pytest.mark.parametrize("engine", ["limma", "mixed"])
@pytest.mark.parametrize("contrast", CONTRASTS)
def test_completed_values_have_the_fit_of_the_values_seen(engine, contrast):
    """Estimates, mean residual square and, where asked, the variance of the contrast."""
    expression, labels = holed(0.15)
    model = random_model(expression.obs, labels, DESIGN, CONTRASTS)
    fitted = joint_fit(expression, model, options_of(engine, DESIGN, trend=False))
    fit = fitted.moderated[contrast].fit
    k = fit.names.index(contrast)
    rho = np.broadcast_to(fitted.correlation, expression.X.shape[1])
    y, seen = completed(fitted, contrast), completed(fitted, contrast, as_seen=True)
    c = model.contrasts[contrast].reindex(model.design.columns, fill_value=0.0).to_numpy()
    for gene in range(12):
        whole = lm_fit(y[:, [gene]], model.design, model.block, rho[gene])
        own = lm_fit(fitted.y[:, [gene]], model.design, model.block, rho[gene])
        assert whole.coefficients[0] @ c == pytest.approx(fit.coefficients[gene, k], abs=1e-8)
        assert whole.sigma == pytest.approx(own.sigma, rel=1e-8)
        wide = lm_fit(seen[:, [gene]], model.design, model.block, rho[gene])
        variance = [c @ f.covariance[0] @ c * f.sigma[0] ** 2 for f in (wide, own)]
        assert variance[0] == pytest.approx(variance[1], rel=1e-8)


def test_effects_of_a_gene_with_gaps_are_its_own():
    expression, labels = holed(0.15)
    model = random_model(expression.obs, labels, DESIGN, CONTRASTS)
    fitted = joint_fit(expression, model, options_of("limma", DESIGN, trend=False))
    effects, fit = effects_of(fitted, "change_all"), fitted.moderated["change_all"].fit
    np.testing.assert_allclose(effects.signal * effects.stdev_unscaled, effects.logfc)
    np.testing.assert_allclose((effects.noise**2).mean(axis=1), fit.sigma**2)
    assert effects.known.all() and np.isfinite(gene_scale(effects)).all()


def test_a_gene_without_the_contrast_is_in_no_set():
    """Seen in no sample of a non-responder: it has no interaction, and its module one gene less."""
    expression, labels = holed(0.0, responders=6, nonresponders=4, healthy=6)
    gone = expression.obs["patient"].isin(labels["patient"][labels["label"] == "nonresponder"])
    expression.X[gone.to_numpy(), 3] = np.nan
    sets = {"M": [f"g{i:05d}" for i in range(6)]}
    model = options_of("limma", DESIGN, trend=False)
    adata = anndata.AnnData(expression.X, expression.obs, pd.DataFrame(index=expression.var_names))
    options = section("modules", min_genes=3)
    asked = ["change_responders", "interaction"]
    table = set_tests(adata, labels, asked, sets, {"a": ["M"]}, model, options, 0.05)
    found = table.set_index("contrast")
    assert found["n_found"].to_dict() == {"change_responders": 6, "interaction": 5}
    assert found[["P.rotation", "P.camera", "P.own"]].notna().all(axis=None)


def test_level_of_set_tests_where_a_sixth_of_the_values_is_missing():
    """30 null trials of 15 modules of correlated genes: 450 p, so 0.05 has SE 0.01."""
    rng, below = np.random.default_rng(8), []
    sets = {f"M{k}": [f"g{i:05d}" for i in range(20 * k, 20 * k + 20)] for k in range(15)}
    options, model = section("modules", min_genes=3), options_of("limma", DESIGN, trend=False)
    for _ in range(30):
        expression, labels = holed(0, rng, genes=300, responders=6, nonresponders=4, healthy=14)
        shared = np.repeat(rng.normal(size=(len(expression.X), 15)), 20, axis=1)
        x = expression.X + 0.7 * shared
        x[rng.random(x.shape) < 0.15] = np.nan
        x[3, rng.random(300) < 0.41] = np.nan
        adata = anndata.AnnData(x, expression.obs, pd.DataFrame(index=expression.var_names))
        files = {"a": list(sets)}
        table = set_tests(adata, labels, ["change_all"], sets, files, model, options, 0.05)
        below.append((table[["P.rotation", "P.camera", "P.own", "P.flip"]] < 0.05).mean())
    shares = pd.DataFrame(below).mean()
    assert (shares <= 0.075).all() and (shares >= 0.01).all(), shares
