"""limma: moderated t on log2 expression (Ritchie et al. 2015, Nucleic Acids Res 43:e47)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engines import Result

if TYPE_CHECKING:
    from revertome.trial import Model

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
        `trend`: prior variance follows mean expression; `robust`: outlying variances are
        moderated less; `weights`: `array` weighs samples by their precision; `lfc`: threshold
        of the test.
    threads : int
        Not used: the fit is a few matrix products.

    Returns
    -------
    Result
    """
    import numpy as np

    from revertome.limma.joint import moderate, normal_fit
    from revertome.limma.power import detectable_change
    from revertome.limma.top_table import top_table

    values = expression[model.obs.index]
    joint = normal_fit(values.X, model, options.get("weights") == "array")
    moderated = moderate(joint.fit, model, options["trend"], options.get("robust", False))
    genes, lfc = values.var_names, options.get("lfc", 0.0)
    tables = {name: top_table(moderated, name, genes, lfc) for name in model.contrasts}
    facts = {"correlation": joint.correlation, "df_prior": float(np.median(moderated.df_prior))}
    return Result(
        tables, facts, {name: detectable_change(moderated, name) for name in model.contrasts}
    )
