"""Write the counts and designs that dispersions.R reads; run here, then `Rscript dispersions.R`.

Pairs with 2, 3 and 10 residual degrees of freedom (`few`, `four`, `eleven`), the last with one
count of 50 times the largest; four of five genes without more than Poisson variance (`poisson`);
dispersions that rise with the mean (`rising`); two groups of four and of eight, each with an
outlying count (`groups`, `replaced`).
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "benchmarks"))

from paired_counts import paired_counts  # noqa: E402


def groups(size: int, genes: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of two groups of independent samples, the first gene with an outlying count."""
    rng = np.random.default_rng(seed)
    mean = np.exp(rng.normal(5, 1.5, genes))[:, None] * np.ones(2 * size)
    counts = rng.negative_binomial(8, 8 / (8 + mean))
    counts[0] = rng.negative_binomial(8, 8 / 208, 2 * size)
    counts[0, 1] = 20_000
    names = [f"s{i + 1}" for i in range(2 * size)]
    design = pd.DataFrame({"base": 1.0, "group": np.repeat([0.0, 1.0], size)}, names)
    return pd.DataFrame(counts, [f"g{i + 1}" for i in range(genes)], names), design


def with_dispersion(
    pairs: int, genes: int, seed: int, kind: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of pairs whose dispersion is mostly none (`poisson`) or rises with the mean."""
    _, design = paired_counts(2, 2 * pairs)
    rng = np.random.default_rng(seed)
    mean = np.exp(rng.normal(5, 1.2, genes))
    expected = mean[:, None] * np.exp(rng.normal(0, 0.2, 2 * pairs))
    size = 1 / np.full(genes, 0.1) if kind == "poisson" else 1 / (0.004 * mean**0.75)
    counts = rng.negative_binomial(size[:, None], size[:, None] / (size[:, None] + expected))
    if kind == "poisson":
        still = np.arange(genes) % 5 > 0
        counts[still] = rng.poisson(expected[still])
    return pd.DataFrame(counts, [f"g{i + 1}" for i in range(genes)], design.index), design


def main() -> None:
    """Write every case."""
    eleven = paired_counts(200, 22, 3)
    eleven[0].iloc[0, 0] = 50 * eleven[0].iloc[0].max()
    cases = {
        "few": paired_counts(400, 6, 1, 1.0),
        "four": paired_counts(400, 8, 2, 1.0),
        "eleven": eleven,
        "poisson": with_dispersion(4, 300, 4, "poisson"),
        "rising": with_dispersion(6, 200, 5, "rising"),
        "groups": groups(4, 100, 6),
        "replaced": groups(8, 100, 7),
    }
    for name, (counts, design) in cases.items():
        counts.to_csv(HERE / f"dispersions/{name}.counts.tsv", sep="\t", index_label="gene")
        design.astype(int).to_csv(HERE / f"dispersions/{name}.design.tsv", sep="\t")


if __name__ == "__main__":
    main()
