"""On which scale are the values: log2, linear, abundance (TPM and its kin) or counts."""

from typing import Any

import numpy as np

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.intake.scale_evidence import BASES, LARGEST_LN, LARGEST_LOG10, scale_evidence

Evidence = dict[str, float]
Verdict = tuple[str, str]  # scale, empty where none can be told, and the reason


def decide_scale(
    values: Array, assay: str, configured: str, source: str, whole: Array | None = None
) -> dict[str, Any]:
    """Decide the scale of a matrix, or check the configured one.

    Parameters
    ----------
    values
        Features x samples.
    assay
        `microarray`; `rnaseq`, which needs counts; or `abundance` (TPM, FPKM, CPM and their
        logarithms).
    configured
        `auto`, or the scale the user states: log2, ln, log10, linear, abundance or counts.
    source
        File, for the message.
    whole
        The matrix with the samples outside the study.

    Returns
    -------
    dict with `scale` (log2, linear, abundance or counts), `found` (the same, or the base the values
    are logged to: ln or log10), `decided_by` (auto or user), `reason`, `evidence`; `normalised`
    where logged abundance needs no further normalisation.

    Raises
    ------
    StudyError
        The values fit no scale, or cannot be what the user states.
    """
    evidence = scale_evidence(values, whole, logged=assay == "abundance")
    if configured != "auto":
        _check_stated(configured, evidence, source)
        found, reason, by = configured, "intake.scale", "user"
    else:
        found, reason = _JUDGES[assay](evidence)
        by = "auto"
        if not found:
            raise StudyError(_question(reason, assay, evidence, source))
    decision = {
        "scale": "log2" if found in BASES else found,
        "found": found, "decided_by": by, "reason": reason, "evidence": evidence,
    }  # fmt: skip
    if assay == "abundance" and found in BASES:
        # Logged or not, TPM and their kin bring their normalisation along.
        decision["normalised"] = f"{found} of abundance as deposited"
    return decision


def made_scale(values: Array, method: str) -> dict[str, Any]:
    """Scale of log2 expression made of raw intensities; `normalised` says by which method."""
    return {
        "scale": "log2", "found": "log2", "decided_by": "source", "reason": method,
        "normalised": method, "evidence": scale_evidence(values, logged=False),
    }  # fmt: skip


def convert(values: Array, decision: dict[str, Any]) -> Array:
    """Bring values logged to another base to log2, and estimated counts to whole numbers."""
    if decision["scale"] == "counts" and decision["evidence"]["share_integer"] < 1:
        return np.rint(values)
    if decision["found"] not in ("ln", "log10"):
        return values
    logged: Array = values * np.log2(BASES[decision["found"]])
    return logged


def _question(reason: str, assay: str, e: Evidence, source: str) -> str:
    names = ("minimum", "median", "q99.9", "maximum", "share_negative", "share_integer")
    seen = ", ".join(f"{name} {e[name]:.4g}" for name in names)
    return (
        f"{source}: the scale of the values is unclear: {reason} ({seen}).\n"
        "Set intake.scale to log2, ln, log10, linear, abundance or counts if you know it "
        f"(intake.assay is {assay})"
    )


def _centred(e: Evidence) -> str:
    if e["share_unit_sd"] > 0.9:
        return "every feature has standard deviation 1 (z-scores), so effects are lost; give the "\
            "values before scaling"  # fmt: skip
    if e["share_negative"] > 0.05 and e["largest_centre"] < 0.02 and e["maximum"] <= 50:
        return "every feature is centred on 0; give the values before centring"
    return ""


def _per_million(e: Evidence) -> bool:
    return e["column_sum_spread"] < 0.01 and abs(e["column_sum"] / 1e6 - 1) < 0.01


# ASSUME log2 intensities of 16-bit scanners and log2 counts stay below 25, and unlogged values
# exceed 50 somewhere.
def _microarray(e: Evidence) -> Verdict:
    if centred := _centred(e):
        return "", centred
    if e["maximum"] > 50:
        if e["minimum"] >= 0 and e["share_integer"] == 1 and e["share_zero"] > 0.1:
            return "", "whole numbers with many zeros, as RNA-seq counts (intake.assay: rnaseq)"
        if _per_million(e):
            return "", "every sample sums to a million, as TPM or CPM (intake.assay: abundance)"
        if e["share_negative"] > 0.2:
            return "", "large values, and many below 0"
        return "linear", "largest value above 50"
    if e["maximum"] > 25:
        return "", "largest value between 25 and 50"
    if e["q99.9"] < LARGEST_LOG10:
        return "", "values too small for log2 intensities; log10 intensities are of this size"
    if e["share_negative"] > 0.5 or e["minimum"] < -25:
        return "", "most values are below 0; log ratios are"
    if e["q99.9"] < LARGEST_LN and e["maximum"] < 12.6:
        return "", "of the size of natural logarithms (ln) of intensities, low for log2"
    return "log2", "values within the range of log2 intensities"


def _counts(e: Evidence) -> Verdict:
    if centred := _centred(e):
        return "", centred
    if e["minimum"] >= 0 and e["share_integer"] == 1 and e["maximum"] > 25:
        return "counts", "whole numbers, none negative"
    instead = "; the models of RNA-seq need counts; for other values set intake.assay: abundance"
    if e["maximum"] <= 25 or e["minimum"] < 0:
        return "", f"logarithms, no counts{instead}"
    if _per_million(e):
        return "", f"every sample sums to a million, as TPM or CPM{instead}"
    return "", f"no whole numbers, as FPKM, scaled or estimated counts{instead} (estimated counts "\
        "of RSEM or salmon: intake.scale: counts)"  # fmt: skip


def _abundance(e: Evidence) -> Verdict:
    if centred := _centred(e):
        return "", centred
    if e["maximum"] > 50:
        if e["minimum"] < 0:
            return "", "large values, and some below 0"
        if e["share_integer"] == 1:
            return "", "whole numbers are counts (intake.assay: rnaseq)"
        return "abundance", "largest value above 50, none below 0"
    if e["maximum"] > 25:
        return "", "largest value between 25 and 50"
    spreads = sorted((e[f"spread_{base}"], base) for base in BASES if f"spread_{base}" in e)
    if spreads and spreads[0][0] < 0.02 and spreads[1][0] > 5 * spreads[0][0]:
        base = spreads[0][1]
        return base, f"{base} of values that sum to the same in every sample"
    if e["maximum"] < 12:
        return "", "logarithms of an unknown base: log2, ln and log10 of TPM or FPKM may be so"
    return "log2", "values within the range of log2 abundance"


_JUDGES = {"microarray": _microarray, "rnaseq": _counts, "abundance": _abundance}


def _check_stated(scale: str, e: Evidence, source: str) -> None:
    found = f"minimum {e['minimum']:.4g}, maximum {e['maximum']:.4g}"
    if e["share_unit_sd"] > 0.9:
        raise StudyError(f"{source}: {_centred(e)}")
    if scale == "counts":
        estimated = e["minimum"] >= 0 and e["maximum"] > 50 and not _per_million(e)
        if e["share_integer"] < 1 and not estimated:
            raise StudyError(
                f"{source}: intake.scale says counts, but {100 * (1 - e['share_integer']):.1f}% of "
                f"the values are no whole numbers ({found}); give raw counts or set another scale"
            )
        if e["minimum"] < 0:
            raise StudyError(f"{source}: intake.scale says counts, but some are negative ({found})")
    if scale in ("linear", "abundance") and e["maximum"] <= 25:
        raise StudyError(
            f"{source}: intake.scale says {scale}, but values are of the size of logarithms "
            f"({found}); set intake.scale: log2"
        )
    if scale in BASES and e["maximum"] > 50:
        raise StudyError(
            f"{source}: intake.scale says {scale}, but values are too large for it ({found}); "
            "set intake.scale: linear"
        )
