"""How much patients vary beside healthy people: genes by ratio, and what the model expects."""

import numpy as np
import pandas as pd

from revertome import naming
from revertome.source_data.tidy import absent, stack, unclassed
from revertome.trajectories.variance_ratios import expected_genes

BINS = 48
TAILS = 0.002  # share of genes beyond either end, which the outermost bins hold
WIDEST = 4.0  # log2 of the ratio at which the bins end where few genes are beyond


def table(genes: pd.DataFrame, variances: pd.DataFrame) -> pd.DataFrame:
    """Build the table of the ratios of standard deviations.

    Returns
    -------
    DataFrame
        `bin` rows: role, visit, low, high, n_genes, expected (genes in the bin if all had the ratio
        of the model). `visit` rows: role, visit, n_genes, sd_ratio (of the model), observed_05,
        observed_50, observed_95.
    """
    if unclassed(genes):
        return absent(
            "Without healthy people and a follow-up there are no two variances to compare here."
        )
    columns = [f"sd_ratio_{role}" for role in variances["role"]]
    if not len(genes.reindex(columns=columns).dropna(how="all")):
        return absent(
            "With fewer than two healthy people there is nothing to compare the variances with."
        )
    logs = np.log2(genes[columns].where(genes[columns] > 0))
    ends = np.nanquantile(logs, [TAILS, 1 - TAILS])
    tails = np.log2(variances[["expected_05", "expected_95"]].to_numpy(float))
    # Genes at the floor in one of the groups have ratios of any size: they make no room.
    widest = max(WIDEST, 1.5 * float(np.abs(tails).max()))
    reach = min(float(max(np.abs(ends).max(), 2 * np.abs(tails).max())), widest)
    edges = np.linspace(-reach, reach, BINS + 1)
    bins, visits = [], []
    for row in variances.to_dict("records"):
        mine = logs[f"sd_ratio_{row['role']}"].dropna().to_numpy()
        heights, _ = np.histogram(np.clip(mine, -reach, reach), edges)
        expected = expected_genes(2**edges, row, len(mine))
        low, high = 2 ** edges[:-1], 2 ** edges[1:]
        bins.append(pd.DataFrame({"role": row["role"], "visit": row["visit"], "low": low,
                                  "high": high, "n_genes": heights,
                                  "expected": expected}))  # fmt: skip
        facts = ("role", "visit", "sd_ratio", "observed_05", "observed_50", "observed_95")
        visits.append({name: row[name] for name in facts} | {"n_genes": len(mine)})
    caption = (
        "Bars: genes by the standard deviation of "
        "patients over that of healthy people, within groups of response; the outermost hold all "
        "genes beyond; dashed: equal. Line: "
        "what would be seen if all genes had the ratio of the model. Bars that reach further than "
        f"the line are genes with variances of their own. {_words(variances)}"
    )
    return stack(caption, f"Two histograms. {caption}", bin=pd.concat(bins, ignore_index=True),
                 visit=pd.DataFrame(visits))  # fmt: skip


def _words(variances: pd.DataFrame) -> str:
    """The numbers of every visit in words."""
    return " ".join(
        f"At {naming.visit(row['visit'])}: {row['sd_ratio']:.2f} in the model; over genes median "
        f"{row['observed_50']:.2f}, 5% to 95% {row['observed_05']:.2f} to {row['observed_95']:.2f} "
        f"({row['expected_05']:.2f} to {row['expected_95']:.2f} if all had the ratio of the model)."
        for row in variances.to_dict("records")
    )
