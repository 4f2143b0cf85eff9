"""The designs behind core.R's numbers: `python core_designs.py DIR`, then `Rscript core.R DIR`.

`trial`: 2,000 genes x 48 samples, 18 pairs (12 responders) and 12 healthy, two batches.
`unbalanced`: 300 genes x 44 samples, 10 healthy, 18 patients of whom 4 have one visit and one has
three samples; 6% of the values missing, a gene with three values, one constant. Genes g000 and
g001 have effects so large that p-values fall below 1e-100; some genes are hypervariable.

Designs are written twice: as cell means with contrasts, and re-parametrised so that the contrasts
are coefficients. limma's ``contrasts.fit`` takes one correlation matrix for all genes, which is
not exact with observation weights or missing values; on the second form it has nothing to do.

Only R's numbers are committed; tests make the data anew from the seeds.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

CONTRASTS = ["disease", "change_responders", "change_nonresponders"]


@dataclass
class Data:
    """Genes x samples as R has them; designs with samples in rows."""

    y: pd.DataFrame
    weights: pd.DataFrame
    counts: pd.DataFrame
    samples: pd.DataFrame
    random: pd.DataFrame
    contrasts: pd.DataFrame
    direct: pd.DataFrame
    fixed: pd.DataFrame


def reparametrised(design: pd.DataFrame, contrasts: pd.DataFrame) -> pd.DataFrame:
    """Design of the same space whose first coefficients are the contrasts."""
    rows = contrasts.T.to_numpy(float)
    names = list(contrasts.columns)
    for name, unit in zip(design.columns, np.eye(design.shape[1]), strict=True):
        if np.linalg.matrix_rank(np.vstack([rows, unit])) > len(rows):
            rows, names = np.vstack([rows, unit]), [*names, name]
    return pd.DataFrame(design.to_numpy() @ np.linalg.inv(rows), design.index, names)


def cell_means(samples: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    design = pd.get_dummies(samples["cell"], dtype=float).sort_index(axis=1)
    design["batch"] = samples["batch"].eq("b").astype(float)
    contrasts = pd.DataFrame(0.0, design.columns, CONTRASTS)
    contrasts.loc[["responder.before", "healthy"], "disease"] = [1.0, -1.0]
    for label in ("responder", "nonresponder"):
        terms = [f"{label}.after", f"{label}.before"]
        contrasts.loc[terms, f"change_{label}s"] = [1.0, -1.0]
    return design, contrasts


def paired(samples: pd.DataFrame) -> pd.DataFrame:
    ill = samples[samples["label"].ne("healthy")]
    design = pd.get_dummies(ill["patient"], dtype=float)
    for label in ("responder", "nonresponder"):
        design[f"change_{label}s"] = ill["cell"].eq(f"{label}.after").astype(float)
    return design


def data(samples: pd.DataFrame, n_genes: int, seed: int) -> Data:
    rng = np.random.default_rng(seed)
    samples["batch"] = rng.choice(["a", "b"], len(samples))
    visit = samples["cell"].str.partition(".")[2]
    n = len(samples)
    mean = np.sort(rng.uniform(3, 13, n_genes))
    rng.shuffle(mean)
    scale = np.sqrt(0.1 + 1 / mean) * np.sqrt(4 / rng.chisquare(4, n_genes))
    scale[-n_genes // 50 :] *= 10
    patient = rng.normal(size=(samples["patient"].nunique(), n_genes))
    error = rng.normal(size=(n, n_genes)) * rng.uniform(0.6, 1.8, n)[:, None]
    y = mean + scale * (0.6 * patient[pd.factorize(samples["patient"])[0]] + error)
    y[visit.eq("after").to_numpy(), 2 : n_genes // 20] += 1.5
    y[visit.ne("").to_numpy(), : n_genes // 25] -= 1.0
    y[visit.eq("after").to_numpy(), :2] += [20_000.0, 8_000.0]
    genes = [f"g{k:04d}" for k in range(n_genes)]
    rate = 2 ** np.clip(y - 1, 0, 14)
    counts = rng.negative_binomial(4, 4 / (4 + rate))
    weights = rng.uniform(0.3, 3, (n, n_genes))
    design, contrasts = cell_means(samples)
    return Data(
        y=pd.DataFrame(y.T.round(6), genes, samples.index),
        weights=pd.DataFrame(weights.T.round(6), genes, samples.index),
        counts=pd.DataFrame(counts.T, genes, samples.index),
        samples=samples,
        random=design,
        contrasts=contrasts,
        direct=reparametrised(design, contrasts),
        fixed=paired(samples),
    )


def sheet(rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    samples = pd.DataFrame(rows, columns=["patient", "label", "visit"])
    samples["cell"] = (samples["label"] + "." + samples["visit"]).str.strip(".")
    samples.index = pd.Index([f"s{k:02d}" for k in range(len(samples))], name="sample")
    return samples


def label(patient: int) -> str:
    return "responder" if patient % 3 < 2 else "nonresponder"


def trial() -> Data:
    rows = [(f"H{i:02d}", "healthy", "") for i in range(12)]
    rows += [(f"P{i:02d}", label(i), visit) for i in range(18) for visit in ("before", "after")]
    return data(sheet(rows), 2000, 1989)


def unbalanced() -> Data:
    rows = [(f"H{i:02d}", "healthy", "") for i in range(10)]
    single = {2: ["before"], 5: ["after"], 9: ["before"], 16: ["before"]}
    for i in range(18):
        visits = ["before", "after", "after"] if i == 7 else single.get(i, ["before", "after"])
        rows += [(f"P{i:02d}", label(i), visit) for visit in visits]
    made = data(sheet(rows[:-1]), 300, 2004)
    rng = np.random.default_rng(5)
    made.y = made.y.mask(rng.uniform(size=made.y.shape) < 0.06)
    made.y.iloc[40] = made.y.iloc[40].where(np.isin(np.arange(made.y.shape[1]), [0, 12, 13]))
    made.y.iloc[41] = 7.0
    made.weights = made.weights.mask(rng.uniform(size=made.y.shape) < 0.03, 0.0)
    return made


def main(folder: Path) -> None:
    for name, made in {"trial": trial(), "unbalanced": unbalanced()}.items():
        for part, table in vars(made).items():
            table.to_csv(folder / f"{name}_{part}.tsv", sep="\t", na_rep="NA")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
