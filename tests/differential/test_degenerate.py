"""Degenerate input, case by case, against what limma 3.54 and edgeR 3.40 answer (degenerate.R).

The same numbers to 1e-8, or a refusal in words where R stops. `DEPARTS` holds what is answered
otherwise, and why.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from revertome.errors import Alarm, StudyError
from revertome.limma import robust_prior
from revertome.limma.contrasts import contrasts_fit
from revertome.limma.duplicate_correlation import duplicate_correlation
from revertome.limma.ebayes import b_statistic, ebayes, moderate_variance, treat, two_sided
from revertome.limma.f_test import f_test
from revertome.limma.fit import lm_fit
from revertome.limma.voom import voom
from revertome.normalise.tmm import tmm_factors, upper_quartile_factors

TABLE = pd.read_csv(
    Path(__file__).parent / "reference/core/degenerate.tsv", sep="\t", keep_default_na=False
)
EVERY = ["", "_trend", "_robust", "_trend_robust"]
NOTHING_VARIES = "no gene varies: limma goes on with variances of 1e-5, we stop"
ABSENT = "a gene without a value, or without the effect, counts as absent; limma stops"
NONE = "limma answers NaN, and stops in the next step; we stop here"
TIES = "the curve passes through 16 of 20 genes: rounding ranks them, in limma as here"
DEPARTS = {
    **{(f"{work}{way}", case): NOTHING_VARIES for work in ("ebayes", "treat") for way in EVERY
       for case in ("constant_20", "rounded_20")},
    **{(f"squeeze{way}", "zeros_20"): NOTHING_VARIES for way in EVERY},
    **{(f"ebayes{way}", case): ABSENT for way in ("_trend", "_trend_robust")
       for case in ("empty_1", "empty_18", "empty_19", "last_three")},
    **{(f"treat{way}", case): ABSENT for way in EVERY
       for case in ("empty_1", "empty_18", "empty_19", "one_group", "last_three")},
    **{("duplicate_correlation", case): NONE for case in (
       "one_pair", "samples_4", "empty_10", "few_values_10", "no_pair_left", "zero_weights")},
    **{("duplicate_correlation", f"constant_{n}"):
       "what rounding leaves of a constant row is a correlation of 0 to limma; left out here"
       for n in (1, 5, 9)},
    ("duplicate_correlation", "constant_10"): "no row varies: limma answers 0 of rounding; we stop",
    ("duplicate_correlation", "rounded_10"): "as constant_10",
    **{(f"{work}_trend_robust", "constant_10"): TIES for work in ("ebayes", "treat")},
    **{(f"squeeze{way}", "infinite"): "an infinite variance is none; limma's rank as the largest"
       for way in ("_robust", "_trend_robust")},
    ("upperquartile", "empty_library"): "limma answers infinite factors; we stop",
    ("upperquartile", "one_gene_only"): "as empty_library",
    ("upperquartile", "mostly_zero"): "as empty_library",
    ("voom", "two_samples"): "limma weighs all alike, and stops in eBayes; we stop here",
    ("voom", "identical_samples"): "limma's weights are 1e30, of rounding; we stop",
}  # fmt: skip


def values(genes, samples):
    g, s = np.arange(1.0, genes + 1), np.arange(1.0, samples + 1)[:, None]
    return 6 + g / 3 + np.exp(np.sin(2 * g)) * np.cos(3 * g + 7 * s**2 + g * s)


def put(y, genes, samples, value):
    """`y` (samples, genes) with a value at genes and samples counted from 1."""
    y = y.copy()
    y[np.ix_(np.atleast_1d(samples) - 1, np.atleast_1d(genes) - 1)] = value
    return y


def first(n):
    return np.arange(1, n + 1)


ALL, Y20, Y10 = first(8), values(20, 8), values(10, 8)
LOST = np.array([2, 3, 4, 6, 7, 8])
MODERATED = {
    "genes_1": values(1, 8), "genes_2": values(2, 8), "genes_3": values(3, 8),
    "genes_5": values(5, 8), "df_0": values(20, 2), "df_1": values(20, 3),
    **{f"constant_{n}": put(Y20, first(n), ALL, 7.0) for n in (1, 5, 10, 11, 19, 20)},
    **{f"rounded_{n}": put(Y20, first(n), ALL, 7.3) for n in (11, 20)},
    "apart_11": put(Y20, first(11), ALL, np.repeat([7.3, 8.1], 4)[:, None]),
    "empty_1": put(Y20, 3, ALL, np.nan), "empty_18": put(Y20, first(20)[2:], ALL, np.nan),
    "empty_19": put(Y20, first(20)[1:], ALL, np.nan), "empty_20": put(Y20, first(20), ALL, np.nan),
    "one_group": put(Y20, 3, first(4), np.nan), "no_df": put(Y20, 3, LOST, np.nan),
    **{f"no_df_{n}": put(Y20, first(20)[20 - n :], LOST, np.nan) for n in (18, 19, 20)},
    "huge": Y20 * 1e12, "tiny": Y20 * 1e-12, "one_huge": Y20 * np.where(first(20) == 3, 1e12, 1),
    "equal_variances": values(1, 8) + first(20), "last_three": put(Y20, first(17), ALL, np.nan),
}  # fmt: skip
V = np.exp(2 * np.sin(first(20)))
SQUEEZED = {
    "one_covariate": (V, 6.0, np.full(20, 7.0)),
    "two_covariates": (V, 6.0, np.tile([7.0, 9.0], 10)),
    "equal": (np.full(20, 2.0), 6.0), "zeros_11": (np.where(first(20) < 12, 0, V), 6.0),
    "zeros_20": (np.zeros(20), 6.0), "unequal_df": (V, np.tile([3.0, 8.0], 10)),
    "some_df_0": (V, np.tile([0.0, 8.0], 10)), "all_df_0": (V, np.zeros(20)),
    "missing": (np.where(first(20) == 5, np.nan, V), np.full(20, 6.0)),
    "infinite": (np.where(first(20) == 5, np.inf, V), 6.0), "large_df": (V, 1e4),
}  # fmt: skip
BLOCK, HALF = np.repeat(first(4), 2), np.ones(8)
CORRELATED = {
    "pairs": (Y10, BLOCK), "one_block": (Y10, np.ones(8)), "blocks_of_one": (Y10, ALL),
    "in_design": (Y10, np.repeat([1, 2], 4)), "two_blocks": (Y10, np.tile([1, 2], 4)),
    "one_pair": (Y10, [1, 2, 3, 4, 1, 5, 6, 7]), "all_but_one": (Y10, [1] * 7 + [2]),
    "samples_4": (values(10, 4), [1, 2, 1, 2]), "samples_5": (values(10, 5), [1, 2, 1, 2, 1]),
    "one_gene": (values(1, 8), BLOCK),
    **{f"constant_{n}": (put(Y10, first(n), ALL, 7.0), BLOCK) for n in (1, 5, 9, 10)},
    "rounded_10": (put(Y10, first(10), ALL, 7.3), BLOCK),
    "empty_1": (put(Y10, 3, ALL, np.nan), BLOCK),
    "empty_10": (put(Y10, first(10), ALL, np.nan), BLOCK),
    "few_values": (put(Y10, 3, first(5), np.nan), BLOCK),
    "few_values_10": (put(Y10, first(10), first(5), np.nan), BLOCK),
    "no_pair_left": (put(Y10, first(10), ALL[::2], np.nan), BLOCK),
    "huge": (Y10 * 1e12, BLOCK), "tiny": (Y10 * 1e-12, BLOCK),
    "zero_weight": (Y10, BLOCK, np.r_[0.0, np.ones(7)]),
    "zero_weights": (Y10, BLOCK, np.zeros(8)),
    "zero_weights_of_a_gene": (Y10, BLOCK, put(np.ones((8, 10)), 3, ALL, 0.0)),
}  # fmt: skip


def counts20(samples=6):
    return np.round(2 ** values(20, samples))


C = counts20()
COUNTED = {
    "plain": C, "empty_library": put(C, first(20), 2, 0), "zeros": C * 0,
    "one_gene_only": put(put(C, first(20)[1:], 2, 0), 1, 2, 5000), "genes_1": C[:, :1],
    "genes_2": C[:, :2], "samples_1": counts20(1), "identical_samples": np.tile(C[:1], (6, 1)),
    "apart": put(put(C, first(10), first(3), 0), first(20)[10:], first(6)[3:], 0),
    "zero_gene": put(C, 4, first(6), 0), "mostly_zero": put(C, first(20)[4:], first(5), 0),
    "huge": C * 1e9, "two_samples": counts20(2),
    "proportional": np.outer(first(6), first(20) * 10.0),
    "missing": put(C, 3, 2, np.nan), "negative": put(C, 3, 2, -1),
}  # fmt: skip


def design(n):
    return pd.DataFrame({"a": 1.0, "b": (first(n) > n / 2).astype(float)})


def way(work):
    return {"trend": "trend" in work, "robust": "robust" in work}


def moderated(work, case):
    y = MODERATED[case]
    fit = lm_fit(y, design(len(y)))
    fit = contrasts_fit(fit, {name: pd.Series({name: 1.0}) for name in ("a", "b")})
    return ebayes(fit, **way(work))


def eb(work, case):
    found = moderated(work, case)
    return {
        "df.prior": found.df_prior, "s2.prior": found.s2_prior, "df.total": found.df_total,
        "p.value": two_sided(found.t[:, 1], found.df_total), "lods": b_statistic(found, 1),
        "F.p.value": f_test(found, ["a", "b"])[3],
    }  # fmt: skip


def squeezed(work, case):
    variance, df, *covariate = SQUEEZED[case]
    along = (covariate or [first(20).astype(float)])[0]
    prior, df_prior, post, _ = moderate_variance(
        variance, df, along if "trend" in work else None, "robust" in work
    )
    return {"df.prior": df_prior, "s2.prior": prior, "s2.post": post}


def correlated(_, case):
    y, block, *weights = CORRELATED[case]
    return {"correlation": duplicate_correlation(y, design(len(y)), pd.Series(block), *weights)}


def factors(work, case):
    y = COUNTED[case]
    made = {"tmm": tmm_factors, "upperquartile": upper_quartile_factors}[work]
    return {"factor.": made(y, y.sum(axis=1))}


def weighed(_, case):
    y, w = voom(COUNTED[case], COUNTED[case].sum(axis=1), design(len(COUNTED[case])))
    return {"value": y[1, 0], "weight.first": w[1, 0], "weight.last": w[-1, -1]}


WORKS = {
    "ebayes": eb, "squeeze": squeezed, "duplicate": correlated, "tmm": factors, "voom": weighed,
    "upperquartile": factors,
    "treat": lambda work, case: {"p.value": treat(moderated(work, case), 1, 0.5)[1]},
}  # fmt: skip


def run(work, case):
    """Our answer as R's table names it, or the words of the refusal, and what was warned of."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            found = WORKS[work.split("_")[0]](work, case)
        except StudyError as refused:  # shown to the user in these words
            return str(refused), told
    return found, told


def ours_at(found, quantity):
    if quantity in found:
        return found[quantity]
    name = max((n for n in found if quantity.startswith(n)), key=len)
    gene, value = int(quantity.removeprefix(name).strip(".")), np.asarray(found[name])
    return value if value.ndim == 0 else value[gene - 1]


CASES = [key for key, _ in TABLE.groupby(["work", "case"], sort=False)]


@pytest.mark.parametrize(("work", "case"), CASES)
def test_answers_as_r_or_refuses_in_words(work, case):
    rows = TABLE[TABLE["work"].eq(work) & TABLE["case"].eq(case)]
    found, told = run(work, case)
    if (work, case) in DEPARTS and DEPARTS[work, case] is not ABSENT:
        if isinstance(found, str):
            assert len(found.split()) > 5
        elif rows["R"].iloc[0] != "stops":
            ours = [ours_at(found, name) for name in rows["quantity"]]
            assert not np.allclose(ours, rows["value"].astype(float), 1e-8, 1e-8, equal_nan=True)
        return
    if (work, case) in DEPARTS:
        return  # the next test
    if rows["R"].iloc[0] == "stops":
        assert isinstance(found, str), found
        assert len(found.split()) > 5
        return
    assert not isinstance(found, str), found
    # limma also tells of few variances that are 0, but not of those that rounding leaves.
    if "More than half" in rows["message"].iloc[0]:
        assert [w for w in told if issubclass(w.category, Alarm)]
    if work == "duplicate_correlation" and case != "blocks_of_one":  # nothing to estimate there
        assert bool(told) == (rows["R"].iloc[0] == "warns")
    for quantity, value in zip(rows["quantity"], rows["value"], strict=True):
        r = float(value.replace("NA", "nan"))
        np.testing.assert_allclose(ours_at(found, quantity), r, 1e-8, 1e-8, err_msg=quantity)


@pytest.mark.parametrize("work", [f"ebayes{way}" for way in EVERY])
def test_a_gene_without_values_counts_as_absent(work):
    whole, _ = run(work, "last_three")
    MODERATED["only_three"] = Y20[:, 17:]
    alone, _ = run(work, "only_three")
    for name, value in alone.items():
        np.testing.assert_allclose(np.broadcast_to(whole[name], 20)[17:], value, 1e-12)


def test_a_correlation_without_constant_rows_is_that_of_the_others():
    for n in (1, 5):
        y, block = CORRELATED[f"constant_{n}"]
        found = duplicate_correlation(y, design(8), pd.Series(block))
        rest = duplicate_correlation(y[:, n:], design(8), pd.Series(block))
        assert found == pytest.approx(rest, rel=1e-12)


def test_half_constant_differs_from_limma_by_how_rounding_ranks_ties(monkeypatch):
    # The local lines interpolate; 16 ratios are equal but for 1e-14, and the prior df follow their
    # ranks. With constant genes ranked above the other ties, as rounding has them in R, all is R's.
    shrunk = robust_prior._shrunk

    def as_in_r(f, df1, df2):
        f = np.round(f, 9)
        f[:10] += 1e-12
        return shrunk(f, df1, df2)

    monkeypatch.setattr(robust_prior, "_shrunk", as_in_r)
    rows = TABLE[TABLE["work"].eq("ebayes_trend_robust") & TABLE["case"].eq("constant_10")]
    found, _ = run("ebayes_trend_robust", "constant_10")
    for quantity, value in zip(rows["quantity"], rows["value"].astype(float), strict=True):
        np.testing.assert_allclose(ours_at(found, quantity), value, 1e-8, 1e-8, err_msg=quantity)
