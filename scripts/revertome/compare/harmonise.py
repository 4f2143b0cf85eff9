"""Genes of several studies under one name: current human symbols."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from revertome.compare.study import FinishedStudy, Residuals
from revertome.errors import StudyError
from revertome.normalise.symbols import current_symbols

MANY = 0.01  # share of names of another kind that is told
MOST = 0.5  # share of genes that decides what kind of names a study uses
# What genes and features are called elsewhere; the first that fits most names is the kind.
_KINDS = {
    "ensembl": r"ENS[A-Z]*G\d{6,}(?:\.\d+)?",
    "transcript": r"ENS[A-Z]*[TP]\d{6,}(?:\.\d+)?|uc\d{3}[a-z]{3}(?:\.\d+)?",
    "refseq": r"[NX][MRPGC]_\d+(?:\.\d+)?",
    "number": r"\d+(?:\.0)?|HGNC:\d+",
    "probe": r"\w*_at|AFFX-.*|ILMN_\d+|A_\d+_[A-Z]*\d+\w*|cg\d{8}|TC\d{8,}.*|GI_\d+.*",
    "mouse": r"(?!C\d+orf)(?:[A-Z](?=[0-9]*[a-z])[a-z0-9-]+|mt-.*|.*Rik|H2-.*)",
    "lower": r"[a-z][a-z0-9.-]*",
    "human": r"[A-Z0-9][A-Z0-9@.-]*|C(?:\d+|X|Y)orf\d+.*",
}
_FORMS = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_CALLED = {
    "ensembl": "Ensembl ids",
    "transcript": "ids of transcripts or proteins",
    "refseq": "RefSeq ids",
    "number": "numbers, such as Entrez ids",
    "probe": "ids of probes",
    "mouse": "mouse symbols or those of a rat",
    "lower": "names in small letters, maybe of another species",
}
_MENDED = {
    "mouse": "map its features to human symbols (orthologs) and run it again",
    "lower": "write them as human symbols if they are, or map them (orthologs), and run it again",
}
_MEND = "map its features to human symbols and run it again"


def kinds_of(genes: pd.Series) -> pd.Series:
    """Share of the names that are of each kind; a name is of the first that fits it."""
    left, found = genes, {}
    for kind, form in _FORMS.items():
        own = left.map(lambda name, form=form: form.fullmatch(name) is not None).astype(bool)
        found[kind], left = int(own.sum()), left[~own]
    return pd.Series(found, dtype=float) / max(len(genes), 1)


def names_of(genes: pd.Series) -> str:
    """Say what most gene names are: a key of `_KINDS`, such as `human`, or `unknown`."""
    share = kinds_of(genes)
    return str(share.idxmax()) if share.max() > MOST else "unknown"


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
        With the facts species (kind of names), n_genes, n_renamed and n_merged (largest contrast);
        names of another kind in `left_out`.

    Raises
    ------
    StudyError
        When the names are of another species or no symbols, which no table shipped here can map,
        or when the tables of the study name other genes.
    """
    tables = {**study.contrasts, **({"genes": study.genes} if len(study.genes) else {})}
    if not tables:
        return replace(study, facts={**study.facts, "species": "unknown", "n_genes": 0})
    largest = max(tables.values(), key=len)["gene"]
    kind = names_of(largest)
    if kind in _CALLED:
        raise StudyError(
            f"compare: study {name}: its genes are {_CALLED[kind]} (such as "
            f"{_such(largest, kind)}); studies are compared by human gene symbol, so "
            f"{_MENDED.get(kind, _MEND)}"
        )
    _refuse_other_names(name, tables, largest)
    contrasts = {key: _renamed(table, today) for key, table in study.contrasts.items()}
    residuals = {key: _columns(part, today) for key, part in study.residuals.items()}
    n_renamed = int(sum(today[gene] != gene for gene in largest))
    now = largest.map(today).nunique()
    facts: dict[str, str | int] = {"species": kind, "n_genes": now, "n_renamed": n_renamed}
    facts["n_merged"] = len(largest) - now
    if strange := _strange(largest):
        facts["left_out"] = "; ".join(filter(None, (str(study.facts.get("left_out", "")), strange)))
    genes = _renamed(study.genes, today) if len(study.genes) else study.genes
    return replace(
        study,
        contrasts=contrasts,
        genes=genes,
        residuals=residuals,
        facts={**study.facts, **facts},
    )


def _such(genes: pd.Series, kind: str) -> str:
    return str(min(name for name in genes if _FORMS[kind].fullmatch(name)))


def _refuse_other_names(name: str, tables: Mapping[str, pd.DataFrame], largest: pd.Series) -> None:
    """Stop where a table shares less than half of its genes with the largest one."""
    for key, table in tables.items():
        if table["gene"].isin(set(largest)).mean() < MOST:
            raise StudyError(
                f"compare: study {name}: {key} names other genes (such as {table['gene'].min()}) "
                f"than its other tables (such as {largest.min()}); have the folder sent again"
            )


def _strange(genes: pd.Series) -> str:
    """How many names are of a kind that finds no gene elsewhere, in words."""
    share = kinds_of(genes)[list(_CALLED)]
    share = share[share >= MANY]
    words = [
        f"{n:,} names of genes are {_CALLED[str(kind)]}"
        for kind, n in (share * len(genes)).round().astype(int).items()
        if n
    ]
    return "; ".join(words) + (", and are found in no study named by symbol" if words else "")


def check_shared(studies: Mapping[str, FinishedStudy]) -> None:
    """Stop where the genes of a study are those of no other.

    Raises
    ------
    StudyError
        Naming the study, and genes of it.
    """
    named = {
        name: set().union(*(table["gene"] for table in study.contrasts.values()))
        for name, study in studies.items()
    }
    held = Counter(gene for genes in named.values() for gene in genes)
    alone = [name for name, own in named.items() if own and max(held[g] for g in own) < 2]
    if alone and len(alone) < len(named):  # of all of them `compare` tells
        such = ", ".join(sorted(named[alone[0]])[:3])
        raise StudyError(
            f"compare: study {alone[0]}: none of its genes (such as {such}) is in another study; "
            "genes are matched by human symbol, so map its features to symbols and run it again"
        )


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
