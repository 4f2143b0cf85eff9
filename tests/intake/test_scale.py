"""The scale of a matrix, told from its values."""

import numpy as np
import pytest

from revertome.errors import StudyError
from revertome.intake.scale import decide_scale, scale_evidence

RNG = np.random.default_rng(1)
LOG2 = RNG.normal(7, 2.5, (500, 8)).clip(2, 15.5)
COUNTS = RNG.negative_binomial(2, 0.01, (500, 8)).astype(float)


@pytest.mark.parametrize(
    ("values", "assay", "scale"),
    [
        (LOG2, "microarray", "log2"),
        (2**LOG2, "microarray", "linear"),
        (2**LOG2 - 20, "microarray", "linear"),
        (np.round(2**LOG2), "microarray", "linear"),
        (COUNTS, "rnaseq", "counts"),
        (COUNTS * 0.37, "rnaseq", "linear"),
        (np.log2(COUNTS + 0.5), "rnaseq", "log2"),
    ],
)
def test_decided(values: np.ndarray, assay: str, scale: str) -> None:
    decision = decide_scale(values, assay, "auto", "m.tsv")
    assert (decision["scale"], decision["decided_by"]) == (scale, "auto")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (LOG2 - np.median(LOG2, axis=1, keepdims=True), "centred on 0"),
        (LOG2 * np.log10(2), "too small for log2"),
        (LOG2 * 2.2, "between 25 and 50"),
        ((LOG2 - 7) * 40, "large values, and many below 0"),
    ],
)
def test_unclear(values: np.ndarray, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        decide_scale(values, "microarray", "auto", "m.tsv")


def test_stated() -> None:
    decision = decide_scale(LOG2 * np.log10(2), "microarray", "log2", "m.tsv")
    assert (decision["scale"], decision["decided_by"]) == ("log2", "user")
    with pytest.raises(StudyError, match="too large for it"):
        decide_scale(2**LOG2, "microarray", "log2", "m.tsv")


def test_evidence() -> None:
    """Hand-worked: 3 x 4 with one missing value."""
    values = np.array([[1, 2, 3, np.nan], [-1, 0.5, 2, 4], [10, 10, 10, 10]], dtype=float)
    found = scale_evidence(values)
    assert found["minimum"] == -1
    assert found["maximum"] == 10
    assert found["median"] == 3
    assert found["share_negative"] == pytest.approx(1 / 11)
    assert found["share_integer"] == pytest.approx(10 / 11)
