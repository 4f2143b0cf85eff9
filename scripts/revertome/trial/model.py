"""One linear model of the samples of a trial."""

from dataclasses import dataclass, field

import pandas as pd

from revertome.trial.rank import Aliased
from revertome.trial.verdict import Verdict


@dataclass(frozen=True)
class Model:
    """One linear model: the samples in it, its design matrix and its contrasts.

    Attributes
    ----------
    obs : DataFrame, (n, ...)
        Samples of the model, in the order of the rows of `design`.
    design : DataFrame, (n, p)
        Full-rank design matrix with named columns.
    block : Series of str, (n,), or None
        Block of each sample for a random intercept: the patient, or, where patients are columns of
        `design`, the patient at a visit in a crossover. None where there are no blocks.
    contrasts : dict of str to Series, (p,)
        Coefficients of each estimable contrast.
    dropped : list of str
        Patients and covariates left out of the model, each with the reason.
    formula : str
        The model in words.
    aliased : tuple of Aliased
        The covariate columns among `dropped`, and why.
    verdicts : dict of str to Verdict
        What becomes of the covariates in each contrast that has samples, also in one that they
        hide, which then is not among `contrasts`.
    """

    obs: pd.DataFrame
    design: pd.DataFrame
    block: pd.Series | None
    contrasts: dict[str, pd.Series]
    dropped: list[str] = field(default_factory=list)
    formula: str = ""
    aliased: tuple[Aliased, ...] = ()
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def blocking(self) -> str:
        """How patients are held: `random` blocks, or `fixed` columns of the design.

        `none` where everybody has one sample.
        """
        columns = any(str(name).startswith("patient=") for name in self.design)
        if self.block is None or columns:
            return "fixed"
        return "random" if self.block.duplicated().any() else "none"
