"""Write the counts and design that deseq2.R reads; run here, then `Rscript deseq2.R`.

Twelve pairs (8 responders) of the built-in RNA-seq trial, 1,000 genes, those that
`normalise` keeps; one count of one gene is made an outlier.
"""

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "scripts"))

from revertome.differential.models import fixed_model  # noqa: E402
from revertome.differential.names import WITHIN_PATIENT  # noqa: E402
from revertome.simulate import trial  # noqa: E402
from revertome.trial import complete_pairs  # noqa: E402

DESIGN = {"baseline": "enrollment", "followup": "month6", "healthy": "healthy", "covariates": []}


def main() -> None:
    symbols = pd.read_csv(HERE.parents[2] / "resources/genes.tsv", sep="\t").iloc[:, 0]
    raw, _, _ = trial(17590, 1000, 22, "rnaseq", list(symbols))
    obs = raw.obs[raw.obs["group"].ne("healthy")]
    pairs = complete_pairs(obs[["patient", "visit"]].astype(str), "enrollment", "month6")[:12]
    labels = pd.DataFrame({"patient": pairs, "label": ["responder"] * 8 + ["nonresponder"] * 4})
    obs = obs[obs["patient"].astype(str).isin(pairs)]
    model = fixed_model(obs, labels, DESIGN, WITHIN_PATIENT)
    counts = raw[model.obs.index].to_df().round().astype(int).T
    counts = counts[(counts >= 10).sum(axis=1) >= 4].sort_index()
    counts.iloc[0, 0] = 50 * counts.iloc[0].max()
    counts.to_csv(HERE / "paired_counts.tsv", sep="\t", index_label="gene")
    model.design.astype(int).to_csv(HERE / "paired_design.tsv", sep="\t")
    pd.DataFrame(model.contrasts).to_csv(HERE / "paired_contrasts.tsv", sep="\t")


if __name__ == "__main__":
    main()
