"""mixed: moderated t of a mixed model with a variance ratio of its own for every gene, as dream
(Hoffman & Roussos 2021, Bioinformatics 37:192)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engines import Result

if TYPE_CHECKING:
    from revertome.trial import Model

BLOCKINGS = ("random",)


def fit(expression: Any, model: "Model", options: Mapping[str, Any], threads: int) -> Result:
    """Moderated t-tests of every contrast of a model, patients as random intercepts.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Log2 values in `X`; log2 counts per million for RNA-seq, whose variances then need the
        trend.
    model : Model
        Design, blocks and contrasts.
    options : dict
        `trend`: prior variance follows mean expression; `robust`: genes of outlying variance are
        moderated less; `lfc`: threshold of the test.
    threads : int
        Not used: the fit is a few matrix products.

    Returns
    -------
    Result
        `correlation` is the median over genes of the intraclass correlation.

    Raises
    ------
    StudyError
        When values are missing, or no patient has two samples.
    """
    import numpy as np

    from revertome.errors import StudyError
    from revertome.limma.mixed_fit import mixed_fit, moderate_mixed
    from revertome.limma.power import detectable_change
    from revertome.limma.top_table import top_table

    values = expression[model.obs.index]
    y = np.asarray(values.X, dtype=float)
    try:
        found = mixed_fit(y, model.design, model.block, model.contrasts)
    except ValueError as error:
        raise StudyError(f"differential.engines: mixed: {error}; or use limma") from error
    moderated = moderate_mixed(found, options["trend"], options.get("robust", False))
    correlation = float(np.median(found.ratio / (1 + found.ratio)))
    print(
        f"mixed: {int((found.ratio == 0).sum())} of {len(found.ratio)} genes without patient "
        f"variance (ordinary fit), median intraclass correlation {correlation:.3f}"
    )
    genes, lfc = values.var_names, options.get("lfc", 0.0)
    df_prior = float(np.median(next(iter(moderated.values())).df_prior))
    return Result(
        {name: top_table(part, name, genes, lfc) for name, part in moderated.items()},
        {"correlation": correlation, "df_prior": df_prior},
        {name: detectable_change(part, name) for name, part in moderated.items()},
    )
