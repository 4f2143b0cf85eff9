"""The answer of a comparison, against tables of known content: nothing untested is told as none."""

import itertools
import time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import many_trials
from confined import refused
from revertome.compare.verdict import with_verdict
from revertome.figures import draw
from revertome.report.comparison import findings_table, page
from revertome.report.comparison_agreement import BEYOND, agreement, overview
from revertome.report.comparison_answer import answer
from revertome.report.comparison_classes import classes, together
from revertome.report.comparison_modules import modules_in_words
from revertome.report.comparison_people import changed, left_out, people
from revertome.source_data import build
from revertome.source_data.pairs import apart, main_change, some, studies_of, told

CONFIG = {"study": "x", "title": "", "caveats": [], "trajectories": {"alpha": 0.05}}


def concordance(r, contrast="disease", p=0.001, why="residual expression"):
    """A row a pair; `r`, `p` and `why` by pair, or one for all."""
    names = sorted({name for pair in r for name in pair})
    rows = []
    for a, b in itertools.combinations(names, 2):
        own = {name: v[a, b] if isinstance(v, dict) else v
               for name, v in (("r", r), ("p", p), ("why", why))}  # fmt: skip
        row = {"contrast": contrast, "study_a": a, "study_b": b, "n_shared": 1000}
        row |= {"pearson": 0.8 * own["r"], "disattenuated": own["r"], "P.Value": own["p"]}
        row |= {"adj.P.Val": own["p"], "genes_effective": 30.0, "uncertainty": own["why"]}
        rows.append(row)
    return with_verdict(pd.DataFrame(rows), 0.05)


def outlier():
    """Four studies that agree with each other, and a fifth that agrees with none."""
    pairs = [*itertools.combinations("abcde", 2)]
    r = {pair: 0.0 if "c" in pair else 0.7 + 0.01 * i for i, pair in enumerate(pairs)}
    return concordance(r, p={pair: 0.9 if "c" in pair else 0.001 for pair in pairs})


def summary(rows, studies="a,b", n_shared=900):
    table = pd.DataFrame(rows, columns=["class", "verdict", "n_genes"])
    return table.assign(studies=studies, n_shared=n_shared)


def verdicts(all_=(5, 1), some_=(0, 0), one=(2, 3), against=4):
    rows = [("any", "contradicted", against)]
    for place, name in enumerate(("reverted", "induced")):
        numbers = (all_[place], some_[place], one[place])
        rows += [(name, v, n) for v, n in zip(("all", "some", "one_only"), numbers, strict=True)]
    return rows


def test_true_correlation_is_printed_and_the_measured_one_where_noise_is_unknown():
    table = concordance({("a", "b"): 0.5})
    row = told(table).iloc[0]
    assert (row["r"], row["freed"], row["verdict"]) == (0.5, True, "agree")
    bare = table.assign(disattenuated=np.nan, **{"adj.P.Val": np.nan})
    row = told(with_verdict(bare, 0.05)).iloc[0]
    assert (row["r"], row["freed"], row["verdict"]) == (0.4, False, "untested")
    assert "r = 0.40 of the measured effects" in overview(told(bare))


def test_interval_is_that_of_the_true_correlation():
    table = concordance({("a", "b"): 0.5}).assign(**{"CI.L": 0.1, "CI.R": 0.2})
    assert "95% CI" not in overview(told(table))
    table = table.assign(**{"disattenuated_CI.L": 0.3, "disattenuated_CI.R": 0.65})
    assert "r = 0.50 of the true effects, 95% CI 0.30 to 0.65" in overview(told(table))


@pytest.mark.parametrize(
    ("r", "p", "why", "verdict", "words"),
    [
        (0.5, 0.01, "residual expression", "agree", f"agree {BEYOND}"),
        (-0.5, 0.01, "residual expression", "opposite", f"are opposite {BEYOND}"),
        (0.02, 0.9, "residual expression", "open", "neither agreement nor opposition is shown"),
        (0.9, 0.3, "residual expression", "axis", "where another cause would look alike"),
        (0.5, np.nan, "no residual expression", "untested", "is not tested (no residual"),
        (0.5, np.nan, "shared patients", "dependent", "not tested, because of shared patients"),
    ],
)
def test_a_pair_is_told_by_its_verdict(r, p, why, verdict, words):
    pairs = told(concordance({("a", "b"): r}, p=p, why=why))
    assert pairs["verdict"].tolist() == [verdict]
    assert words in overview(pairs)


def test_agreement_that_is_small_is_called_weak():
    assert "the effects agree weakly beyond" in overview(told(concordance({("a", "b"): 0.1})))
    r = {("a", "b"): 0.1, ("a", "c"): 0.5, ("b", "c"): 0.6}
    text = overview(told(concordance(r)))
    assert "All 3 agree" in text
    assert "In 1 pair they agree weakly (r below 0.3)." in text


def test_a_shared_axis_is_told_where_noise_alone_would_be_shown():
    """The P against noise is the t test with two degrees fewer than effective genes."""
    r = np.tanh(stats.norm.rvs(size=40, random_state=1))
    pairs = pd.concat([concordance({("a", f"b{i:02d}"): x}, p=0.2) for i, x in enumerate(r)])
    t = 0.8 * np.abs(r) * np.sqrt(28 / (1 - (0.8 * r) ** 2))
    expected = np.where(2 * stats.t.sf(t, 28) <= 0.05, "axis", "open")
    assert told(pairs)["verdict"].tolist() == expected.tolist()
    assert {"axis", "open"} == set(expected)


def test_a_study_that_stands_apart_is_named_and_others_are_not():
    pairs = told(outlier())
    assert apart(pairs) == ["c"]
    assert studies_of(pairs)[-1] == "c"
    text = overview(pairs)
    assert "6 of 10 tested pairs agree" in text
    assert "c stands apart: it is shown to agree with 0 of 4 others" in text
    r = {pair: 0.9 for pair in itertools.combinations("abcde", 2)}
    assert apart(told(concordance(r))) == []
    assert apart(told(concordance(r, p=0.9))) == []


def test_of_many_pairs_range_and_median_are_told_and_every_pair_counted():
    pairs = [*itertools.combinations("abcdef", 2)]
    rng = np.random.default_rng(3)
    r = {pair: rng.uniform(-1, 1) for pair in pairs}
    p = {pair: rng.choice([0.01, 0.8, np.nan]) for pair in pairs}
    text = overview(told(concordance(r, p=p)))
    values, known = np.array([*r.values()]), np.array([*p.values()])
    low, high, middle = (f"{v:z.2f}".replace("-", "−") for v in
                         (values.min(), values.max(), np.median(values)))  # fmt: skip
    shown = ((known <= 0.05) & (values > 0)).sum()
    assert f"{shown} of {np.isfinite(known).sum()} tested pairs agree" in text
    assert f"{low} to {high}, median {middle}" in text
    assert f"Not tested: {np.isnan(known).sum()} pairs" in text
    opposed = ((known <= 0.05) & (values < 0)).sum()
    assert f"opposite in {opposed} pair" in text


def test_every_contrast_is_covered_and_what_the_answer_said_is_not_said_twice():
    pairs = told(pd.concat([outlier(), outlier().assign(contrast="change_all")]))
    part = pairs[pairs["contrast"] == "change_all"]
    assert [overview(part)] == agreement(part, answered=False)[:1]
    assert overview(part) not in agreement(part, answered=True)
    alone = told(concordance({("a", "b"): 0.5}))
    assert agreement(alone, answered=True) == []


def test_the_change_that_most_pairs_share_is_the_main_one():
    contrasts = ["change_all"] * 3 + ["change_responders"] * 3 + ["change_nonresponders"] * 9
    assert main_change(pd.Series(contrasts)) == "change_responders"
    assert main_change(pd.Series([*contrasts, "change_all"])) == "change_all"
    assert main_change(pd.Series(["disease"])) == ""


@pytest.mark.parametrize("missing", [pd.NA, None])
def test_contradiction_that_is_not_tested_is_never_none(missing):
    rows = verdicts(against=missing)
    for text in (together(summary(rows), "ab"), *classes(summary(rows))):
        assert "Whether genes are contradicted is not tested" in text
        assert "0 genes contradicted" not in text
    assert "No gene is shown to be contradicted" in together(summary(verdicts(against=0)), "ab")
    assert "4 genes are contradicted" in together(summary(verdicts()), "ab")


def test_classes_of_three_studies_are_told_with_what_only_some_show():
    rows = [*verdicts((5, 1), (7, 0)), ("reverted", "at_least_2", 9), ("induced", "at_least_2", 2)]
    text = together(summary(rows, "a,b,c"), "abcd")
    assert "5 genes reverted and 1 induced in all 3 studies (without d)" in text
    assert "9 genes reverted and 2 induced in at least 2." in text
    (text,) = classes(summary(rows, "a,b,c"))
    assert "Genes reverted: 5 in all, 9 in at least 2, 7 in some, 2 in one only" in text


def test_of_many_pairs_of_classes_the_range_is_told():
    names = [",".join(pair) for pair in itertools.combinations("abcde", 2)]
    parts = [summary(verdicts((n, 0), against=n), pair) for n, pair in enumerate(names)]
    (text,) = classes(pd.concat(parts))
    assert "In 10 pairs of studies: 0 to 9 genes reverted in both; 0 genes induced in both" in text
    assert "0 to 9 genes contradicted" in text


def test_shared_people_are_told_first_and_unknown_pairs_counted():
    rows = [("a", "b", "shared patients", "a and b share 3 patients"),
            ("a", "c", "none found", "nobody"), ("b", "c", "not known", "")]  # fmt: skip
    table = pd.DataFrame(rows, columns=["study_a", "study_b", "verdict", "fact"])
    text = people(table)
    assert text.startswith("a and b share 3 patients. Of what rests on shared people")
    assert "No shared people were found in 1 pair" in text
    assert "not known of 1 pair (b with c), and independence is assumed" in text
    assert "not known of any two studies" in people(table[table["verdict"] == "not known"])
    assert people(None) == ""


def test_files_that_are_not_those_of_the_manifest_are_told():
    studies = pd.DataFrame({"study": ["a", "b"], "changed": ["modules/tests.tsv", np.nan]})
    assert changed(studies) == [
        "a: modules/tests.tsv (not as the manifest says, and read all the same)."
    ]


def test_what_was_left_out_of_folders_is_told():
    studies = pd.DataFrame(
        {"study": [*"abcde"], "left_out": ["modules/tests.tsv: no file", *4 * [""]]}
    )
    studies["left_out"] = studies["left_out"].replace("", np.nan)
    assert left_out(studies) == ["a: modules/tests.tsv: no file."]
    many = left_out(studies.assign(left_out="no file"))
    assert many[-1] == "2 further studies: see studies.tsv."


def test_names_are_listed_whole_or_counted():
    assert some("a") == "a"
    assert some("abc") == "a, b and c"
    assert some("abcdefgh") == "a, b, c, d, e and 3 others"


def test_the_answer_is_short_and_its_names_are_escaped_on_the_page():
    results = many_trials.six_hostile()
    found = answer(results, 0.05)
    assert 3 <= len(found) <= 6
    assert findings_table(CONFIG, results)["text"].tolist() == [f"{a}: {b}" for a, b in found]
    html = page(CONFIG, results, [], many_trials.MODULES, {"python": "3"})
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html
    assert refused(html) == []


@pytest.mark.slow
def test_a_page_of_twenty_studies_is_quick_and_capped():
    results = many_trials.twenty()
    began = time.process_time()
    html = page(CONFIG, results, [], many_trials.MODULES, {"python": "3"})
    assert time.process_time() - began < 15
    assert len(html) < 1_500_000
    assert max(map(len, html.split('id="summary"')[1].split("</section>")[0].split("<p>"))) < 600
    n = len(results["concordance"])
    assert f"first 200 of {n:,} rows; the file has all" in html


def test_matrix_holds_disease_below_and_change_above_the_diagonal():
    both = pd.concat([outlier(), outlier().assign(contrast="change_all", disattenuated=0.3)])
    table = build("compare_matrix", {"concordance": both, "alpha": 0.05})
    cells = table[table["element"] == "cell"]
    below = cells["line"] > cells["column"]
    assert set(cells.loc[below, "contrast"]) == {"disease"}
    assert set(cells.loc[~below, "contrast"]) == {"change_all"}
    assert len(cells) == 20 == len(set(zip(cells["line"], cells["column"], strict=True)))
    order = table[table["element"] == "study"].set_index("line")["study"]
    one, two = cells["line"].map(order), cells["column"].map(order)
    found = [{a, b} for a, b in zip(one, two, strict=True)]
    assert found == [{a, b} for a, b in zip(cells["study_a"], cells["study_b"], strict=True)]
    stars = cells["label"].str.contains("*", regex=False)
    assert (stars == (cells["adj.P.Val"] <= 0.05)).all()


def test_clouds_of_many_studies_are_the_highest_middle_and_lowest_pair():
    results = many_trials.compared(5, genes=200)
    table = build("compare_concordance", results)
    panels = table[(table["element"] == "panel") & (table["contrast"] == "disease")]
    every = told(results["concordance"]).query("contrast == 'disease' and freed")
    r = np.sort(every["r"])[::-1]
    assert panels["r"].tolist() == [r[0], r[(len(r) - 1) // 2], r[-1]]
    caption = table.set_index("element").loc["caption", "text"]
    assert "Drawn: 3 of 10 pairs" in caption


def test_pairs_that_share_people_are_hatched_without_colour():
    """Their r is of the measured effects and in brackets; no star."""
    shared = concordance({("a", "b"): 0.5}, p=np.nan, why="shared patients")
    table = build(
        "compare_matrix", {"concordance": shared.assign(disattenuated=np.nan), "alpha": 0.05}
    )
    cell = table[table["element"] == "cell"].iloc[0]
    assert (cell["verdict"], cell["label"], cell["freed"]) == ("dependent", "(0.40)", 0)
    hatched = [
        patch for patch in draw("compare_matrix", table).axes[0].patches if patch.get_hatch()
    ]
    assert len(hatched) == 1
    caption = table.set_index("element").loc["caption", "text"]
    assert "Hatched: the two studies share people." in caption


def test_modules_of_many_studies_are_counted_and_pooled():
    """Four studies: the module falls in three and rises in one, which is named."""
    rows = [("M", "zscore", "paired_change", "all", name, y, y - 0.5, y + 0.5, 9)
            for name, y in zip("abcd", (-1, -2, -1.5, 2), strict=True)]  # fmt: skip
    columns = ["module", "method", "test", "group", "study", "estimate", "CI.L", "CI.R", "n"]
    each = pd.DataFrame(rows, columns=columns)
    pooled = each.head(1).assign(estimate=-0.6, **{"CI.L": -2.1, "CI.R": 0.9})
    text, opposed = modules_in_words(each, pooled, ["M"], pd.Series(dtype=bool), 3)
    assert "Under treatment, of 4 studies" in text
    assert "rose in 1 (d), fell in 3: M (−0.60; −2.10 to 0.90)." in text
    assert "fell in a, b and c and rose in d" in opposed
