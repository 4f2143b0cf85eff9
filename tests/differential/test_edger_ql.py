"""edger_ql against R's edgeR 3.40.2 (reference/edger_ql/edger_ql.R), and its false calls."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import special

from options import options_of
from revertome.differential.engines import fit
from revertome.errors import StudyError
from revertome.normalise.tmm import tmm_factors
from revertome.quasi_likelihood.f_test import f_test, quasi_fit
from revertome.trial import Model

HERE = Path(__file__).parent / "reference" / "edger_ql"
OPTIONS = options_of("edger_ql", {"baseline": "before", "followup": "after"})
STUDIES = ("pairs", "zeros", "three", "batch", "visits", "groups")


def read(study: str, part: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{study}_{part}.tsv", sep="\t", float_precision="round_trip")


def library_of(counts: np.ndarray) -> np.ndarray:
    total = counts.sum(axis=0)
    return total * tmm_factors(counts.T, total)


@pytest.mark.parametrize("study", STUDIES)
def test_equal_to_r(study):
    """Every number to 1e-6 of itself, also of the smallest F, from counts to P."""
    counts, design, theirs = (read(study, part) for part in ("counts", "design", "found"))
    y = counts.to_numpy(float)
    ours = quasi_fit(y, design.to_numpy(float), library_of(y))
    found = {
        "common": np.full(len(y), ours.dispersions.common), "trended": ours.dispersions.trended,
        "abundance": ours.dispersions.abundance, "df": ours.df_residual,
        "df_prior": np.full(len(y), ours.df_prior), "prior": ours.var_prior, "post": ours.var_post,
    }  # fmt: skip
    for k, contrast in enumerate(read(study, "contrasts").to_numpy(float).T, start=1):
        found |= dict(zip((f"logFC{k}", f"F{k}", f"P{k}"), f_test(ours, contrast), strict=True))
    assert set(found) == set(theirs)
    for name, values in found.items():
        # Genes without a count have a change of 0 up to rounding in both.
        np.testing.assert_allclose(values, theirs[name], rtol=1e-6, atol=1e-11, err_msg=name)


def study_of(counts: np.ndarray, design: pd.DataFrame) -> tuple[anndata.AnnData, Model]:
    total = counts.sum(axis=0)
    obs = pd.DataFrame({"library_size": total, "norm_factor": tmm_factors(counts.T, total)})
    obs.index = design.index = obs.index.astype(str)
    values = anndata.AnnData(np.log2(counts.T + 0.5), obs=obs)
    values.layers["counts"] = counts.T
    contrast = pd.Series(np.eye(design.shape[1])[-1], index=design.columns)
    return values, Model(values.obs, design, None, {"change_all": contrast})


def test_table_of_the_engine():
    """t is the signed root of F, its limits exclude 0 where P is below 0.05, B is missing."""
    values, model = study_of(read("pairs", "counts").to_numpy(float), read("pairs", "design"))
    result = fit(values, model, OPTIONS, 1)
    table = result.tables["change_all"]
    genes = table["gene"].astype(int)
    theirs = read("pairs", "found").iloc[genes].reset_index(drop=True)
    np.testing.assert_allclose(table["t"] ** 2, theirs["F1"], rtol=1e-6, atol=1e-11)
    np.testing.assert_allclose(table["P.Value"], theirs["P1"], rtol=1e-6)
    assert (np.sign(table["t"]) == np.sign(table["logFC"])).all()
    shut = (table["CI.L"] > 0) | (table["CI.R"] < 0)
    df = np.minimum(theirs["df"] + theirs["df_prior"], len(theirs) * 7)
    plain = special.fdtrc(1, df, theirs["F1"])
    assert (shut == (plain < 0.05)).all() and 0 < shut.sum() < len(shut)
    assert table["B"].isna().all()
    assert result.facts["df_prior"] == pytest.approx(theirs["df_prior"][0], rel=1e-6)


def test_rate_of_false_calls():
    """Eight pairs without a change: P below 0.05 in 5% of 2,000 genes within 3.5 SE."""
    random = np.random.default_rng(3)
    design = read("pairs", "design")
    mean = np.exp(
        random.normal(4, 1.2, (2000, 1)) + np.repeat(random.normal(0, 0.5, (2000, 8)), 2, 1)
    )
    counts = random.negative_binomial(10, 10 / (10 + mean)).astype(float)
    values, model = study_of(counts, design)
    p = fit(values, model, OPTIONS, 1).tables["change_all"]["P.Value"]
    assert abs((p < 0.05).mean() - 0.05) < 3.5 * np.sqrt(0.05 * 0.95 / 2000)


def test_too_few_counts_stop_in_words():
    values, model = study_of(np.ones((6, 16)), read("pairs", "design"))
    values.layers["counts"] = values.layers["counts"] * 0
    with pytest.raises(StudyError, match="edger_ql: no gene has 5 counts"):
        fit(values, model, OPTIONS, 1)
