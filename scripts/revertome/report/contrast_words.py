"""What each contrast found, in numbers and in words, whatever the study can class."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.differential.called import counted
from revertome.differential.names import RANDOMISED, WITH
from revertome.report.contrast_modules import modules_of
from revertome.report.people import Fact, listed

Tables = Mapping[str, Any]

CARDS = 6  # contrasts with a number of their own at the head of the page
SENTENCES = 8
NAMED = 3  # genes named on either side
HIGHER, RISEN, WITH_IT = ("higher", "lower"), ("up", "down"), ("with it", "against it")
# Contrasts of levels, and those that say the same at whatever follow-up.
LEVELS = ("disease", "residual", "baseline")
AT_BASELINE = ("disease", "baseline")


def counts_of(tables: Tables, config: Mapping[str, Any]) -> pd.DataFrame:
    """Count the genes of every contrast: those of the main follow-up, then of the others in order.

    Parameters
    ----------
    tables
        contrasts (differential tables by contrast), and visit_contrasts (the same by earlier
        follow-up), where there are any.
    config
        Configuration as run, its design in order.
    """
    design, alpha = config["design"], config["trajectories"]["alpha"]
    main = str(design["followup"] or design["baseline"])
    own = counted(tables.get("contrasts", {}), main, alpha)
    before = own["contrast"].str.startswith(AT_BASELINE)
    found = [own.assign(visit=own["visit"].mask(before, str(design["baseline"])))]
    for visit, contrasts in tables.get("visit_contrasts", {}).items():
        later = {n: each for n, each in contrasts.items() if not n.startswith(AT_BASELINE)}
        found.append(counted(later, visit, alpha))
    return pd.concat(found, ignore_index=True)


def told(counts: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """Contrasts that have a sentence: the drug effects of all visits, and the main follow-up's."""
    effect = counts["contrast"].str.startswith(RANDOMISED)
    own = counts["visit"].isin(_own_visits(design))
    rows = counts[(counts["n_tested"] > 0) & (effect | own)]
    first = rows["contrast"].str.startswith(RANDOMISED)
    return pd.concat([rows[first], rows[~first]], ignore_index=True)


def title(row: Mapping[str, Any], design: Mapping[str, Any]) -> str:
    """Name of a contrast as a heading, with its follow-up where the study has several."""
    name = naming.contrast(row["contrast"], at=row["visit"])
    several = len(design["followups"]) > 1 and not row["contrast"].startswith(LEVELS)
    own = row["visit"] in _own_visits(design) and not several
    elsewhere = "" if own else f", {naming.visit(row['visit'])}"
    return f"{name[:1].upper()}{name[1:]}{elsewhere}"


def cards(counts: pd.DataFrame, design: Mapping[str, Any]) -> list[Fact]:
    """Genes called in each of the first contrasts."""
    found = []
    for row in told(counts, design).head(CARDS).to_dict("records"):
        n, (up, down) = row["n_up"] + row["n_down"], ways(row["contrast"])
        parts = f"{row['n_up']:,} {up}, {row['n_down']:,} {down} " if n else ""
        note = f"{parts}of {row['n_tested']:,} genes"
        found.append(Fact(title(row, design), f"{n:,}", note))
    return found


def how_counted(config: Mapping[str, Any]) -> str:
    """Say what is counted in the sentences on contrasts."""
    alpha = config["trajectories"]["alpha"]
    return (
        f"Genes are counted at an adjusted p below {alpha:g} in the tables of differential/ "
        "(Benjamini-Hochberg over genes). Modules stand out at the same rate over modules, tested "
        "as sets of genes with patients and not genes counted, or by their scores where a "
        "contrast has no such test."
    )


def sentences(counts: pd.DataFrame, tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Word each contrast: how many genes, the surest of them, and the modules that stand out."""
    design = config["design"]
    own, words = _own_visits(design), []
    for row in told(counts, design).head(SENTENCES).to_dict("records"):
        text = f"{title(row, design)}: {_genes(row)}"
        if row["visit"] in own:
            text += modules_of(row["contrast"], tables, config)
        words.append(text)
    missing = counts[counts["n_tested"].eq(0) & counts["visit"].isin(own)]
    if len(missing):
        names = listed([naming.contrast(name) for name in missing["contrast"]])
        words.append(f"Not estimated at {naming.visit(own[0])}: {names}.")
    return words


def compact(counts: pd.DataFrame, design: Mapping[str, Any]) -> pd.DataFrame:
    """One row a contrast and follow-up, in words, where not all of them have a sentence."""
    rows = counts[counts["n_tested"] > 0]
    if len(rows) <= len(told(counts, design).head(SENTENCES)):
        return rows.head(0)
    names = [naming.contrast(row.contrast, at=row.visit) for row in rows.itertuples()]
    shown = rows.assign(contrast=names, visit=rows["visit"].map(naming.visit))
    for side in ("up", "down"):
        shown[f"leading_{side}"] = shown[f"leading_{side}"].str.replace(",", ", ")
    return shown


def _own_visits(design: Mapping[str, Any]) -> list[str]:
    """The main follow-up, and the baseline: contrasts at another visit are said to be so."""
    return [str(design[key]) for key in ("followup", "baseline") if design[key] is not None]


def ways(contrast: str) -> tuple[str, str]:
    """Words for the two directions of a contrast."""
    if contrast.startswith(WITH):
        return WITH_IT
    return HIGHER if contrast.startswith(LEVELS) else RISEN


def called_in(row: Mapping[str, Any]) -> str:
    """Word the genes called on either side: `1,913 higher, 5,077 lower`."""
    up, down = ways(row["contrast"])
    return f"{row['n_up']:,} {up}, {row['n_down']:,} {down}"


def verb(contrast: str, one: bool = False) -> str:
    """What a gene does that is called in a contrast."""
    if contrast.startswith(WITH):
        word = "goes" if one else "go"
        return f"{word} with it"
    change = contrast.startswith("change_")
    return ("change" if change else "differ") + ("s" if one else "")


def _genes(row: Mapping[str, Any]) -> str:
    name, n = row["contrast"], row["n_up"] + row["n_down"]
    if not n:
        return f"none of {row['n_tested']:,} genes is shown to {verb(name)}."
    sides = [
        f"{row[f'n_{side}']:,} {way}{_first(row[f'leading_{side}'])}"
        for side, way in zip(("up", "down"), ways(name), strict=True)
    ]
    return f"{n:,} of {row['n_tested']:,} genes {verb(name, n == 1)}, {' and '.join(sides)}."


def _first(genes: Any) -> str:
    if not isinstance(genes, str):
        return ""
    named = genes.split(",")[:NAMED]
    return f" ({', '.join(named)})" if len(named) < NAMED else f" (first {', '.join(named)})"
