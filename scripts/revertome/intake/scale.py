"""On which scale are the values: log2, linear or counts."""

from typing import Any

import numpy as np
import numpy.typing as npt

from revertome.errors import StudyError


def scale_evidence(values: npt.NDArray[np.float64]) -> dict[str, float]:
    """Measure what tells scales apart.

    Parameters
    ----------
    values
        Features x samples; NaN where missing.

    Returns
    -------
    minimum, median, q99.9, maximum; share_negative and share_integer of the values present;
    largest_centre: largest absolute row median as a share of the 0.1-99.9% range (near 0 when
    rows were centred).
    """
    present = values[~np.isnan(values)]
    low, middle, high = np.quantile(present, [0.001, 0.5, 0.999])
    rows = values[~np.isnan(values).any(axis=1)]
    centre = float(np.abs(np.median(rows, axis=1)).max()) if len(rows) else np.nan
    return {
        "minimum": float(present.min()),
        "median": float(middle),
        "q99.9": float(high),
        "maximum": float(present.max()),
        "share_negative": float((present < 0).mean()),
        "share_integer": float((present == np.floor(present)).mean()),
        "largest_centre": centre / max(float(high - low), 1e-300),
    }


def decide_scale(
    values: npt.NDArray[np.float64], assay: str, configured: str, source: str
) -> dict[str, Any]:
    """Decide the scale of a matrix, or check the configured one.

    Parameters
    ----------
    values
        Features x samples.
    assay
        `microarray` or `rnaseq`; whole numbers are counts only in the latter.
    configured
        `auto`, or the scale the user states.

    Returns
    -------
    dict with `scale` (log2, linear or counts), `decided_by` (auto or user), `reason`, `evidence`.

    Raises
    ------
    StudyError
        The values fit no scale, or cannot be what the user states.
    """
    if np.isinf(values).any():
        raise StudyError(f"{source}: infinite values; expected numbers (a logarithm of 0?)")
    evidence = scale_evidence(values)
    if configured != "auto":
        _check_stated(configured, evidence, source)
        return {
            "scale": configured, "decided_by": "user", "reason": "intake.scale",
            "evidence": evidence,
        }  # fmt: skip
    scale, reason = _judge(evidence, assay)
    if not scale:
        seen = ", ".join(f"{name} {value:.4g}" for name, value in evidence.items())
        raise StudyError(
            f"{source}: the scale of the values is unclear: {reason} ({seen}).\n"
            "Set intake.scale to log2, linear or counts if you know it; values that were centred "
            "or scaled cannot be used"
        )
    return {"scale": scale, "decided_by": "auto", "reason": reason, "evidence": evidence}


# ASSUME log2 intensities of 16-bit scanners and log2 counts stay below 25, unlogged values
# exceed 50 somewhere, and values whose top is below 6.5 were logged to another base.
def _judge(e: dict[str, float], assay: str) -> tuple[str, str]:
    if e["share_negative"] > 0.2 and e["largest_centre"] < 0.02 and e["maximum"] <= 50:
        return "", "every feature is centred on 0"
    if assay == "rnaseq" and e["share_integer"] == 1 and e["minimum"] >= 0 and e["maximum"] > 25:
        return "counts", "whole numbers, none negative"
    if e["maximum"] > 50:
        if e["share_negative"] > 0.2:
            return "", "large values, and many below 0"
        return "linear", "largest value above 50"
    if e["maximum"] > 25:
        return "", "largest value between 25 and 50"
    if e["q99.9"] < 6.5:
        return "", "values too small for log2 intensities or log2 counts"
    if e["share_negative"] > 0.5 or e["minimum"] < -25:
        return "", "most values are below 0"
    return "log2", "values within the range of log2 intensities or log2 counts"


def _check_stated(scale: str, e: dict[str, float], source: str) -> None:
    found = f"minimum {e['minimum']:.4g}, maximum {e['maximum']:.4g}"
    if scale == "counts" and (e["minimum"] < 0 or e["share_integer"] < 1):
        raise StudyError(
            f"{source}: intake.scale says counts, but {100 * (1 - e['share_integer']):.1f}% of the "
            f"values are no whole numbers ({found}); give raw counts or set another scale"
        )
    if scale == "log2" and e["maximum"] > 50:
        raise StudyError(
            f"{source}: intake.scale says log2, but values are too large for it ({found}); "
            "set intake.scale: linear"
        )
