"""What follows where studies share people: no test that takes them for independent."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from revertome.compare.calls import classed
from revertome.compare.concordance import CONTRASTS, TREATED
from revertome.compare.effects import ContrastEffects
from revertome.compare.independence import HEALTHY, sharing
from revertome.compare.joint import joint_tables
from revertome.compare.pooled import KEYS, STUDY_COLUMNS, estimates, pool
from revertome.compare.study import FinishedStudy
from revertome.statistics.fdr import adjust

CHANGES = (*(name for name in CONTRASTS if name.startswith("change")), TREATED)
# What describes both studies as they are; all else of a table speaks of other patients.
PAIR = ("contrast", "study_a", "study_b")
DESCRIBED = {
    "concordance": (*PAIR, "n_genes_a", "n_genes_b", "n_shared", "pearson", "spearman",
                    "sign_agreement", "reliability_a", "reliability_b"),
    "rank_overlap": (*PAIR, "quadrant", "share_a", "share_b", "n_shared", "overlap", "expected",
                     "ratio"),
    "transfer": ("source", "target", "set", "contrast", "n_set", "n_shared", "n_same_sign",
                 "share_same_sign", "share_same_sign_others", "share_same_sign_matched"),
    "transfer_sets": ("source", "target", "set", "contrast", "n_set", "n_shared", "difference",
                      "correlation", "NES", "permutations"),
}  # fmt: skip
# Families of the adjustment, where a table has one.
FAMILY = {"concordance": ["contrast"], "transfer_sets": []}
Pair = tuple[str, str]


def withheld(name: str, table: pd.DataFrame, independence: pd.DataFrame) -> pd.DataFrame:
    """A table of pairs of studies without what takes studies that share people for independent.

    Parameters
    ----------
    name
        A table of `DESCRIBED`.
    table
        It, one row a pair of studies (study_a and study_b, or source and target) and contrast.
    independence
        Of `independence.independence`.

    Returns
    -------
    DataFrame
        Rows of dependent pairs keep what is named in `DESCRIBED`; the rest is missing,
        `uncertainty` says why, and adjusted p are those of the remaining rows.
    """
    a, b = ("study_a", "study_b") if "study_a" in table else ("source", "target")
    why = {c: sharing(independence, [c]) for c in table["contrast"].unique()}
    pairs = zip(table["contrast"], table[a], table[b], strict=True)
    told = pd.Series([why[c].get((min(x, y), max(x, y))) for c, x, y in pairs], table.index)
    touched = told.notna()
    if not touched.any():
        return table
    gone = [column for column in table.columns if column not in DESCRIBED[name]]
    table = table.assign(**{c: table[c].mask(touched) for c in gone})
    if "uncertainty" in table:
        reason = told.replace(HEALTHY, "shared healthy samples")
        table["uncertainty"] = table["uncertainty"].where(~touched, reason)
    if name in FAMILY:
        tested = table.dropna(subset="P.Value")
        keys = [tested[key] for key in FAMILY[name]] or (lambda _: 0)
        table["adj.P.Val"] = tested.groupby(keys)["P.Value"].transform(adjust)
    return table


def standing(studies: Mapping[str, FinishedStudy], pairs: Iterable[Pair]) -> list[str]:
    """Studies of which no two share people, sorted: of a pair, the one with fewer samples leaves.

    From the largest study on, each is taken that shares nobody with those taken.
    """
    bound = {frozenset(pair) for pair in pairs}
    size = {name: len(s.people.samples) if s.people else 0 for name, s in studies.items()}
    taken: list[str] = []
    for name in sorted(studies, key=lambda name: (-size[name], name)):
        if not any(frozenset((name, other)) in bound for other in taken):
            taken.append(name)
    return sorted(taken)


def apart(
    studies: Mapping[str, FinishedStudy],
    tables: Mapping[str, dict[str, ContrastEffects]],
    independence: pd.DataFrame,
) -> dict[str, dict[str, ContrastEffects]]:
    """Effects by contrast and study, of studies that share nobody in that contrast."""
    found = {}
    for contrast, part in tables.items():
        own = {name: studies[name] for name in part}
        kept = standing(own, sharing(independence, [contrast]))
        found[contrast] = {name: part[name] for name in kept}
    return found


def pooled_modules(
    studies: Mapping[str, FinishedStudy], independence: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pool modules as `pooled.pool` does, over studies that share nobody.

    Those that stand aside are in the second table with their own estimate and no weight.
    """
    changes = standing(studies, sharing(independence, list(CHANGES)))
    disease = standing(studies, sharing(independence, ["disease"]))
    kept = {}
    for name, study in studies.items():
        rows = study.modules
        if len(rows):
            left = [] if name in disease else ["disease"]
            left += [] if name in changes else ["paired_change"]
            rows = rows[~rows["test"].isin(left)]
        kept[name] = replace(study, modules=rows)
    pooled, each = pool(kept)
    keys = [*KEYS, "study"]
    rest = estimates(dict(studies)).reindex(columns=STUDY_COLUMNS)
    there = pd.MultiIndex.from_frame(each[keys])
    rest = rest[~pd.MultiIndex.from_frame(rest[keys]).isin(there)]
    if rest.empty:
        return pooled, each
    every = pd.concat([each, rest], ignore_index=True) if len(each) else rest
    return pooled, every.sort_values(keys, ignore_index=True)


def joint_classes(
    studies: dict[str, FinishedStudy],
    genes: pd.Index,
    alpha: float,
    independence: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Joint classes as `joint.joint_tables` has them, of groups in which nobody is shared.

    A class needs the healthy as well. Where all studies together hold people twice, their group
    is that of `standing`.
    """
    pairs = sharing(independence, ["disease", *CHANGES])
    found = joint_tables(studies, genes, alpha)
    if not pairs:
        return found
    able = {name: study for name, study in studies.items() if classed(study.genes)}
    kept = standing(able, pairs)
    more = joint_tables({name: able[name] for name in kept}, genes, alpha)
    whole = [table[table["studies"] == ",".join(kept)] for table in more]
    clean = [table[~table["studies"].map(lambda g: _holds(g, pairs))] for table in found]
    if 2 < len(kept) < len(able):
        clean = [pd.concat(two, ignore_index=True) for two in zip(clean, whole, strict=True)]
    return clean[0].reset_index(drop=True), clean[1].reset_index(drop=True)


def _holds(group: str, pairs: Iterable[Pair]) -> bool:
    names = group.split(",")
    return any(a in names and b in names for a, b in pairs)
