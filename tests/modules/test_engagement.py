"""Target engagement and the genes behind a score, by hand and against scipy."""

import anndata
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from options import section
from revertome.report.module_words import engaged
from revertome.source_data import build
from revertome.statistics.fdr import adjust
from stages import modules

DESIGN = section("design", baseline="before", followup="after")
CLINIC = {"visit": ""}
PEOPLE = [f"P{k}" for k in range(9)]
LABELS = pd.DataFrame({"patient": PEOPLE, "label": ["responder"] * 6 + ["nonresponder"] * 3})
LEVELS = pd.DataFrame(
    {"patient": PEOPLE, "visit": "after", "level": [30, 30, 50, 50, 50, 70, 0, 0, 0]}
)
SCORED = ["A", "IFN1_ONLY", "IFN2_ONLY"]


def drawn():
    rng = np.random.default_rng(4)
    obs = pd.DataFrame(
        [(f"{p}{v}", p, v, "patient") for p in PEOPLE for v in ("before", "after")],
        columns=["sample", "patient", "visit", "group"],
    ).set_index("sample")
    scores = pd.concat(
        pd.DataFrame({"sample": obs.index, "module": m, "score": rng.normal(size=18)}).assign(
            method=method
        )
        for method in ("zscore", "ssgsea")
        for m in SCORED
    )
    return scores, obs


def engagement(asked=(*SCORED, "ABSENT"), response=LEVELS):
    scores, obs = drawn()
    return modules.engagement(scores, obs, LABELS, response, DESIGN, CLINIC, asked)


def changes(module):
    scores, _ = drawn()
    own = scores[(scores["module"] == module) & (scores["method"] == "zscore")]
    wide = own["score"].to_numpy().reshape(9, 2)
    return wide[:, 1] - wide[:, 0]


ARMED = {**DESIGN, "followups": ["after"], "arm": {"column": "arm", "control": "no", "until": None}}


def by_arm(design=ARMED, arms=("no", "low", "high")):
    scores, obs = drawn()
    obs["arm"] = obs["patient"].map(dict(zip(PEOPLE, [*arms] * 3, strict=True)))
    given = (LABELS, LEVELS, design, CLINIC, SCORED)
    return modules.engagement(scores, obs, *given), obs


def test_by_arm_it_is_the_paired_t_of_the_arm_and_other_rows_stay():
    table, _ = by_arm()
    plain = engagement()
    kept = table[~table["of"].isin(["arm", "drug_effect"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, plain)
    arms = table[table["of"] == "arm"].set_index(["module", "name"])
    for k, arm in enumerate(("no", "low", "high")):
        for module in SCORED:
            found = stats.ttest_1samp(changes(module)[k::3], 0)
            row = arms.loc[(module, arm)]
            assert row["change"] == pytest.approx(changes(module)[k::3].mean())
            assert row["P.Value"] == pytest.approx(found.pvalue)
            assert row["n"] == 3


def test_the_drug_effect_is_that_of_the_model_of_all_visits():
    """One number for one fact: that of modules/visits.tsv, all active arms and each."""
    table, obs = by_arm()
    scores, _ = drawn()
    visits = modules.visit_tests(scores, obs, LABELS, ARMED).set_index(
        ["module", "method", "contrast", "visit"]
    )
    own = table[table["of"] == "drug_effect"].set_index(["module", "name"])
    for module in SCORED:
        for name, contrast in (
            ("all", "drug_effect"),
            ("low", "drug_effect_low"),
            ("high", "drug_effect_high"),
        ):
            row, model = own.loc[(module, name)], visits.loc[(module, "zscore", contrast, "after")]
            for mine, its in (("change", "estimate"), ("CI.L", "own.L"), ("P.Value", "P.own")):
                assert row[mine] == pytest.approx(model[its], rel=1e-9)
            assert row["n"] == model["n_compared"]
    between = own.loc[("IFN1_ONLY - IFN2_ONLY", "all")]
    one, two = own.loc[("IFN1_ONLY", "all"), "n"], own.loc[("IFN2_ONLY", "all"), "n"]
    assert between["n"] == one == two == 9
    assert pd.isna(between["adj.P.Val"])
    adjusted = own.loc[(SCORED, "all"), ["P.Value", "adj.P.Val"]]
    assert adjusted["adj.P.Val"].to_numpy() == pytest.approx(adjust(adjusted["P.Value"]))


def test_an_arm_called_all_is_not_all():
    plain, named = by_arm()[0], by_arm(arms=("no", "low", "all"))[0]
    renamed = {"high": "all (its name)"}
    for of in ("drug_effect", "group"):
        expected, found = (t[t["of"] == of].set_index(["module", "name"]) for t in (plain, named))
        pd.testing.assert_frame_equal(
            found, expected.rename(renamed, level="name").loc[found.index]
        )
        assert not found.index.duplicated().any() and len(found) == len(expected)


def test_without_a_control_at_the_visit_there_is_no_drug_effect():
    design = {**ARMED, "followups": ["early", "after"]}
    design["arm"] = {**ARMED["arm"], "until": "early"}
    table, _ = by_arm(design)
    assert set(table["of"]) == {"group", "level", "arm", "patient"}
    assert engaged_arms(table, design) == ["high", "low", "no, switched"]


def engaged_arms(table, design):
    """Words of the lines of arms in the figure."""
    scores, obs = drawn()
    obs["arm"] = obs["patient"].map(dict(zip(PEOPLE, ["no", "low", "high"] * 3, strict=True)))
    scores = scores.assign(genes_found=3, genes_total=4)
    source = build(
        "engagement",
        {
            "engagement": table,
            "scores": scores,
            "expression": anndata.AnnData(np.zeros((len(obs), 1)), obs=obs),
            "design": design,
        },
    )
    lines = source[source["element"].eq("line") & source["name"].isin(["no", "low", "high"])]
    dots = source[source["element"].eq("patient") & source["line"].isin(lines["line"])]
    assert len(dots) == 9 * table["module"].nunique()
    return sorted(lines["words"])


def test_the_figure_has_a_line_for_each_arm_and_the_drug_effect():
    table, _ = by_arm()
    assert engaged_arms(table, ARMED) == [
        "drug effect, high",
        "drug effect, low",
        "high",
        "low",
        "no",
    ]


@pytest.mark.parametrize(
    ("of", "name", "who"),
    [("group", "all", range(9)), ("group", "responders", range(6)), ("level", "50", (2, 3, 4))],
)
def test_mean_change_is_the_paired_t(of, name, who):
    table = engagement()
    own = table[(table["of"] == of) & (table["name"] == name)].set_index("module")
    for module in SCORED:
        found = stats.ttest_1samp(changes(module)[list(who)], 0)
        expected = [found.statistic * 0 + changes(module)[list(who)].mean(), found.pvalue]
        expected += [*found.confidence_interval()]
        row = own.loc[module, ["change", "P.Value", "CI.L", "CI.R"]]
        assert row.to_list() == pytest.approx(expected)
    assert own.loc[SCORED, "adj.P.Val"].to_numpy() == pytest.approx(
        adjust(own.loc[SCORED, "P.Value"])
    )


def test_types_of_interferon_are_compared_within_patients():
    table = engagement()
    row = table[(table["module"] == "IFN1_ONLY - IFN2_ONLY") & (table["name"] == "all")].iloc[0]
    found = stats.ttest_rel(changes("IFN1_ONLY"), changes("IFN2_ONLY"))
    assert row["P.Value"] == pytest.approx(found.pvalue)
    assert pd.isna(row["adj.P.Val"])
    assert not engagement(["A", "IFN1_ONLY"])["module"].str.contains(" - ").any()


def test_every_patient_with_label_and_level():
    table = engagement()
    own = table[(table["of"] == "patient") & (table["module"] == "A")].set_index("name")
    assert own["change"].to_list() == pytest.approx(changes("A").tolist())
    assert own.loc["P5", ["label", "level"]].to_list() == ["responder", 70]
    assert "ABSENT" not in set(table["module"])


def test_without_levels_or_modules():
    without = engagement(response=LEVELS.assign(level=np.nan))
    assert set(without["of"]) == {"group", "patient"}
    assert engagement(["ABSENT"]).empty


def test_words_of_engagement():
    rows = [("A", -0.5, -0.8, -0.2, 0.001, 0.002), ("B", 0.1, -0.2, 0.4, 0.5, 0.5),
            ("IFN1_ONLY - IFN2_ONLY", 0.1, -0.1, 0.3, 0.2, np.nan)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["module", "change", "CI.L", "CI.R", "P.Value", "adj.P.Val"])
    table = table.assign(of="group", name="responders", n=12)
    assert engaged(table, 0.05) == [
        "Target engagement in responders (n = 12): A fell by 0.50 (95% CI 0.20 to 0.80; "
        "p = 0.001). The change of the genes of type I interferon less that of those of type II "
        "was 0.10 (95% CI −0.10 to 0.30; p = 0.20), which does not tell the two types apart."
    ]
    none = table.assign(**{"adj.P.Val": 0.4})
    assert "no module moved beyond chance" in engaged(none, 0.05)[0]


def test_genes_behind_a_score_by_hand():
    """Healthy: a 0 1 2 (mean 1, SD 1), b 0 2 4 (2, 2), c constant; P: a 5, b 4, d below."""
    values = {"a": [0, 1, 2, 5], "b": [0, 2, 4, 4], "c": [3, 3, 3, 9], "d": [0, 1, 2, 0]}
    obs = pd.DataFrame(
        {"patient": ["H1", "H2", "H3", "P"], "visit": [None, None, None, "before"],
         "group": ["healthy"] * 3 + ["patient"]},
        index=["h1", "h2", "h3", "p"],
    )  # fmt: skip
    table = pd.DataFrame(values, index=obs.index, dtype=float)
    expression = anndata.AnnData(table.to_numpy(), obs=obs, var=pd.DataFrame(index=list(values)))
    design = DESIGN | {"healthy": "healthy"}
    found = modules.leading_edge(expression, {"M": ["a", "b", "c", "d"], "none": ["c"]}, design)
    row = found.set_index("sample").loc["p"]
    # z: a 4, b 1, d -1; mean 4/3. Toward the mean lie 5, of which a alone makes more than half.
    assert row["mean_z"] == pytest.approx(4 / 3)
    assert (row["n_genes"], row["genes"]) == (3, "a 4.0")
    assert set(found["module"]) == {"M"}


def test_values_missing_are_counted_by_sample():
    rng = np.random.default_rng(2)
    obs = pd.DataFrame({"patient": ["H1", "H2", "H3", "P"], "visit": [None] * 3 + ["before"],
                        "group": ["healthy"] * 3 + ["patient"]}, index=list("wxyz"))  # fmt: skip
    x = rng.normal(size=(4, 5))
    x[3, 1] = np.nan
    var = pd.DataFrame(index=[f"G{k}" for k in range(5)])
    expression = anndata.AnnData(x, obs=obs, var=var)
    options = {"methods": ["zscore"], "min_genes": 2}
    sets = {"A": ["G0", "G1", "ABSENT"], "B": ["G2", "G3"]}
    scored = modules.score(expression, sets, options, DESIGN | {"healthy": "healthy"})
    missing = scored.set_index(["module", "sample"])["values_missing"]
    assert missing[("A", "z")] == 1
    assert missing.sum() == 1
