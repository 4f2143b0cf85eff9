"""Input of randomised.R: `python make_randomised.py`. Three arms, three visits, gaps, an age."""

import numpy as np
import pandas as pd

GENES = 40
ARMS = {"placebo": 7, "low": 6, "high": 8}
VISITS = ("before", "week 4", "week 12")

rng = np.random.default_rng(20)
rows = []
for arm, size in ARMS.items():
    for number in range(size):
        for visit in VISITS:
            # Some visits were missed, before treatment too.
            if rng.random() < 0.85 or number < 2:
                rows.append((f"{arm}{number}", arm, visit))
rows += [(f"h{number}", "NA", "NA") for number in range(9)]
samples = pd.DataFrame(rows, columns=["patient", "arm", "visit"])
people = samples["patient"].drop_duplicates()
samples["age"] = samples["patient"].map(
    dict(zip(people, rng.integers(4, 18, len(people)), strict=True))
)
spread = np.sqrt(6 / rng.chisquare(6, GENES))
person = (
    pd.DataFrame(rng.normal(0, 0.9, (len(people), GENES)), people)
    .loc[samples["patient"]]
    .to_numpy()
)
y = 8 + spread * (person + rng.normal(size=(len(samples), GENES)))
ill = samples["visit"].ne("NA").to_numpy()
y += np.outer(ill, rng.normal(0, 1, GENES))
for arm, size in (("low", 0.5), ("high", 1.0)):
    on = (samples["arm"].eq(arm) & samples["visit"].ne("before")).to_numpy()
    y += size * np.outer(on, rng.normal(0, 1, GENES))
y += np.outer(samples["age"] - 10, rng.normal(0, 0.05, GENES))
samples.index = pd.Index([f"s{k:03d}" for k in range(len(samples))], name="sample")
samples.to_csv("randomised_samples.tsv", sep="\t")
names = pd.Index([f"g{k:02d}" for k in range(GENES)], name="gene")
pd.DataFrame(y.T.round(3), names, samples.index).to_csv("randomised_y.tsv", sep="\t")
