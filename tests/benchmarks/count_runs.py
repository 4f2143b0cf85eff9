"""``python count_runs.py TOOL COUNTS DESIGN OUT``: one of our count models, or PyDESeq2's own.

Reads and writes what `count_models.R` does; TOOL is deseq2, edger_ql or pydeseq2. CPU seconds are
those of the fit and the test, without imports and reading.
"""

import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))


def main():
    tool, counts, design, out = sys.argv[1:]
    counts = pd.read_csv(counts, sep="\t", index_col=0).T
    x = pd.read_csv(design, sep="\t", index_col=0)
    work = prepared(tool)
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore")
        start = time.process_time()
        found = work(counts, x)
        cpu = time.process_time() - start
    found.to_csv(f"{out}.genes.tsv", sep="\t", index_label="gene")
    facts = pd.Series({"cpu": cpu}, name="value")
    facts.to_csv(f"{out}.facts.tsv", sep="\t", index_label="fact")


def prepared(tool):
    """The work of a tool, with what it imports imported."""
    if tool == "edger_ql":
        from revertome.normalise.tmm import tmm_factors
        from revertome.quasi_likelihood.f_test import f_test, quasi_fit

        def work(counts, x):
            y, total = counts.to_numpy(float), counts.sum(axis=1).to_numpy(float)
            fit = quasi_fit(y.T, x.to_numpy(float), total * tmm_factors(y, total))
            change, _, p = f_test(fit, np.eye(x.shape[1])[-1])
            return table(counts, y.mean(axis=0), fit.dispersions.trended, True, change, p)

        return work
    from pydeseq2.dds import DeseqDataSet
    from pydeseq2.default_inference import DefaultInference
    from pydeseq2.ds import DeseqStats

    from revertome.differential.dispersions.dataset import Dataset
    from revertome.differential.dispersions.inference import Inference

    own = tool == "deseq2"
    kind, inference = (Dataset, Inference()) if own else (DeseqDataSet, DefaultInference(n_cpus=1))

    def work(counts, x):
        data = kind(counts=counts, metadata=pd.DataFrame({"all": "1"}, counts.index), design=x,
                    inference=inference, quiet=True)  # fmt: skip
        data.deseq2()
        test = DeseqStats(data, contrast=np.eye(x.shape[1])[-1], inference=inference, quiet=True,
                          independent_filter=False)  # fmt: skip
        test.summary()
        found, var = test.results_df, data.var
        return table(counts, found["baseMean"], var["dispersions"], var["_LFC_converged"],
                     found["log2FoldChange"], found["pvalue"], filtered=True)  # fmt: skip

    return work


def table(counts, mean, dispersion, converged, change, p, filtered=False):
    from revertome.differential.dispersions.filtering import filtered_adjustment

    columns = {"mean": mean, "dispersion": dispersion, "converged": converged, "logFC": change}
    found = pd.DataFrame({**columns, "p": p}, counts.columns)
    for level in (0.05, 0.1):
        alpha = level if filtered else None
        adjusted, _ = filtered_adjustment(found["p"].to_numpy(), found["mean"].to_numpy(), alpha)
        found[f"adj{round(100 * level):02d}"] = adjusted
    return found


if __name__ == "__main__":
    main()
