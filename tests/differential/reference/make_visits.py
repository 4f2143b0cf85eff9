"""Write the inputs that visits.R reads; run here, then `Rscript visits.R`.

80 genes; 8 healthy people, 5 of whom are followed; 9 patients on the drug in two doses, 7 on
placebo who switch after the second of three follow-ups; a third of the later visits is missing.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
VISITS = ["day 0", "day 7", "day 28", "day 180"]
MISSED = {(1, 1), (2, 2), (3, 3), (5, 1), (5, 2), (6, 3), (9, 1), (11, 2), (12, 3), (13, 1),
          (13, 3), (15, 0)}  # fmt: skip


def samples() -> pd.DataFrame:
    rows = []
    for i in range(16):
        arm = "placebo" if i >= 9 else "high" if i >= 5 else "low"
        response = ["responder", "nonresponder", "responder"][i % 3]
        for k, visit in enumerate(VISITS):
            if (i, k) not in MISSED:
                rows.append((f"P{i:02d}_{k}", f"P{i:02d}", visit, "patient", arm, response))
    for i in range(8):
        for k, visit in enumerate(VISITS if i < 5 else VISITS[:1]):
            rows.append((f"H{i:02d}_{k}", f"H{i:02d}", visit, "healthy", "", ""))
    sheet = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group", "arm", "label"])
    sheet["batch"] = ["a", "b", "b", "a", "b"] * (len(sheet) // 5) + ["a"] * (len(sheet) % 5)
    return sheet


def main() -> None:
    sheet, rng, n_genes = samples(), np.random.default_rng(39088), 80
    code = pd.factorize(sheet["patient"])[0]
    scale = np.sqrt(4 / rng.chisquare(4, n_genes))
    y = rng.uniform(4, 13, n_genes) + scale * (
        0.8 * rng.normal(size=(code.max() + 1, n_genes))[code]
        + rng.normal(size=(len(sheet), n_genes))
    )
    y[(sheet["arm"].eq("high") & sheet["visit"].ne("day 0")).to_numpy(), :20] += 1.5
    genes = [f"g{i:02d}" for i in range(n_genes)]
    pd.DataFrame(y.T.round(4), genes, sheet["sample"]).to_csv(HERE / "visits_y.tsv", sep="\t")
    sheet.to_csv(HERE / "visits_samples.tsv", sep="\t", index=False)


if __name__ == "__main__":
    main()
