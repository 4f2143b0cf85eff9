"""Do two studies' effects agree, gene by gene, given that genes go together?"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.compare.effects import ContrastEffects, shared
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
    "P.Value",
    "adj.P.Val",
    "reliability_a",
    "reliability_b",
    "disattenuated",
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
    if a.spread is None or b.spread is None or not _errors(a, b):
        return {**row, "uncertainty": "no residual expression"}
    return {**row, **uncertainty(a, b), "uncertainty": "residual expression"}


def uncertainty(a: ContrastEffects, b: ContrastEffects) -> dict[str, float]:
    """Interval and p of the correlation r of two effect vectors of the same genes.

    The effects of a study have the error covariance S = D R D, D the standard errors of its table
    and R the correlation of its genes among people, taken from its residual expression; products
    with S need the residuals only, never a matrix of genes by genes.

    - CI.L, CI.R: 95%, other patients from the same populations. With u, v the centred effects and
      g = dr/du, h = dr/dv, var(r) = g'S_a g + h'S_b h - tr(S_a S_b) / (|u|^2 |v|^2), the last term
      as in Goodman 1960 (J Am Stat Assoc 55:708-13) for a product of two estimates, at least the
      largest of the three; on the scale of atanh r, t with Welch's df.
    - genes_effective: 1 + 1/var of the correlation of two patterns that have nothing in common but
      that each runs along its study's co-expression, tr(S_a S_b) / (tr S_a tr S_b) (Clifford 1989,
      Biometrics 45:123-34; Dutilleul 1993, Biometrics 49:305-14). Both traces are unbiased, the
      studies being independent. P.Value: t test of r with genes_effective - 2 df.
    - reliability: share of the spread of logFC that is not error, 1 - tr(S) / |u|^2;
      disattenuated: r / sqrt(reliability_a reliability_b), the correlation of the true effects.
    """
    from scipy import stats

    # ASSUME genes that vary together among people are also what effects of unrelated causes move
    # together; and the error of an effect has the co-expression of the people it was measured in.
    u, v = a.logfc - a.logfc.mean(), b.logfc - b.logfc.mean()
    length = np.sqrt(u @ u), np.sqrt(v @ v)
    r = float(u @ v / (length[0] * length[1]))
    # Delta method: the gradient of r = u'v / (|u||v|) in u is (v/|v| - r u/|u|) / |u|.
    g = (v / length[1] - r * u / length[0]) / length[0]
    h = (u / length[0] - r * v / length[1]) / length[1]
    noise = _centred(a), _centred(b)
    # With S = N'N, N the rows of scaled residuals, g'Sg = |Ng|^2 and tr(S_a S_b) = |N_a N_b'|^2:
    # products of genes by people, never genes by genes.
    va = float(((noise[0] @ g.astype(np.float32)).astype(float) ** 2).sum())
    vb = float(((noise[1] @ h.astype(np.float32)).astype(float) ** 2).sum())
    cross = float(((noise[0] @ noise[1].T).astype(float) ** 2).sum())
    trace = float(np.vdot(noise[0], noise[0])), float(np.vdot(noise[1], noise[1]))
    both = cross / (length[0] * length[1]) ** 2
    variance = max(va + vb - both, va, vb, both)
    # Welch: variances estimated with the df of either study.
    df = (va + vb) ** 2 / (va**2 / a.df + vb**2 / b.df)
    effective = 1 + trace[0] * trace[1] / cross
    # d atanh(r) = dr / (1 - r^2).
    reach = stats.t.ppf(0.975, df) * np.sqrt(variance) / (1 - r**2)
    row = {"CI.L": np.tanh(np.arctanh(r) - reach), "CI.R": np.tanh(np.arctanh(r) + reach)}
    spare = effective - 2
    p = 2 * stats.t.sf(abs(r) * np.sqrt(spare / (1 - r**2)), spare) if spare > 0 else np.nan
    sure = 1 - trace[0] / length[0] ** 2, 1 - trace[1] / length[1] ** 2
    known = min(sure) > 0
    whole = float(np.clip(r / np.sqrt(sure[0] * sure[1]), -1, 1)) if known else np.nan
    row |= {"genes_effective": effective, "P.Value": p, "disattenuated": whole, "df": df}
    return row | {"reliability_a": max(sure[0], 0.0), "reliability_b": max(sure[1], 0.0)}


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
    return bool(np.isfinite(a.error).all() and np.isfinite(b.error).all())


def _centred(effects: ContrastEffects) -> npt.NDArray[np.float32]:
    """Rows whose sum of products is the error covariance of the centred effects."""
    if effects.spread is None:
        raise ValueError("the uncertainty needs residual expression of both studies")
    rows: npt.NDArray[np.float32] = effects.spread - effects.spread.mean(axis=1, keepdims=True)
    return rows
