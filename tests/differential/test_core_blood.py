"""Agreement with R's limma 3.54 on public blood arrays (GSE65391, 52 samples, 36,824 probes).

Numbers of every 150th probe and of the whole matrix are committed (reference/core/blood.R). 797
probes are so near a floor that R offsets their variance from zero.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome.limma.array_weights import array_weights
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.ebayes import ebayes
from revertome.limma.fit import lm_fit
from revertome.limma.top_table import top_table
from studies import real

HERE = Path(__file__).parent / "reference" / "core"
pytestmark = [pytest.mark.real, real]


def read(name):
    return pd.read_csv(HERE / name, sep="\t", index_col=0, float_precision="round_trip")


@pytest.fixture(scope="module")
def blood():
    spec = importlib.util.spec_from_file_location("blood", HERE / "blood.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.blood()


def check(fit, name, genes, coefficients, trend=False, robust=False):
    theirs = read("blood_genes.tsv")
    scalars = read("blood_scalars.tsv")["value"]
    moderated = ebayes(
        contrasts_fit(fit, {k: pd.Series({k: 1.0}) for k in coefficients}), trend, robust
    )
    rows = genes.get_indexer(theirs.index)
    df_prior = np.broadcast_to(moderated.df_prior, genes.shape)[rows]
    expected = theirs[f"{name}:df.prior"] if robust else scalars[f"{name}:df.prior"]
    np.testing.assert_allclose(df_prior, expected, rtol=1e-8)
    np.testing.assert_allclose(moderated.s2_post[rows], theirs[f"{name}:s2.post"], rtol=1e-8)
    for k in coefficients:
        table = top_table(moderated, k, genes).set_index("gene").loc[theirs.index]
        for quantity, column in {"t": "t", "p.value": "P.Value", "lods": "B"}.items():
            wanted = theirs[f"{name}:{quantity}:{k}"]
            np.testing.assert_allclose(table[column], wanted, rtol=1e-8, atol=1e-10)


def test_random_blocking(blood):
    y, random, _, sheet = blood
    values, patient = y.to_numpy().T, sheet["patient"]
    rho = duplicate_correlation(values, random, patient)
    expected = read("blood_scalars.tsv").loc["correlation", "value"]
    assert rho == pytest.approx(expected, rel=1e-6)
    fit = lm_fit(values, random, patient, expected)
    both = ["disease", "change"]
    check(fit, "random", y.index, both)
    check(fit, "random_trend", y.index, both, trend=True)
    check(fit, "random_trend_robust", y.index, both, trend=True, robust=True)


def test_fixed_blocking(blood):
    y, _, fixed, _ = blood
    fit = lm_fit(y[fixed.index].to_numpy().T, fixed)
    check(fit, "fixed_trend", y.index, ["change"], trend=True)
    check(fit, "fixed_trend_robust", y.index, ["change"], trend=True, robust=True)


def test_array_weights(blood):
    y, random, _, sheet = blood
    values = y.to_numpy().T
    weights = array_weights(values, random)
    np.testing.assert_allclose(weights, read("blood_samples.tsv")["array"], rtol=1e-8)
    rho = read("blood_scalars.tsv").loc["correlation", "value"]
    fit = lm_fit(values, random, sheet["patient"], rho, weights)
    check(fit, "random_array", y.index, ["disease", "change"], trend=True)
