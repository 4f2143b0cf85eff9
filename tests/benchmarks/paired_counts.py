"""Counts of simulated pairs, and the design with patients as columns."""

import numpy as np
import pandas as pd


def paired_counts(
    genes: int, samples: int, seed: int = 1, spread: float = 0.5
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Negative binomial counts (genes x samples) and the design ``~ patient + visit``.

    The mean of a gene is log-normal (median 150), patients differ by 0.3 on the log scale, one
    gene in ten changes by 0.7 (standard deviation, log2), depth differs by 0.2, and dispersion is
    0.05 + 2 / mean times a log-normal factor, whose standard deviation is `spread`.
    """
    rng = np.random.default_rng(seed)
    pairs = samples // 2
    patient, visit = np.repeat(np.arange(pairs), 2), np.tile([0.0, 1.0], pairs)
    mean = np.exp(rng.normal(5, 1.8, genes))
    change = np.where(rng.random(genes) < 0.1, rng.normal(0, 0.7 * np.log(2), genes), 0.0)
    person = rng.normal(0, 0.3, (genes, pairs))
    depth = rng.normal(0, 0.2, 2 * pairs)
    expected = np.exp(np.log(mean)[:, None] + person[:, patient] + np.outer(change, visit) + depth)
    dispersion = (0.05 + 2 / mean) * np.exp(rng.normal(0, spread, genes))
    shape = 1 / dispersion[:, None]
    counts = rng.negative_binomial(shape, shape / (shape + expected))
    names = [f"s{i + 1}" for i in range(2 * pairs)]
    design = np.column_stack([np.eye(pairs)[patient], visit])
    design[:, 0] = 1
    columns = ["base", *(f"patient{i + 1}" for i in range(1, pairs)), "visit"]
    return (
        pd.DataFrame(counts, [f"g{i + 1}" for i in range(genes)], names),
        pd.DataFrame(design, names, columns),
    )


def study_pairs(folder: str, baseline: str, followup: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of the complete pairs of a finished study, and the design ``~ patient + visit``."""
    import anndata

    found = anndata.read_h5ad(f"{folder}/normalise/expression.h5ad")
    obs = found.obs[found.obs["visit"].isin([baseline, followup])]
    patient = obs["patient"].astype(str)
    obs = obs[patient.map(patient.value_counts()).eq(2)]
    counts = np.asarray(found[obs.index].layers["counts"]).round().astype(int)
    patient = obs["patient"].astype(str)
    design = pd.get_dummies(patient, dtype=float).iloc[:, 1:]
    design.insert(0, "base", 1.0)
    design["visit"] = obs["visit"].eq(followup).astype(float)
    return pd.DataFrame(counts.T, found.var_names, obs.index), design
