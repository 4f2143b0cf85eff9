"""Finished result folders, this workflow's own or received, as the stage `compare` takes them."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from disk import read_expression
from job import alarm, warning
from received import Received
from revertome.compare import CONTRASTS, FinishedStudy, People, people_of, residuals
from revertome.compare.footing import footing, own_effect, plain_differences
from revertome.compare.parts import CONTRAST, GENES, LABELS, MODULES, SAMPLES
from revertome.compare.study import Residuals
from revertome.errors import StudyError
from revertome.trial import is_patient
from revertome.visits import in_order
from verify import verify
from workers import each

EXPRESSION = "normalise/expression.h5ad"
MOST = 0.5  # share of the genes of the tables that have expression
# What expression, labels and a design of others may meet; whatever it is, it is told.
FOREIGN = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, OSError)


def read_studies(
    folders: Mapping[str, str], own: dict[str, Any], workers: int
) -> dict[str, FinishedStudy]:
    """The studies to compare, by name; alarms of those that are not what their manifest says.

    What a folder lacks is a warning, and the fact `left_out` of its study.

    Parameters
    ----------
    folders
        Result folders by name.
    own
        Configuration of the study that compares.
    workers
        Processes that read.

    Raises
    ------
    StudyError
        Naming study and file, when a folder is no result folder or holds what cannot be.
    """
    others = [Path(folder) for name, folder in folders.items() if name != own["study"]]
    alarm(words for folder in others if (words := _unverified(folder)))
    read = partial(read_finished, folders=folders, own=own)
    studies = dict(zip(folders, each(read, folders, min(workers, len(folders))), strict=True))
    for say, key, what in (
        (warning, "left_out", "left out"),
        (alarm, "changed", "read although not as its manifest says"),
    ):
        said = {name: study.facts[key] for name, study in studies.items() if study.facts[key]}
        say(f"{name}: {what}: {words}" for name, words in said.items())
    return studies


def _unverified(folder: Path) -> str:
    """What of a folder is not what its manifest says; empty where all is."""
    try:
        # Without their own comparisons, which may be at work now.
        return " ".join(" ".join(verify(folder, parts=[""])).split())
    except FOREIGN as error:
        return f"{folder}: cannot be verified: {type(error).__name__}"


def read_finished(name: str, folders: Mapping[str, str], own: dict[str, Any]) -> FinishedStudy:
    """The study of one name; `own` is the configuration of the study that compares."""
    return finished(Received(name, Path(folders[name]), own if name == own["study"] else None))


def finished(folder: Received) -> FinishedStudy:
    """Tables of one result folder; those that the study lacks are left out.

    Raises
    ------
    StudyError
        When a table holds what cannot be, or none of the contrasts can be taken.
    """
    files = {name: f"differential/{name}.tsv" for name in CONTRASTS}
    found = {name: folder.table(file, CONTRAST, expected=False) for name, file in files.items()}
    contrasts = {name: table for name, table in found.items() if len(table)}
    if not contrasts:
        why = "; ".join(folder.left_out[-2:]) or "none of its files is there"
        with folder.saying("differential"):
            raise StudyError(f"holds no contrast that can be compared: {why}")
    genes = folder.table(GENES.file, GENES)
    modules = folder.table(MODULES.file, MODULES)
    design = in_order(folder.config["design"])
    every = set().union(*(table["gene"] for table in contrasts.values()))
    noise, expected, people = _measured(folder, design, every)
    held = _hold(folder, contrasts, genes, expected)
    _note_genes(folder, {**{files[n]: t for n, t in contrasts.items()}, GENES.file: genes})
    return FinishedStudy(
        {name: table.assign(lfc=_tested_against(folder)) for name, table in contrasts.items()},
        _classed(genes),
        modules,
        noise,
        {
            "title": folder.text("title") or folder.text("study") or folder.name,
            "assay": folder.text("intake", "assay"),
            "baseline": folder.text("design", "baseline"),
            "followup": str(design.get("followup") or "")[:100],
            "folder": str(folder.folder),
            "left_out": "; ".join(folder.left_out),
            "changed": ", ".join(folder.changed),
            "held_against": held,
        },
        people,
    )


def _tested_against(folder: Received) -> float:
    """log2 fold change that genes were tested against, as configured."""
    options = folder.config.get("differential")
    lfc = options.get("lfc", 0.0) if isinstance(options, Mapping) else 0.0
    return float(lfc) if isinstance(lfc, int | float) and np.isfinite(lfc) else 0.0


def _classed(genes: pd.DataFrame) -> pd.DataFrame:
    """The table of genes; empty where a study without healthy people or follow-up classed none."""
    return genes.head(0) if len(genes) and genes["class"].isna().all() else genes


def _measured(
    folder: Received, design: dict[str, Any], genes: set[str]
) -> tuple[dict[str, Residuals], dict[str, pd.Series], People | None]:
    """Residuals, plain differences and people of the samples that were used, as far as known."""
    labels, samples = (folder.table(part.file, part) for part in (LABELS, SAMPLES))
    try:
        if folder.has(EXPRESSION):
            expression = _expression(folder, labels, samples, genes)
            named = expression.obs.assign(sample=expression.obs_names.astype(str))
            return (
                residuals(expression, labels, design),
                plain_differences(expression, labels, design),
                people_of(named, design, expression),
            )
    except FOREIGN as error:
        said = " ".join(str(error).split())[:100]
        folder.note(EXPRESSION, f"not used, as it cannot be read with its samples ({said})")
    if not {"sample", "patient"} <= {*samples}:
        return {}, {}, None
    return {}, {}, people_of(_of_use(samples), design)


def _expression(
    folder: Received, labels: pd.DataFrame, samples: pd.DataFrame, genes: set[str]
) -> Any:
    """Expression of the samples that were used, once it is seen to be that of the tables."""
    if labels.empty:
        raise ValueError(f"{LABELS.file} says of nobody who responded")
    whole = read_expression(folder.folder / EXPRESSION)
    expression = _used(whole, samples)
    if len(genes.intersection(expression.var_names)) < MOST * len(genes):
        raise ValueError("it holds less than half of the genes of the tables")
    if not set(labels["patient"]) & set(expression.obs["patient"].astype(str)):
        raise ValueError(f"{LABELS.file} names none of its patients")
    if len(samples):
        _note_people(folder, whole, labels, set(samples["sample"]))
    return expression


def _of_use(samples: pd.DataFrame) -> pd.DataFrame:
    """The samples that were used."""
    return samples[samples["used"].astype(bool)] if "used" in samples else samples


def _used(expression: Any, samples: pd.DataFrame) -> Any:
    """Expression of the samples that were used, as numbers."""
    if "used" in samples:
        expression = expression[_of_use(samples)["sample"].tolist()]
    expression = expression.copy()
    if hasattr(expression.X, "toarray"):
        expression.X = expression.X.toarray()
    values = np.asarray(expression.X, dtype=float)
    if np.isinf(values).any() or not expression.var_names.is_unique:
        raise ValueError("it holds infinite values, or a gene twice")
    if absent := [name for name in ("patient", "visit", "group") if name not in expression.obs]:
        raise ValueError(f"its samples have no {', '.join(absent)}")
    return expression


def _note_genes(folder: Received, tables: Mapping[str, pd.DataFrame]) -> None:
    """Note tables that lack genes of the others, as those do that were cut at the end of a line."""
    named = {file: set(table["gene"]) for file, table in tables.items() if len(table)}
    every = set().union(*named.values())
    for file, own in named.items():
        if own != every:
            lost = len(every) - len(own)
            folder.note(file, f"lacks {lost:,} of {len(every):,} genes of the other tables")


def _note_people(folder: Received, expression: Any, labels: pd.DataFrame, known: set[str]) -> None:
    """Note samples and patients of the expression that the tables do not name."""
    if lost := len(set(expression.obs_names.astype(str)) - known):
        folder.note(SAMPLES.file, f"lacks {lost:,} samples of {EXPRESSION}")
    obs = expression.obs[is_patient(expression.obs, folder.config["design"]).to_numpy(bool)]
    if lost := len(set(obs["patient"].astype(str)) - set(labels["patient"])):
        folder.note(LABELS.file, f"lacks {lost:,} patients of {EXPRESSION}")


def _hold(
    folder: Received,
    contrasts: Mapping[str, pd.DataFrame],
    genes: pd.DataFrame,
    expected: Mapping[str, pd.Series],
) -> str:
    """Hold every contrast against expression and trajectories; says against what."""
    said = []
    for name, table in contrasts.items():
        file, effect = f"differential/{name}.tsv", table.set_index("gene")["logFC"]
        words = ""
        if name in expected:
            with folder.saying(file):
                words, doubt = footing(effect, expected[name], EXPRESSION)
            if doubt:
                folder.note(file, doubt)
        elif expected:
            folder.note(file, f"could not be held against {EXPRESSION}, which has no such patients")
        own = own_effect(genes, name) if len(genes) else None
        if own is not None:
            with folder.saying(GENES.file):
                other, doubt = footing(own[0], effect, file, own[1])
            if doubt:
                folder.note(GENES.file, doubt)
            words = words or other.replace(file, GENES.file)
        said.append(f"{name}: {words or 'nothing'}")
    return "; ".join(said)
