"""GSE65391 (52 samples) as blood.R reads it: `python blood.py DIR`, then `Rscript blood.R DIR`."""

import sys
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parents[4].parent / "shared" / "data" / "gse65391_sle_blood"


def blood() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Probes x samples as deposited, random and fixed design, sample sheet.

    Probes of one value in all samples are left out: in R their correlation is that of rounding.
    """
    path = FOLDER / "GSE65391_small_reserialised_series_matrix.txt.gz"
    y = pd.read_csv(path, sep="\t", index_col=0, comment="!")
    y = y[y.max(axis=1) > y.min(axis=1)]
    sheet = pd.read_csv(FOLDER / "labels_small.tsv", sep="\t").set_index("gsm").loc[y.columns]
    sheet["patient"] = sheet["subject"].astype(str)
    time = sheet["timepoint"].where(sheet["timepoint"].isin(["first", "last"]), "healthy")
    random = pd.get_dummies(time, dtype=float)
    # first = healthy + disease, last = first + change: the contrasts are coefficients.
    random = pd.DataFrame(
        {"healthy": 1.0, "disease": 1 - random["healthy"], "change": random["last"]}
    )
    ill = time.ne("healthy")
    fixed = pd.get_dummies(sheet.loc[ill, "patient"], dtype=float)
    fixed["change"] = random.loc[ill, "change"]
    return y, random, fixed, sheet[["patient"]]


if __name__ == "__main__":
    for name, table in zip(["y", "random", "fixed", "samples"], blood(), strict=True):
        table.to_csv(Path(sys.argv[1]) / f"blood_{name}.tsv", sep="\t")
