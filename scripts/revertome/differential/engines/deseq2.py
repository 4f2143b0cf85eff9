"""DESeq2 through PyDESeq2, ``~ patient + visit`` (Love et al. 2014, Genome Biol 15:550;
Muzellec et al. 2023, Bioinformatics 39:btad547)."""

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engine import Result, Sentence

if TYPE_CHECKING:
    import pandas as pd

    from revertome.differential.model_options import ModelOptions
    from revertome.trial import Model

DATA = "counts"
BLOCKINGS = ("fixed",)
USES = ()
DEFAULT_FOR = ("rnaseq",)
DESEQ2 = (
    "Love MI, Huber W, Anders S. Moderated estimation of fold change and dispersion for "
    "RNA-seq data with DESeq2. Genome Biol 2014;15:550. doi:10.1186/s13059-014-0550-8"
)
PYDESEQ2 = (
    "Muzellec B et al. PyDESeq2: a python package for bulk RNA-seq differential "
    "expression analysis. Bioinformatics 2023;39:btad547. doi:10.1093/bioinformatics/btad547"
)

AGREEMENT = (
    "Numbers of DESeq2 here are near those of R's DESeq2 (1.38) and not the same gene by gene: p "
    "differs by at most 1% in 97.2% to 100% of the genes, log2 fold changes by 0.007 at most and "
    "the number of calls at 5% by 0.4% at most."
)
MEASURED = (
    "That was measured on three public and six simulated matrices of counts. Where p differs by "
    "more it is very small, and the dispersions here have the higher likelihood: R's search for "
    "them stops earlier."
)


def fit(values: Any, model: "Model", options: "ModelOptions") -> Result:
    """Wald tests of every contrast of a paired model on counts.

    Parameters
    ----------
    values : AnnData, samples x genes
        Counts in ``layers["counts"]``, log2 values in `X`.
    model : Model
        Design with patients as columns.
    options : ModelOptions
        Its `alpha` is the false discovery rate that independent filtering counts calls at.

    Returns
    -------
    Result
        `t` is the Wald statistic, the limits are logFC -+ 1.96 standard errors, `B` is missing;
        P.Value is missing where a count outlier was found and adj.P.Val also where independent
        filtering left the gene out, as DESeq2 does. Size factors, dispersion trend and the genes
        that did not converge are printed; the latter keep what was reached, with a warning.

    Raises
    ------
    StudyError
        When no dispersion can be estimated.
    """
    from threadpoolctl import threadpool_limits

    from revertome.limma.power import detectable

    with threadpool_limits(limits=1):  # sums in one order, whatever the cores
        dataset, inference = _dataset(values, model.design)
    print(f"deseq2: {summary(dataset)}")
    _warn_of_trend(dataset)
    failed = unconverged(dataset)
    if failed:
        warnings.warn(
            f"deseq2: coefficients of {len(failed)} genes did not converge and are what was "
            f"reached ({', '.join(failed[:5])}{', ...' if len(failed) > 5 else ''})",
            stacklevel=2,
        )
    tables, power = {}, {}
    for name, vector in model.contrasts.items():
        tables[name], error, least = _table(dataset, inference, vector, values, options.alpha)
        print(f"deseq2: {name}: genes below a mean count of {least:.3g} are not adjusted")
        power[name] = detectable(float(error.median()), float("inf"))
    return Result(tables, detectable=power)


def methods(contrasts: str, ran: Mapping[str, Any]) -> list[Sentence]:
    """See `Engine.methods`."""
    return [
        Sentence(
            f"{contrasts} tested by Wald tests in negative binomial models of counts (DESeq2, Love "
            "et al. 2014; in its Python form PyDESeq2, Muzellec et al. 2023, whose coefficients "
            "and dispersions are here fitted for all genes at once) with patients as fixed "
            f"effects, so that only complete pairs enter (design {ran['formula']}).",
            (DESEQ2, PYDESEQ2),
        ),
        Sentence(
            "In DESeq2 genes of low mean count were left out of the adjustment (independent "
            "filtering, at the false discovery rate of the study), after those that normalisation "
            "leaves out (filterByExpr). An outlying count (Cook's distance) takes a gene's p-value "
            "only where a patient and visit, or a group, has three samples; it is replaced where "
            "it has seven, and in pairs never."
        ),
        Sentence(AGREEMENT),
        Sentence(MEASURED),
    ]


def summary(dataset: Any) -> str:
    """Size factors, dispersion trend and convergence of a fitted data set in one line."""
    factors = dataset.obs["size_factors"]
    trend = "by local regression on the mean (no trend a0 + a1 / mean could be fitted)"
    if dataset.uns["disp_function_type"] == "parametric":
        level, slope = dataset.uns["trend_coeffs"]
        trend = f"{level:.3g} + {slope:.3g} / mean count"
    tried = int(dataset.var["non_zero"].sum())
    replaced = int(dataset.var["replaced"].sum()) if "replaced" in dataset.var else 0
    return (
        f"size factors {factors.min():.3f} to {factors.max():.3f}; dispersion {trend}, prior SD of "
        f"its log {float(dataset.uns['prior_disp_var']) ** 0.5:.3f}; of {tried} genes, "
        f"coefficients of {len(unconverged(dataset))} did not converge; "
        f"{replaced} refitted without outlying counts"
    )


def _warn_of_trend(dataset: Any) -> None:
    if dataset.uns["disp_function_type"] != "parametric":
        warnings.warn(
            "deseq2: no trend a0 + a1 / mean fits the dispersions; they are shrunk to a local "
            "regression on the mean instead, as DESeq2 does, and P is less sure: compare voom",
            stacklevel=2,
        )
    if not (dataset.X > 0).all(axis=0).any():
        warnings.warn(
            "deseq2: every gene has a sample without counts, where DESeq2 stops; size factors were "
            "fitted with the dispersions, by turns",
            stacklevel=2,
        )


def unconverged(dataset: Any) -> list[str]:
    """Genes whose coefficients did not converge, sorted."""
    reached = dataset.var["_LFC_converged"].fillna(True).astype(bool)
    return sorted(map(str, dataset.var_names[~reached]))


def _dataset(values: Any, design: "pd.DataFrame") -> tuple[Any, Any]:
    import numpy as np
    import pandas as pd

    from revertome.differential.dispersions.dataset import Dataset
    from revertome.differential.dispersions.inference import Inference

    counts = pd.DataFrame(
        np.asarray(values.layers["counts"]).round().astype(int),
        index=values.obs_names.astype(str),
        columns=values.var_names.astype(str),
    )
    inference = Inference()
    with warnings.catch_warnings():
        # Genes whose coefficients do not converge are kept with what was reached; the count of
        # them is what a reader needs, not a warning each.
        warnings.simplefilter("ignore")
        dataset = Dataset(
            counts=counts,
            metadata=pd.DataFrame(index=counts.index, data={"all": "1"}),
            design=design.set_axis(counts.index),
            inference=inference,
            quiet=True,
        )
        dataset.deseq2()
    return dataset, inference


def _table(
    dataset: Any, inference: Any, vector: "pd.Series", values: Any, alpha: float | None
) -> "tuple[pd.DataFrame, pd.Series, float]":
    """Table of one contrast, the standard error of its log2 fold changes (G,), and the mean count
    below which no gene is adjusted."""
    import numpy as np
    from pydeseq2.ds import DeseqStats
    from scipy import stats

    from revertome.differential.dispersions.filtering import filtered_adjustment
    from revertome.limma.top_table import ranked_table

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        test = DeseqStats(
            dataset,
            contrast=vector.to_numpy(float),
            inference=inference,
            independent_filter=False,
            quiet=True,
        )
        test.summary()
    found = test.results_df.reindex(values.var_names.astype(str))
    adjusted, least = filtered_adjustment(
        found["pvalue"].to_numpy(float), found["baseMean"].to_numpy(float), alpha
    )
    ranked = ranked_table(
        found.index,
        found["log2FoldChange"].to_numpy(),
        stats.norm.ppf(0.975) * found["lfcSE"].to_numpy(),
        np.asarray(values.X).mean(axis=0),
        t=found["stat"].to_numpy(),
        p=found["pvalue"].to_numpy(),
        adjusted=adjusted,
    )
    return ranked, found["lfcSE"], least
