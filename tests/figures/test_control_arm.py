"""The planes without and beyond control: what each shows, and that they stay readable."""

import numpy as np
import pandas as pd
import pytest

import small_study
from disk import read_table, write_table
from revertome.figures import draw, style
from revertome.gene_classes import BEYOND
from revertome.naming import named_as
from revertome.source_data import build
from words import misplaced

ARM = {"column": "arm", "control": "placebo", "until": "week 4"}


def trial(arm="drug", visit="week 4", control="placebo", truth=True, n_genes=300):
    """A small study with arms: half of its reverted genes fall back under placebo as well."""
    study = small_study.results(n_genes=n_genes)
    genes = study["genes"]
    reverted = genes.index[genes["class"] == "reverted"]
    passing = reverted[::2]
    claim = genes[["gene", "disease"]].assign(
        visit=visit, arm=arm, control=control, drug_effect=genes["change"], n_patients=11,
        n_control=10,
    )  # fmt: skip
    claim.loc[passing, "drug_effect"] = 0.0
    classes = genes["class"].mask(genes.index.isin(passing), "unresolved")
    claim["class"] = classes.replace(BEYOND)
    design = study["design"] | {"arm": ARM | {"control": control}, "followups": [visit, "week 12"]}
    known = genes[["gene"]].assign(**{"class": np.where(genes.index.isin(passing), "activity", "")})
    return study | {"design": design, "beyond_control": claim, "truth": known if truth else None}


def words(figure):
    from matplotlib.text import Text

    return " ".join(t.get_text() for t in figure.findobj(Text) if t.get_visible())


def test_genes_and_sets_are_counted_in_both_planes():
    study = trial()
    table = build("control_arm", study)
    genes = study["genes"]
    sets = table[table["element"] == "set"].set_index("set")
    n = genes["class"].value_counts()
    half = (n["reverted"] + 1) // 2
    assert sets.loc["reverted", "n_without"] == n["reverted"]
    assert sets.loc["reverted", ["n_beyond", "n_both"]].tolist() == [n["reverted"] - half] * 2
    assert sets.loc["reverted", ["passing_without", "passing_beyond"]].tolist() == [half, 0]
    assert sets.loc["induced", ["n_without", "n_beyond", "n_both"]].tolist() == [n["induced"]] * 3
    points = table[table["element"] == "gene"].set_index(["panel", "gene"])
    without, beyond = points.loc["A"], points.loc["B"]
    assert (without["change"] == genes.set_index("gene")["change"][without.index]).all()
    effect = study["beyond_control"].set_index("gene")["drug_effect"]
    assert (beyond["change"] == effect[beyond.index]).all()
    passing = beyond[beyond["mark"] == "passing"]
    assert len(passing) == half
    assert not passing["claimed"].any()
    assert without.loc[passing.index, "claimed"].all()
    assert (without.loc[passing.index, "mark"] == "passing").all()


def test_planes_without_a_gene_in_any_set_warn_of_nothing():
    study = trial(truth=None)
    none = {"genes": study["genes"].assign(**{"class": "unresolved"})}
    surely = {f"{p}_{name}": 0.5 for p in ("p", "adj_p") for name in ("disease", "drug_effect")}
    claim = study["beyond_control"].assign(**{"class": "unresolved"}, **surely)
    none["beyond_control"] = claim
    table = build("control_arm", study | none)  # a warning is an error here
    points = table[table["element"] == "gene"]
    assert len(points) and "mark" not in points.dropna(axis="columns", how="all")


def test_without_truth_what_the_control_takes_away_keeps_the_colour_of_its_set():
    table = build("control_arm", trial(truth=False))
    points = table[table["element"] == "gene"].set_index(["panel", "gene"])
    lost = (
        points.loc["A"]
        .query("mark == 'reverted'")
        .index.difference(points.loc["B"].query("claimed").index)
    )
    assert len(lost) > 5
    assert (points.loc["B"].loc[lost, "mark"] == "reverted").all()
    assert "passing_without" not in table
    assert "simulated" not in table.set_index("element").loc["caption", "text"]
    assert "simulated" not in words(draw("control_arm", table))


def test_caption_says_who_is_compared_and_what_a_lost_gene_means():
    table = build("control_arm", trial())
    caption = table.set_index("element").loc["caption", "text"]
    for told in (
        "from before to week 12 in responders",
        "drug effect at week 4, drug minus placebo, in all who were randomised",
        "(11 patients against 10)",
        "not shown to be the work of time",
        "0 of those reverted beyond control",
    ):
        assert told in caption


def test_last_visit_with_a_control_and_all_active_arms_are_shown():
    study = trial()
    one = study["beyond_control"]
    more = [one.assign(visit=visit, arm=arm) for visit in ("week 4", "week 8")
            for arm in ("high", "low", "all active arms")]  # fmt: skip
    design = study["design"] | {"followups": ["week 4", "week 8", "week 12"]}
    table = build("control_arm", study | {"beyond_control": pd.concat(more), "design": design})
    facts = table[table["element"] == "study"].iloc[0]
    assert facts[["visit", "arm", "control"]].tolist() == ["week 8", "all active arms", "placebo"]


@pytest.mark.parametrize(("truth", "long"), [(True, True), (False, False)])
def test_readable_and_redrawn_from_the_written_table(truth, long, tmp_path):
    names = {"arm": "high dose of the drug, weekly", "control": "placebo and standard of care"}
    names |= {"visit": "twelfth visit, day 112 of the trial"}
    table = build("control_arm", trial(truth=truth, **(names if long else {})))
    figure = draw("control_arm", table)
    width, height = figure.get_size_inches() * 25.4
    assert round(width) == 183
    assert height < 130
    assert misplaced(figure) == []
    write_table(table, tmp_path / "control_arm.tsv")
    again = draw("control_arm", read_table(tmp_path / "control_arm.tsv"))
    assert style.encode(figure, "svg") == style.encode(again, "svg")


def test_withheld_numbers_of_patients_stay_withheld():
    study = trial()
    claim = study["beyond_control"].assign(n_patients=np.nan, n_control=np.nan)
    table = build("control_arm", study | {"beyond_control": claim})
    assert "patients withheld" in table.set_index("element").loc["caption", "text"]
    assert "(withheld + withheld)" in words(draw("control_arm", table))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"design": {"arm": None}}, "names no control arm"),
        ({"beyond_control": None}, "No follow-up has a control arm"),
        ({"beyond_control": pd.DataFrame()}, "No follow-up has a control arm"),
    ],
)
def test_nothing_to_show_is_said_in_a_sentence(change, said):
    study = trial()
    design = study["design"] | change.get("design", {})
    table = build("control_arm", study | change | {"design": design})
    assert said in words(draw("control_arm", table)).replace("\n", " ")


def test_study_without_healthy_people_shows_the_changes_of_both_sides():
    study = trial()
    claim = study["beyond_control"].assign(disease=np.nan, **{"class": None})
    one = study["contrasts"]["change_responders"]
    arms = {"change_treated": one, "change_control": one.assign(logFC=0.0), "drug_effect": one}
    bare = study | {"beyond_control": claim, "contrasts": arms}
    stays = study["design"] | {"arm": ARM | {"until": None}}
    with named_as(None, stays):
        table = build("control_arm", bare | {"design": stays})
    points = table[table["element"] == "point"]
    assert points["x"].astype(float).eq(0).all()
    assert points["y"].astype(float).tolist() == one.sort_values("gene")["logFC"].tolist()
    caption = table.set_index("element").loc["caption", "text"]
    assert "there are 10 patients in placebo and 11 patients in the treated arms" in caption
    assert "Change in placebo (log2)" in words(draw("control_arm", table))
    gone = build("control_arm", bare)  # switched after week 4
    assert "has no control arm any more" in words(draw("control_arm", gone)).replace("\n", " ")


def test_a_gene_beyond_control_alone_is_filled_in_b_and_grey_in_a():
    study = trial()
    claim = study["beyond_control"].copy()
    other = study["genes"].index[study["genes"]["class"] == "unchanged"][0]
    claim.loc[other, "class"] = BEYOND["reverted"]
    table = build("control_arm", study | {"beyond_control": claim})
    points = table[table["element"] == "gene"].set_index(["panel", "gene"])
    gene = claim.loc[other, "gene"]
    assert points.loc[("B", gene), ["mark", "claimed"]].tolist() == ["reverted", True]
    assert pd.isna(points.loc[("A", gene), "mark"])
