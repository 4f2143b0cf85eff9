"""How values were normalised, in words, with the references behind it."""

from collections.abc import Mapping
from typing import Any

NORMALISATION_REFERENCES = {
    "rma": "Irizarry RA et al. Exploration, normalization, and summaries of high density "
    "oligonucleotide array probe level data. Biostatistics 2003;4:249-64. "
    "doi:10.1093/biostatistics/4.2.249",
    "neqc": "Shi W, Oshlack A, Smyth GK. Optimizing the noise versus bias trade-off for Illumina "
    "whole genome expression BeadChips. Nucleic Acids Res 2010;38:e204. doi:10.1093/nar/gkq871",
    "quantile": "Bolstad BM et al. A comparison of normalization methods for high density "
    "oligonucleotide array data based on variance and bias. Bioinformatics 2003;19:185-93. "
    "doi:10.1093/bioinformatics/19.2.185",
    "tmm": "Robinson MD, Oshlack A. A scaling normalization method for differential expression "
    "analysis of RNA-seq data. Genome Biol 2010;11:R25. doi:10.1186/gb-2010-11-3-r25",
}
_AUTO = {"microarray": "quantile", "rnaseq": "tmm", "abundance": "none"}
ASSAYS = {
    "microarray": "Microarray",
    "rnaseq": "RNA-seq",
    "abundance": "RNA-seq abundance (no counts)",
}
_REPEATS = {
    "error": "",
    "first": " Of several samples of a person at one visit one was used, of a healthy person one "
    "of all visits.",
    "mean": " {} of several samples of a person at one visit, of a healthy person at all visits, "
    "were {} normalisation.",
}
_METHODS = {
    "quantile": "quantile normalisation",
    "tmm": "the trimmed mean of M-values (TMM)",
    "upper_quartile": "upper-quartile factors",
}


def _method(config: Mapping[str, Any]) -> str:
    """Normalisation as it was run; raw arrays bring one along and get no second."""
    stated = str(config["normalise"]["method"])
    if stated != "auto":
        return stated
    raw = config["intake"]["source"] in ("cel", "beadchip")
    return "none" if raw else _AUTO[config["intake"]["assay"]]


def raw_method(config: Mapping[str, Any]) -> list[str]:
    """Return the keys of the references behind the normalisation."""
    made = {"cel": ["rma"], "beadchip": ["neqc"]}.get(config["intake"]["source"], [])
    return [*made, *([_method(config)] if _method(config) in ("quantile", "tmm") else [])]


def normalisation(config: Mapping[str, Any]) -> str:
    """Say in a few sentences how log2 values of genes were made, and of repeated samples."""
    return _made(config) + _REPEATS[config["intake"].get("repeats", "error")].format(
        "Counts" if config["intake"]["assay"] == "rnaseq" else "Log2 values",
        "summed before" if config["intake"]["assay"] == "rnaseq" else "averaged after",
    )


def _made(config: Mapping[str, Any]) -> str:
    intake, text = config["intake"], ""
    if intake["source"] == "cel":
        text = (
            "Affymetrix CEL files were brought to log2 values by robust multi-array average (RMA: "
            "background, quantile normalisation, median polish; Irizarry et al. 2003). "
        )
    if intake["source"] == "beadchip":
        by = "negative control probes" if intake.get("controls") else "detection p-values"
        text = (
            "Illumina BeadChip intensities were brought to log2 values by normal-exponential "
            f"background correction with {by} and quantile normalisation (neqc; Shi et al. 2010). "
        )
    method = _method(config)
    if text:
        more = "" if method == "none" else f", after {_METHODS[method]} once more"
        return f"{text}One value a gene was kept{more}."
    how = "without normalisation" if method == "none" else f"by {_METHODS[method]}"
    if method == "none":
        return f"{ASSAYS[intake['assay']]} data were taken {how} as log2 gene-level values."
    return f"{ASSAYS[intake['assay']]} data were normalised {how} to log2 gene-level values."
