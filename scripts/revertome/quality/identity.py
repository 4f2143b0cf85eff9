"""Whose sample is it? Pairs of samples checked on genes that tell people apart."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array, Mask
from revertome.quality.components import most_variable
from revertome.quality.informative_genes import OtherPatients

Ints = npt.NDArray[np.intp]

MIN_PAIRED = 5  # patients with several samples below which nothing is said
CLIP = 3.0  # most that one gene can say for or against, natural log
ODDS = 7.0  # natural log of the odds (1,000 to 1) that accuse a sample
# ASSUME right pairs do not reach this natural log of the odds against one person: -14 was the least
# in simulated trials of 2,500 genes, where people differ little.
UNLIKE = 20.0
ROUNDS = 3
BLOCK = 1024  # genes copied at a time


def match_patients(
    x: Array, patient: pd.Series, cell: pd.Series, among: Mask | None = None
) -> pd.DataFrame:
    """Find the patient whose other samples match each sample best.

    For a pair of samples the evidence is the log ratio of the likelihood of their differences if
    they are of one person (variance 2 w) to that if they are of two (2 w + 2 b), summed over up
    to 100 genes with the largest b/w and mutual correlation below 0.5, each clipped to +-3, out of
    the 2,000 most variable genes that a tenth of the samples express above the overall median.
    Variances within (w, shrunk to its median with 20 df) and between patients (b) come from the
    other patients only, so that a wrong pair cannot choose the genes that support it; patients
    whose own samples do not match are left out of them in two further rounds. Samples are centred
    on their cell first.

    Parameters
    ----------
    x : (samples, genes)
        Log2 expression.
    patient, cell : Series of str, (samples,)
        Patient, and the group and visit of the sample.
    among : bool, (genes,)
        Genes to look at, which are not those that tell sex; all by default.

    Returns
    -------
    DataFrame, (samples, 5)
        best_match_patient; match_own and match_other, log likelihood ratio with the best sample of
        the same and of another patient; stranger (bool): the patient's own samples speak against
        one person (below 0), another patient's speak for it (odds above 1,000), and at least half
        of the study's samples match their patient; unlike (bool): the patient's own samples speak
        against one person with a log ratio below -20, whoever else matches. NaN and False for
        patients with one sample, and for all if fewer than 5 patients have several.
    """
    codes, names = pd.factorize(patient.to_numpy(dtype=object), sort=True)
    count = np.bincount(codes)
    paired = count >= 2
    result = pd.DataFrame(
        {"best_match_patient": np.nan, "match_own": np.nan, "match_other": np.nan},
        index=patient.index,
    ).astype({"best_match_patient": object})
    if paired.sum() < MIN_PAIRED:
        return result.assign(stranger=False, unlike=False)
    x = telling_genes(x, among)
    x = x[:, most_variable(x)]
    centred = x - pd.DataFrame(x).groupby(cell.to_numpy(dtype=object)).transform("mean").to_numpy()
    trusted = paired
    for _ in range(ROUNDS):
        own, other, nearest = _match(centred, codes, trusted)
        worst = np.full(len(count), np.inf)
        np.minimum.at(worst, codes, np.where(np.isnan(own), np.inf, own))
        agreeing = paired & (worst > 0)
        if agreeing.sum() < MIN_PAIRED or (agreeing == trusted).all():
            break
        trusted = agreeing
    known = paired[codes]
    best = np.where(own >= other, codes, codes[nearest])
    result.loc[known, "best_match_patient"] = names[best[known]]
    result["match_own"], result["match_other"] = own, other
    telling = (best == codes)[known].mean() >= 0.5
    stranger = known & telling & (own < 0) & (other > ODDS)
    return result.assign(stranger=stranger, unlike=known & (own < -UNLIKE))


def likely_patients(
    match: pd.DataFrame, patient: pd.Series, cell: pd.Series
) -> tuple[pd.DataFrame, dict[int, str]]:
    """Say whose an accused sample is, and name the swap that would explain it.

    Parameters
    ----------
    match : DataFrame
        Of `match_patients`.
    patient, cell : Series of str, (samples,)
        As there.

    Returns
    -------
    match : DataFrame
        Without `stranger` and `unlike`; with likely_patient, the best match of an accused sample,
        else NaN.
    words : dict of int to str
        Reason for each sample in doubt, by position: `pair_identity`, followed by
        ` (swap with <sample>)` where that sample, of the same group and visit, is accused too and
        each is likely the other's patient; `pair_identity (unlike its pair)` where nobody else is
        likely.
    """
    stranger = match["stranger"].to_numpy(dtype=bool)
    likely = match["best_match_patient"].where(stranger).astype(object)
    at = {(patient.iloc[i], cell.iloc[i]): i for i in np.flatnonzero(stranger)}
    # A patient's other sample is not in doubt because one is somebody else's.
    accused = patient.isin(patient[stranger]).to_numpy()
    unlike = match["unlike"].to_numpy(dtype=bool) & ~accused
    words = {int(i): "pair_identity (unlike its pair)" for i in np.flatnonzero(unlike)}
    for i in np.flatnonzero(stranger):
        other = at.get((likely.iloc[i], cell.iloc[i]))
        mutual = other is not None and likely.iloc[other] == patient.iloc[i]
        swap = f" (swap with {match.index[other]})" if mutual and other is not None else ""
        words[int(i)] = f"pair_identity{swap}"
    return match.drop(columns=["stranger", "unlike"]).assign(likely_patient=likely), words


def telling_genes(x: Array, among: Mask | None = None, rows: Ints | None = None) -> Array:
    """Genes that a tenth of the samples express above the overall median, (samples, kept).

    Of the genes `among` and the samples in `rows`. Of a large study every copy of the matrix
    counts: genes are copied in blocks, all values once, for the median.
    """
    rows = np.arange(len(x)) if rows is None else rows
    genes = np.arange(x.shape[1]) if among is None else np.flatnonzero(among)
    starts = range(0, len(genes), BLOCK)
    parts = [np.quantile(x[np.ix_(rows, genes[i : i + BLOCK])], 0.9, axis=0) for i in starts]
    kept: Array = x.T[np.ix_(genes[np.concatenate(parts) > _middle(x, rows, genes)], rows)].T
    return kept


def _middle(x: Array, rows: Ints, genes: Ints) -> float:
    """Median of all values of these samples and genes, of which one copy is made."""
    every = np.empty((len(rows), len(genes)))
    for values, row in zip(every, rows, strict=True):
        values[:] = x[row, genes]
    return float(np.median(every.ravel(), overwrite_input=True))


def evidence_of(x: Array, codes: Ints) -> Array:
    """Evidence of every sample, centred, with the best other sample of its patient, (samples,)."""
    return _match(x, codes, np.ones(codes.max() + 1, dtype=bool))[0]


def _match(x: Array, codes: Ints, trusted: npt.NDArray[np.bool_]) -> tuple[Array, Array, Ints]:
    """Evidence with the best own and the best other sample, and which that other is."""
    others, columns = OtherPatients(x, codes, trusted), np.ascontiguousarray(x.T)
    own, other = np.full((2, len(x)), np.nan)
    nearest = np.arange(len(x))
    for p in np.flatnonzero(others.count >= 2):
        w, b = others.variances(int(p))
        genes = others.genes(int(p), b / w)
        same, telling = others.samples(int(p)), columns[genes].T
        for i in same:
            evidence = _evidence(telling, int(i), w[genes], b[genes])
            own[i] = evidence[same].max()
            evidence[same] = -np.inf
            nearest[i] = int(np.argmax(evidence))
            other[i] = evidence[nearest[i]]
    return own, other, nearest


def _evidence(x: Array, i: int, w: Array, b: Array) -> Array:
    """Log likelihood ratio, one person to two, of sample `i` with every other sample."""
    squared = (x - x[i]) ** 2
    ratio = np.log((w + b) / w) / 2 - squared / 4 * (1 / w - 1 / (w + b))
    evidence: Array = np.clip(ratio, -CLIP, CLIP).sum(axis=1)
    evidence[i] = -np.inf
    return evidence
