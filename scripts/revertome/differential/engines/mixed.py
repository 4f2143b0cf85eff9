"""mixed: moderated t of a mixed model with a variance ratio of its own for every gene, as dream
(Hoffman & Roussos 2021, Bioinformatics 37:192)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from revertome.differential.engine import Result, Sentence, tables_of

if TYPE_CHECKING:
    from revertome.differential.model_options import ModelOptions
    from revertome.limma.joint import JointFit
    from revertome.trial import Model

DATA = "log2"
BLOCKINGS = ("random",)
USES = ("trend", "robust", "lfc")
DEFAULT_FOR = ()
AGREEMENT = ""
DREAM = (
    "Hoffman GE, Roussos P. Dream: powerful differential expression analysis for repeated "
    "measures designs. Bioinformatics 2021;37:192-201. doi:10.1093/bioinformatics/btaa687"
)
LMERTEST = (
    "Kuznetsova A, Brockhoff PB, Christensen RHB. lmerTest package: tests in linear mixed effects "
    "models. J Stat Softw 2017;82(13):1-26. doi:10.18637/jss.v082.i13"
)


def joint(values: Any, model: "Model", options: "ModelOptions") -> "JointFit":
    """Mixed models of log2 values in `X` (log2 counts per million for RNA-seq, whose variances
    need the trend), patients as random intercepts.

    Raises
    ------
    StudyError
        When no patient has two samples.
    """
    import numpy as np

    from revertome.errors import StudyError
    from revertome.limma.mixed_joint import mixed_joint

    y = np.asarray(values.X, dtype=float)
    try:
        return mixed_joint(y, model, options.trend, options.robust)
    except ValueError as error:
        raise StudyError(f"differential.engines: mixed: {error}; or use limma") from error


def fit(values: Any, model: "Model", options: "ModelOptions") -> Result:
    """Moderated t-tests of every contrast of a model, against `lfc`.

    `correlation` is the median over genes of the intraclass correlation.
    """
    import numpy as np

    found = joint(values, model, options)
    own = np.asarray(found.correlation)
    print(
        f"mixed: {int((own == 0).sum())} of {len(own)} genes without patient variance "
        f"(ordinary fit), median intraclass correlation {float(np.median(own)):.3f}"
    )
    return tables_of(found, values.var_names, options.lfc)


def methods(contrasts: str, ran: Mapping[str, Any]) -> list[Sentence]:
    """See `Engine.methods`."""
    from revertome.limma.methods import EBAYES, moderation

    found = [
        Sentence(
            f"{contrasts} tested by moderated t (Smyth 2004) in linear mixed models of log2 "
            f"expression with a random intercept for every patient ({ran['formula']}), fitted to "
            "each gene by restricted maximum likelihood (REML), with Satterthwaite's degrees of "
            "freedom (Kuznetsova et al. 2017; Hoffman and Roussos 2021).",
            (EBAYES, LMERTEST, DREAM),
        )
    ]
    return found + [Sentence(*each) for each in moderation("mixed", ran)]
