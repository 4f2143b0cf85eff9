"""Do two studies' effects agree, gene by gene, given that genes go together?"""

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from revertome.arrays import Array
from revertome.compare.axes import along_axes
from revertome.compare.effects import ContrastEffects, shared
from revertome.compare.products import Products, products
from revertome.compare.true_correlation import UNTOLD, true_correlation
from revertome.statistics.fdr import adjust
from revertome.statistics.ranks import average_ranks

CONTRASTS = ("disease", "change_responders", "change_nonresponders", "change_all")
# Responders' change, or that of all patients of a study that tells no response: made only where
# some studies tell it and some do not.
TREATED = "change_treated"
COLUMNS = [
    "contrast",
    "study_a",
    "study_b",
    "n_genes_a",
    "n_genes_b",
    "n_shared",
    "pearson",
    "CI.L",
    "CI.R",
    "genes_effective",
    "axes_effective",
    "axes_df",
    "P.Value",
    "adj.P.Val",
    "reliability_a",
    "reliability_b",
    "disattenuated",
    "disattenuated_CI.L",
    "disattenuated_CI.R",
    "spearman",
    "sign_agreement",
    "df",
    "uncertainty",
]
LEAST = 3  # genes


def agreement(first: ContrastEffects, second: ContrastEffects) -> dict[str, float | str]:
    """Compare the log fold changes of two contrasts on the genes both measure.

    Parameters
    ----------
    first, second
        Contrasts of two studies without common patients.

    Returns
    -------
    n_genes_a, n_genes_b, n_shared; pearson and spearman correlation of logFC; sign_agreement, the
    share of shared genes whose logFC has the same sign; and the columns of `uncertainty`, missing
    where one of the studies gives no residual expression. Correlations of fewer than 3 genes are
    missing.
    """
    a, b = shared(first, second)
    counts = {"n_genes_a": len(first.at), "n_genes_b": len(second.at), "n_shared": len(a.at)}
    if len(a.at) < LEAST:
        return {**counts, "uncertainty": "fewer than 3 shared genes"}
    same = np.sign(a.logfc) == np.sign(b.logfc)
    row: dict[str, float | str] = {
        **counts,
        "pearson": correlation(a.logfc, b.logfc),
        "spearman": correlation(average_ranks(a.level), average_ranks(b.level)),
        "sign_agreement": float(same.mean()),
    }
    if not _errors(a, b):
        return {**row, "uncertainty": "no residual expression"}
    if not np.isfinite(correlation(a.logfc, b.logfc)):
        return {**row, "uncertainty": "the effects of one study are all the same"}
    return {**row, **uncertainty(a, b)}


def uncertainty(a: ContrastEffects, b: ContrastEffects) -> dict[str, float | str]:
    """Interval and p of the correlation r of two effect vectors of the same genes.

    The effects of a study have the error covariance S = D R D, D the standard errors of its table
    and R the correlation of its genes among people, taken from its residual expression; products
    with S need the residuals only, never a matrix of genes by genes.

    - CI.L, CI.R: 95%, of the r that other patients from the same populations, as many, give: an
      interval of the noisy correlation, which no more patients than these make higher. See
      `interval`. The correlation of the true effects has its own, see `true_correlation`.
    - genes_effective: 1 + 1/var of the correlation of two patterns that have nothing in common but
      that each runs along its study's co-expression, tr(S_a S_b) / (tr S_a tr S_b) (Clifford 1989,
      Biometrics 45:123-34; Dutilleul 1993, Biometrics 49:305-14). Both traces are unbiased, the
      studies being independent.
    - axes_effective, axes_df: 1/var and df of the correlation of effects that run along the common
      axes of co-expression with random signs, see `along_axes`.
    - P.Value: the larger p of the t test of r with genes_effective - 2 df, and of
      |r| sqrt(axes_effective) as t with axes_df. It asks for more than effects along the same axes:
      a signature that lies in one or two of them is never shown, however large.
    """
    from scipy import special

    # ASSUME genes that vary together among people are also what effects of unrelated causes move
    # together; and the error of an effect has the co-expression of the people it was measured in.
    found = products(a, b)
    effective = 1 + found.first.trace * found.second.trace / found.cross
    variance, df = along_axes(found, effective)
    spare, r = effective - 2, abs(found.r)
    p = np.nan
    if spare > 0:
        # A correlation of 1 by rounding has a p of 0.
        t = r * np.sqrt(spare / max(1 - r**2, 1e-15)), r / np.sqrt(variance)
        p = max(2 * special.stdtr(spare, -t[0]), 2 * special.stdtr(df, -t[1]))
    true = true_correlation(found)
    rests = "residual expression" + ("" if np.isfinite(true["disattenuated"]) else f"; {UNTOLD}")
    row: dict[str, float | str] = {"genes_effective": effective, "P.Value": p, "uncertainty": rests}
    return row | {"axes_effective": 1 / variance, "axes_df": df} | interval(found) | true


def interval(found: Products) -> dict[str, float]:
    """95% limits of r in other patients, and their df.

    With g = dr/du, h = dr/dv, var(r) = g'S_a g + h'S_b h - tr(S_a S_b) / (|u|^2 |v|^2), the last
    term as in Goodman 1960 (J Am Stat Assoc 55:708-13) for a product of two estimates, at least the
    largest of the three; on the scale of atanh r, t with Welch's df.
    """
    from scipy import special

    r, length = found.r, np.sqrt([found.uu, found.vv])
    # Delta method: the gradient of r = u'v / (|u||v|) in u is (v/|v| - r u/|u|) / |u|.
    first = found.first.on @ np.array([-r / length[0], 1 / length[1]]) / length[0]
    second = found.second.on @ np.array([1 / length[0], -r / length[1]]) / length[1]
    va, vb = float(first @ first), float(second @ second)
    both = found.cross / (found.uu * found.vv)
    variance = max(va + vb - both, va, vb, both)
    # Welch: variances estimated with the df of either study.
    df = (va + vb) ** 2 / max(va**2 / found.first.df + vb**2 / found.second.df, 1e-300)
    # d atanh(r) = dr / (1 - r^2).
    rest = max(1 - r**2, 1e-15)
    reach = special.stdtrit(max(df, 1.0), 0.975) * np.sqrt(variance) / rest
    middle = np.arctanh(np.clip(r, -1 + 1e-15, 1 - 1e-15))
    return {
        "CI.L": float(np.tanh(middle - reach)),
        "CI.R": float(np.tanh(middle + reach)),
        "df": df,
    }


def concordance(tables: dict[str, dict[str, ContrastEffects]]) -> pd.DataFrame:
    """Agreement of every pair of studies in every contrast both have.

    Parameters
    ----------
    tables
        Effects by contrast and study.

    Returns
    -------
    DataFrame with the columns of `COLUMNS`; see `agreement`. adj.P.Val is Benjamini-Hochberg over
    the pairs of a contrast.
    """
    from itertools import combinations

    with threadpool_limits(limits=1):  # more threads would sum in another order
        rows = [
            {"contrast": contrast, "study_a": a, "study_b": b, **agreement(found[a], found[b])}
            for contrast, found in tables.items()
            for a, b in combinations(sorted(found), 2)
        ]
    table = pd.DataFrame(rows).reindex(columns=COLUMNS)
    families = table.dropna(subset="P.Value").groupby("contrast")["P.Value"]
    table["adj.P.Val"] = families.transform(adjust)
    return table


def correlation(x: Array, y: Array) -> float:
    """Pearson correlation; NaN where one does not vary."""
    u, v = x - x.mean(), y - y.mean()
    size = np.sqrt((u @ u) * (v @ v))
    return float(u @ v / size) if size > 0 else np.nan


def _errors(a: ContrastEffects, b: ContrastEffects) -> bool:
    """Whether both studies tell the errors of these genes, and how they go together."""
    parts = (a, b)
    if any(part.spread is None or not np.isfinite(part.error).all() for part in parts):
        return False
    return all(bool(np.any(part.spread)) for part in parts)
