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


def fit(values: Any, model: "Model", options: "ModelOptions", threads: int) -> Result:
    """Wald tests of every contrast of a paired model on counts.

    Parameters
    ----------
    values : AnnData, samples x genes
        Counts in ``layers["counts"]``, log2 values in `X`.
    model : Model
        Design with patients as columns.
    options : ModelOptions
        Not used.
    threads : int
        Processes for the gene-wise fits.

    Returns
    -------
    Result
        `t` is the Wald statistic, the limits are logFC -+ 1.96 standard errors, `B` is missing;
        P.Value is missing where a count outlier was found and adj.P.Val also where independent
        filtering left the gene out, as DESeq2 does. Size factors, dispersion trend and the genes
        that did not converge are printed; the latter keep what was reached, with a warning.
    """
    from revertome.limma.power import detectable

    if model.block is not None:
        warnings.warn(
            "deseq2: patients are in several arms, whose changes it takes as independent of each "
            "other: too small a P where all of a patient's arms change alike, as voom allows for",
            stacklevel=2,
        )
    dataset, inference = _dataset(values, model.design, threads)
    print(f"deseq2: {summary(dataset)}")
    failed = unconverged(dataset)
    if failed:
        warnings.warn(
            f"deseq2: coefficients of {len(failed)} genes did not converge and are what was "
            f"reached ({', '.join(failed[:5])}{', ...' if len(failed) > 5 else ''})",
            stacklevel=2,
        )
    tables, power = {}, {}
    for name, vector in model.contrasts.items():
        tables[name], error = _table(dataset, inference, vector, values)
        power[name] = detectable(float(error.median()), float("inf"))
    return Result(tables, detectable=power)


def methods(contrasts: str, ran: Mapping[str, Any]) -> list[Sentence]:
    """See `Engine.methods`."""
    return [
        Sentence(
            f"{contrasts} tested by Wald tests in negative binomial models of counts (DESeq2, Love "
            "et al. 2014; in its Python form PyDESeq2, Muzellec et al. 2023) with patients as "
            f"fixed effects, so that only complete pairs enter (design {ran['formula']}).",
            (DESEQ2, PYDESEQ2),
        ),
        Sentence(
            "In deseq2 genes of low mean count were left out of the adjustment (independent "
            "filtering), and genes with an outlying count have no p-value (Cook's distance)."
        ),
    ]


def summary(dataset: Any) -> str:
    """Size factors, dispersion trend and convergence of a fitted DeseqDataSet in one line."""
    factors = dataset.obs["size_factors"]
    if dataset.uns["disp_function_type"] == "parametric":
        level, slope = dataset.uns["trend_coeffs"]
        trend = f"{level:.3g} + {slope:.3g} / mean count"
    else:
        trend = f"{dataset.uns['mean_disp']:.3g} for every gene (no trend could be fitted)"
    tried = int(dataset.var["non_zero"].sum())
    dispersions = int((~dataset.var["_MAP_converged"].fillna(True).astype(bool)).sum())
    return (
        f"size factors {factors.min():.3f} to {factors.max():.3f}; dispersion {trend}, prior SD of "
        f"its log {float(dataset.uns['prior_disp_var']) ** 0.5:.3f}; of {tried} genes, dispersions "
        f"of {dispersions} (taken from a grid) and coefficients of {len(unconverged(dataset))} did "
        f"not converge; {int(dataset.var['replaced'].sum())} refitted without outlying counts"
    )


def unconverged(dataset: Any) -> list[str]:
    """Genes whose coefficients did not converge, sorted."""
    reached = dataset.var["_LFC_converged"].fillna(True).astype(bool)
    return sorted(map(str, dataset.var_names[~reached]))


def _dataset(values: Any, design: "pd.DataFrame", threads: int) -> tuple[Any, Any]:
    import numpy as np
    import pandas as pd
    from pydeseq2.dds import DeseqDataSet
    from pydeseq2.default_inference import DefaultInference

    counts = pd.DataFrame(
        np.asarray(values.layers["counts"]).round().astype(int),
        index=values.obs_names.astype(str),
        columns=values.var_names.astype(str),
    )
    inference = DefaultInference(n_cpus=threads)
    with warnings.catch_warnings():
        # Genes whose dispersion or coefficients do not converge are refitted or kept with
        # what was reached; the count of them is what a reader needs, not a warning each.
        warnings.simplefilter("ignore")
        dataset = DeseqDataSet(
            counts=counts,
            metadata=pd.DataFrame(index=counts.index, data={"all": "1"}),
            design=design.set_axis(counts.index),
            inference=inference,
            quiet=True,
        )
        dataset.deseq2()
    return dataset, inference


def _table(
    dataset: Any, inference: Any, vector: "pd.Series", values: Any
) -> "tuple[pd.DataFrame, pd.Series]":
    """Table of one contrast, and the standard error of its log2 fold changes (G,)."""
    import numpy as np
    import pandas as pd
    from pydeseq2.ds import DeseqStats
    from scipy import stats

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        test = DeseqStats(dataset, contrast=vector.to_numpy(float), inference=inference, quiet=True)
        test.summary()
    found = test.results_df.reindex(values.var_names.astype(str))
    margin = stats.norm.ppf(0.975) * found["lfcSE"]
    table = pd.DataFrame(
        {
            "gene": found.index.to_numpy(object),
            "logFC": found["log2FoldChange"].to_numpy(),
            "CI.L": (found["log2FoldChange"] - margin).to_numpy(),
            "CI.R": (found["log2FoldChange"] + margin).to_numpy(),
            "AveExpr": np.asarray(values.X).mean(axis=0),
            "t": found["stat"].to_numpy(),
            "P.Value": found["pvalue"].to_numpy(),
            "adj.P.Val": found["padj"].to_numpy(),
            "B": np.nan,
        }
    )
    ranked = table.sort_values(["P.Value", "gene"], kind="stable", ignore_index=True)
    return ranked, found["lfcSE"]
