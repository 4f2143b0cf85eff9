"""DESeq2 through PyDESeq2, ``~ patient + visit`` (Love et al. 2014, Genome Biol 15:550;
Muzellec et al. 2023, Bioinformatics 39:btad547)."""

import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engines import Result
from revertome.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

    from revertome.differential.design import Model

BLOCKINGS = ("fixed",)


def fit(expression: Any, model: "Model", options: Mapping[str, Any], threads: int) -> Result:
    """Wald tests of every contrast of a paired model on counts.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Counts in ``layers["counts"]``, log2 values in `X`.
    model : Model
        Design with patients as columns.
    options : dict
        Not used.
    threads : int
        Processes for the gene-wise fits.

    Returns
    -------
    Result
        `t` is the Wald statistic, the limits are logFC -+ 1.96 standard errors, `B` is missing;
        P.Value is missing where a count outlier was found and adj.P.Val also where independent
        filtering left the gene out, as DESeq2 does.

    Raises
    ------
    StudyError
        When the expression holds no counts.
    """
    values = expression[model.obs.index]
    if "counts" not in values.layers:
        raise StudyError(
            "differential.engines: deseq2 needs counts, this study has log2 values; use limma"
        )
    dataset, inference = _dataset(values, model.design, threads)
    tables = {
        name: _table(dataset, inference, vector, values) for name, vector in model.contrasts.items()
    }
    return Result(tables)


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


def _table(dataset: Any, inference: Any, vector: "pd.Series", values: Any) -> "pd.DataFrame":
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
    return table.sort_values(["P.Value", "gene"], kind="stable", ignore_index=True)
