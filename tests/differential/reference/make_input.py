"""Write the inputs that limma.R reads; run here, then `Rscript limma.R`.

120 genes; 12 healthy, 15 patients of whom 13 have both visits, one only the first and one only
the second; 10 responders, 5 non-responders; two batches. Every 40th gene is constant over
healthy samples only, variances span two orders of magnitude.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "scripts"))

from revertome.differential.models import fixed_model, random_model  # noqa: E402
from revertome.differential.names import WITHIN_PATIENT, contrast_names  # noqa: E402

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": ["batch"]}
NAMES = contrast_names(DESIGN, {"source": "column"})


def samples(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [(f"H{i:02d}", f"H{i:02d}", None, "healthy") for i in range(12)]
    for i in range(15):
        visits = {3: ["before"], 8: ["after"]}.get(i, ["before", "after"])
        rows += [(f"P{i:02d}_{v}", f"P{i:02d}", v, "patient") for v in visits]
    obs = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group"])
    obs["batch"] = rng.choice(["a", "b"], len(obs))
    labels = pd.DataFrame({"patient": [f"P{i:02d}" for i in range(15)]})
    labels["label"] = ["responder"] * 10 + ["nonresponder"] * 5
    return obs.set_index("sample", drop=False), labels


def main() -> None:
    rng = np.random.default_rng(20110226)
    obs, labels = samples(rng)
    n_genes = 120
    patient = rng.normal(size=(obs["patient"].nunique(), n_genes))
    code = pd.factorize(obs["patient"])[0]
    scale = np.sqrt(3 / rng.chisquare(3, n_genes))
    y = rng.uniform(4, 13, n_genes) + scale * (
        0.7 * patient[code] + rng.normal(size=(len(obs), n_genes))
    )
    y[obs["visit"].eq("after").to_numpy(), :20] += 2.0
    y[:12, ::40] = y[0, ::40]
    counts = rng.negative_binomial(5, 5 / (5 + 2 ** (y - 2)))
    counts[:, -1] = np.arange(len(obs)) % 3
    genes = [f"g{i:03d}" for i in range(n_genes)]
    models = {
        "random": random_model(obs, labels, DESIGN, NAMES),
        "fixed": fixed_model(obs, labels, DESIGN, WITHIN_PATIENT),
    }
    pd.DataFrame(y.T, genes, obs.index).to_csv(HERE / "y.tsv", sep="\t")
    pd.DataFrame(counts.T, genes, obs.index).to_csv(HERE / "counts.tsv", sep="\t")
    obs.assign(label=obs["patient"].map(labels.set_index("patient")["label"])).to_csv(
        HERE / "samples.tsv", sep="\t", index=False
    )
    for name, model in models.items():
        model.design.to_csv(HERE / f"design_{name}.tsv", sep="\t")
        pd.DataFrame(model.contrasts).to_csv(HERE / f"contrasts_{name}.tsv", sep="\t")


if __name__ == "__main__":
    main()
