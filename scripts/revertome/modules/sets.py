"""Tests of modules in every contrast that count patients, on the fit of the contrast."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from threadpoolctl import threadpool_limits

from revertome.arrays import Array
from revertome.differential.asked_models import models_of
from revertome.differential.engines import joint_fit
from revertome.differential.model_options import ModelOptions
from revertome.limma.ebayes import squeeze
from revertome.limma.effects import Effects, effects_of
from revertome.limma.joint import JointFit
from revertome.modules.flips import flip_p
from revertome.modules.gsea import gsea
from revertome.modules.own_variance import own_variance_p
from revertome.samples import samples_named
from revertome.statistics.fdr import adjust
from revertome.statistics.preranked import RandomSets
from revertome.statistics.set_tests import (
    camera,
    fry,
    inflation,
    mean_estimate,
    members,
    normal_score,
    robust_variance,
)

DESCRIBED = 200  # modules of a contrast with NES and leading edge
COLUMNS = ["contrast", "module", "n_genes", "n_found", "logFC", "CI.L", "CI.R", "correlation"]
COLUMNS += ["P.rotation", "adj.P.rotation", "P.flip", "P.camera", "adj.P.camera"]
COLUMNS += ["NES", "leading_edge", "difference", "P.own", "adj.P.own"]


def set_tests(
    expression: Any,
    labels: pd.DataFrame,
    names: Sequence[str],
    sets: Mapping[str, list[str]],
    families: Mapping[str, list[str]],
    model: ModelOptions,
    options: Mapping[str, Any],
    alpha: float,
) -> pd.DataFrame:
    """Test every module in every contrast: does it change, and more than other genes?

    The fit is that of the contrast's table: pairs or blocks, weights, covariates, moderation.

    Parameters
    ----------
    expression : AnnData, samples x genes
    labels : DataFrame
        patient, label.
    names : list of str
        Contrasts.
    sets, families : mapping
        Module to genes, and file to its modules.
    model : ModelOptions
        Engine and options of the contrasts.
    options : mapping
        `min_genes` and `seed`.
    alpha : float
        False discovery rate; sign flips that cannot reach it are not tried.

    Returns
    -------
    DataFrame
        contrast, module, n_genes (listed), n_found (tested); logFC, CI.L, CI.R (mean over the genes
        of the log2 fold change, and its 95% interval); correlation (mean over pairs of its genes,
        between residuals); P.rotation (self-contained: `fry`), P.flip (sign flips within pairs;
        changes of one group of pairs only), P.camera (competitive: `camera` with that correlation);
        adj. (Benjamini-Hochberg over the modules of one file in a contrast); difference (of the
        mean normal score of its genes and of other genes); P.own (self-contained, with variances of
        responders, non-responders and healthy people of their own: `own_variance_p`). NA below
        `min_genes` found.
    """
    order = pd.MultiIndex.from_product([names, sets], names=["contrast", "module"])
    with threadpool_limits(limits=1):  # more threads would sum in another order
        parts = [
            _tested(fitted, name, expression.var_names, sets, labels, model.design, options, alpha)
            for fitted, name in _fits(expression, labels, model, names)
        ]
    table = pd.concat([part for part in parts if len(part)]) if parts else pd.DataFrame()
    table = table.reindex(
        order, columns=[c for c in COLUMNS[2:] if c not in ("NES", "leading_edge")]
    )
    table["n_genes"] = [len(sets[module]) for _, module in order]
    table["n_found"] = table["n_found"].fillna(0).astype(int)
    family = pd.Series({module: file for file, own in families.items() for module in own})
    groups = [order.get_level_values("contrast"), order.get_level_values("module").map(family)]
    for p in ("P.rotation", "P.camera", "P.own"):
        table[f"adj.{p}"] = table[p].groupby(groups).transform(adjust)
    return table.reset_index()


def sets_table(
    tested: pd.DataFrame,
    contrasts: Mapping[str, pd.DataFrame],
    sets: Mapping[str, list[str]],
    options: Mapping[str, Any],
) -> pd.DataFrame:
    """The tests of `set_tests` beside what `gsea` says of the contrasts' tables.

    Of a large collection the `DESCRIBED` modules with the smallest p are described, by contrast.
    """
    first = tested.sort_values(["P.own", "P.rotation"], kind="stable").groupby("contrast")
    leading = first["module"].apply(lambda names: set(names.head(DESCRIBED)))
    random = RandomSets(options["permutations"], options["seed"])
    parts = [
        gsea(
            {name: table},
            {module: genes for module, genes in sets.items() if module in leading[name]},
            random,
        )
        for name, table in contrasts.items()
    ]
    described = pd.concat(parts) if parts else gsea({}, sets, random)
    return tested.merge(described, on=["contrast", "module"], how="left")[COLUMNS]


def _fits(
    expression: Any, labels: pd.DataFrame, model: ModelOptions, names: Sequence[str]
) -> Iterator[tuple[JointFit, str]]:
    for each in models_of(expression.obs, labels, model, names).models:
        fitted = joint_fit(samples_named(expression, each.obs.index), each, model)
        for name in each.contrasts:
            yield fitted, name


def _tested(
    fitted: JointFit,
    name: str,
    genes: pd.Index,
    sets: Mapping[str, list[str]],
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    options: Mapping[str, Any],
    alpha: float,
) -> pd.DataFrame:
    effects = effects_of(fitted, name)
    known = effects.known
    place = pd.Series(np.flatnonzero(known), index=genes[known].astype(str))
    at = {
        module: place.reindex(listed).dropna().to_numpy(np.intp) for module, listed in sets.items()
    }
    large = {module: own for module, own in at.items() if len(own) >= options["min_genes"]}
    found = pd.DataFrame({"n_found": {module: len(own) for module, own in at.items()}})
    if large:
        every = members(list(large.values()), len(genes))
        flips = flip_p(fitted, name, every, labels, design, alpha, options["seed"])
        scale = gene_scale(effects)
        numbers = set_numbers(effects, scale, every)
        own = own_variance_p(fitted, name, every, scale, labels, design)
        numbers |= {"P.flip": flips, "P.own": own}
        found = found.join(pd.DataFrame(numbers, index=list(large)))
    found.index = pd.MultiIndex.from_product([[name], found.index], names=["contrast", "module"])
    return found


def gene_scale(effects: Effects) -> Array:
    """Moderated standard deviation of each gene from its effects but the largest, (G,)."""
    variance, df = robust_variance(effects.signal, effects.noise)
    return np.sqrt(squeeze(variance, df, effects.s2_prior, effects.df_prior))


def set_numbers(effects: Effects, scale: Array, sets: sparse.csr_array) -> dict[str, Array]:
    """Columns of `set_tests` that the effects of one contrast give, for sets of known genes."""
    known = effects.known
    among = sets[:, np.flatnonzero(known)]
    noise = effects.noise
    estimate, low, high = mean_estimate(sets, effects.logfc, noise, effects.stdev_unscaled)
    inflated = inflation(sets, noise)
    scores = normal_score(effects.t, effects.df_total)[known]
    beyond = camera(among, scores, inflated, noise.shape[1])
    size = np.asarray(sets.sum(axis=1), dtype=float)
    return {
        "logFC": estimate,
        "CI.L": low,
        "CI.R": high,
        "correlation": (inflated - 1) / np.where(size > 1, size - 1, np.nan),
        "P.rotation": fry(sets, effects.signal, noise, scale).p,
        "P.camera": beyond.p,
        "difference": beyond.estimate,
    }
