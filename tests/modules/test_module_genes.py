"""What modules are made of: fingerprint, over-representation and agreement."""

import numpy as np
import pandas as pd
import pytest

from stages import modules

DESIGN = {"healthy": "healthy", "baseline": "before", "followup": "after"}


def test_fingerprint_counts_genes_by_adjusted_p_and_sign():
    table = pd.DataFrame(
        {
            "gene": list("ABCDE"),
            "logFC": [1.0, -1, 2, -3, 0.5],
            "P.Value": [0.001, 0.002, 0.5, 0.003, np.nan],
            "adj.P.Val": [0.01, 0.05, 0.6, 0.051, np.nan],
        }
    )
    found = modules.fingerprint({"disease": table}, {"M": list("ABCDEX"), "N": ["X"]}, 0.05)
    first, second = found.to_dict("records")
    assert [first[c] for c in ["contrast", "module", "n_genes", "n_up", "n_down"]] == [
        "disease", "M", 4, 1, 1,
    ]  # fmt: skip
    assert first["share_up"] == first["share_down"] == 0.25
    assert second["n_genes"] == 0 and np.isnan(second["share_up"])


@pytest.mark.parametrize(
    ("overlap", "set_size", "module_size", "background", "p"),
    [(6, 40, 30, 5000, 9.15264854128469e-08), (0, 40, 30, 5000, 1.0),
     (1, 7, 12, 300, 0.250773814417066)],
)  # fmt: skip
def test_over_representation_against_r(overlap, set_size, module_size, background, p):
    """R: phyper(k - 1, m, N - m, n, lower.tail = FALSE), equal to
    fisher.test(matrix(c(k, n - k, m - k, N - n - m + k), 2), alternative = "greater")$p.value."""
    tested = [f"G{k:04d}" for k in range(background)]
    chosen = [*tested[:set_size], "UNTESTED"]
    module = [*tested[set_size - overlap : set_size - overlap + module_size], "ABSENT"]
    found = modules.over_representation({"s": chosen}, {"m": module, "none": ["ABSENT"]}, tested)
    row, none = found.to_dict("records")
    assert row["P.Value"] == pytest.approx(p, rel=1e-10)
    sizes = [row[c] for c in ["overlap", "set_size", "module_size", "background"]]
    assert sizes == [overlap, set_size, module_size, background]
    assert row["genes"] == ",".join(tested[set_size - overlap : set_size])
    a, b, c = overlap, set_size - overlap, module_size - overlap
    assert row["odds_ratio"] == pytest.approx(a * (background - a - b - c) / (b * c))
    assert np.isnan(none["P.Value"]) and none["module_size"] == 0


def trial(n: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    obs = pd.DataFrame(
        {
            "patient": [f"P{k:02d}" for k in range(n)] * 2 + ["H1", "H2"],
            "visit": ["before"] * n + ["after"] * n + [None, None],
            "group": ["patient"] * 2 * n + ["healthy"] * 2,
        },
        index=[f"S{k:02d}" for k in range(2 * n + 2)],
    )
    signal = rng.normal(size=len(obs))
    scores = pd.concat(
        pd.DataFrame({"sample": obs.index, "module": module, "method": method, "score": values})
        for method in ["zscore", "ssgsea"]
        for module, values in {
            "A": signal + rng.normal(size=len(obs)), "B": signal + rng.normal(size=len(obs)),
            "C": rng.normal(size=len(obs)),
        }.items()
    )  # fmt: skip
    labels = pd.DataFrame({"patient": sorted(set(obs["patient"][:n])), "label": "treated"})
    return scores, obs, labels


def test_agreement_correlates_patients_not_samples():
    """R: cor(rank(x), rank(y)) and its interval after Bonett and Wright, here by hand."""
    scores, obs, labels = trial(9, seed=4)
    sets = {"A": ["x", "y"], "B": ["y", "z"], "C": ["q"]}
    families = {"a.gmt": ["A", "B"], "b.gmt": ["C"]}
    found = modules.agreement(scores, obs, labels, sets, families, DESIGN)
    assert found.groupby("kind").size().to_dict() == {"list": 2, "method": 6}
    row = found[(found["kind"] == "list") & (found["of"] == "change")].iloc[0]
    wide = scores[scores["method"] == "zscore"].pivot_table(
        index="sample", columns="module", values="score"
    )
    change = wide.iloc[9:18].to_numpy() - wide.iloc[:9].to_numpy()
    ranks = change.argsort(axis=0).argsort(axis=0)
    d2 = ((ranks[:, 0] - ranks[:, 1]) ** 2).sum()
    r = 1 - 6 * d2 / (9 * 80)
    assert row["spearman"] == pytest.approx(r, abs=1e-12)
    half = 1.959963984540054 * np.sqrt((1 + r**2 / 2) / 6)
    assert row["CI.L"] == pytest.approx(np.tanh(np.arctanh(r) - half), abs=1e-12)
    assert row["CI.R"] == pytest.approx(np.tanh(np.arctanh(r) + half), abs=1e-12)
    assert (row["n"], row["shared_genes"], row["first"], row["second"]) == (9, 1, "A", "B")


def test_agreement_is_missing_where_too_few_or_flat():
    scores, obs, labels = trial(3, seed=4)
    sets = {"A": ["x"], "B": ["y"], "C": ["q"]}
    found = modules.agreement(scores, obs, labels, sets, {"a": list("ABC")}, DESIGN)
    assert found["spearman"].isna().all() and (found["n"] == 3).all()
    scores, obs, labels = trial(9, seed=4)
    scores.loc[scores["module"] == "A", "score"] = 1.0
    found = modules.agreement(scores, obs, labels, sets, {"a": list("ABC")}, DESIGN)
    flat = (found["first"] == "A") | (found["module"] == "A")
    assert found.loc[flat, "spearman"].isna().all() and found.loc[~flat, "spearman"].notna().all()
