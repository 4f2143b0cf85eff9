"""Files of a tiny trial in any assay and scale, and the study file that reads them.

Seven responders and five non-responders before and after treatment, one patient seen once, seven
healthy people; 280 genes with every module in part, twenty of them measured twice.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo_files import series_matrix, write_gz
from options import SCHEMA as SCHEMA

HOME = Path(__file__).parents[1]
GMT = sorted((HOME / "resources/modules").glob("*.gmt"), reverse=True)
CORE = ("physician_global", "parent_global", "chaq", "active_joints", "limited_joints", "esr")
SEXED = ["XIST", "RPS4Y1", "DDX3Y", "KDM5D", "EIF1AY", "UTY"]
N_GENES = 280
RESPONDERS, OTHERS, HEALTHY = 7, 5, 7


def _genes() -> list[str]:
    """Up to ten genes of every module, genes of the sex chromosomes, and others."""
    lines = [line.split("\t") for path in GMT for line in path.read_text("utf-8").splitlines()]
    named = [gene for _, _, *members in lines for gene in members[:10]]
    every = pd.read_csv(HOME / "resources/genes.tsv", sep="\t")["symbol"].astype(str)
    return list(dict.fromkeys([*named, *SEXED, *every]))[:N_GENES]


def _people() -> pd.DataFrame:
    """One row a sample; `repeat` marks a second sample of one visit."""
    rows = []
    for i in range(RESPONDERS + OTHERS + 1):
        name = f"PT-{i:02d}"
        label = "responder" if i < RESPONDERS else "nonresponder"
        for visit in ("before", "after")[: 1 if i == RESPONDERS + OTHERS else 2]:
            rows.append((f"{name}-{visit}", name, visit, "patient", label))
    rows += [(f"HC-{i:02d}-once", f"HC-{i:02d}", None, "healthy", None) for i in range(HEALTHY)]
    rows.insert(0, ("PT-00-before-again", "PT-00", "before", "patient", "responder"))
    table = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group", "response"])
    code = pd.factorize(table["patient"])[0]
    before = table["visit"].eq("before")
    table["arm"] = np.where(
        table["group"].eq("healthy"), None, np.where(code % 2, "drug", "control")
    )
    table["sex"] = np.where(code % 2, "female", "male")
    table["age"] = 20 + code
    table["batch"] = np.where((code // 2 + before) % 2, "first", "second")
    table["sledai"] = np.where(before, 12, np.where(table["response"].eq("responder"), 4, 11))
    table["sledai"] = table["sledai"].where(table["group"].eq("patient"))
    return table


def _log2(people: pd.DataFrame, genes: list[str]) -> pd.DataFrame:
    """Log2 intensities, samples x genes: 40 reverted, 20 induced, 20 persistent genes."""
    rng = np.random.default_rng(14)
    level = rng.uniform(6.5, 14.5, len(genes))
    patients = people["patient"].unique()
    person = dict(zip(patients, rng.normal(0, 0.3, (len(patients), len(genes))), strict=True))
    d, t = np.zeros(len(genes)), np.zeros(len(genes))
    d[:40], t[:40] = 2.0, -2.0
    t[40:60] = 2.5
    d[60:80] = -2.0
    share = people["response"].map({"responder": 1.0}).fillna(0.2).to_numpy()
    ill, after = people["group"].eq("patient").to_numpy(), people["visit"].eq("after").to_numpy()
    values = level + np.outer(ill, d) + np.outer(after * share, t)
    values = values + np.array([person[p] for p in people["patient"]])
    values = pd.DataFrame(values + rng.normal(0, 0.3, values.shape), people["sample"], genes)
    woman = people["sex"].eq("female").to_numpy()
    values.loc[woman, "XIST"], values.loc[~woman, "XIST"] = 12.0, 5.0
    for gene in SEXED[1:]:
        values.loc[~woman, gene], values.loc[woman, gene] = 12.0, 5.0
    sexed = values.columns.isin(SEXED)
    values.loc[:, sexed] += rng.normal(0, 0.1, (len(values), len(SEXED)))
    odd = values.index[-1]  # a sample that quality flags, healthy where there are healthy ones
    values.loc[odd] = rng.permutation(values.loc[odd].to_numpy())
    return values


def _scaled(log2: pd.DataFrame, assay: str, scale: str) -> pd.DataFrame:
    """The values as a file of this assay and stated scale would hold them."""
    natural = {"microarray": "log2", "rnaseq": "counts", "abundance": "abundance"}[assay]
    scale = natural if scale == "auto" else scale
    if scale == "counts":
        mean = 2 ** (log2.to_numpy() - 2)
        rng = np.random.default_rng(15)
        drawn = rng.poisson(mean * rng.gamma(20, 1 / 20, mean.shape))
        return pd.DataFrame(drawn, log2.index, log2.columns)
    if scale == "linear":
        return 2**log2
    if scale == "abundance":
        return 2 ** (log2 - 5)
    return log2 * {"log2": 1, "ln": np.log(2), "log10": np.log10(2)}[scale]


def _visits(people: pd.DataFrame) -> pd.DataFrame:
    seen = people[people["group"].eq("patient") & ~people["sample"].str.endswith("again")]
    table = seen[["patient", "arm", "visit"]].copy()
    better = seen["visit"].eq("after") & seen["response"].eq("responder")
    for place, name in enumerate((*CORE, "crp")):
        table[name] = np.where(better, 2, 20 + place) + pd.factorize(seen["patient"])[0] * 0.1
    # Beside the response every patient's CRP changes in its own way.
    table["crp"] += np.where(seen["visit"].eq("after"), pd.factorize(seen["patient"])[0] * 3 % 7, 0)
    for name in ("active_joints", "limited_joints"):
        table[name] = table[name].round()
    table["chaq"] = (table["chaq"] / 10).round(3)
    return table


def write(
    folder: Path, source: str, assay: str, scale: str, healthy: bool, repeat: bool
) -> dict[str, Any]:
    """Write the files of the trial; returns the section `intake` that reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    people = _people()
    people = people[people["group"].eq("patient") | healthy]
    people = people[~people["sample"].str.endswith("again") | repeat]
    values = _scaled(_log2(people, _genes()), assay, scale).T
    twice = values.iloc[:20] + (1 if scale == "counts" or assay == "rnaseq" else 0.5)
    probes = pd.concat([values, twice])
    ids = [f"probe{i:04d}" for i in range(len(probes))]
    pd.DataFrame({"id": ids, "symbol": probes.index}).to_csv(folder / "names.tsv", sep="\t")
    probes.index = pd.Index(ids, name="id")
    _visits(people).to_csv(folder / "visits.tsv", sep="\t", index=False)
    annotation = {"path": str(folder / "names.tsv"), "id": "id", "symbol": "symbol"}
    intake = {"source": source, "assay": assay, "scale": scale, "annotation": annotation}
    intake |= {"visits": str(folder / "visits.tsv"), "repeats": "first" if repeat else "error"}
    if source == "geo":
        cells = {"title": people["sample"], "geo_accession": people["sample"]}
        told = {f"characteristics {name}": [f"{name}: {cell}" for cell in people[name].fillna("")]
                for name in people.columns[1:]}  # fmt: skip
        text = series_matrix({k: list(v) for k, v in (cells | told).items()}, probes)
        write_gz(folder / "matrix.txt.gz", text)
        fields = {name: {"field": name} for name in people.columns[1:]}
        fields["sample"] = {"field": "geo_accession"}
        return intake | {"matrix": str(folder / "matrix.txt.gz"), "fields": fields}
    probes.to_csv(folder / "matrix.tsv", sep="\t")
    people.to_csv(folder / "samples.tsv", sep="\t", index=False)
    files = {"matrix": str(folder / "matrix.tsv"), "samples": str(folder / "samples.tsv")}
    return intake | files


def of_one_visit(intake: dict[str, Any]) -> None:
    """Take the samples after treatment out of the files, and the column of visits."""
    sheet = pd.read_csv(intake["samples"], sep="\t")
    sheet = sheet[sheet["visit"].ne("after")]
    sheet.drop(columns="visit").to_csv(intake["samples"], sep="\t", index=False)
    matrix = pd.read_csv(intake["matrix"], sep="\t", index_col=0)
    matrix[sheet["sample"]].to_csv(intake["matrix"], sep="\t")
