"""Derive the signature of blood cells from sorted cells and whole blood of the same donors.

    python resources/signatures/derive.py COUNTS SHEET ANNOTATION

COUNTS and SHEET are the counts and the phenotype table (as GEOquery writes it) of GSE60424,
ANNOTATION a table of Ensembl ids and symbols. Writes blood_markers.tsv and blood_types.tsv beside
this file. README.md says what they are.
"""

import re
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[1] / "scripts"))
from gene_files import read_aliases, read_gmt  # noqa: E402
from revertome.composition.regression import fit  # noqa: E402

TYPES = {
    "neutrophils": "Neutrophils", "monocytes": "Monocytes", "b_cells": "B-cells",
    "cd4_t_cells": "CD4", "cd8_t_cells": "CD8", "nk_cells": "NK",
}  # fmt: skip
BLOOD = "whole_blood"
# Markers of a type against all others; of T cells against all that are none. CD4 and CD8 differ
# by few genes, of which less is asked.
MARKED = {
    "neutrophils": ["neutrophils"], "monocytes": ["monocytes"], "b_cells": ["b_cells"],
    "t_cells": ["cd4_t_cells", "cd8_t_cells"], "nk_cells": ["nk_cells"],
    "cd4_t_cells": ["cd4_t_cells"], "cd8_t_cells": ["cd8_t_cells"],
}  # fmt: skip
CLOSE = ("cd4_t_cells", "cd8_t_cells")
LEAST_CPM, LEAST_BLOOD = 15, 3  # in cells of the type, in healthy whole blood
NOISE, MOST_SD = 0.35, 0.8  # log2, SD between donors: below the one nothing is gained
MOST_BIAS, MOST_RESIDUAL = 1.0, 0.6  # log2, whole blood beside its cells: median, SD
CANDIDATES, ROUNDS = 120, 3
UNFIT = re.compile("HSP|DNAJ|BAG3$")  # stress, which sorting causes
LN2 = np.log(2)

# ASSUME cells per microlitre in healthy adults (Orfanakis et al. 1970, Am J Clin Pathol 53:647),
# and lymphocytes divided by the middle of the reference ranges of Reichert et al. 1991 (Clin
# Immunol Immunopathol 60:190): CD19 7 to 23%, CD4 28 to 58%, NK 6 to 29%, CD3 61 to 85%, of which
# CD8 is what CD4 leaves.
COUNTS = {"neutrophils": 3650.0, "monocytes": 430.0}
LYMPHOCYTES = 2500.0
SUBSETS = {"b_cells": 15.0, "cd4_t_cells": 43.0, "cd8_t_cells": 30.0, "nk_cells": 17.5}


def read(
    counts: str | Path, sheet: str | Path, annotation: str | Path, aliases: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read GSE60424: log2(CPM + 1), genes x samples; type, donor and healthy of the samples."""
    table = pd.read_csv(counts, sep="\t", index_col=0)
    names = pd.read_csv(annotation, sep="\t").set_index("Probe_ID")["Gene_Symbol"]
    symbol = names.reindex(table.index).map(lambda name: aliases.get(name, name))
    table = table.groupby(symbol.to_numpy()).sum()
    about = pd.read_csv(sheet).set_index("title").loc[table.columns]
    own = {name: key for key, name in TYPES.items()} | {"Whole Blood": BLOOD}
    samples = pd.DataFrame(
        {
            "type": about["celltype:ch1"].map(own),
            "donor": about["donorid:ch1"].astype(str),
            "healthy": about["diseasestatus:ch1"].eq("Healthy Control"),
        }
    )
    return np.log2(table / table.sum() * 1e6 + 1), samples


def healthy_percent() -> pd.Series:
    """Percent of the six types in healthy blood, which sum to 100."""
    total = sum(SUBSETS.values())
    counts = COUNTS | {name: LYMPHOCYTES * share / total for name, share in SUBSETS.items()}
    percent = pd.Series(counts)[list(TYPES)]
    return 100 * percent / percent.sum()


def derive(
    log2: pd.DataFrame, samples: pd.DataFrame, known: Collection[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """Choose markers and average them.

    Parameters
    ----------
    log2 : DataFrame, genes x samples
    samples : DataFrame
        type, donor, healthy.
    known : collection of str
        Genes that may be markers.

    Returns
    -------
    markers : DataFrame
        Index gene; marker, geometric mean CPM of each type and of healthy whole blood.
    rna_share : Series
        Share of each type in the messages of healthy whole blood.
    """
    kind = samples["type"]
    mean = pd.DataFrame({name: log2.loc[:, kind.eq(name)].mean(axis=1) for name in TYPES})
    blood = log2.loc[:, kind.eq(BLOOD)]
    healthy = log2.loc[:, kind.eq(BLOOD) & samples["healthy"]].mean(axis=1)
    sd = pd.DataFrame({name: log2.loc[:, kind.eq(name)].std(axis=1) for name in TYPES})
    usable = mean.index.isin(known) & (healthy > np.log2(LEAST_BLOOD + 1))
    usable &= ~mean.index.str.match(UNFIT)
    ranked = {name: _ranked(mean[usable], sd[usable], name) for name in MARKED}
    chosen = ranked
    for _ in range(ROUNDS):  # whole blood is fitted by those that it bears out
        genes = list(dict.fromkeys(gene for each in chosen.values() for gene in each))
        chosen = _borne_out(ranked, mean.loc[genes], blood.loc[genes])
    rows = [(gene, name) for name, each in chosen.items() for gene in each]
    markers = pd.DataFrame(rows, columns=["gene", "marker"]).drop_duplicates("gene", keep="last")
    genes = markers["gene"].to_numpy()
    cpm = (2 ** mean.loc[genes] - 1).clip(lower=0)
    markers = markers.set_index("gene").join(cpm).assign(whole_blood=2 ** healthy[genes] - 1)
    ours = fit(healthy[genes].to_numpy()[None] * LN2, cpm.to_numpy() + 1, np.full(6, 1 / 6))
    return markers, pd.Series(ours.shares[0] / ours.shares[0].sum(), index=list(TYPES))


def _ranked(mean: pd.DataFrame, sd: pd.DataFrame, name: str) -> list[str]:
    """Genes by their fold over the type that comes next, in SD between donors."""
    inside, outside = MARKED[name], [other for other in TYPES if other not in MARKED[name]]
    fold = mean[inside].min(axis=1) - mean[outside].max(axis=1)
    spread = sd[inside].max(axis=1)
    fit_to = (mean[inside].min(axis=1) > np.log2(LEAST_CPM)) & (spread < MOST_SD)
    fit_to &= fold > (0.5 if name in CLOSE else 1.5)
    score = (fold / np.maximum(spread, NOISE))[fit_to]
    return list(score.sort_values(ascending=False, kind="stable").index[:CANDIDATES])


def _borne_out(
    ranked: Mapping[str, list[str]], mean: pd.DataFrame, blood: pd.DataFrame
) -> dict[str, list[str]]:
    """Of each type the first markers that are in whole blood as the cells in it explain."""
    cpm = (2**mean - 1).clip(lower=0)
    found = fit(blood.to_numpy().T * LN2, cpm.to_numpy() + 1, np.full(6, 1 / 6))
    residual = pd.DataFrame(found.residual.T / LN2, index=mean.index)
    good = (residual.median(axis=1).abs() < MOST_BIAS) & (residual.std(axis=1) < MOST_RESIDUAL)
    part = cpm * found.shares.mean(axis=0)
    part = part.div(part.sum(axis=1), axis=0)
    chosen = {}
    for name, genes in ranked.items():
        own = part[MARKED[name]].sum(axis=1) > (0.35 if name in CLOSE else 0.5)
        kept = [gene for gene in genes if gene in mean.index and good[gene] and own[gene]]
        chosen[name] = kept[: 20 if name in CLOSE else 40]
    return chosen


def left_out(log2: pd.DataFrame, samples: pd.DataFrame, known: Collection[str]) -> pd.DataFrame:
    """Mix the sorted cells of each donor as in healthy blood; fit the mixture without the donor.

    Returns
    -------
    DataFrame
        donor, cell_type, error: ln of the share found over the share mixed.
    """
    rows = []
    for donor, own in samples.groupby("donor"):
        sorted_cells = own[own["type"].ne(BLOOD)].drop_duplicates("type").reset_index()
        if set(sorted_cells["type"]) != set(TYPES):
            continue
        rest = samples["donor"].ne(donor)
        markers, share = derive(log2.loc[:, rest], samples[rest], known)
        columns = sorted_cells.set_index("type")["index" if "index" in sorted_cells else "title"]
        cells = 2 ** log2.loc[markers.index, columns[list(TYPES)]].to_numpy()
        profile = markers[list(TYPES)].to_numpy() + 1
        mixture = np.log(cells @ share.to_numpy() / (profile @ share.to_numpy()))
        found = fit(
            mixture[None],
            profile / (profile @ share.to_numpy())[:, None],
            share.to_numpy(),
        ).shares[0]
        error = np.log(np.maximum(found, 1e-6) / share.to_numpy())
        rows += [(donor, name, value) for name, value in zip(TYPES, error, strict=True)]
    return pd.DataFrame(rows, columns=["donor", "cell_type", "error"])


def allowed(home: Path) -> set[str]:
    """Genes that may be markers: protein-coding, well known, in no list of interferon."""
    genes = set(pd.read_csv(home / "resources/genes.tsv", sep="\t")["symbol"])
    lists = read_gmt([home / "resources/modules/interferon.gmt"])
    induced = {gene for lines in lists.values() for line in lines for gene in line.split("\t")[2:]}
    return genes - induced


def main(counts: str, sheet: str, annotation: str) -> None:
    """Write both tables."""
    aliases = read_aliases(HERE.parent / "aliases.tsv")
    log2, samples = read(counts, sheet, annotation, aliases)
    known = allowed(HERE.parents[1])
    markers, share = derive(log2, samples, known)
    error = left_out(log2, samples, known).groupby("cell_type")["error"]
    sd = error.apply(lambda each: np.sqrt((each**2).mean()))
    types = pd.DataFrame(
        {
            "healthy_percent": healthy_percent(),
            "rna_share": share,
            # Few donors: what seems better known than most may be so by luck.
            "error_sd": np.maximum(sd, sd.median()),
        }
    ).loc[list(TYPES)]
    for name, table, index in (("markers", markers, "gene"), ("types", types, "cell_type")):
        table.to_csv(
            HERE / f"blood_{name}.tsv",
            sep="\t",
            index_label=index,
            float_format="%.4g",
            lineterminator="\n",
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
