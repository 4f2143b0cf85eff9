"""limma: moderated t on log2 expression (Ritchie et al. 2015, Nucleic Acids Res 43:e47)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engines import Result

if TYPE_CHECKING:
    from revertome.differential.design import Model

BLOCKINGS = ("fixed", "random")


def fit(expression: Any, model: "Model", options: Mapping[str, Any], threads: int) -> Result:
    """Moderated t-tests of every contrast of a model.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Log2 values in `X`.
    model : Model
        Design, blocks and contrasts.
    options : dict
        `trend`: prior variance follows mean expression.
    threads : int
        Not used: the fit is a few matrix products.

    Returns
    -------
    Result
    """
    from revertome.differential.joint import moderate, normal_fit
    from revertome.differential.top_table import top_table

    values = expression[model.obs.index]
    joint = normal_fit(values.X, model)
    moderated = moderate(joint.fit, model, options["trend"])
    genes = values.var_names
    tables = {name: top_table(moderated, name, genes) for name in model.contrasts}
    return Result(tables, {"correlation": joint.correlation, "df_prior": moderated.df_prior})
