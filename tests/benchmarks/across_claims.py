"""Claims of a comparison held against what is true: one number a claim and run.

Names are `kind:claim`. `error`: share of false claims (of all claims made for a false discovery
rate, of all tests for a level); `cover`: share of intervals that hold the truth; `power`: share of
what is true that is claimed; `fact`: a number without a nominal value.
"""

import numpy as np
import pandas as pd

from benchmarks.across_draw import CONTRASTS, Drawn
from revertome.compare import Comparison
from revertome.gene_classes import CLAIMED

ALPHA = 0.05
Numbers = dict[str, float]


def claims(drawn: Drawn, found: Comparison, rng: np.random.Generator) -> Numbers:
    """All claims of a run; those that were not made or have no truth are missing."""
    parts = (agreement, overlap, transfer, pooled_genes, pooled_modules, joint)
    result: Numbers = {}
    for part in parts:
        result |= part(drawn, found, rng)
    return {name: float(value) for name, value in result.items() if np.isfinite(value)}


def mean(x) -> float:
    x = np.asarray(x, float)
    x = x[np.isfinite(x)]
    return float(x.mean()) if len(x) else np.nan


def what(contrast: str) -> str:
    return "disease" if contrast == "disease" else "change"


def effect_of(drawn: Drawn, contrast: str, study: int) -> np.ndarray:
    """True log2 effect (G,) of a contrast."""
    share = {"change_all": drawn.responding[study], "change_nonresponders": 0.0}.get(contrast, 1.0)
    return drawn.size[study] * drawn.truth.of(what(contrast))[study] * share


def unrelated(drawn: Drawn, contrast: str) -> bool:
    return contrast == "change_nonresponders" or what(contrast) in drawn.truth.unrelated


def agreement(drawn: Drawn, found: Comparison, rng: np.random.Generator) -> Numbers:
    table = found.concordance
    rows = []
    for row in table.to_dict("records"):
        i, j = (int(row[f"study_{side}"][-1]) for side in "ab")
        if row["contrast"] not in CONTRASTS:
            continue
        u, v = (effect_of(drawn, row["contrast"], k) for k in (i, j))
        tables = [drawn.parts[f"study{k}"]["contrasts"][row["contrast"]] for k in (i, j)]
        at = np.isin(drawn.genes, tables[0]["gene"]) & np.isin(drawn.genes, tables[1]["gene"])
        u, v = u[at] - u[at].mean(), v[at] - v[at].mean()
        size = np.sqrt((u @ u) * (v @ v))
        true = u @ v / size if size > 0 else np.nan
        rows.append({**row, "true": true, "none": unrelated(drawn, row["contrast"])})
    rows = pd.DataFrame(rows)
    out: Numbers = {}
    none = rows["none"].to_numpy(bool)
    called = rows["P.Value"].le(ALPHA).where(rows["P.Value"].notna()).astype(float)
    up = called.where(rows["pearson"] > 0, called * 0)
    related = ~none & rows["true"].gt(0.2).to_numpy()
    for name in ("disease", "change"):
        of = rows["contrast"].map(what).eq(name).to_numpy()
        out[f"error:agreement P {name}"] = mean(called[none & of])
        out[f"fact:agreement P {name}, r above 0"] = mean(up[none & of])
        out[f"power:agreement {name}"] = mean(called[related & of])
    if none.any():
        tested = rows.loc[none, "adj.P.Val"].dropna()
        out["error:agreement any adjusted"] = mean([tested.le(ALPHA).any()] * bool(len(tested)))
    inside = rows["true"].between(rows["CI.L"], rows["CI.R"]).where(rows["CI.L"].notna())
    out["fact:r interval holds true r"] = mean(inside[rows["true"].notna()].astype(float))
    if "disattenuated_CI.L" in rows:
        known = rows["disattenuated_CI.L"].notna() & rows["true"].notna()
        low, high = (rows[f"disattenuated_CI.{side}"] for side in "LR")
        held = rows["true"].between(low - 1e-12, high + 1e-12)
        out["cover:disattenuated r"] = mean(held[known])
        out["fact:disattenuated width"] = mean((high - low)[known])
        out["fact:disattenuated told"] = mean(known[rows["true"].notna()])
    out["fact:disattenuated less true r"] = mean(rows["disattenuated"] - rows["true"])
    beyond = [c for c in rows if c.startswith("P.Value_") or c.endswith("_P.Value")]
    for column in beyond:
        hit = rows[column].le(ALPHA).where(rows[column].notna()).astype(float)
        out[f"error:agreement {column}"] = mean(hit[none])
        out[f"power:agreement {column}"] = mean(hit[related])
    return out


def overlap(drawn: Drawn, found: Comparison, rng: np.random.Generator) -> Numbers:
    table = found.rank_overlap
    table = table[table["contrast"].isin(CONTRASTS) & table["P.Value"].notna()]
    out: Numbers = {}
    if not len(table):
        return out
    none = np.array([unrelated(drawn, contrast) for contrast in table["contrast"]])
    out["fact:overlap rows at p .05"] = mean(table.loc[none, "P.Value"] <= ALPHA)
    for column in [c for c in table if c.startswith("adj") or c in ("p_pair", "P.pair")]:
        keys = ["contrast", "study_a", "study_b"]
        by = table.groupby(keys)[column].min().le(ALPHA).reset_index()
        of = np.array([unrelated(drawn, contrast) for contrast in by["contrast"]])
        out[f"error:overlap any {column}"] = mean(by.loc[of, column])
        out[f"power:overlap any {column}"] = mean(by.loc[~of, column])
    return out


def transfer(drawn: Drawn, found: Comparison, rng: np.random.Generator) -> Numbers:
    table = found.transfer_sets
    table = table[table["adj.P.Val"].notna() & table["contrast"].isin(CONTRASTS)]
    out: Numbers = {}
    none = np.array([unrelated(drawn, contrast) for contrast in table["contrast"]], bool)
    whole = set(drawn.truth.unrelated) == {"disease", "change"}
    star = table["adj.P.Val"].le(ALPHA)
    if len(table):
        if whole:
            out["error:transfer any star"] = float(star.any())
        if none.any():
            out["fact:transfer rows at p .05"] = mean(table.loc[none, "P.Value"] <= ALPHA)
        out["power:transfer star"] = mean(star[~none])
    else:
        out["fact:transfer no set"] = 1.0
    followed = found.transfer[found.transfer["contrast"].isin(CONTRASTS)]
    silent = not np.any(drawn.truth.change)
    if silent and len(followed):
        out["error:transfer any gene replicated"] = mean(followed["n_replicated"] > 0)
    return out


def pooled_genes(drawn: Drawn, found: Comparison, rng: np.random.Generator) -> Numbers:
    out: Numbers = {}
    wrong, wrong_common, power, power_common, cover, ahead = ([] for _ in range(6))
    one_scale = np.allclose(drawn.size, drawn.size[0])
    for contrast, part in found.genes.groupby("contrast"):
        if contrast not in CONTRASTS or contrast == "change_nonresponders":
            continue
        at = pd.Index(drawn.genes).get_indexer(part["gene"])
        share = drawn.responding.mean() if contrast == "change_all" else 1.0
        mu = (drawn.size.mean(0) * drawn.truth.mean(what(contrast)))[at] * share
        called = part["adj.P.Val"].le(ALPHA).to_numpy()
        false = (mu == 0) | (np.sign(mu) != np.sign(part["estimate"]))
        wrong.append(false[called].sum() / max(called.sum(), 1))
        power.append(mean(called[mu != 0]))
        any_effect = np.abs(drawn.truth.of(what(contrast))[:, at]).max(0) > 0
        common = adjusted(part["p_common"]) <= ALPHA
        wrong_common.append((common & ~any_effect).sum() / max(common.sum(), 1))
        power_common.append(mean(common[mu != 0]))
        if not one_scale or not np.isfinite(drawn.truth.spread):
            continue
        told = part["CI.L"].notna().to_numpy()
        cover.append(mean(((part["CI.L"] <= mu) & (mu <= part["CI.R"]))[told]))
        new = mu * (1 + drawn.truth.spread * rng.normal(size=len(mu)))
        told = part["PI.L"].notna().to_numpy()
        ahead.append(mean(((part["PI.L"] <= new) & (new <= part["PI.R"]))[told]))
    out["error:pooled genes FDR"], out["power:pooled genes"] = mean(wrong), mean(power)
    out["error:pooled genes p_common FDR"] = mean(wrong_common)
    out["power:pooled genes p_common"] = mean(power_common)
    if not drawn.truth.unrelated:
        out["cover:pooled genes"], out["cover:pooled genes prediction"] = mean(cover), mean(ahead)
    return out


def adjusted(p: pd.Series) -> np.ndarray:
    from revertome.statistics.fdr import adjust

    return np.nan_to_num(np.asarray(adjust(p)), nan=1.0)


def pooled_modules(drawn: Drawn, found: Comparison, rng: np.random.Generator) -> Numbers:
    table = found.modules
    table = table[table["group"].isin(["all", "responders"])]
    rows = []
    one_scale = np.allclose(drawn.size, drawn.size[0])
    for row in table.to_dict("records"):
        name = "disease" if row["test"] == "disease" else "change"
        share = drawn.responding.mean() if (name, row["group"]) == ("change", "all") else 1.0
        at = drawn.modules[row["module"]]
        each = drawn.size[0, at] * drawn.truth.mean(name)[at]
        own = drawn.size[:, at] * drawn.truth.of(name)[:, at]
        new = each * (1 + drawn.truth.spread * rng.normal(size=len(at)))
        silent = bool((own == 0).all()) or name in drawn.truth.unrelated
        rows.append({**row, "mu": share * each.mean(), "new": share * new.mean(), "silent": silent})
    rows = pd.DataFrame(rows)
    out: Numbers = {}
    if not len(rows):
        return out
    called, silent = rows["P.Value"].le(ALPHA), rows["silent"]
    tested = rows["P.Value"].notna()
    out["error:modules P"] = mean(called[silent & tested])
    out["power:modules P"] = mean(called[~silent & tested & (rows["mu"].abs() > 0.1)])
    if one_scale and np.isfinite(drawn.truth.spread):
        told, ahead = rows["CI.L"].notna(), rows["PI.L"].notna()
        out["cover:modules"] = mean(rows["mu"].between(rows["CI.L"], rows["CI.R"])[told])
        if not silent.all():
            # Where effects have either sign by chance, `new` is no draw of another study.
            out["cover:modules prediction"] = mean(
                rows["new"].between(rows["PI.L"], rows["PI.R"])[ahead & ~silent]
            )
    return out


def joint(drawn: Drawn, found: Comparison, rng: np.random.Generator) -> Numbers:
    out: Numbers = {}
    errors: dict[str, list[float]] = {}
    powers: dict[str, list[float]] = {}
    place = pd.Series(range(len(drawn.genes)), drawn.genes)
    inside = {
        name: np.array([drawn.truth.in_class(name, k, drawn.responding[k])
                        for k in range(len(drawn.studies))])
        for name in CLAIMED
    }  # fmt: skip
    groups = found.joint.groupby("studies") if len(found.joint) else []
    every = set(found.joint_summary["studies"]) if len(found.joint_summary) else set()
    parts = dict(list(groups))
    for names in every:
        part = parts.get(names, found.joint.head(0))
        at = [int(name[-1]) for name in names.split(",")]
        group = "pairs" if len(at) == 2 else "all studies"
        verdict, where = part["verdict"], place.reindex(part["gene"]).to_numpy(int)
        for name in CLAIMED:
            true = inside[name][at].all(axis=0) & one_way(drawn, at, name)
            called = where[verdict.eq("all") & part["class"].eq(name)]
            errors.setdefault(f"joint {name} FDR, {group}", []).append(
                (~true[called]).sum() / max(len(called), 1)
            )
            if true.sum() >= 10:
                share = true[called].sum() / true.sum()
                powers.setdefault(f"joint {name}, {group}", []).append(share)
                single = where[verdict.eq("one_only") & part["class"].eq(name)]
                if len(single) and len(at) == 2:
                    out.setdefault(f"fact:one only, truly both, {name}", mean(true[single]))
        against = where[verdict.eq("contradicted")]
        same = agreeing(drawn, at)
        errors.setdefault(f"contradicted FDR, {group}", []).append(
            same[against].sum() / max(len(against), 1)
        )
        if len(at) == 2 and (~same).sum() >= 10:
            share = (~same)[against].sum() / (~same).sum()
            powers.setdefault(f"contradicted, {group}", []).append(share)
    out |= {f"error:{name}": mean(each) for name, each in errors.items()}
    return out | {f"power:{name}": mean(each) for name, each in powers.items()}


def one_way(drawn: Drawn, at: list[int], name: str) -> np.ndarray:
    effect = drawn.truth.change if name == "induced" else drawn.truth.disease
    sign = np.sign(effect[at])
    return np.asarray((sign == sign[0]).all(0) & (sign[0] != 0))


def agreeing(drawn: Drawn, at: list[int]) -> np.ndarray:
    """No two of the studies contradict each other in a gene.

    They do where the directions of their points (disease, change) are further apart than those of
    no recovery and of half recovery; recovered fractions of .65 and .35 are not. A study in which
    nothing is true contradicts none.
    """
    d, t = drawn.truth.disease[at], drawn.truth.change[at]
    length = np.hypot(d, t)
    unit = np.where(length > 0, length, 1.0)
    angle = np.stack([d / unit, t / unit])
    same = np.ones(d.shape[1], bool)
    for i in range(len(at)):
        for j in range(i):
            product = (angle[:, i] * angle[:, j]).sum(0)
            same &= (product >= np.cos(np.arctan(0.5)) - 1e-9) | (length[i] == 0) | (length[j] == 0)
    return same
