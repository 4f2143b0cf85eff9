"""voom: moderated t on log-counts with precision weights (Law et al. 2014, Genome Biol 15:R29)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engines import Result

if TYPE_CHECKING:
    from revertome.differential.design import Model

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
        Not used: voom's weights hold the trend of variance on expression.
    threads : int
        Not used.

    Returns
    -------
    Result
    """
    from revertome.differential.joint import count_fit, moderate
    from revertome.differential.top_table import top_table

    values = expression[model.obs.index]
    joint = count_fit(values, model)
    moderated = moderate(joint.fit, model, trend=False)
    genes = values.var_names
    tables = {name: top_table(moderated, name, genes) for name in model.contrasts}
    return Result(tables, {"correlation": joint.correlation, "df_prior": moderated.df_prior})
