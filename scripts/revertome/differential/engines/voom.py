"""voom: moderated t on log-counts with precision weights (Law et al. 2014, Genome Biol 15:R29)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engines import Result

if TYPE_CHECKING:
    from revertome.trial import Model

BLOCKINGS = ("fixed", "random")


def fit(expression: Any, model: "Model", options: Mapping[str, Any], threads: int) -> Result:
    """Moderated t-tests of every contrast of a model on counts.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Counts in ``layers["counts"]``; obs `library_size` and `norm_factor`.
    model : Model
        Design, blocks and contrasts.
    options : dict
        `robust`, `weights`, `lfc` as in limma. `trend` is not used: voom's weights hold the
        trend of variance on expression.
    threads : int
        Not used.

    Returns
    -------
    Result
    """
    import numpy as np

    from revertome.limma.joint import count_fit, moderate
    from revertome.limma.power import detectable_change
    from revertome.limma.top_table import top_table

    values = expression[model.obs.index]
    joint = count_fit(values, model, options.get("weights") == "array")
    moderated = moderate(joint.fit, model, trend=False, robust=options.get("robust", False))
    genes, lfc = values.var_names, options.get("lfc", 0.0)
    tables = {name: top_table(moderated, name, genes, lfc) for name in model.contrasts}
    facts = {"correlation": joint.correlation, "df_prior": float(np.median(moderated.df_prior))}
    return Result(
        tables, facts, {name: detectable_change(moderated, name) for name in model.contrasts}
    )
