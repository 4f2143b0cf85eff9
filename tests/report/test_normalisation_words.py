"""The methods say how values became log2 values of genes, whatever they came from."""

import re
from typing import Any

import pytest

from revertome.report.normalisation import NORMALISATION_REFERENCES, normalisation, raw_method


def _config(source: str, assay: str, method: str = "auto", **intake: Any) -> dict[str, Any]:
    return {
        "intake": {"source": source, "assay": assay, **intake},
        "normalise": {"method": method},
    }


@pytest.mark.parametrize(
    ("config", "words", "keys"),
    [
        (_config("geo", "microarray"), "Microarray data were normalised by quantile", ["quantile"]),
        (_config("table", "rnaseq"), "RNA-seq data .* trimmed mean of M-values", ["tmm"]),
        (_config("table", "rnaseq", "upper_quartile"), "by upper-quartile factors", []),
        (
            _config("geo", "microarray", repeats="mean"),
            "Log2 values .* averaged after",
            ["quantile"],
        ),
        (_config("table", "rnaseq", repeats="mean"), "Counts .* summed before norm", ["tmm"]),
        (_config("geo", "microarray", repeats="first"), "one visit one was used", ["quantile"]),
        (_config("table", "abundance"), "taken without normalisation as log2", []),
        (_config("cel", "microarray"), r"\(RMA: .*2003\)\. One value a gene was kept\.$", ["rma"]),
        (
            _config("cel", "microarray", "quantile"),
            "after quantile .* once more",
            ["rma", "quantile"],
        ),
        (_config("beadchip", "microarray"), r"detection p-values .* \(neqc; Shi", ["neqc"]),
        (_config("beadchip", "microarray", controls="c.txt"), "negative control probes", ["neqc"]),
    ],
)
def test_words(config: dict[str, Any], words: str, keys: list[str]) -> None:
    with_words = normalisation(config)
    assert re.search(words, with_words), with_words
    assert "auto" not in with_words
    assert raw_method(config) == keys
    assert set(keys) <= set(NORMALISATION_REFERENCES)
