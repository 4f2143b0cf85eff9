"""Draw the small trial of composition.R: 40 genes that follow two types of cells, with gaps."""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
rng = np.random.default_rng(22)
rows = [
    (f"P{k}", v, "responder" if k < 9 else "nonresponder")
    for k in range(14)
    for v in ("before", "after")
    if (k, v) not in ((2, "after"), (5, "before"), (11, "after"))
]
rows += [(f"H{k}", "", "healthy") for k in range(8)]  # fmt: skip
samples = pd.DataFrame(rows, columns=["patient", "visit", "label"])
samples.index = pd.Index([f"S{k:02d}" for k in range(len(samples))], name="sample")
ill = samples["label"].ne("healthy") & ~(
    samples["label"].eq("responder") & samples["visit"].eq("after")
)
samples["neutrophils"] = np.round(55 + 18 * ill + rng.normal(0, 8, len(samples)), 1)
samples["monocytes"] = np.round(6 + 2 * ill + rng.normal(0, 1.5, len(samples)), 1)
age = {name: a for name, a in zip(samples["patient"].unique(), rng.normal(9, 3, 22), strict=True)}
samples["age"] = samples["patient"].map(age).round(2)
person = pd.DataFrame(rng.normal(size=(22, 40)), samples["patient"].unique())
y = 8 + person.loc[samples["patient"]].to_numpy() * 0.6 + rng.normal(size=(len(samples), 40)) * 0.8
y += np.outer(samples["neutrophils"] - 55, rng.normal(0, 0.08, 40))
y += np.outer(samples["monocytes"] - 6, rng.normal(0, 0.2, 40))
y[ill] += np.where(np.arange(40) < 10, 2, 0)
genes = pd.Index([f"g{k:02d}" for k in range(40)], name="gene")
values = pd.DataFrame(y.T.round(4), genes, samples.index)
samples.to_csv(HERE / "composition_samples.tsv", sep="\t", na_rep="NA")
values.to_csv(HERE / "composition_y.tsv", sep="\t")
