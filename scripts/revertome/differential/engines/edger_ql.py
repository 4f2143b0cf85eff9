"""edgeR's quasi-likelihood F tests (Chen, Lun & Smyth 2016, F1000Res 5:1438),
``~ patient + visit``, as in edgeR 3.40."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engine import Result, Sentence

if TYPE_CHECKING:
    import pandas as pd

    from revertome.differential.model_options import ModelOptions
    from revertome.quasi_likelihood.f_test import QuasiFit
    from revertome.trial import Model

DATA = "counts"
BLOCKINGS = ("fixed",)
USES = ()
DEFAULT_FOR = ()
AGREEMENT = "Numbers of edgeR's models here equal those of R's edgeR (3.40) to 1e-6 of themselves."
EDGER = (
    "Robinson MD et al. edgeR: a Bioconductor package for differential expression analysis of "
    "digital gene expression data. Bioinformatics 2010;26:139-40. "
    "doi:10.1093/bioinformatics/btp616"
)
QUASI = (
    "Lund SP et al. Detecting differential expression in RNA-sequence data using quasi-likelihood "
    "with shrunken dispersion estimates. Stat Appl Genet Mol Biol 2012;11:8. "
    "doi:10.1515/1544-6115.1826"
)
PIPELINE = (
    "Chen Y et al. From reads to genes to pathways: differential expression analysis of RNA-Seq "
    "experiments using Rsubread and the edgeR quasi-likelihood pipeline. F1000Research "
    "2016;5:1438. doi:10.12688/f1000research.8987.2"
)


def fit(values: Any, model: "Model", options: "ModelOptions") -> Result:
    """Quasi-likelihood F tests of every contrast of a paired model on counts.

    Parameters
    ----------
    values : AnnData, samples x genes
        Counts in ``layers["counts"]``, log2 values in `X`; obs `library_size` and `norm_factor`.
    model : Model
        Design with patients as columns.
    options : ModelOptions
        Not used.

    Returns
    -------
    Result
        logFC has a prior count of 0.125; `t` is the root of F with the sign of logFC. edgeR gives
        no limits: here they are those whose test is the F test, logFC -+ t* logFC / t with the
        97.5% quantile t* (missing where F is 0). `B` is missing.

    Raises
    ------
    StudyError
        When no gene has counts enough, or varies beyond the model.
    """
    import numpy as np

    from revertome.errors import StudyError
    from revertome.limma.power import detectable
    from revertome.quasi_likelihood.f_test import quasi_fit

    counts = np.asarray(values.layers["counts"], dtype=float).T
    library = (values.obs["library_size"] * values.obs["norm_factor"]).to_numpy(float)
    try:
        found = quasi_fit(counts, model.design.to_numpy(float), library)
    except ValueError as error:
        raise StudyError(f"differential.engines: edger_ql: {error}") from error
    print(
        f"edger_ql: common dispersion {found.dispersions.common:.3g}, quasi-likelihood dispersions "
        f"with {found.df_prior:.3g} prior df"
    )
    tables, power = {}, {}
    for name, vector in model.contrasts.items():
        tables[name], typical = _table(found, vector, values)
        power[name] = detectable(typical, float(np.median(found.df_total)))
    return Result(tables, {"df_prior": found.df_prior}, power)


def methods(contrasts: str, ran: Mapping[str, Any]) -> list[Sentence]:
    """See `Engine.methods`."""
    return [
        Sentence(
            f"{contrasts} tested by quasi-likelihood F tests in negative binomial models of counts "
            "(as edgeR 3.40: Robinson et al. 2010; Lund et al. 2012; Chen et al. 2016) with "
            "patients as fixed effects, so that only complete pairs enter "
            f"(design {ran['formula']}).",
            (EDGER, QUASI, PIPELINE),
        ),
        Sentence(
            "In the edgeR models the negative binomial dispersion is a trend on abundance, the "
            "quasi-likelihood dispersion of a gene is shrunk to such a trend, log2 fold changes "
            "have a prior count of 0.125, and no gene is left out of the adjustment but by "
            "normalisation (filterByExpr). Limits are those at which its t, the root of F, "
            "reaches 5%; edgeR gives none."
        ),
        Sentence(AGREEMENT),
    ]


def _table(found: "QuasiFit", vector: "pd.Series", values: Any) -> "tuple[pd.DataFrame, float]":
    """Table of one contrast, and the median standard error of its log2 fold changes."""
    import numpy as np
    from scipy import special

    from revertome.limma.top_table import ranked_table
    from revertome.quasi_likelihood.f_test import f_test
    from revertome.statistics.fdr import adjust

    change, f, p = f_test(found, vector.to_numpy(float))
    t = np.sign(change) * np.sqrt(np.maximum(f, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.where(t != 0, change / t, np.nan)
    margin = special.stdtrit(found.df_total, 0.975) * error
    genes, mean = values.var_names.astype(str), np.asarray(values.X).mean(axis=0)
    ranked = ranked_table(genes, change, margin, mean, t=t, p=p, adjusted=adjust(p))
    return ranked, float(np.nanmedian(error)) if np.isfinite(error).any() else np.nan
