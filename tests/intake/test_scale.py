"""The scale of a matrix, told from its values."""

from typing import Any

import numpy as np
import pytest

from options import load
from revertome.errors import StudyError
from revertome.intake.read.series_matrix import read_series_matrix
from revertome.intake.scale import convert, decide_scale
from revertome.intake.scale_evidence import scale_evidence
from studies import SHARED, gse60424, gse65391_small, lemay, real

RNG = np.random.default_rng(1)
LOG2 = RNG.normal(7, 2.5, (500, 8)).clip(2, 15.5)
COUNTS = RNG.negative_binomial(0.3, 0.001, (500, 8)).astype(float)
LENGTHS = RNG.uniform(500, 9000, (500, 1))
TPM = COUNTS / LENGTHS / (COUNTS / LENGTHS).sum(axis=0) * 1e6
CENTRED = LOG2 - np.median(LOG2, axis=1, keepdims=True)
ZSCORE = (LOG2 - LOG2.mean(axis=1, keepdims=True)) / LOG2.std(axis=1, ddof=1, keepdims=True)


@pytest.mark.parametrize(
    ("values", "assay", "scale", "found"),
    [
        (LOG2, "microarray", "log2", "log2"),
        (2**LOG2, "microarray", "linear", "linear"),
        (2**LOG2 - 20, "microarray", "linear", "linear"),
        (np.round(2**LOG2), "microarray", "linear", "linear"),
        (COUNTS, "rnaseq", "counts", "counts"),
        (TPM, "abundance", "abundance", "abundance"),
        (TPM * 0.37 * np.linspace(1, 2, 8), "abundance", "abundance", "abundance"),
        (np.log2(TPM + 1), "abundance", "log2", "log2"),
        (np.log(TPM + 1), "abundance", "log2", "ln"),
        (np.log10(TPM + 1), "abundance", "log2", "log10"),
        (np.log2(TPM + 0.5), "abundance", "log2", "log2"),
    ],
)
def test_decided(values: np.ndarray, assay: str, scale: str, found: str) -> None:
    decision = decide_scale(values, assay, "auto", "m.tsv")
    assert (decision["scale"], decision["decided_by"]) == (scale, "auto")
    assert decision["found"] == found
    if scale == "log2" and assay == "abundance":
        offset = 0.5 if values.min() < 0 else 1
        np.testing.assert_allclose(convert(values, decision), np.log2(TPM + offset))
    else:
        np.testing.assert_array_equal(convert(values, decision), values)


@pytest.mark.parametrize(
    ("values", "assay", "words"),
    [
        (CENTRED, "microarray", "centred on 0; give the values before"),
        (LOG2 - LOG2.mean(axis=1, keepdims=True), "microarray", "centred on 0"),
        (ZSCORE, "microarray", r"standard deviation 1 \(z-scores\)"),
        (LOG2 * np.log10(2), "microarray", "too small for log2 intensities; log10"),
        (LOG2 * np.log(2), "microarray", "size of natural logarithms"),
        (LOG2 * 2.2, "microarray", "between 25 and 50"),
        ((LOG2 - 7) * 40, "microarray", "large values, and many below 0"),
        (COUNTS, "microarray", r"RNA-seq counts \(intake.assay: rnaseq\)"),
        (TPM, "microarray", r"sums to a million, as TPM or CPM \(intake.assay: abundance\)"),
        (TPM, "rnaseq", "sums to a million.* need counts; for other values set intake.assay"),
        (COUNTS * 0.37, "rnaseq", "no whole numbers, as FPKM"),
        (np.log2(COUNTS + 0.5), "rnaseq", "logarithms, no counts"),
        (CENTRED, "rnaseq", "centred on 0"),
        (COUNTS, "abundance", r"whole numbers are counts \(intake.assay: rnaseq\)"),
        (np.log(TPM * np.linspace(1, 2, 8) + 1), "abundance", "logarithms of an unknown base"),
        (TPM - 3, "abundance", "some below 0"),
        (ZSCORE, "abundance", "z-scores"),
    ],
)
def test_unclear(values: np.ndarray, assay: str, words: str) -> None:
    with pytest.raises(StudyError, match=words) as raised:
        decide_scale(values, assay, "auto", "m.tsv")
    message = str(raised.value)
    assert "m.tsv: the scale of the values is unclear" in message
    assert "Set intake.scale to log2, ln, log10, linear, abundance or counts" in message
    assert len(message.splitlines()) == 2


def test_centred_over_samples_outside_the_study() -> None:
    """Three of eight samples are not centred themselves; the whole matrix tells."""
    assert scale_evidence(CENTRED[:, :3])["largest_centre"] > 0.2
    with pytest.raises(StudyError, match="centred on 0"):
        decide_scale(CENTRED[:, :3], "microarray", "auto", "m.tsv", CENTRED)


@pytest.mark.parametrize(
    ("values", "stated", "expected"),
    [
        (LOG2 * np.log10(2), "log10", LOG2),
        (LOG2 * np.log(2), "ln", LOG2),
        (LOG2 * np.log10(2), "log2", LOG2 * np.log10(2)),
        (CENTRED, "log2", CENTRED),
        (COUNTS + 0.3, "counts", COUNTS),
    ],
)
def test_stated(values: np.ndarray, stated: str, expected: np.ndarray) -> None:
    decision = decide_scale(values, "microarray", stated, "m.tsv")
    assert (decision["decided_by"], decision["found"]) == ("user", stated)
    assert decision["scale"] == ("counts" if stated == "counts" else "log2")
    np.testing.assert_allclose(convert(values, decision), expected)


@pytest.mark.parametrize(
    ("values", "stated", "words"),
    [
        (2**LOG2, "log2", "too large for it"),
        (2**LOG2, "log10", "too large for it"),
        (LOG2, "linear", "of the size of logarithms"),
        (np.log2(TPM + 1), "abundance", "of the size of logarithms"),
        (TPM, "counts", "no whole numbers"),
        (LOG2, "counts", "no whole numbers"),
        (COUNTS - 5, "counts", "some are negative"),
        (ZSCORE, "log2", "effects are lost"),
    ],
)
def test_cannot_be_what_is_stated(values: np.ndarray, stated: str, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        decide_scale(values, "microarray", stated, "m.tsv")


def test_evidence() -> None:
    """Hand-worked: 3 x 4 with one missing value."""
    values = np.array([[1, 2, 3, np.nan], [-1, 0.5, 2, 4], [10, 10, 10, 10]], dtype=float)
    found = scale_evidence(values)
    assert found["minimum"] == -1
    assert found["maximum"] == 10
    assert found["median"] == 3
    assert found["share_negative"] == pytest.approx(1 / 11)
    assert found["share_integer"] == pytest.approx(10 / 11)
    assert found["share_zero"] == 0
    assert found["column_sum"] == pytest.approx(13.25)
    assert found["column_sum_spread"] == pytest.approx(5 / 13.25)
    assert found["share_unit_sd"] == 0
    two = scale_evidence(np.array([[0.0, 1, 2], [3, 1, 0]]))
    assert two["spread_log2"] == pytest.approx(5 / 3)  # 2^x - 1 sums to 7, 2, 3


def _read(study: dict[str, Any]) -> Any:
    return load(study["intake"], study["design"]).adata


@real
@pytest.mark.real
def test_lupus_blood_on_every_scale() -> None:
    """GSE65391 as deposited (log2), and as others deposit the like."""
    adata = _read(gse65391_small())
    log2 = adata.X.T
    assert adata.uns["scale"]["found"] == "log2"
    assert adata.uns["scale"]["evidence"]["minimum"] == 1.91552857
    kinds = {
        "linear": 2**log2,
        "too small for log2 intensities": log2 * np.log10(2),
        "size of natural logarithms": log2 * np.log(2),
        "centred on 0": log2 - np.median(log2, axis=1, keepdims=True),
    }
    assert decide_scale(kinds.pop("linear"), "microarray", "auto", "x")["scale"] == "linear"
    for words, values in kinds.items():
        with pytest.raises(StudyError, match=words):
            decide_scale(values, "microarray", "auto", "x")


@real
@pytest.mark.real
@pytest.mark.parametrize("accession", ["GSE4107", "GSE5583"])
def test_mas5_is_linear(accession: str) -> None:
    path = SHARED / "data" / "geo_format_cases" / f"{accession}_series_matrix.txt.gz"
    values = read_series_matrix(path).expression.to_numpy()
    assert decide_scale(values, "microarray", "auto", accession)["scale"] == "linear"
    with pytest.raises(StudyError, match="too small for log2"):
        decide_scale(np.log10(values.clip(1)), "microarray", "auto", accession)


@real
@pytest.mark.real
@pytest.mark.parametrize("study", [gse60424, lemay])
def test_blood_counts_and_what_is_made_of_them(study: Any) -> None:
    counts = _read(study()).X.T
    assert decide_scale(counts, "rnaseq", "auto", "x")["scale"] == "counts"
    cpm = counts / counts.sum(axis=0) * 1e6
    fpkm = cpm * np.linspace(0.2, 3, len(cpm))[:, None]
    assert decide_scale(cpm, "abundance", "auto", "x")["found"] == "abundance"
    assert decide_scale(fpkm, "abundance", "auto", "x")["found"] == "abundance"
    for name, log in {"log2": np.log2, "ln": np.log, "log10": np.log10}.items():
        assert decide_scale(log(cpm + 1), "abundance", "auto", "x")["found"] == name
    for values in (cpm, fpkm, np.log2(cpm + 1)):
        with pytest.raises(StudyError, match="the models of RNA-seq need counts"):
            decide_scale(values, "rnaseq", "auto", "x")


@pytest.mark.parametrize("stated", ["log2", "ln", "log10"])
def test_logged_abundance_brings_its_normalisation(stated: str) -> None:
    values = np.log2(TPM + 1)
    assert "normalised" in decide_scale(values, "abundance", stated, "m.tsv")
    assert "normalised" not in decide_scale(values, "microarray", stated, "m.tsv")
