"""limma: moderated t on log2 expression (Ritchie et al. 2015, Nucleic Acids Res 43:e47)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engine import Result, Sentence, tables_of

if TYPE_CHECKING:
    from revertome.differential.model_options import ModelOptions
    from revertome.limma.joint import JointFit
    from revertome.trial import Model

DATA = "log2"
BLOCKINGS = ("fixed", "random")
USES = ("trend", "robust", "weights", "lfc")
DEFAULT_FOR = ("microarray", "abundance")
AGREEMENT = ""
LIMMA = (
    "Ritchie ME et al. limma powers differential expression analyses for RNA-sequencing "
    "and microarray studies. Nucleic Acids Res 2015;43:e47. doi:10.1093/nar/gkv007"
)
ARRAY_WEIGHTS = (
    "Ritchie ME et al. Empirical array quality weights in the analysis of microarray "
    "data. BMC Bioinformatics 2006;7:261. doi:10.1186/1471-2105-7-261"
)


def joint(values: Any, model: "Model", options: "ModelOptions") -> "JointFit":
    """Linear models of log2 values in `X` with moderated contrasts.

    With `weights` of `array` samples are weighted by their precision; see `moderate` for `trend`
    and `robust`.
    """
    from revertome.limma.joint import moderated_joint, normal_fit

    found = normal_fit(values.X, model, options.weights == "array")
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
            f"{contrasts} tested by limma's moderated t (Smyth 2004; Ritchie et al. 2015) in "
            f"linear models of log2 expression {held}.",
            (EBAYES, LIMMA, *cited),
        )
    ]
    if ran["weights"] == "array":
        text = "In limma samples were weighted by array weights (Ritchie et al. 2006)."
        found.append(Sentence(text, (ARRAY_WEIGHTS,)))
    return found + [Sentence(*each) for each in moderation("limma", ran)]
