"""Hidden factors: what many genes without sign of a claim share within patients beyond the model.

The idea of surrogate variables (Leek & Storey 2007, PLoS Genet 3:e161) and of removing unwanted
variation by negative controls (Gagnon-Bartsch & Speed 2012, Biostatistics 13:539; Risso et al.
2014, Nat Biotechnol 32:896): loadings are those of the residuals of control genes, which the
design and the patients have been taken out of; a sample's score is then its whole value along
them, so that what a factor has to do with visit or disease is adjusted for as well, and is told.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from revertome.arrays import Array
from revertome.limma.constant import constant
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.fit import lm_fit
from revertome.trial import Model, dependent

NAME = "hidden_factors"
COLUMN = "hidden_factor_"  # of the samples, then its number
TRIED = 1000  # control genes from which factors are counted
LEAST = 100  # control genes
SHARE = 10  # residual contrasts that each factor is to have
SEED = 1
TURNS = 8
HELD = 1000  # genes of which copies are held


class Hidden(NamedTuple):
    """Hidden factors of a study.

    Attributes
    ----------
    scores : (n, k)
        One column a factor, of unit variance.
    explained : (k,)
        Share of each in the residual variance of the control genes.
    n_controls, n_contrasts : int
        Control genes, and independent residual contrasts within patients.
    note : str
        Why none was looked for; else empty.
    """

    scores: Array
    explained: Array
    n_controls: int
    n_contrasts: int
    note: str = ""


def hidden_factors(
    y: Array, model: Model, patient: pd.Series, claims: Sequence[str], rho: float, alpha: float
) -> Hidden:
    """Factors beyond a design and patients, in genes that show no sign of a claim.

    Controls are the half of the genes with the largest of their smallest p of the claims. A factor
    that goes with a claim gives many genes a sign of it; so p, controls and factors are found
    anew, eight times, with the factors of the time before in the model. Of the move of a factor by
    1.5 SD 86 to 95% is found then (1,500 simulated genes), 36 to 61% without. One that goes with a
    claim by far more than it varies beside it leaves no trace in the controls, and is not found.

    Parameters
    ----------
    y : (n, G)
        Log2 values of the joint fit; genes with missing values are no controls.
    model : Model
        Cells and covariates.
    patient : (n,)
        Patient of each sample.
    claims : sequence of str
        Contrasts of the model that are claimed of genes: disease and changes.
    rho : float
        Correlation of samples of one patient.
    alpha : float
        Level of the test of each factor, see `number_of_factors`.

    Returns
    -------
    Hidden
        One factor at most for every ten residual contrasts.
    """
    basis, n = _within(model.design.to_numpy(float), patient), len(y)
    at = _complete(y)
    found = Hidden(np.empty((n, 0)), np.empty(0), len(at) // 2, basis.shape[1])
    if basis.shape[1] < SHARE:
        return found._replace(note=f"{basis.shape[1]} residual contrasts within patients")
    if len(at) // 2 < LEAST:
        return found._replace(note=f"{len(at) // 2} genes without sign of a claim")
    whole = y if len(at) == y.shape[1] else y[:, at]
    for turn in range(TURNS):
        p = _p_claimed(whole, model, found.scores, claims, rho)
        order = np.argsort(-p, kind="stable")
        controls = np.sort(at[order[: len(at) // 2]])
        found = _factors(y[:, controls], basis, found, alpha if turn in (0, TURNS - 1) else None)
        if not len(found.explained):
            break
    return found


def _factors(y: Array, basis: Array, found: Hidden, alpha: float | None) -> Hidden:
    """Factors of control genes (n, G), which are lost; without alpha as many as before."""
    y -= y.mean(axis=0)
    effects = basis.T @ y
    scale = np.sqrt(np.mean(effects**2, axis=0))
    effects /= scale
    k = len(found.explained)
    if alpha is not None:
        k = number_of_factors(effects, alpha, basis.shape[1] // SHARE)
    _, size, loadings = np.linalg.svd(effects, full_matrices=False)
    loadings = loadings[:k] * np.sign(loadings[:k].sum(axis=1, keepdims=True))
    scores = y @ (loadings / scale).T
    return found._replace(
        scores=scores / scores.std(axis=0), explained=size[:k] ** 2 / np.sum(size**2)
    )


def _p_claimed(y: Array, model: Model, scores: Array, claims: Sequence[str], rho: float) -> Array:
    """Smallest p of the claims of each gene, with the factors found so far in the model."""
    names = [f"{COLUMN}{k}" for k in range(scores.shape[1])]
    own = pd.DataFrame(scores, index=model.design.index, columns=names)
    fit = lm_fit(y, pd.concat([model.design, own], axis=1), model.block, rho)
    contrasts = {name: model.contrasts[name].reindex(fit.names, fill_value=0.0) for name in claims}
    told = contrasts_fit(fit, contrasts)
    error = np.sqrt(np.einsum("gkk->gk", np.asarray(told.covariance))) * told.sigma[:, None]
    t = np.abs(told.coefficients / np.where(error > 0, error, np.nan))
    return np.asarray(2 * special.stdtr(told.df_residual, -t).min(axis=1))


def number_of_factors(effects: Array, alpha: float, most: int) -> int:
    """Number of factors by parallel analysis with random signs, factor by factor.

    The first singular value of the residual effects is compared with those of matrices of the same
    sizes and random signs, in which genes share nothing (Buja & Eyuboglu 1992, Multivariate Behav
    Res 27:509, who permute). A factor counts where it is larger than all of 1/alpha - 1 of them:
    a share of alpha of studies without any have one. What it explains is taken out before the next
    is asked (Dobriban & Owen 2019, J R Stat Soc B 81:163), by a turn that leaves independent
    contrasts, one fewer.

    Parameters
    ----------
    effects : (m, G)
        Independent residual contrasts, of genes of equal variance; of many genes 1,000 are taken
        at equal steps.
    alpha : float
    most : int
        Largest number to be found.
    """
    effects = effects[:, :: max(-(-effects.shape[1] // TRIED), 1)]
    rng, flips = np.random.default_rng(SEED), int(np.ceil(1 / alpha)) - 1
    for k in range(most):
        first = _largest(effects)
        for _ in range(flips):
            signs = rng.integers(0, 2, effects.shape, dtype=np.int8)
            if _largest(np.where(signs == 1, effects, -effects)) >= first:
                return k
        effects = _without(effects, np.linalg.eigh(effects @ effects.T)[1][:, -1])
    return most


def _without(effects: Array, u: Array) -> Array:
    """Effects orthogonal to u, (m - 1, G), each as near as can be to one of those there were.

    Householder's reflection takes u to the contrast most like it, which is dropped. Any turn would
    leave independent contrasts; the singular vectors, though, would hold a factor in one of them,
    and its size would be that of one unlike contrast, whatever the signs.
    """
    at = int(np.abs(u).argmax())
    v = u.copy()
    v[at] += np.copysign(1.0, u[at])
    turned = effects - np.outer(2 * v / (v @ v), v @ effects)
    return np.delete(turned, at, axis=0)


def _largest(effects: Array) -> float:
    return float(np.linalg.eigvalsh(effects @ effects.T)[-1])


def _complete(y: Array) -> npt.NDArray[np.intp]:
    """Positions of the genes that vary and have a value in every sample."""
    kept = np.zeros(y.shape[1], dtype=bool)
    for start in range(0, len(kept), HELD):
        some = y[:, start : start + HELD]
        whole = np.isfinite(some).all(axis=0)
        values = np.where(whole, some, 0.0)
        centred = values - values.mean(axis=0)
        squares = (np.einsum("ng,ng->g", each, each) for each in (centred, values))
        kept[start : start + HELD] = whole & ~constant(*squares)
    return np.flatnonzero(kept)


def _within(design: Array, patient: pd.Series) -> Array:
    """Orthonormal basis (n, m) of what the design and the patients leave."""
    people = np.eye(patient.nunique())[pd.factorize(patient)[0]]
    x = np.column_stack([people, design])
    x = np.delete(x, dependent(x), axis=1)
    return np.asarray(np.linalg.qr(x, mode="complete")[0][:, x.shape[1] :])
