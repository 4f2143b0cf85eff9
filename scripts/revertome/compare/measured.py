"""Samples of a study as its contrasts take them: at baseline beside the healthy, and in pairs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.trial import cells, covariate_columns, is_healthy, paired_rows, patients_at


@dataclass(frozen=True)
class Measured:
    """Samples that were used.

    Attributes
    ----------
    x : (n, G)
        log2 expression; NaN where it is missing.
    genes
        Gene symbols, (G,).
    label : Series, (n,)
        Group of response of each sample's patient, or healthy.
    nuisance : (n, covariates)
        Covariates.
    healthy, baseline : (n,)
        Healthy samples, and patients' before treatment.
    pairs : (pairs,), (pairs,)
        Rows before and after of every complete pair.
    """

    x: Array
    genes: pd.Index
    label: pd.Series
    nuisance: Array
    healthy: Mask
    baseline: Mask
    pairs: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


def measured(expression: Any, labels: pd.DataFrame, design: Mapping[str, Any]) -> Measured:
    """Samples of an expression matrix.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Samples that were used; log2.
    labels
        patient, label.
    design
        Section `design` of the configuration.

    Raises
    ------
    StudyError
        When a covariate is unknown or a sample lacks its value.
    """
    obs = expression.obs
    where = cells(obs, labels, design).assign(patient=obs["patient"].astype(str))
    return Measured(
        np.asarray(expression.X, dtype=float),
        pd.Index(expression.var_names.astype(str)),
        where["label"].astype(str),
        covariate_columns(obs, design.get("covariates") or []).to_numpy(float),
        is_healthy(obs, design).to_numpy(bool),
        patients_at(obs, design, "baseline").to_numpy(bool),
        paired_rows(where, design["baseline"], design["followup"]),
    )
