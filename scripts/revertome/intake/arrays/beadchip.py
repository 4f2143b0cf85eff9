"""Illumina BeadChip intensities: probe profiles of GenomeStudio, and their copies on GEO."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from revertome.errors import StudyError
from revertome.intake.arrays.normexp import neqc, neqc_by_detection
from revertome.intake.columns import few, open_text, refuse_repeats, separator
from revertome.intake.values import check_signals

_SIGNAL = re.compile(r"(?:(?<![ ._-])[ ._-]+)?AVG_Signal[ ._-]*", re.IGNORECASE)
_DETECTION = re.compile(
    r"(?:(?<![ ._-])[ ._-]+)?Detection([ ._-]*P[-_ ]?val(ue)?)?[ ._-]*", re.IGNORECASE
)
_IDS = ("PROBE_ID", "ProbeID", "ID_REF")


@dataclass(frozen=True)
class Profile:
    """A probe profile.

    Attributes
    ----------
    words : DataFrame
        The columns that hold no sample, as text.
    signal : DataFrame
        Probes x samples, unlogged.
    detection : DataFrame
        Probes x samples, detection p-values; no columns where there are none.
    """

    words: pd.DataFrame
    signal: pd.DataFrame
    detection: pd.DataFrame


def read_beadchip(
    path: str | Path, controls: str | Path | None = None, identifier: str | None = None
) -> tuple[pd.DataFrame, str]:
    """Read BeadChip intensities and bring them to log2 expression.

    Parameters
    ----------
    path
        Sample probe profile, TSV or CSV, plain or gzipped: a column `<sample>.AVG_Signal` and
        `<sample>.Detection Pval` a sample, or, as on GEO, a column `<sample>` followed by one named
        `Detection Pval`. Lines before the header (of GenomeStudio, `#` of GEO) are skipped.
    controls
        Control probe profile of the same samples; one of its text columns says `NEGATIVE`.
        Without it the detection p-values serve.
    identifier
        Column of the probe id; PROBE_ID, ProbeID, ID_REF or the first column where not given.

    Returns
    -------
    expression : DataFrame
        Probes x samples, log2; NaN where a signal, or the detection p-value it needs, is missing.
        Probes without any value are left out.
    method : str
        How it was made.

    Raises
    ------
    StudyError
        No signals, neither controls nor detection p-values, samples without controls, or
        samples on different scales.
    """
    profile = read_profile(path)
    check_signals(profile.signal, str(path))
    ids = _identifiers(profile.words, identifier, str(path))
    signal = profile.signal.to_numpy().T
    if controls is None:
        if profile.detection.empty:
            raise StudyError(
                f"{path}: no column of detection p-values; give the control probe profile as "
                "intake.beadchip.controls, or normalised values with intake.source: table"
            )
        signal = np.where(profile.detection.notna().to_numpy().T, signal, np.nan)
    seen = ~np.isnan(signal)
    if not seen.any():
        raise StudyError(f"{path}: no probe has a value")
    some, filled = seen.any(axis=0), seen.any(axis=1)
    values = np.full((len(signal), int(some.sum())), np.nan)
    signal = signal[np.ix_(filled, some)]
    if controls is None:
        p = profile.detection.to_numpy().T[np.ix_(filled, some)]
        method = "neqc, background by detection p-values"
        values[filled] = neqc_by_detection(signal, p)
    else:
        negative, every = _controls(controls, profile.signal.columns[filled])
        method = f"neqc, background by {negative.shape[1]} negative control probes"
        values[filled] = neqc(signal, negative, every)
    return pd.DataFrame(values.T, ids[some], profile.signal.columns), method


def read_profile(path: str | Path) -> Profile:
    """Read a probe profile, of samples or of control probes."""
    with open_text(path) as file:
        lines = [line.rstrip("\r\n") for line in file]
    at = next((i for i, line in enumerate(lines[:100]) if _is_header(line)), None)
    if at is None:
        raise StudyError(
            f"{path}: no header line with AVG_Signal or Detection among the first 100 lines; "
            "expected a probe profile of GenomeStudio or a non-normalized file of GEO"
        )
    sep = separator(lines[at])
    header = [cell.strip().strip('"') for cell in lines[at].split(sep)]
    rows = [[cell.strip().strip('"') for cell in line.split(sep)] for line in lines[at + 1 :]]
    rows = [row for row in rows if any(row)]
    end = next((i for i, row in enumerate(rows) if row[0].startswith("[")), len(rows))
    wrong = next((i for i, row in enumerate(rows[:end]) if len(row) != len(header)), None)
    if wrong is not None:
        raise StudyError(
            f"{path}: row {at + wrong + 2} has {len(rows[wrong])} cells, the header {len(header)}"
        )
    cells = np.array(rows[:end], dtype=object).reshape(-1, len(header))
    signal, detection = _columns(header, str(path))
    if not signal or not len(cells):
        raise StudyError(f"{path}: no column of signals, or no row")
    text = [i for i in range(len(header)) if i not in {*signal.values(), *detection.values()}]
    text = [i for i in text if not re.search(r"AVG_Signal|Detection|BEAD_STD|NBEADS", header[i])]
    return Profile(
        pd.DataFrame(cells[:, text], columns=[header[i] for i in text]),
        _numbers(cells, signal, str(path)),
        _numbers(cells, detection, str(path)),
    )


def _is_header(line: str) -> bool:
    return not line.startswith("#") and bool(re.search(r"AVG_Signal|Detection", line, re.I))


def _columns(header: list[str], path: str) -> tuple[dict[str, int], dict[str, int]]:
    """Columns of signals and of detection p-values by sample."""
    found = {i: name for i, name in enumerate(header) if _DETECTION.search(name)}
    named = {i: _SIGNAL.sub("", name) for i, name in enumerate(header) if _SIGNAL.search(name)}
    names = named.values() if named else [header[i - 1] for i in found if i > 0]
    refuse_repeats(names, f"{path}: sample", "every sample needs one column of signals")
    if named:
        signal = {name: i for i, name in named.items()}
        p = {_DETECTION.sub("", name): i for i, name in found.items()}
        return signal, {name: p[name] for name in signal} if signal.keys() <= p.keys() else {}
    signal = {header[i - 1]: i - 1 for i in found if i > 0}
    return signal, {header[i - 1]: i for i in found if i > 0}


def _numbers(cells: np.ndarray, columns: dict[str, int], path: str) -> pd.DataFrame:
    values = pd.DataFrame(cells[:, list(columns.values())], columns=list(columns))
    numbers = values.apply(pd.to_numeric, errors="coerce").astype(float)
    odd = ~np.isfinite(numbers) & ~values.isin(["", "NA", "NaN", "nan"])
    if odd.to_numpy().any():
        row, column = np.argwhere(odd.to_numpy())[0]
        raise StudyError(
            f"{path}: probe {row + 1}, column {values.columns[column]}: "
            f"'{values.iloc[row, column]}' is no number (a decimal point is expected)"
        )
    return numbers


def _identifiers(words: pd.DataFrame, wanted: str | None, path: str) -> pd.Index:
    if wanted is not None and wanted not in words:
        raise StudyError(
            f"{path}: no column '{wanted}' (intake.beadchip.id); found {few(words.columns, 12)}"
        )
    known = [name for name in _IDS if name in words] or list(words.columns[:1])
    if not known:
        raise StudyError(f"{path}: no column of probe ids")
    return pd.Index(words[wanted or known[0]].astype(str), name="feature", dtype=object)


def _controls(path: str | Path, samples: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Signals of the negative control probes, and of all, samples x probes."""
    profile = read_profile(path)
    absent = [name for name in samples if name not in profile.signal]
    if absent:
        raise StudyError(f"{path}: no control probes of sample {few(absent)}")
    negative = profile.words.apply(lambda column: column.str.lower() == "negative")
    best = negative.sum().to_numpy().argmax() if len(negative.columns) else None
    if best is None or negative.iloc[:, best].sum() < 2:
        raise StudyError(f"{path}: fewer than two rows say NEGATIVE in any column")
    signal = profile.signal[samples].to_numpy()
    return signal[negative.iloc[:, best].to_numpy()].T, signal.T
