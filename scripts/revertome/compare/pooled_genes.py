"""Log fold changes of every gene pooled over studies that share the variance between studies."""

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.compare.effects import ContrastEffects
from revertome.compare.pooled import RESULT
from revertome.statistics.fdr import adjust
from revertome.statistics.meta import between_studies, left_out, stouffer
from revertome.statistics.shared_tau2 import Prior, evened, limits, moderated

GENE_COLUMNS = ["gene", "contrast", *RESULT, "adj_p_common", "tau2_moderated"]
GENE_COLUMNS += ["without_low", "without_high", "without_largest_p"]
LEAST = 3  # studies from which a mean over studies is told from causes of their own
OF_OTHERS = ["statistic", "P.Value", "CI.L", "CI.R", "PI.L", "PI.R"]
TELLING = (1.5, 37.0)  # |t| and |z| between which they tell degrees of freedom


def pool_genes(
    tables: dict[str, dict[str, ContrastEffects]], genes: pd.Index, alpha: float
) -> pd.DataFrame:
    """Pool the log fold change of every gene that two or more studies tested.

    estimate, intervals and P.Value: `shared_tau2.moderated` with tau2's distribution over the genes
    of the contrast; tau2, I2 and Q are the gene's own. p_common: of no effect in any of these
    studies (`meta.stouffer` of their z, each study's weight 1 / its median error).

    Two studies have an estimate and p_common, and nothing that speaks of other studies: where each
    has effects of its own in many genes, the signs of half of them agree, and a variance between
    studies that is learned from all genes does not account for them.

    Returns
    -------
    DataFrame
        `GENE_COLUMNS`; adj.P.Val and adj_p_common are Benjamini-Hochberg over the genes of a
        contrast. without_low
        and without_high are the smallest and largest estimate when one study is left out (the
        distribution of tau2 is kept), without_largest_p the largest p where 3 others are left; for
        genes with adj.P.Val or adj_p_common at or below `alpha` in 3 or more studies. Sorted by
        contrast and gene.

    Warns
    -----
    UserWarning
        How many genes have no pooled result, because their numbers leave the range of doubles.
    """
    # ASSUME no patient is in two studies, and a gene whose mean over studies is 0 varies between
    # studies no more than the other genes together.
    parts = []
    for contrast, found in tables.items():
        names = sorted(found)
        if len(names) < 2:
            continue
        effect, variance, z = (np.full((len(names), len(genes)), np.nan) for _ in "yvz")
        for i, name in enumerate(names):
            own = found[name]
            effect[i, own.at], variance[i, own.at], z[i, own.at] = own.logfc, own.error**2, own.z
        variance[~(variance > 0) | ~np.isfinite(effect)] = np.nan
        at = np.flatnonzero(np.isfinite(variance).sum(0) >= 2)
        if len(at):
            tested = _pooled(effect[:, at], variance[:, at], z[:, at], names, alpha)
            parts.append(tested.assign(gene=genes[at], contrast=contrast))
    if not parts:
        return pd.DataFrame(columns=GENE_COLUMNS)
    table = pd.concat(parts, ignore_index=True)[GENE_COLUMNS]
    failed = int(table["tau2"].isna().sum())
    if failed:
        warnings.warn(
            f"compare/genes.tsv: {failed} of {len(table)} rows have no pooled result (NA), because "
            "their effects or errors are too large or too small to compute with",
            stacklevel=2,
        )
    return table


def _pooled(
    effect: Array, variance: Array, z: Array, names: list[str], alpha: float
) -> pd.DataFrame:
    known = np.isfinite(variance)
    effect, z = np.where(known, effect, np.nan), np.where(known, z, np.nan)
    df = np.stack([freedom(t, own) for t, own in zip(effect / np.sqrt(variance), z, strict=True)])
    even = evened(variance, df)
    mean, given, weight, prior = moderated(effect, variance, df, even)
    table = pd.DataFrame(between_studies(effect, variance, df))
    table = table.assign(**mean, **limits(given, weight, prior))
    table.loc[table["tau2"].isna(), [*({*mean} | {*OF_OTHERS})]] = np.nan
    table.loc[table["k"] < LEAST, OF_OTHERS] = np.nan
    median = np.array([np.median(own[own > 0]) if (own > 0).any() else 1.0 for own in variance])
    table["p_common"] = stouffer(z, 1 / np.sqrt(median)[:, None])
    for p, adjusted in (("P.Value", "adj.P.Val"), ("p_common", "adj_p_common")):
        table[adjusted] = adjust(table[p])
    kinds, which = np.unique(known.T, axis=0, return_inverse=True)
    joined = [",".join(np.array(names)[kind]) for kind in kinds]
    table["studies"] = np.array(joined, dtype=object)[which.ravel()]
    passed = np.flatnonzero((table[["adj.P.Val", "adj_p_common"]] <= alpha).any(axis=1))
    arrays = (each[:, passed] for each in (effect, variance, df, even))
    return table.assign(**_without(len(table), passed, tuple(arrays), prior))


def _without(
    size: int, passed: npt.NDArray[np.intp], arrays: tuple[Array, ...], prior: Prior
) -> dict[str, Array]:
    """The extremes of the pooled results without each study."""
    low, high, p = (np.full(size, start) for start in (np.inf, -np.inf, -np.inf))
    for _, rest, at in left_out(np.isfinite(arrays[1])):
        effect, variance, df, even = (each[np.ix_(rest, at)] for each in arrays)
        mean, *_ = moderated(effect, variance, df, even, prior)
        place = passed[at]
        low[place] = np.fmin(low[place], mean["estimate"])
        high[place] = np.fmax(high[place], mean["estimate"])
        p[place] = np.fmax(p[place], np.where(len(rest) < LEAST, np.nan, mean["P.Value"]))
    found = {"without_low": low, "without_high": high, "without_largest_p": p}
    return {name: np.where(np.isfinite(each), each, np.nan) for name, each in found.items()}


def freedom(t: Array, z: Array) -> Array:
    """Degrees of freedom (G,) of a study's t, from t and the normal scores z of its p-values.

    z^2 is about ((8 df + 1) / (8 df + 3))^2 df log(1 + t^2 / df) (Wallace 1959, Ann Math Stat
    30:1121), solved for df. A gene whose t is too near 0, or whose p is too near 0, to tell has the
    median of the others; infinite where no gene tells, or z is t.
    """
    telling = (np.abs(t) >= TELLING[0]) & (np.abs(z) <= TELLING[1])
    ratio = (z[telling] / t[telling]) ** 2
    # log(1 + u) / u falls from 1 to 0 as u = t^2 / df rises; near 0 it is 1 - u / 2.
    u = np.geomspace(1e-12, 1e6, 4000)
    scale = np.log(-np.log(np.log1p(u) / u))
    df = np.full(ratio.shape, 1e8)
    for _ in range(8):
        corrected = np.clip(ratio * ((8 * df + 3) / (8 * df + 1)) ** 2, 1e-5, 1 - 1e-12)
        at = np.exp(np.interp(np.log(-np.log(corrected)), scale, np.log(u)))
        df = np.maximum(t[telling] ** 2 / at, 1.0)
    found = np.full(t.shape, np.median(df) if len(df) else np.inf)
    found[telling] = df
    return np.asarray(np.minimum(found, 1e8))
