"""Shares of the variance of every gene: patients, disease, response, visits, cells, and the rest.

The numbers of variancePartition (Hoffman & Schadt 2016, BMC Bioinformatics 17:483) for a mixed
model with a random patient intercept: fixed effects count by the variance of their fitted values
over the samples, patient and rest by their variance components, all over their sum. They describe
the samples at hand, and test nothing.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.differential.variance_sources import CELL_TYPE, Sources, order_of, sources_of
from revertome.limma.fit import lm_fit
from revertome.limma.mixed_joint import mixed_fit_seen
from revertome.trial import analysed, between_people

Rows = npt.NDArray[np.intp]
HELD = 2**20  # numbers of the values, or of the covariances, of the genes fitted at once
NULLS = 2000  # genes of noise that are drawn
SEED = 1
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


class Shares(NamedTuple):
    """Shares of variance.

    Attributes
    ----------
    genes : DataFrame, (G, ...)
        gene, mean, variance (sum of the sources, log2 squared), then the share of each source;
        missing for sources that the model has not. Sorted by gene.
    sources : DataFrame
        One row a source of the model, see `_summary`.
    """

    genes: pd.DataFrame
    sources: pd.DataFrame


class Fitted(NamedTuple):
    """Variances of genes: of each fixed source (G, K), patient and rest (G,); and means (G,)."""

    fixed: Array
    patient: Array
    rest: Array
    mean: Array

    @property
    def total(self) -> Array:
        """Sum of all sources, NaN where it is 0."""
        total = self.fixed.sum(axis=1) + np.nan_to_num(self.patient) + self.rest
        return np.where(total > 0, total, np.nan)


def variance_shares(
    expression: Any,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    cells: pd.DataFrame | None = None,
) -> Shares:
    """Share of each source in the variance of every gene.

    Parameters
    ----------
    expression : AnnData, samples x genes
        Log2 values of the samples used; NaN where missing.
    labels : DataFrame
        patient, label.
    design : mapping
        Configuration section `design`; its covariates are sources of their own.
    cells : DataFrame, optional
        `composition/cells.tsv`.

    Returns
    -------
    Shares
        Where patients cannot be told apart from the rest (nobody has two samples), `patient` is
        missing and counts as rest.

    Notes
    -----
    With fixed effects X_k b_k, s_k = var(X_k b_k) and s = var(X b), both over n, the variance of
    source k is s s_k / sum(s_k): where sources go together, what they share is divided between
    them. A share is at least what chance makes of it (`by_chance`), above all in small studies.
    """
    from threadpoolctl import threadpool_limits

    people = between_people(analysed(expression.obs, design), labels, design)
    found = sources_of(people, cells)
    told = 0 if cells is None else len(people.where) - len(found.design)
    if cells is not None and (told or not found.cell_types):
        print(f"variance shares: {_on_cells(told, found)}")
    at = expression.obs.index.get_indexer(found.design.index)
    with threadpool_limits(limits=1):
        fitted = _fitted(expression.X, at, found)
        table = _table(fitted, found, expression.var_names)
        return Shares(table, _summary(table, _by_chance(fitted, found), found))


def _on_cells(left_out: int, found: Sources) -> str:
    if found.cell_types:
        return f"{left_out} samples left out, whose cell content is not known"
    return "four fifths of the samples know no type of cells that varies: composition is no source"


def _fitted(y: Any, at: Rows, found: Sources) -> Fitted:
    """Variances of all genes in the samples at `at`, some genes at a time.

    At least an eighth of them, as what many samples have in common is made for each part anew.
    """
    step = max(HELD // max(len(at), found.design.shape[1] ** 2), -(-y.shape[1] // 8))
    starts = range(0, y.shape[1], step)
    parts = [
        _some(np.asarray(y[:, start : start + step], dtype=float)[at], found) for start in starts
    ]
    return Fitted(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _some(y: Array, found: Sources) -> Fitted:
    design = found.design
    try:
        units = {str(column): pd.Series({column: 1.0}) for column in design}
        fit = mixed_fit_seen(y, design, found.block, units)
        beta, rest = fit.coefficients, fit.sigma**2
        patient = fit.ratio * rest
    except ValueError:  # nothing tells patients apart from the rest
        plain = lm_fit(y, design)
        beta, rest = plain.coefficients, plain.sigma**2
        patient = np.full(len(beta), np.nan)
    k = np.array([*found.parts.values(), found.whole])
    own = np.einsum("gp,kpq,gq->gk", beta, k, beta, optimize=True)
    summed = own[:, :-1].sum(axis=1)
    scale = np.divide(own[:, -1], summed, out=np.ones(len(summed)), where=summed > 0)
    seen = ~np.isnan(y)
    mean = np.where(seen, y, 0.0).sum(axis=0) / np.where(seen.any(axis=0), seen.sum(axis=0), np.nan)
    return Fitted(own[:, :-1] * scale[:, None], patient, rest, mean)


def _table(fitted: Fitted, found: Sources, genes: pd.Index) -> pd.DataFrame:
    total = fitted.total
    columns = dict.fromkeys(order_of(found.parts), np.full(len(total), np.nan))
    columns |= dict(zip(found.parts, (fitted.fixed / total[:, None]).T, strict=True))
    columns |= {"patient": fitted.patient / total, "rest": fitted.rest / total}
    facts = {"gene": np.asarray(genes, dtype=object), "mean": fitted.mean, "variance": total}
    table = pd.DataFrame(facts | columns)
    return table.sort_values("gene", kind="stable", ignore_index=True)


def _by_chance(fitted: Fitted, found: Sources) -> dict[str, float]:
    """Mean share of each source in genes without effects, drawn as they have no closed form.

    They are as variable between patients, beside the rest, as the median gene; for the share of
    patients not at all.
    """
    ratio = np.nan_to_num(fitted.patient / np.where(fitted.rest > 0, fitted.rest, np.nan))
    rng, code = np.random.default_rng(SEED), pd.factorize(found.block)[0]
    noise = rng.standard_normal((len(code), 2 * NULLS))
    people = rng.standard_normal((code.max() + 1, NULLS))[code]
    noise[:, :NULLS] += np.sqrt(np.median(ratio)) * people
    drawn = _fitted(noise, np.arange(len(noise)), found)
    shares = (drawn.fixed / drawn.total[:, None])[:NULLS].mean(axis=0)
    patient = float((drawn.patient / drawn.total)[NULLS:].mean())
    return dict(zip(found.parts, shares.tolist(), strict=True)) | {"patient": patient}


def _summary(table: pd.DataFrame, chance: Mapping[str, float], found: Sources) -> pd.DataFrame:
    """One row a source of the model.

    Returns
    -------
    DataFrame
        source; coefficients (missing of patient and rest); mean, q05 ... q95 of the shares over
        genes; by_chance (mean share in genes without effects, `_by_chance`; missing of rest);
        n_genes; n_samples, n_people of the model; details (cell types).
    """
    rows = []
    for name in order_of(found.parts):
        share = table[name].dropna()
        if len(share):
            quantiles = share.quantile(list(QUANTILES.values())).to_numpy()
            rows.append(
                {
                    "source": name,
                    "coefficients": found.size.get(name, np.nan),
                    "mean": share.mean(),
                    **dict(zip(QUANTILES, quantiles, strict=True)),
                    "by_chance": chance.get(name, np.nan),
                    "n_genes": len(share),
                    "n_samples": len(found.design),
                    "n_people": found.block.nunique(),
                    "details": ", ".join(c.removeprefix(CELL_TYPE) for c in found.cell_types)
                    if name == "composition"
                    else "",
                }
            )
    return pd.DataFrame(rows).astype({"coefficients": "Int64"})
