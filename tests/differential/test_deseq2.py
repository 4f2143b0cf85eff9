"""The engine against R's DESeq2 1.38 on paired counts, and what it says of its fits.

Here 954 genes of twelve simulated pairs. Cook's distances remove no gene in either: every patient
and visit is a sample of its own.
"""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from options import options_of
from revertome.differential.engines import deseq2, fit
from revertome.errors import StudyError
from revertome.trial import Model

OPTIONS = options_of("deseq2", {"baseline": "before", "followup": "after"})
HERE = Path(__file__).parent / "reference"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / name, sep="\t", index_col=0, float_precision="round_trip")


def paired(genes: slice = slice(None)) -> tuple[anndata.AnnData, Model]:
    """Twelve pairs of the built-in RNA-seq trial (reference/make_paired_counts.py)."""
    counts, contrasts = read("paired_counts.tsv").iloc[genes].T, read("paired_contrasts.tsv")
    expression = anndata.AnnData(
        np.log2(counts.to_numpy() + 0.5),
        obs=pd.DataFrame(index=counts.index.astype(str)),
        var=pd.DataFrame(index=counts.columns.astype(str)),
    )
    expression.layers["counts"] = counts.to_numpy()
    design = read("paired_design.tsv").astype(float)
    return expression, Model(expression.obs, design, None, {c: contrasts[c] for c in contrasts})


@pytest.fixture(scope="module")
def fitted():
    """954 genes; result, dataset and R's numbers (reference/deseq2.R)."""
    expression, model = paired()
    dataset, _ = deseq2._dataset(expression, model.design)
    return fit(expression, model, OPTIONS), dataset, read("deseq2.tsv")


@pytest.mark.slow
def test_size_factors_and_dispersions(fitted):
    """Size factors to 1e-10, trend to 0.1%, dispersions to 0.5%; the prior is its floor."""
    _, dataset, theirs = fitted
    factors = read("deseq2_factors.tsv")["value"]
    ours = dataset.obs["size_factors"]
    np.testing.assert_allclose(ours, factors[ours.index], rtol=1e-10)
    level, slope = dataset.uns["trend_coeffs"]
    assert level == pytest.approx(factors["asymptDisp"], rel=1e-3)
    assert slope == pytest.approx(factors["extraPois"], rel=1e-3)
    assert float(dataset.uns["prior_disp_var"]) == factors["prior"] == 0.25
    dispersion = dataset.var["dispersions"]
    ratio = dispersion / theirs["dispersion"].reindex(dispersion.index)
    assert np.abs(ratio - 1).quantile(0.99) < 0.005
    assert ratio.between(0.9, 1.1).all()


@pytest.mark.slow
@pytest.mark.parametrize(("contrast", "calls"), [("change_responders", (131, 131)),
                                                 ("interaction", (0, 0))])  # fmt: skip
def test_fold_changes_and_calls(fitted, contrast, calls):
    """Fold changes within 0.001 log2 units; calls at FDR 5% are R's."""
    result, _, reference = fitted
    theirs = reference.filter(like=contrast)
    theirs.columns = [name.removeprefix(f"{contrast}.") for name in theirs.columns]
    ours = result.tables[contrast].set_index("gene").reindex(theirs.index)
    assert np.corrcoef(ours["logFC"], theirs["logFC"])[0, 1] > 0.999999
    assert np.abs(ours["logFC"] - theirs["logFC"]).max() < 0.001
    assert stats.spearmanr(ours["P.Value"], theirs["p"])[0] > 0.999
    assert ours["P.Value"].notna().all() and theirs["p"].notna().all()
    called = (ours["adj.P.Val"] <= 0.05, theirs["adj"] <= 0.05)
    assert tuple(c.sum() for c in called) == calls
    assert (called[0] & called[1]).sum() == min(calls)
    error = (ours["CI.R"] - ours["logFC"]) / stats.norm.ppf(0.975)
    assert (error / theirs["error"] - 1).abs().median() < 1e-3
    expected = error.median() * (stats.norm.ppf(0.975) + stats.norm.ppf(0.8))
    assert result.detectable[contrast] == pytest.approx(expected, rel=1e-9)


def test_one_line_says_how_the_fit_went(capsys):
    expression, model = paired(slice(0, 40))
    result = fit(expression, model, OPTIONS)
    line = capsys.readouterr().out
    assert line.startswith("deseq2: size factors 0.")
    assert "of 40 genes, coefficients of 0 did not converge" in line
    assert set(result.tables) == set(model.contrasts)


def test_genes_that_do_not_converge_are_kept_with_a_warning(monkeypatch, capsys):
    from revertome.differential.dispersions.inference import Inference

    def two_fail(self, *args, **options):
        found = list(irls(self, *args, **options))
        found[3] = np.arange(len(found[3])) >= 2
        return tuple(found)

    irls = Inference.irls
    monkeypatch.setattr(Inference, "irls", two_fail)
    expression, model = paired(slice(0, 40))
    names = ", ".join(sorted(expression.var_names[:2]))
    with pytest.warns(UserWarning, match=rf"coefficients of 2 genes did not .* \({names}\)"):
        result = fit(expression, model, OPTIONS)
    assert "coefficients of 2 did not converge" in capsys.readouterr().out
    assert result.tables["change_all"]["P.Value"].notna().all()


def test_log_values_are_refused():
    expression, model = paired(slice(0, 5))
    del expression.layers["counts"]
    message = "deseq2 needs counts, this study has log2 values; use limma or mixed$"
    with pytest.raises(StudyError, match=message):
        fit(expression, model, OPTIONS)
