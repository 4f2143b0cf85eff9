"""Genes of several studies under one name: current human symbols."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from revertome.compare.study import FinishedStudy, Residuals
from revertome.errors import StudyError
from revertome.normalise.symbols import current_symbols

MOST = 0.5  # share of genes that decides what kind of names a study uses
_MOUSE = re.compile(r"^(?!C\d+orf)(?:[A-Z](?=[0-9]*[a-z])[a-z0-9-]+|mt-.*|.*Rik|H2-.*)$")
_ENSEMBL = re.compile(r"^ENS[A-Z]*G\d{6,}")
_HUMAN = re.compile(r"^(?:[A-Z0-9][A-Z0-9@.-]*|C(?:\d+|X|Y)orf\d+.*)$")


def names_of(genes: pd.Series) -> str:
    """Say what gene names are: `human`, `mouse` (Gapdh), `ensembl` or `unknown`."""
    for kind, pattern in (("human", _HUMAN), ("mouse", _MOUSE), ("ensembl", _ENSEMBL)):
        own = genes.str.match(pattern)
        if kind == "human":
            own &= ~genes.str.match(_ENSEMBL)
        if own.mean() > MOST:
            return kind
    return "unknown"


def today_of(studies: Mapping[str, FinishedStudy], aliases: Mapping[str, str]) -> dict[str, str]:
    """Current symbol of every gene name in any table; a name without one stays."""
    tables = [table for study in studies.values() for table in study.contrasts.values()]
    tables += [study.genes for study in studies.values() if len(study.genes)]
    every = pd.Series(sorted(set().union(*(table["gene"] for table in tables))), dtype=object)
    return dict(zip(every, current_symbols(every, aliases).gene.fillna(every), strict=True))


def harmonise(name: str, study: FinishedStudy, today: Mapping[str, str]) -> FinishedStudy:
    """Bring every table of a study to current gene symbols.

    Where two names of a table are one gene today, the row of the higher average expression stays
    (the first where it is not given), so that the choice does not depend on the effect.

    Returns
    -------
    FinishedStudy
        With the facts species (kind of names), n_genes, n_renamed and n_merged (largest contrast).

    Raises
    ------
    StudyError
        When the names are mouse symbols or Ensembl ids, which no table shipped here can map.
    """
    tables = {**study.contrasts, **({"genes": study.genes} if len(study.genes) else {})}
    if not tables:
        return replace(study, facts={**study.facts, "species": "unknown", "n_genes": 0})
    largest = max(tables.values(), key=len)["gene"]
    kind = names_of(largest)
    if kind in ("mouse", "ensembl"):
        what = {"mouse": "mouse symbols", "ensembl": "Ensembl ids"}[kind]
        raise StudyError(
            f"compare: study {name}: its genes are {what} (such as {largest.min()}); studies are "
            "compared by human gene symbol, so map its features to human symbols (orthologs) and "
            "run it again"
        )
    contrasts = {key: _renamed(table, today) for key, table in study.contrasts.items()}
    residuals = {key: _columns(part, today) for key, part in study.residuals.items()}
    n_renamed = int(sum(today[gene] != gene for gene in largest))
    now = largest.map(today).nunique()
    facts: dict[str, str | int] = {"species": kind, "n_genes": now, "n_renamed": n_renamed}
    facts["n_merged"] = len(largest) - now
    genes = _renamed(study.genes, today) if len(study.genes) else study.genes
    return FinishedStudy(contrasts, genes, study.modules, residuals, {**study.facts, **facts})


def _renamed(table: pd.DataFrame, today: Mapping[str, str]) -> pd.DataFrame:
    table = table.assign(gene=table["gene"].map(today))
    if not table["gene"].duplicated().any():
        return table
    if "AveExpr" in table:
        table = table.sort_values(["AveExpr"], ascending=False, kind="stable")
    return table.drop_duplicates("gene").sort_index()


def _columns(part: Residuals, today: Mapping[str, str]) -> Residuals:
    genes = pd.Index([today.get(str(gene), str(gene)) for gene in part.genes])
    keep = ~genes.duplicated()
    return Residuals(genes[keep], part.scores[:, keep], part.df)
