"""The same samples as RNA-seq."""

import numpy as np
import pandas as pd

from revertome.simulate.draw import stream
from revertome.simulate.profile import BACKGROUND

LIBRARY = (12e6, 30e6)  # reads
SILENCE = 6.0  # mean log2 by which sequencing sees less of a silent gene than an array does
ASYMPTOTIC, PER_MEAN = 0.06, 2.0  # dispersion


def read_counts(log2: pd.DataFrame, genes: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Read counts of the log2 signal.

    count ~ negative binomial(m, dispersion), m = library size x 2^signal / sum(2^signal),
    dispersion = (0.06 + 2 / mean m) x 10 / chi-square(12), a trend with scatter as in
    Love 2014 (Genome Biol 15:550). Differences of log2 signal, and so the true effects, are kept.
    An array has a background and sequencing has none: genes near it go down to few reads.

    Parameters
    ----------
    log2
        Samples x genes, values of `expression.log2_expression`.
    genes
        Table of `profile.profile`, same genes.
    seed
        Seed of every draw.

    Returns
    -------
    DataFrame of integers, samples x genes.
    """
    rng = stream(seed, "counts")
    depth = rng.uniform(*LIBRARY, size=(len(log2), 1))
    near = 1 / (1 + np.exp(4 * (genes["mean"].to_numpy() - BACKGROUND - 0.7)))
    signal = log2.to_numpy() - near * rng.gamma(4, SILENCE / 4, len(genes))
    sexual = genes["group"].isin(["female", "male"]).to_numpy()
    signal = np.where(sexual & (signal < BACKGROUND + 1), signal - SILENCE, signal)
    abundance = np.exp2(signal)
    expected = depth * abundance / abundance.sum(axis=1, keepdims=True)
    trend = ASYMPTOTIC + PER_MEAN / expected.mean(axis=0)
    size = rng.chisquare(12, len(genes)) / 10 / trend
    rate = expected * rng.gamma(size, 1 / size, expected.shape)
    return pd.DataFrame(rng.poisson(rate), index=log2.index, columns=log2.columns)
