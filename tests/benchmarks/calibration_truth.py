"""What is true in a simulated trial: mean of every cell and gene, and the points that follow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.calibration import inside, truth
from benchmarks.cell_setting import CellSetting
from revertome.trial import Model

CELLS = ["healthy", "nonresponder.after", "nonresponder.before", "responder.after",
         "responder.before"]  # fmt: skip
DRUG = ("induced", "edge")  # kinds of genes that the drug moves, in everyone


@dataclass(frozen=True)
class Truth:
    """Means of the population.

    Attributes
    ----------
    kind : (G,)
        Kind of each gene, `calibration.MIXTURES`.
    means : DataFrame, (cells, G)
        Means of the cells, log2.
    """

    kind: np.ndarray
    means: pd.DataFrame

    def contrast(self, model: Model, name: str) -> np.ndarray:
        """True value (G,) of a contrast of the model; covariates have none of it."""
        vector = model.contrasts[name].reindex(self.means.index, fill_value=0.0)
        return vector.to_numpy() @ self.means.to_numpy()

    def in_class(self, model: Model, name: str, disease: str, change: str) -> np.ndarray:
        """Whether the true point of two contrasts lies in the open wedge of a class."""
        d, t = self.contrast(model, disease), self.contrast(model, change)
        # A class is a direction. In units of the larger of d and t, rounding puts genes that lie
        # on an edge back on it, beside which sums and differences of floats have put them.
        size = np.maximum(np.abs(d), np.abs(t))
        unit = np.where(size > 1e-9, size, 1.0)
        return inside(name, np.round(d / unit, 9), np.round(t / unit, 9))


@dataclass(frozen=True)
class Effects:
    """Effects of one trial in units of the gene's scale, (G,), and where they are drug effects."""

    kind: np.ndarray
    disease: np.ndarray
    change: np.ndarray

    @property
    def drug(self) -> np.ndarray:
        return np.isin(self.kind, DRUG)


def effects(setting: CellSetting, rng: np.random.Generator) -> Effects:
    """Effects of every gene: 1.4 to 3.2 times the setting's unit."""
    true = truth(setting, rng)  # type: ignore[arg-type]  # it reads mixture and n_genes alone
    disease, change = (setting.unit * true[name].to_numpy() for name in ("disease", "change"))
    return Effects(true["kind"].to_numpy(), disease, change)


def truth_of(setting: CellSetting, effect: Effects, scale: np.ndarray) -> Truth:
    """Means of the cells, with genes on `scale` (G,); where patients differ it is their mean."""
    d, t = effect.disease * scale, effect.change * scale
    left = np.where(effect.drug, 1.0, setting.nonresponse) * t
    means = [np.zeros_like(d), d + left, d, d + t, d]
    return Truth(effect.kind, pd.DataFrame(means, CELLS))


def person_effects(
    setting: CellSetting, effect: Effects, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Disease and change of every patient, (patients, G), responders first.

    Where only some carry an effect it is larger in them, so that the mean is the effect.
    """
    n = setting.responders + setting.nonresponders
    shape = (n, len(effect.kind))
    label = np.r_[np.ones(setting.responders), np.full(setting.nonresponders, setting.nonresponse)]
    share = np.where(effect.drug, 1.0, label[:, None])
    carrier = np.ones(shape)
    if setting.carriers < 1:
        carrier = np.where(
            effect.drug, 1.0, (rng.random(shape) < setting.carriers) / setting.carriers
        )
    change = share * effect.change
    if setting.recovery_sd:
        deviation = rng.normal(size=(n, 1) if setting.recovery_common else shape)
        recovering = np.where(effect.drug, 0.0, effect.disease)
        change = change - setting.recovery_sd * share * deviation * recovering
    return carrier * effect.disease, carrier * change
