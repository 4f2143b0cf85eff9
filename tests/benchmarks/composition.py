"""Estimated cell content beside what is known of it.

`python tests/benchmarks/composition.py --out composition.tsv` reads public data from ../shared:

- `left out`: sorted cells of each of the 14 donors of GSE60424 who have all six types, mixed in 40
  random proportions and estimated by a signature made without the donor; the other donors, mixed
  as in healthy blood, are the healthy samples;
- `lupus, first` and `last`: estimates of GSE65391 beside the percent that the laboratory counted;
- `seconds`: CPU seconds of 200 samples of GSE65391.

Columns: what, cell_type, n, rmse and bias (percentage points, estimated less known), inside (share
of the known within 95% intervals; of lupus without the bias), spearman.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import anndata
import numpy as np
import pandas as pd

HOME = Path(__file__).parents[2]
sys.path[:0] = [str(HOME / "tests"), str(HOME / "scripts"), str(HOME / "resources/signatures")]

import derive  # noqa: E402

from mixed_blood import draw, shipped  # noqa: E402
from options import load, normalise, section  # noqa: E402
from revertome.composition.estimate import estimate  # noqa: E402
from revertome.composition.signature import Signature  # noqa: E402
from revertome.count_columns import LYMPHOCYTES  # noqa: E402
from studies import SHARED, gse65391_full  # noqa: E402

DATA = SHARED / "data"
LUPUS = DATA / "gse65391_sle_blood/E-GEOD-65391.sdrf.subset.tsv"
TYPES = list(derive.TYPES)
MIXTURES = 40
ALIASES = derive.read_aliases(HOME / "resources/aliases.tsv")


def donors() -> tuple[pd.DataFrame, pd.DataFrame]:
    """GSE60424: log2(CPM + 1) of genes that a tenth of the samples express, and the samples."""
    folder = DATA / "gse60424_ifnb_blood_rnaseq"
    log2, samples = derive.read(
        folder / "GSE60424_GEOSubmit_FC1to11_normalized_counts.txt.gz",
        folder / "GSE60424_pheno.csv",
        DATA / "probe_annotation/Ensembl_86_GRCh38.tsv.gz",
        ALIASES,
    )
    return log2[(log2 > 1).mean(axis=1) > 0.1], samples


def cells_of(log2: pd.DataFrame, samples: pd.DataFrame) -> dict[str, np.ndarray]:
    """CPM of the six sorted types, genes x types, of each donor who has them."""
    found = {}
    for donor, own in samples[samples["type"].isin(TYPES)].groupby("donor"):
        first = own.drop_duplicates("type")
        if len(first) == len(TYPES):
            column = {kind: name for name, kind in first["type"].items()}
            found[str(donor)] = 2 ** log2[[column[name] for name in TYPES]].to_numpy() - 1
    return found


def mixture(cells: np.ndarray, percent: np.ndarray, signature: Signature) -> np.ndarray:
    """log2 values, samples x genes, of cells mixed in these percent."""
    messages = percent * signature.rna_per_cell
    messages = messages / messages.sum(axis=1, keepdims=True)
    mixed: np.ndarray = np.log2(messages @ cells.T + 1)
    return mixed


def left_out(
    log2: pd.DataFrame, samples: pd.DataFrame, leave: str, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Percent known and estimated, and standard errors, of mixtures of a donor left out."""
    cells = cells_of(log2, samples)
    rest = samples["donor"].ne(leave)
    known = derive.allowed(HOME)
    markers, share = derive.derive(log2.loc[:, rest], samples[rest], known)
    types = shipped().types.assign(rna_share=share)
    signature = Signature(markers, types)
    usual = np.tile(types["healthy_percent"], (1, 1))
    healthy = [mixture(own, usual, signature) for donor, own in cells.items() if donor != leave]
    percent = draw(rng, MIXTURES)
    values = np.vstack([*healthy, mixture(cells[leave], percent, signature)])
    data = anndata.AnnData(values, var=pd.DataFrame(index=log2.index))
    found = estimate(data, np.arange(len(values)) < len(healthy), signature)
    rows = data.obs_names[len(healthy) :]
    return pd.DataFrame(percent, rows, TYPES), found.percent.loc[rows], found.se.loc[rows]


def row(what: str, name: str, known: pd.Series, found: pd.Series, se: pd.Series) -> dict:
    """A row of the table."""
    error = (found - known).dropna()
    centred = error - (error.median() if what.startswith("lupus") else 0)
    return {
        "what": what,
        "cell_type": name,
        "n": len(error),
        "rmse": np.sqrt((error**2).mean()),
        "bias": error.mean(),
        "inside": (centred.abs() < 1.96 * se[error.index]).mean() if se.notna().any() else np.nan,
        "spearman": found[error.index].corr(known[error.index], method="spearman"),
    }


def of_donors() -> Iterator[dict]:
    """Rows of mixtures of donors left out."""
    rng = np.random.default_rng(22)
    log2, samples = donors()
    made = [left_out(log2, samples, donor, rng) for donor in cells_of(log2, samples)]
    parts = zip(*made, strict=True)
    known, found, se = (pd.concat(part, ignore_index=True) for part in parts)
    for name in TYPES:
        yield row("left out", name, known[name], found[name], se[name])
    both = [each[list(LYMPHOCYTES[:1] + LYMPHOCYTES[2:])].sum(axis=1) for each in (known, found)]
    yield row("left out", "lymphocytes", *both, both[0] * np.nan)


def of_lupus() -> Iterator[dict]:
    """Rows of GSE65391, and of the time that 200 samples take."""
    study = gse65391_full()
    design = section("design", **study["design"])
    read = load(study["intake"], study["design"])
    genes = normalise(read.adata, {}, ALIASES, design)
    healthy = genes.obs["group"].eq(design["healthy"]).to_numpy()
    found = estimate(genes, healthy, shipped())
    sheet = pd.read_csv(LUPUS, sep="\t").set_index("gsm").reindex(genes.obs_names)
    ours = found.percent.assign(
        lymphocytes=found.percent.drop(columns=["neutrophils", "monocytes"]).sum(
            axis=1, skipna=False
        )
    )
    se = found.se.assign(lymphocytes=np.nan)
    for visit in ("first", "last"):
        rows = genes.obs["visit"].eq(visit).to_numpy()
        for name in ("neutrophil", "lymphocyte", "monocyte"):
            column = sheet[f"Characteristics [{name}_percent]"]
            known = pd.to_numeric(column, errors="coerce")[rows]
            yield row(f"lupus, {visit}", f"{name}s", known, ours[f"{name}s"][rows], se[f"{name}s"])
    began = time.process_time()
    estimate(genes[:200].copy(), healthy[:200], shipped())
    yield {"what": "seconds", "n": 200, "rmse": time.process_time() - began}


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    table = pd.DataFrame([*of_donors(), *of_lupus()])
    table.to_csv(parser.parse_args().out, sep="\t", index=False, na_rep="NA", float_format="%.3g")


if __name__ == "__main__":
    main()
