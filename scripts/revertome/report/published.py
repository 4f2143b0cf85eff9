"""Published findings beside the run's own numbers: copied, never recomputed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from revertome.naming import contrast, named_as
from revertome.naming.own import labels_of
from revertome.report.cells import Table, table
from revertome.source_data.tidy import count
from revertome.visits import in_order

SHOWN = ["gene", "logFC", "CI.L", "CI.R", "P.Value", "adj.P.Val"]


@dataclass(frozen=True)
class Published:
    """A published finding and what this run has beside it.

    Attributes
    ----------
    finding, number, source
        As published; `number` with its unit and thresholds, empty where none was given.
    here
        Sentences on this run.
    genes
        The genes that were named, with this run's fold changes and p-values; None where none was
        named or the run has no such contrast.
    """

    finding: str
    number: str
    source: str
    here: str
    genes: Table | None


def published(
    config: Mapping[str, Any], contrasts: Mapping[str, pd.DataFrame], aliases: Mapping[str, str]
) -> list[Published]:
    """Set the findings of a study file beside the tables of the run.

    Parameters
    ----------
    config
        Configuration as run; key `published`.
    contrasts
        Differential tables of the first engine by contrast.
    aliases
        Old gene symbol to current symbol.
    """
    with named_as(labels_of(config), in_order(config["design"])):
        return _published(config, contrasts, aliases)


def _published(
    config: Mapping[str, Any], contrasts: Mapping[str, pd.DataFrame], aliases: Mapping[str, str]
) -> list[Published]:
    alpha = config["trajectories"]["alpha"]
    found = []
    for i, entry in enumerate(config.get("published", ()), 1):
        number = ""
        if "number" in entry:
            limits = _limits(entry)
            number = f"{entry['number']:,} {entry.get('unit', 'genes')}"
            number += f" ({limits})" if limits else ""
        words = (str(entry["finding"]), number, str(entry["source"]))
        names = [name for name in entry["contrast"] if name in contrasts]
        if not names:
            asked = " or ".join(f"“{contrast(name)}”" for name in entry["contrast"])
            found.append(Published(*words, f"This run has no contrast {asked}.", None))
            continue
        own = contrasts[names[0]]
        here, genes = _counted(entry, own, contrast(names[0]), alpha), None
        if entry.get("genes"):
            members = _members(entry["genes"], own, aliases)
            source = f"differential/{names[0]}.tsv"
            genes = table(
                f"published_{i}", f"Genes named, in “{contrast(names[0])}”", source, members
            )
            here += _unmeasured(members)
        found.append(Published(*words, here, genes))
    return found


def _limits(entry: Mapping[str, Any]) -> str:
    fold = f"at least {entry['fold']:g}-fold" if "fold" in entry else ""
    p = f"p < {entry['p']:g}" if "p" in entry else ""
    return " and ".join(part for part in (fold, p) if part)


def _counted(entry: Mapping[str, Any], own: pd.DataFrame, compared: str, alpha: float) -> str:
    """Count this run's genes by the publication's limits, and beside that by the run's own."""
    limits = _limits(entry)
    far = 2.0 ** own["logFC"].abs() >= entry.get("fold", 1)
    surely = own["adj.P.Val"] <= alpha
    fdr = f"a false discovery rate of {100 * alpha:g}%"
    start = f"In “{compared}”, {count(own['n'].max(), 'sample')} in the model"
    total = f"{count(len(own), 'gene')} tested"
    if not limits:
        return (
            f"{start}: {int(surely.sum()):,} of {total} at {fdr}. The study file gives no "
            "limits of the publication."
        )
    within = far & (own["P.Value"] < entry["p"]) if "p" in entry else far
    return (
        f"{start}: {int(within.sum()):,} of {total} by the same limits ({limits}); "
        f"{int((within & surely).sum()):,} of them at {fdr}."
    )


def _members(names: list[str], own: pd.DataFrame, aliases: Mapping[str, str]) -> pd.DataFrame:
    """Rows of the genes that were named, in their order, under their current symbols."""
    current = {name: aliases.get(name, name) for name in names}
    rows = own.set_index("gene").reindex(list(dict.fromkeys(current.values()))).reset_index()
    old = {new: name for name, new in current.items() if name != new}
    members = rows.reindex(columns=SHOWN)
    return members.assign(published_as=members["gene"].map(old)) if old else members


def _unmeasured(members: pd.DataFrame) -> str:
    absent = members.loc[members["logFC"].isna(), "gene"]
    if absent.empty:
        return ""
    return f" Not among the genes tested here: {', '.join(absent)}."
