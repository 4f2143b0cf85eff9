"""Estimated cells beside counted ones in children with lupus: their errors, and what is claimed.

`python tests/benchmarks/composition_lupus.py --out composition_lupus.tsv` reads GSE65391 from
../shared. Of each type that the laboratory counted, within label, visit and batch of the patients:

- sd_estimated, sd_counted, sd_apart (of estimated less counted), percentage points;
- error: SD of the error of the estimate by halves of the marker genes, and halves, the reliability;
- r2: squared correlation of estimated and counted, the product of both reliabilities;
- slope: of counted on estimated. The reliability of the estimate is slope times b, where the
  estimate rises by b points as the cells rise by one.

Of disease and change beyond neutrophils and lymphocytes: genes that are no markers, with q of 5% by
estimated and by counted cells as exact, by both, and by both in opposite directions; r: correlation
of the effects.
Healthy children were not counted; their counts are the regression of counts on estimates.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from benchmarks.composition import ALIASES, LUPUS  # noqa: E402
from mixed_blood import shipped  # noqa: E402
from options import load, normalise, options_of, section  # noqa: E402
from revertome.composition.estimate import Estimate, estimate  # noqa: E402
from revertome.composition.halves import split_half  # noqa: E402
from revertome.statistics.residuals import rank, without  # noqa: E402
from revertome.trajectories.beyond_composition import beyond_composition  # noqa: E402
from studies import gse65391_full  # noqa: E402

BOTH = ["neutrophils", "lymphocytes"]
ASKED = {"reverted_in": "responders", "induced_in": "all", "sensitivity": [], "bootstrap": 0,
         "permutations": 0}  # fmt: skip


def study() -> tuple[Any, dict[str, Any], Estimate, pd.DataFrame]:
    """Genes, design, estimated cells, and percent counted."""
    told = gse65391_full()
    design = section("design", **told["design"])
    genes = normalise(load(told["intake"], told["design"]).adata, {}, ALIASES, design)
    genes.obs = genes.obs.astype({name: object for name in genes.obs.select_dtypes("category")})
    healthy = genes.obs["group"].eq("healthy").to_numpy()
    sheet = pd.read_csv(LUPUS, sep="\t").set_index("gsm").reindex(genes.obs_names)
    counted = pd.DataFrame({
        f"{name}s": pd.to_numeric(sheet[f"Characteristics [{name}_percent]"], errors="coerce")
        for name in ("neutrophil", "lymphocyte", "monocyte")
    })  # fmt: skip
    return genes, design, estimate(genes, healthy, shipped()), counted


def with_lymphocytes(percent: pd.DataFrame) -> pd.DataFrame:
    """Percent of all types, and of lymphocytes."""
    parts = percent.drop(columns=["neutrophils", "monocytes"])
    return percent.assign(lymphocytes=parts.sum(axis=1, skipna=False))


def errors(obs: pd.DataFrame, made: Estimate, counted: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows of types."""
    ours, apart = with_lymphocytes(made.percent), with_lymphocytes(made.apart)
    cell = obs["visit"].astype(str) + obs["response_sledai4"].astype(str)
    for name in counted:
        rows = obs["group"].eq("patient") & counted[name].notna() & ours[name].notna()
        x = [pd.get_dummies(some[rows]).to_numpy(float) for some in (cell, obs["batch"])]
        x = np.column_stack(x)
        found, known = (without(some.loc[rows, [name]].to_numpy(), x) for some in (ours, counted))
        df = rows.sum() - rank(x)
        spread, between, other = (
            float((one * two).sum() / df)
            for one, two in ((found, found), (found, known), (known, known))
        )
        halves = split_half(ours[rows].to_numpy(), apart[rows].to_numpy(), x)
        halves = halves[list(ours).index(name)]
        yield {
            "what": name, "n": rows.sum(), "sd_estimated": spread**0.5, "sd_counted": other**0.5,
            "sd_apart": (spread - 2 * between + other) ** 0.5,
            "error": (spread * (1 - halves)) ** 0.5, "halves": halves,
            "r2": between**2 / spread / other, "slope": between / spread,
        }  # fmt: skip


def claims(
    genes: Any, design: dict[str, Any], made: Estimate, counted: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Rows of disease and change."""
    ours, counted = with_lymphocytes(made.percent)[BOTH], counted[BOTH].copy()
    healthy = genes.obs["group"].eq("healthy")
    known = counted.notna().all(axis=1) & ours.notna().all(axis=1)
    for name in BOTH:
        line = np.polyfit(ours.loc[known, name], counted.loc[known, name], 1)
        counted.loc[healthy, name] = np.polyval(line, ours.loc[healthy, name])
    known = counted.notna().all(axis=1) & ours.notna().all(axis=1)
    labels = genes.obs[genes.obs["group"].eq("patient")].drop_duplicates("patient")
    labels = labels.assign(label=labels["response_sledai4"])[["patient", "label"]].dropna()
    options, model = section("trajectories", **ASKED), options_of("limma", design)
    markers = list(shipped().markers.index)
    tables = []
    for percent in (ours[known], counted[known]):
        cells = percent.rename_axis(index="sample").melt(
            var_name="cell_type", value_name="percent", ignore_index=False
        )
        cells = cells.reset_index().assign(se=np.nan, source="measured")
        some = genes[known.to_numpy()].copy()
        found = beyond_composition(some, labels, model, options, cells, 1.0, markers)
        tables.append(found.genes.set_index("gene"))
    for name in ("disease", "change"):
        one, other = (table[f"adj_p_{name}_beyond"].lt(0.05) for table in tables)
        effects = [table[f"{name}_beyond"] for table in tables]
        against = np.sign(effects[0]) != np.sign(effects[1])
        yield {
            "what": name, "n": known.sum(), "called_estimated": one.sum(),
            "called_counted": other.sum(), "called_both": (one & other).sum(),
            "opposite": (one & other & against).sum(), "r": effects[0].corr(effects[1]),
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    genes, design, made, counted = study()
    table = pd.DataFrame([*errors(genes.obs, made, counted), *claims(genes, design, made, counted)])
    table = table.convert_dtypes()
    table.to_csv(out, sep="\t", index=False, na_rep="NA", float_format="%.3g")


if __name__ == "__main__":
    main()
