"""Cells or regulation: what of the sets is left beyond composition, in words beside the sets."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.gene_classes import BEYOND_COMPOSITION
from revertome.report.people import Fact, listed
from revertome.trajectories.composition_summary import DECOMPOSED, counted
from revertome.visits import in_order

Tables = Mapping[str, pd.DataFrame]

HALF = 0.5  # share of a change from which it is said to follow cells
SETS = ("reverted", "induced")
MODULE_COLUMNS = ["module", "method", "class", "class_beyond", "disease", "disease_composition"]
MODULE_COLUMNS += ["disease_beyond", "disease_beyond_low", "disease_beyond_high", "change"]
MODULE_COLUMNS += ["change_composition", "change_beyond", "change_beyond_low", "change_beyond_high"]
MODULE_COLUMNS += ["change_share", "not_claimed"]
TYPES = 6  # types of cells that are named, those in the model first


def composition_facts(tables: Tables) -> list[Fact]:
    """How many genes of each set are claimed beyond composition, one number a set."""
    found = []
    for row in _summary(tables):
        if row["claimed"] and row["n_genes"]:
            name = f"Genes {BEYOND_COMPOSITION[row['set']]}"
            note = f"of {row['n_genes']:,} {row['set']}"
            found.append(Fact(name, f"{row['n_both']:,.0f}", note))
    return found


def by_composition(tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Sentences on it; none in a study without healthy people or a follow-up.

    Parameters
    ----------
    tables
        composition_summary, beyond_composition, cell_trajectories, module_composition.
    config
        Configuration as run.
    """
    rows = _summary(tables)
    if not rows:
        return []
    if tables["beyond_composition"].empty:
        why = rows[0]["not_claimed"]
        return [f"Cells or regulation: the sets are not split by cells: {why}."]
    named = [{**row, "cell_types": ",".join(map(naming.cell_type, row["cell_types"].split(",")))}
             for row in rows]  # fmt: skip
    genes = tables["beyond_composition"]
    words = [f"{counted(row)} {_follow(row, genes)}".strip() for row in named if row["n_genes"]]
    words += _modules(tables.get("module_composition"))
    types, used = tables["cell_trajectories"], rows[0]["cell_types"].split(",")
    cells = _cells(types, used, config)
    if not words and not cells:
        return []
    first, *others = [*words, *_halves(types, used), f"{cells}{DECOMPOSED}"]
    return [f"Cells or regulation: {first}", *others]


def surviving(modules: pd.DataFrame | None) -> pd.DataFrame:
    """Rows of modules/beyond_composition.tsv that are reverted or induced, or so beyond cells."""
    if modules is None or modules.empty:
        return pd.DataFrame()
    sets = {name: BEYOND_COMPOSITION[name] for name in SETS}
    shown = modules["class"].isin(sets) | modules["class_beyond"].isin(sets.values())
    place = modules["class"].map({name: k for k, name in enumerate(sets)}).fillna(len(sets))
    order = place[shown].sort_values(kind="stable").index
    return modules.loc[order].filter(MODULE_COLUMNS)


def _modules(modules: pd.DataFrame | None) -> list[str]:
    """Which modules keep their class."""
    rows = surviving(modules)
    if rows.empty or rows["class_beyond"].isna().all():
        return []
    words = []
    for name in SETS:
        own = rows[rows["class"].eq(name)]
        keeps = own["class_beyond"].eq(BEYOND_COMPOSITION[name])
        for which, told in ((keeps, ""), (~keeps, "not shown to be ")):
            if which.any():
                named = listed([naming.module(each) for each in own.loc[which, "module"]])
                words.append(f"{told}{BEYOND_COMPOSITION[name]}: {named}")
    return [f"Whole modules with a class, {'; '.join(words)}."] if words else []


def _summary(tables: Tables) -> list[dict[str, Any]]:
    summary = tables.get("composition_summary")
    return [] if summary is None else summary.to_dict("records")


def _follow(row: Mapping[str, Any], genes: pd.DataFrame) -> str:
    """In how many of the genes that are left most of the change follows cells."""
    prefix, own = "", genes[genes["class"].eq(row["set"])]
    if row["set"] == "induced" and genes.get("induced_change_share", pd.Series()).notna().any():
        prefix = "induced_"
    whose = "these"
    if row["claimed"]:
        own = own[own["class_beyond"].ne(BEYOND_COMPOSITION[row["set"]])]
        whose = f"the {len(own):,} other{'' if len(own) == 1 else 's'}"
    if own.empty:
        return ""
    share = own[f"{prefix}change_share"]
    n, median = int(share.ge(HALF).sum()), f"{share.median():.0%}".replace("-", "−")
    told = f"At least half of the change follows the cells in {n:,} of {whose}"
    return f"{told} (median share {median})."


def _halves(types: pd.DataFrame, used: list[str]) -> list[str]:
    """How reliable estimates are at most, of the types in the model."""
    known = types.set_index("cell_type")["split_half_reliability"].dropna()
    named = [f"{naming.cell_type(name)} {known[name]:.2f}" for name in used if name in known]
    if not named:
        return []
    return [
        "By how halves of the marker genes agree, the reliability of the estimates is at most: "
        f"{listed(named)}. What moves all markers of a type together is not in it."
    ]


def _cells(types: pd.DataFrame, used: list[str], config: Mapping[str, Any]) -> str:
    """What the types of cells in the model do."""
    design = in_order(config["design"])
    before, after = (naming.visit(design[name]) for name in ("baseline", "followup"))
    known = types.dropna(subset=["disease", "change"]).set_index("cell_type")
    parts = [
        f"{naming.cell_type(name)} {_points(row['disease'], 'above', 'below')} "
        f"{naming.group('healthy')} and then {_points(row['change'], 'up', 'down')} "
        f"({row['class']})"
        for name, row in known.reindex([u for u in used if u in known.index]).head(TYPES).iterrows()
    ]
    if not parts:
        return ""
    return f"Of the white cells from {before} to {after}, in percentage points: {listed(parts)}. "


def _points(value: float, more: str, less: str) -> str:
    return f"{abs(value):.1f} {more if value > 0 else less}"
