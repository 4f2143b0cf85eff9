"""Does what one study found hold in another? Reads finished result folders only."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pandas as pd

from revertome.compare.concordance import CONTRASTS, TREATED, concordance
from revertome.compare.dependence import apart, joint_classes, pooled_modules, withheld
from revertome.compare.effects import ContrastEffects, all_genes, effects, noise_of
from revertome.compare.enrichment import enrichment
from revertome.compare.harmonise import check_shared, harmonise, today_of
from revertome.compare.independence import independence
from revertome.compare.occasions import Seen, seen
from revertome.compare.people import People, people_of
from revertome.compare.pooled_genes import pool_genes
from revertome.compare.rank_overlap import rank_overlap
from revertome.compare.residuals import residuals
from revertome.compare.side_by_side import side_by_side
from revertome.compare.study import FinishedStudy, Residuals
from revertome.compare.transfer import transfer
from revertome.compare.verdict import with_verdict
from revertome.errors import StudyError

__all__ = ["CONTRASTS", "Comparison", "FinishedStudy", "People", "Residuals", "compare"]
__all__ += ["people_of", "residuals"]
OPTIONS = {"permutations": 1000, "seed": 1}


@dataclass(frozen=True)
class Comparison:
    """Tables of a comparison.

    Attributes
    ----------
    studies
        One row a study: what takes part, names of its genes, tables it lacks.
    independence
        What every pair of studies shares, one row a pair.
    effects
        Log fold changes of the studies side by side.
    concordance
        Agreement of log fold changes, one row a contrast and pair of studies.
    rank_overlap
        Overlap of the strongest genes at several depths.
    transfer
        The reverted and induced genes of each study in the changes of each other study.
    transfer_sets
        The same as gene sets: camera and GSEA.
    modules, module_studies
        Module changes pooled over studies; each study's own with its weight and the pooled result
        without it.
    genes
        Log fold changes of every gene pooled over studies.
    joint, joint_summary
        Joint trajectory classes of genes; their numbers.
    """

    studies: pd.DataFrame
    independence: pd.DataFrame
    effects: pd.DataFrame
    concordance: pd.DataFrame
    rank_overlap: pd.DataFrame
    transfer: pd.DataFrame
    transfer_sets: pd.DataFrame
    modules: pd.DataFrame
    module_studies: pd.DataFrame
    genes: pd.DataFrame
    joint: pd.DataFrame
    joint_summary: pd.DataFrame


def compare(
    studies: dict[str, FinishedStudy],
    aliases: Mapping[str, str] | None = None,
    options: dict[str, int] | None = None,
    *,
    alpha: float,
    threads: int = 1,
) -> Comparison:
    """Compare two or more studies; a study that lacks a table takes part in what it can.

    Parameters
    ----------
    studies
        Result tables by name of the study.
    aliases
        Old gene symbol to current symbol.
    options
        permutations and seed of GSEA.
    alpha
        False discovery rate of replicated genes, joint classes and agreement.
    threads
        Cores; changes no result.

    Returns
    -------
    Comparison; independent of the order of the studies and of their rows. Where studies share
    people, see `dependence`.

    Raises
    ------
    StudyError
        With fewer than two studies, when no gene is shared by any two, when genes are not named
        by human symbols, or when two studies are the same.
    """
    if len(studies) < 2:
        raise StudyError(
            f"a comparison needs two or more studies, found {', '.join(studies) or 'none'}; "
            "name the result folders of finished studies"
        )
    today = today_of(studies, aliases or {})
    studies = {name: harmonise(name, studies[name], today) for name in sorted(studies)}
    check_shared(studies)
    genes = all_genes(studies)
    tables = {name: _effects(studies, name, genes) for name in CONTRASTS}
    tables |= _treated(tables)
    with ThreadPoolExecutor(threads) as workers:
        sets = workers.submit(enrichment, studies, tables, genes, options or OPTIONS)
        followed = workers.submit(transfer, studies, tables, genes, alpha)
        agreement = workers.submit(concordance, tables)
        people = [study.people for study in studies.values()]
        who = dict(zip(studies, workers.map(_seen(today), people), strict=True))
        shared = independence(who, tables, workers.map)
        gene_means = workers.submit(pool_genes, apart(studies, tables, shared), genes, alpha)
        classes = workers.submit(joint_classes, studies, genes, alpha, shared)
    pairs = agreement.result()
    if len(pairs) and not pairs["n_shared"].any():
        raise StudyError(
            f"studies {', '.join(studies)}: no gene is in two of them; genes are "
            "matched by symbol, so check that each study's features were mapped to gene symbols"
        )
    pairs = withheld("concordance", pairs, shared)
    found = {"rank_overlap": rank_overlap(tables, pairs)}
    found |= {"transfer": followed.result(), "transfer_sets": sets.result()}
    modules, module_studies = pooled_modules(studies, shared)
    return Comparison(
        studies=_facts(studies),
        independence=shared,
        effects=side_by_side(tables, genes),
        concordance=with_verdict(pairs, alpha),
        **{name: withheld(name, table, shared) for name, table in found.items()},
        modules=modules,
        module_studies=module_studies,
        genes=gene_means.result(),
        joint=classes.result()[0],
        joint_summary=classes.result()[1],
    )


def _seen(today: Mapping[str, str]) -> Callable[[People | None], Seen | None]:
    return lambda people: seen(people.renamed(today)) if people else None


def _effects(
    studies: dict[str, FinishedStudy], contrast: str, genes: pd.Index
) -> dict[str, ContrastEffects]:
    return {
        name: effects(study.contrasts[contrast], noise_of(study, contrast), genes)
        for name, study in studies.items()
        if contrast in study.contrasts
    }


def _treated(
    tables: dict[str, dict[str, ContrastEffects]],
) -> dict[str, dict[str, ContrastEffects]]:
    """Change in responders, or in all patients where a study tells no response (see TREATED)."""
    both = {**tables["change_all"], **tables["change_responders"]}
    if tables["change_responders"] and len(both) > len(tables["change_responders"]):
        return {TREATED: both}
    return {}


def _facts(studies: dict[str, FinishedStudy]) -> pd.DataFrame:
    rows = [
        {
            "study": name,
            **study.facts,
            "contrasts": ",".join(c for c in CONTRASTS if c in study.contrasts),
            "residuals": ",".join(f"{k} ({r.df} df)" for k, r in study.residuals.items()),
        }
        for name, study in studies.items()
    ]
    return pd.DataFrame(rows).replace("", pd.NA)
