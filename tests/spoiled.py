"""Tables of expression as studies have them, and the same with samples on another scale."""

from collections.abc import Callable

import numpy as np
import pandas as pd

Table = pd.DataFrame
Change = Callable[[Table], Table]
LOG10 = float(np.log10(2))


def _log2(rng: np.random.Generator, genes: int, n: int) -> Table:
    """Log2 intensities of samples alike gene by gene, as arrays of one tissue are."""
    level = rng.normal(8, 2.4, (genes, 1)).clip(3, 15)
    noise = rng.normal(0, rng.gamma(2, 0.2, (genes, 1)), (genes, n))
    return _named((level + noise + rng.normal(0, 0.15, n)).clip(2, 16))


def _named(x: np.ndarray) -> Table:
    genes = pd.Index([f"G{i:04d}" for i in range(len(x))], name="gene")
    return pd.DataFrame(x, genes, [f"S{i:02d}" for i in range(x.shape[1])])


def _counts(rng: np.random.Generator, genes: int, n: int) -> Table:
    """Reads of libraries of unequal size, one of them a hundredth of the others."""
    share = rng.lognormal(0, 2.2, (genes, 1)) * rng.lognormal(0, 0.4, (genes, n))
    library = rng.lognormal(np.log(30000 * genes), 0.5, n)
    library[0] /= 100
    return _named(rng.poisson(share / share.sum(axis=0) * library).astype(float))


def _tpm(rng: np.random.Generator, genes: int, n: int) -> Table:
    x = _counts(rng, genes, n).iloc[:, 1:] / rng.lognormal(0.7, 0.7, (genes, 1))
    return x / x.sum() * 1e6


def _fpkm(rng: np.random.Generator, genes: int, n: int) -> Table:
    return _tpm(rng, genes, n) * rng.uniform(0.2, 0.5, n - 1)


def _linear(rng: np.random.Generator, genes: int, n: int) -> Table:
    """Intensities not made alike, with saturated spots and a spike of one feature."""
    x = 2 ** _log2(rng, genes, n) * rng.lognormal(0, 0.35, n)
    x.iloc[3, 2] = 3e5
    return x.clip(upper=65535).round(1)


def _below_background(rng: np.random.Generator, genes: int, n: int) -> Table:
    return (2 ** _log2(rng, genes, n) * rng.lognormal(0, 0.2, n) - 90).round(2)


def _floored(rng: np.random.Generator, genes: int, n: int) -> Table:
    return _log2(rng, genes, n).clip(lower=7.5)


def _gaps(rng: np.random.Generator, genes: int, n: int) -> Table:
    x = _log2(rng, genes, n)
    return x.mask(rng.random(x.shape) < 0.15)


def _ratios(rng: np.random.Generator, genes: int, n: int) -> Table:
    """Log ratios to a reference, with features that only some samples have."""
    x = rng.normal(0, rng.gamma(2, 0.2, (genes, 1)), (genes, n)) * rng.lognormal(0, 0.3, n)
    x[5] = rng.choice([-7.0, 1.0], n) + rng.normal(0, 0.1, n)
    return _named(x)


def _log_cpm(rng: np.random.Generator, genes: int, n: int) -> Table:
    counts = _counts(rng, genes, n).iloc[:, 1:]
    return np.log2((counts + 0.5) / (counts.sum() + 1) * 1e6)


# Name, assay, intake.scale and how to draw it.
GOOD: dict[str, tuple[str, str, Callable[[np.random.Generator, int, int], Table]]] = {
    "log2 intensities": ("microarray", "auto", _log2),
    "log2 intensities with a floor": ("microarray", "auto", _floored),
    "log2 intensities with missing values": ("microarray", "auto", _gaps),
    "ln intensities": ("microarray", "ln", lambda *a: _log2(*a) * np.log(2)),
    "intensities": ("microarray", "auto", _linear),
    "whole intensities": ("microarray", "auto", lambda *a: _linear(*a).round()),
    "intensities less background": ("microarray", "auto", _below_background),
    "log ratios": ("microarray", "log2", _ratios),
    "counts": ("rnaseq", "auto", _counts),
    "estimated counts": ("rnaseq", "counts", lambda *a: _counts(*a) * 0.997),
    "TPM": ("abundance", "auto", _tpm),
    "FPKM": ("abundance", "auto", _fpkm),
    "log2 TPM": ("abundance", "auto", lambda *a: np.log2(_tpm(*a) + 1)),
    "log2 CPM": ("abundance", "log2", _log_cpm),
}

UNLOGGED: dict[str, Change] = {
    "2^x": lambda x: 2**x,
    "e^x": lambda x: np.exp(x),
    "10^x": lambda x: 10**x,
}
LOGGED: dict[str, Change] = {
    "log2": lambda x: np.log2(x.clip(lower=0) + 1),
    "ln": lambda x: np.log(x.clip(lower=0) + 1),
    "log10": lambda x: np.log10(x.clip(lower=0) + 1),
}
NO_VALUES: dict[str, Change] = {"zeros": lambda x: x * 0, "constant": lambda x: x * 0 + 7.25}
UNITS: dict[str, Change] = {"x 1000": lambda x: x * 1000, "/ 1000": lambda x: x / 1000}
OTHER_BASE: dict[str, Change] = {"as ln": lambda x: x * np.log(2), "as log10": lambda x: x * LOG10}
CENTRED: dict[str, Change] = {
    "ratios": lambda x: x - x.median(),
    "z-scores": lambda x: (x - x.mean()) / x.std(),
    "x 1000 before the logarithm": lambda x: x + np.log2(1000),
}
PER_MILLION: Change = lambda x: x / x.sum() * 1e6  # noqa: E731
_LOGS = UNLOGGED | NO_VALUES | OTHER_BASE | CENTRED
_LINEAR = LOGGED | NO_VALUES | UNITS | {"z-scores": CENTRED["z-scores"]}
_WHOLE = {
    "per million": PER_MILLION,
    "whole per million": lambda x: PER_MILLION(x).round(),
    "scaled": lambda x: x * 0.731,
    "half": lambda x: x + 0.5,
}
# What befalls samples, by table.
SPOILT: dict[str, dict[str, Change]] = {
    "log2 intensities": _LOGS,
    "log2 intensities with a floor": _LOGS,
    "log2 intensities with missing values": _LOGS,
    "ln intensities": UNLOGGED | NO_VALUES | {"as log2": lambda x: x / np.log(2)},
    "intensities": _LINEAR,
    "whole intensities": _LINEAR,
    "intensities less background": _LINEAR,
    "log ratios": UNLOGGED | NO_VALUES | {"intensities": lambda x: x + 8},
    "counts": LOGGED | NO_VALUES | UNITS | _WHOLE,
    "estimated counts": LOGGED | NO_VALUES | {"x 1000": UNITS["x 1000"]},
    "TPM": _LINEAR | {"counts": lambda x: (x * 7).round(), "FPKM": lambda x: x * 0.3},
    "FPKM": _LINEAR | {"counts": lambda x: (x * 20).round(), "TPM": PER_MILLION},
    "log2 TPM": UNLOGGED | NO_VALUES | OTHER_BASE,
    "log2 CPM": UNLOGGED | NO_VALUES | OTHER_BASE | {"ratios": lambda x: x - x.median() - 8},
}
