"""Where the answers of deseq2 and of R's DESeq2 come apart: dispersions, or what follows.

``python tests/benchmarks/count_causes.py --folder scratch --out causes.tsv`` reads the answers of R
that `count_models.py` left in the folder. For each matrix: the share of genes with p within 1%, the
same with the dispersions of R put into our fit and test, the median -log10 p of the other genes;
and of the gene-wise dispersions that are more than 0.1% apart how many have the higher adjusted
likelihood here, and how many in R (at the same means).
"""

import argparse
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "scripts")]

from benchmarks.count_models import comparable  # noqa: E402

APART = 1e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rows = []
    for file in sorted(options.folder.glob("*.r_deseq2.genes.tsv")):
        rows.append(causes(file.with_name(file.name.removesuffix(".r_deseq2.genes.tsv"))))
        print(rows[-1], flush=True)
    pd.DataFrame(rows).to_csv(options.out, sep="\t", index=False)


def causes(place):
    from revertome.negative_binomial.dispersion import profile_likelihood

    counts = pd.read_csv(f"{place}.counts.tsv", sep="\t", index_col=0).T
    design = pd.read_csv(f"{place}.design.tsv", sep="\t", index_col=0)
    r = pd.read_csv(f"{place}.r_deseq2.genes.tsv", sep="\t", index_col=0).reindex(counts.columns)
    data, p = fitted(counts, design)
    ours = pd.DataFrame({"converged": data.var["_LFC_converged"]})
    tested = comparable(place, design, ours, r) & (r["p"].notna() & p.notna()).to_numpy()
    apart = ((p / r["p"] - 1).abs() > 0.01).to_numpy() & tested
    alpha = r["dispersion"].fillna(0.1).to_numpy()
    at_r = (np.abs(test(data, alpha) / r["p"] - 1) <= 0.01).to_numpy()[tested]
    own, theirs = data.var["genewise_dispersions"], r["genewise"].clip(lower=1e-8)
    genes = np.flatnonzero(tested & (np.abs(np.log(own / theirs)) > APART).to_numpy())
    k, x = counts.to_numpy()[:, genes], design.to_numpy(float)
    mu = np.maximum(data.layers["_mu_hat"][:, genes], 0.5)
    gain = profile_likelihood(k, x, mu, own.to_numpy()[genes])
    gain -= profile_likelihood(k, x, mu, theirs.to_numpy()[genes])
    with np.errstate(divide="ignore"):
        small = -np.log10(r["p"].to_numpy()[apart])
    return {
        "matrix": place.name,
        "genes": int(tested.sum()),
        "within": round(1 - apart.sum() / tested.sum(), 4),
        "within_at_r": round(at_r.mean(), 4),
        "minus_log10_p_apart": round(float(np.median(small)), 1) if len(small) else None,
        "genewise_apart": len(genes),
        "higher_here": int((gain > 1e-9).sum()),
        "higher_in_r": int((gain < -1e-9).sum()),
    }


def fitted(counts, design):
    """Our data set, and p of the last coefficient."""
    from pydeseq2.ds import DeseqStats

    from revertome.differential.dispersions.dataset import Dataset
    from revertome.differential.dispersions.inference import Inference

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = Dataset(counts=counts, metadata=pd.DataFrame({"all": "1"}, counts.index),
                       design=design, inference=Inference(), quiet=True)  # fmt: skip
        data.deseq2()
        found = DeseqStats(data, contrast=np.eye(design.shape[1])[-1], inference=data.inference,
                           quiet=True, independent_filter=False)  # fmt: skip
        found.summary()
    return data, found.results_df["pvalue"]


def test(data, alpha):
    """Wald p of the last coefficient at given dispersions."""
    from revertome.differential.dispersions.inference import LEAST_MEAN, LOG2, Inference
    from revertome.negative_binomial.fit import fit
    from revertome.negative_binomial.wald import standard_errors

    x, size = data.obsm["design_matrix"].to_numpy(float), data.obs["size_factors"].to_numpy()
    last = np.eye(x.shape[1])[-1]
    found = fit(data.X, x, np.log(size), alpha, LEAST_MEAN, Inference.ridge)
    ridge = np.eye(x.shape[1]) * 1e-6 / LOG2
    error = standard_errors(x, alpha, np.maximum(found.mu, LEAST_MEAN), ridge, last)
    return 2 * ndtr(-np.abs(found.coefficients @ last / error))


if __name__ == "__main__":
    main()
