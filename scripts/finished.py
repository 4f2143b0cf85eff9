"""Finished result folders, this workflow's own or received, as the stage `compare` takes them."""

import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from disk import read_expression, read_table
from job import alarm
from revertome.compare import CONTRASTS, FinishedStudy, residuals
from revertome.errors import StudyError
from revertome.gene_classes import CLAIMED
from revertome.visits import in_order
from verify import verify
from workers import each

COLUMNS = {"gene", "logFC", "CI.L", "CI.R", "AveExpr", "t", "P.Value"}
TESTED = ("disease", "change", "change_all", "change_responders", *CLAIMED)
GENES = {"gene", "class", *TESTED, *(f"p_{name}" for name in TESTED)}


def configured(folder: Path) -> dict[str, Any]:
    """Configuration as run, from the manifest of a folder."""
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["config"]
    return dict(found)


def read_studies(
    folders: Mapping[str, str], own: dict[str, Any], workers: int
) -> dict[str, FinishedStudy]:
    """The studies to compare, by name; alarms of those that are not what their manifest says.

    Parameters
    ----------
    folders
        Result folders by name.
    own
        Configuration of the study that compares.
    workers
        Processes that read.
    """
    others = [Path(folder) for name, folder in folders.items() if name != own["study"]]
    # Without their own comparisons, which may be at work now.
    alarm(" ".join(" ".join(said).split()) for f in others if (said := verify(f, parts=[""])))
    read = partial(read_finished, folders=folders, own=own)
    return dict(zip(folders, each(read, folders, min(workers, len(folders))), strict=True))


def read_finished(name: str, folders: Mapping[str, str], own: dict[str, Any]) -> FinishedStudy:
    """The study of one name; `own` is the configuration of the study that compares."""
    folder = Path(folders[name])
    return finished(folder, own if name == own["study"] else configured(folder))


def finished(folder: Path, config: dict[str, Any]) -> FinishedStudy:
    """Tables of one result folder; those that the study lacks are left out.

    Raises
    ------
    StudyError
        When the folder is no result folder.
    """
    if not (folder / "differential").is_dir():
        raise StudyError(f"{folder}: no folder `differential` here; name a finished study")
    paths = {name: folder / "differential" / f"{name}.tsv" for name in CONTRASTS}
    design = in_order(config["design"])
    return FinishedStudy(
        # An engine that tests against no threshold leaves lfc unused; the table itself tells.
        {
            name: read_table(path, COLUMNS).assign(
                lfc=config.get("differential", {}).get("lfc", 0.0)
            )
            for name, path in paths.items()
            if path.exists()
        },
        _classed(_table(folder / "trajectories/genes.tsv", GENES)),
        _table(folder / "modules/tests.tsv"),
        _residuals(folder, design),
        {
            "title": config["title"] or config["study"],
            "assay": config["intake"]["assay"],
            "baseline": design["baseline"],
            "followup": design["followup"],
            "folder": str(folder),
        },
    )


def _table(path: Path, columns: set[str] | None = None) -> pd.DataFrame:
    """A table of a result folder; empty where the study lacks it."""
    return read_table(path, columns) if path.exists() else pd.DataFrame()


def _classed(genes: pd.DataFrame) -> pd.DataFrame:
    """The table of genes; empty where a study without healthy people or follow-up classed none."""
    return genes.head(0) if len(genes) and genes["class"].isna().all() else genes


def _residuals(folder: Path, design: dict[str, Any]) -> Any:
    """Residual expression of the samples that were used, where the folder holds it."""
    path, labels = folder / "normalise/expression.h5ad", folder / "response/labels.tsv"
    if not path.exists() or not labels.exists():
        return {}
    expression, samples = read_expression(path), _table(folder / "quality/samples.tsv")
    if "used" in samples:
        expression = expression[samples.loc[samples["used"], "sample"].tolist()]
    return residuals(expression, read_table(labels), design)
