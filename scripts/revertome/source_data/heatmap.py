"""Heat map of the sets, patients aligned between visits; of an empty set that of its effect."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from revertome import naming
from revertome.filled import filled
from revertome.small_cells import size
from revertome.source_data.clusters import alike_in_shape, clustered, joined_trees
from revertome.source_data.heatmap_columns import arms_of, bars_of, placed
from revertome.source_data.tidy import (
    ADJUSTED,
    absent,
    cohort,
    count,
    stack,
    told_labels,
    unclassed,
)
from revertome.trajectories.leading import RESTS_ON, surest

# Why their number is not that of the table of the contrast.
OWN = " (here each group has variances of its own{})"
SPARE = 2  # times the genes drawn are looked at, as those without spread cannot be drawn


def table(
    expression: Any,
    genes: pd.DataFrame,
    labels: pd.DataFrame,
    design: Mapping[str, Any],
    figures: Mapping[str, Any],
    trajectories: Mapping[str, Any],
    suppress_below: int = 0,
    samples: pd.DataFrame | None = None,
    association_patients: pd.DataFrame | None = None,
    variables: Sequence[str] = (),
) -> pd.DataFrame:
    """Build the table of the heat map.

    Where no gene is reverted, those stand in that differ from healthy most surely; where none is
    induced, those that change. Of an effect that no gene shows nothing is drawn, unless there is
    nothing else: then the genes with the smallest p.

    Returns
    -------
    DataFrame
        `cell` rows: set, gene, column, z. `gene` rows: set, gene, row (order of the clustered
        set, 0 on top). `column` rows: column, block, role, visit, label, patient, position (place
        within the block; the same for the visits of one patient), sample (missing: the patient
        has no such sample), arm. `block` rows: block, n_samples. `bar` rows: variable, column,
        value or level (see `bars_of`). `branch` rows: set, or label of people, and the fork (see
        `clustered`). `set` rows: set, kind (class; leading or smallest p of the effect that
        the set rests on), n_genes, n_shown, text (heading). `title` row where a set has no gene.
        `study` row: reference (the
        samples whose mean and SD make z), limit (SD at full colour: 95% of cells lie within it,
        at least 3, at most 12).
    """
    people = cohort(expression, labels, design)
    reference = "healthy" if (people["role"] == "healthy").sum() > 1 else "baseline"
    who = "all" if unclassed(genes) or not people["label"].eq("responder").any() else None
    asked = _asked(genes, trajectories, figures["heatmap_genes"], who)
    z = _z(expression, people, reference, list(dict.fromkeys(g for e in asked for g in e["genes"])))
    shown, sets = _members(asked, figures["heatmap_genes"], z.columns)
    if not len(shown):
        return absent("No gene was tested for a difference from healthy or for a change.")
    rows, branches = _rows(shown, z)
    limit = _limit(z[rows["gene"]])
    columns, people_trees = placed(people, z[rows["gene"]].clip(-limit, limit))
    columns["arm"] = arms_of(columns, expression, design)
    told = (samples, association_patients, variables, design.get("covariates", ()))
    bars = bars_of(columns, expression, *told)
    sampled = columns.dropna(subset=["sample"])
    cells = rows[["set", "gene"]].merge(sampled[["column", "sample"]], how="cross")
    cells["z"] = z.loc[sampled["sample"], rows["gene"]].to_numpy().T.ravel()
    study = pd.DataFrame({"reference": [reference], "visit": [design[reference]], "limit": [limit]})
    kinds = sets.set_index("set")["kind"]
    title = pd.DataFrame({"text": [_title(kinds)]}) if kinds.ne("class").any() else pd.DataFrame()
    blocks = _blocks(sampled, people, suppress_below)
    return stack(
        *_words(
            sets,
            columns,
            study.iloc[0],
            blocks,
            trajectories["alpha"],
            trajectories["variance"] == "cells",
            unclassed(genes),
        ),
        cell=cells.drop(columns="sample"),
        gene=rows,
        column=columns,
        block=blocks,
        bar=bars,
        branch=joined_trees([branches, people_trees]),
        set=sets,
        study=study,
        title=title,
    )


def _limit(z: pd.DataFrame) -> float:
    """SD at full colour."""
    return float(np.clip(np.ceil(np.nanquantile(z.abs(), 0.95)), 3, 12))


def _blocks(sampled: pd.DataFrame, people: pd.DataFrame, below: int) -> pd.DataFrame:
    """Samples of each block of columns."""
    told = told_labels(sampled.groupby("block", sort=False).size(), below, people)
    first = sampled.drop_duplicates("block")[["block", "role", "visit", "label"]]
    return first.assign(n_samples=first["block"].map(told))


def _asked(
    genes: pd.DataFrame, trajectories: Mapping[str, Any], most: int, who: str | None
) -> list[dict[str, Any]]:
    """The genes of each set, or what stands in for it, the leading first; none without a test."""
    found: list[dict[str, Any]] = []
    for name, effect in RESTS_ON.items():
        members = genes[genes["class"] == name]
        if len(members):
            order = members[effect].abs().sort_values(ascending=False, kind="stable").index
            lead, kind = list(members.loc[order, "gene"]), "class"
            found.append({"set": name, "kind": kind, "n_genes": len(lead), "genes": lead})
            continue
        tested = surest(genes, effect)
        called = list(tested.loc[tested["adjusted"] <= trajectories["alpha"], "gene"])
        fact = {"set": name, "kind": "leading", "n_genes": len(called)}
        spare = list(tested["gene"].head(SPARE * most))
        if len(tested):
            found.append(fact | {"genes": called[: SPARE * most], "spare": spare})
    if not any(each["genes"] for each in found):
        found = [each | {"kind": "smallest p", "genes": each["spare"]} for each in found[-1:]]
    words = _headings(who or trajectories["induced_in"])
    return [each | {"words": words[each["set"], each["kind"]]} for each in found if each["genes"]]


def _headings(who: str) -> dict[tuple[str, str], str]:
    """What each panel shows, in words."""
    differ = f"Differ from {naming.group('healthy')}"
    change = f"Change in {naming.group(who)}"
    return {
        ("reverted", "class"): "Reverted", ("induced", "class"): "Induced",
        ("reverted", "leading"): differ, ("induced", "leading"): change,
        ("reverted", "smallest p"): f"{differ}: smallest p",
        ("induced", "smallest p"): f"{change}: smallest p",
    }  # fmt: skip


def _title(kinds: pd.Series) -> str:
    """Heading of the figure where a set has no gene."""
    sets = {"reverted": "the reverted set", "induced": "the induced set"}
    effects = {"reverted": f"genes that differ from {naming.group('healthy')}"}
    effects["induced"] = "genes that change"
    words = [(sets if kind == "class" else effects)[name] for name, kind in kinds.items()]
    return naming.capital(" and ".join(words))


def _members(
    asked: list[dict[str, Any]], most: int, drawable: pd.Index
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Genes drawn, and how many of how many; a set none of whose genes can be drawn stays."""
    shown, sets = [pd.DataFrame(columns=["gene", "set"])], []
    known = set(drawable)
    for each in asked:
        lead = [gene for gene in each["genes"] if gene in known][:most]
        shown.append(pd.DataFrame({"gene": lead, "set": each["set"]}))
        fact = {name: each[name] for name in ("set", "kind", "n_genes")}
        sets.append(fact | {"n_shown": len(lead), "text": each["words"]})
    return pd.concat(shown, ignore_index=True), pd.DataFrame(sets)


def _z(expression: Any, people: pd.DataFrame, reference: str, genes: list[str]) -> pd.DataFrame:
    """(x - mean) / SD of the reference samples, samples x genes; NaN where a value is missing.

    Genes that do not vary in the reference are left out.
    """
    x = expression[people["sample"].tolist(), genes].to_df()
    rest = x.loc[people.loc[people["role"] == reference, "sample"]]
    spread = rest.std(ddof=1).replace(0, np.nan)
    z: pd.DataFrame = (x - rest.mean()) / spread
    return z.dropna(axis="columns", how="all")


def _rows(shown: pd.DataFrame, z: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Order the genes of each set by average linkage of the correlation of their profiles."""
    rows, trees = [], []
    for name, part in shown.groupby("set", sort=False):
        own = z[sorted(part["gene"])]
        order, branches = clustered(alike_in_shape(filled(own.to_numpy()).T))
        genes = pd.DataFrame({"set": name, "gene": own.columns[order]})
        rows.append(genes.assign(row=np.arange(len(order))))
        trees.append(branches.assign(set=name))
    return pd.concat(rows, ignore_index=True), joined_trees(trees)


def _words(
    sets: pd.DataFrame, columns: pd.DataFrame, study: pd.Series, blocks: pd.DataFrame,
    alpha: float, own: bool, classless: bool,
) -> tuple[str, str]:  # fmt: skip
    letters = "AB" if len(sets) > 1 else ""
    parts = "; ".join(
        f"{letters[i]}, {_told(row, alpha)}" if letters else _told(row, alpha)
        for i, row in enumerate(sets.to_dict("records"))
    )
    healthy = study["reference"] == "healthy"
    samples = f"{naming.group('healthy')} samples"
    against = samples if healthy else f"samples at {naming.visit(study['visit'])}"
    standing = [name for name, kind in sets[["set", "kind"]].itertuples(index=False)
                if kind != "class"]  # fmt: skip
    empty = [name for name in RESTS_ON if name in standing or name not in set(sets["set"])]
    no_class = f"No gene is {' or '.join(empty)}. " if empty else ""
    no_class = "No gene has a class. " if classless else no_class
    parts += OWN.format("" if classless else ", as for the classes") * (
        own and "leading" in set(sets["kind"])
    )
    both = "People are clustered within their group"
    if "followup" in set(columns["role"]):
        both += ", patients by all that is drawn of both visits, in one order at both"
    caption = (
        f"{no_class}{naming.capital(parts)}. Colour: expression in standard deviations of the "
        f"{against} from their mean. Genes are clustered by correlation. {both} (Euclidean "
        "distance; average linkage for both; stems of leaves shortened): how groups differ is seen "
        "between blocks, not in the trees. Grey: no sample at that visit, or not known; numbers: "
        "samples."
    )
    sizes = "; ".join(
        f"{_block(row)}: {size(row['n_samples'])} samples" for row in blocks.to_dict("records")
    )
    return caption, f"Heat map. {caption} {sizes}."


def _told(row: Mapping[Any, Any], alpha: float) -> str:
    """One panel in words."""
    if row["kind"] == "smallest p":
        what = {"reverted": f"differs from {naming.group('healthy')}", "induced": "changes"}
        return (
            f"no gene {what[row['set']]} at an {ADJUSTED} below {alpha:g}; shown are the "
            f"{row['n_shown']} with the smallest p, which claims nothing"
        )
    if row["kind"] == "class":
        most, words = "with the largest effect", f"{count(row['n_genes'], 'gene')} {row['set']}"
    else:
        what = {"reverted": f"differ from {naming.group('healthy')}", "induced": "change"}
        most, words = "with the smallest p", f"{count(row['n_genes'], 'gene')} that"
        words += f" {what[row['set']]} at an {ADJUSTED} below {alpha:g}"
    return words + f" ({row['n_shown']} {most} shown)" * bool(row["n_shown"] < row["n_genes"])


def _block(first: Mapping[Any, Any]) -> str:
    """Name of a block of columns."""
    if first["role"] == "healthy":
        return naming.group("healthy")
    return f"{naming.group(first['label'])} at {naming.visit(first['visit'])}"
