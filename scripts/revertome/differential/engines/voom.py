"""voom: moderated t on log-counts with precision weights (Law et al. 2014, Genome Biol 15:R29)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engine import Result, Sentence, tables_of

if TYPE_CHECKING:
    from revertome.differential.model_options import ModelOptions
    from revertome.limma.joint import JointFit
    from revertome.trial import Model

DATA = "counts"
BLOCKINGS = ("fixed", "random")
USES = ("robust", "weights", "lfc")  # no trend: the weights hold that of variance on expression
DEFAULT_FOR = ("rnaseq",)
AGREEMENT = ""
VOOM = (
    "Law CW et al. voom: precision weights unlock linear model analysis tools for RNA-seq "
    "read counts. Genome Biol 2014;15:R29. doi:10.1186/gb-2014-15-2-r29"
)
QUALITY_WEIGHTS = (
    "Liu R et al. Why weight? Modelling sample and observational level variability improves power "
    "in RNA-seq analyses. Nucleic Acids Res 2015;43:e97. doi:10.1093/nar/gkv412"
)


def joint(values: Any, model: "Model", options: "ModelOptions") -> "JointFit":
    """Weighted linear models of log-counts with moderated contrasts.

    Counts are in ``layers["counts"]``, obs holds `library_size` and `norm_factor`. With `weights`
    of `array` samples are weighted by their precision as well.
    """
    from revertome.limma.joint import count_fit, moderated_joint

    found = count_fit(values, model, options.weights == "array")
    return moderated_joint(found, model, options.trend, options.robust)


def fit(values: Any, model: "Model", options: "ModelOptions") -> Result:
    """Moderated t-tests of every contrast of a model, against `lfc`."""
    return tables_of(joint(values, model, options), values.var_names, options.lfc)


def methods(contrasts: str, ran: Mapping[str, Any]) -> list[Sentence]:
    """See `Engine.methods`."""
    from revertome.limma.methods import EBAYES, moderation, patients

    held, cited = patients(ran)
    found = [
        Sentence(
            f"{contrasts} tested by moderated t (Smyth 2004) in linear models of log2 counts per "
            f"million with voom's precision weights (Law et al. 2014), {held}.",
            (EBAYES, VOOM, *cited),
        )
    ]
    if ran["weights"] == "array":
        text = "In voom samples were weighted by array weights as well (Liu et al. 2015)."
        found.append(Sentence(text, (QUALITY_WEIGHTS,)))
    return found + [Sentence(*each) for each in moderation("voom", ran)]
