"""Courses over all visits: what is drawn, in studies of 2 to 15 visits and 5 to 150 patients."""

import numpy as np
import pytest
from matplotlib.text import Text

from figure_tables import read_source, write_source
from followed_study import followed
from revertome.association.courses import courses
from revertome.figures import draw, style
from revertome.source_data import build
from words import misplaced

HOURS = ["0", "5", "12", "21", "29", "36", "45", "53", "60", "69", "77", "84", "93", "101", "108"]
ODD = ["screening visit", "week 2 (open)", "end of treatment", "relapse", "week 12", "last"]
STUDIES = {
    "two arms": lambda: followed(24, ["enrollment", "month1", "month6"], ["placebo", "drug"]),
    "hours": lambda: followed(17, HOURS, healthy=0),
    "doses": lambda: followed(
        30, ODD, ["placebo", "1 mg", "2 mg", "3 mg", "5 mg", "10 mg"], genes=4
    ),
    "few": lambda: followed(5, ["day 0", "day 1", "day 3"], (), False, 0, 0.4, genes=2),
    "many": lambda: followed(150, ["day -3", "day 112", "day 168"], ["c", "a", "b"], genes=4),
}


LARGE = ("hours", "many")


@pytest.fixture(
    scope="module",
    params=[pytest.param(n, marks=[pytest.mark.slow] if n in LARGE else []) for n in STUDIES],
)
def table(request):
    return build("course", STUDIES[request.param]())


def test_words_fit_and_the_picture_is_that_of_the_written_table(table, tmp_path):
    figure = draw("course", table)
    assert misplaced(figure) == []
    width, height = figure.get_size_inches() * 25.4
    assert round(width) == 183
    assert height <= 247
    sizes = [t.get_fontsize() for t in figure.findobj(Text) if t.get_visible() and t.get_text()]
    assert 6 <= min(sizes) <= max(sizes) <= 8
    write_source(table, tmp_path / "source_data/course")
    again = draw("course", read_source(tmp_path / "source_data/course"))
    assert style.encode(figure, "svg") == style.encode(again, "svg")


def element(table, name):
    return table[table["element"] == name].dropna(axis=1, how="all")


def test_every_value_and_every_mean_is_there():
    study = STUDIES["two arms"]()
    table = build("course", study)
    points, means = element(table, "point"), element(table, "mean")
    panels, groups = element(table, "panel"), element(table, "group")
    assert panels["item"].tolist()[0] == "ISG6"
    assert panels["kind"].tolist() == ["module"] * 3 + ["gene"] * 8
    assert groups["words"].tolist() == [
        f"{arm}, {who}" for arm in ("drug", "placebo") for who in ("responders", "non-responders")
    ]
    obs = study["expression"].obs
    assert len(points) == 11 * (obs["group"] == "patient").sum()
    gene = panels.loc[panels["item"] == "GENE2", "panel"].iloc[0]
    own = points[points["panel"] == gene].set_index(["patient", "visit"])["value"]
    x = study["expression"].to_df()["GENE2"]
    for sample in obs.index[obs["group"] == "patient"]:
        assert own[obs.loc[sample, "patient"], obs.loc[sample, "visit"]] == x[sample]
    for (group, visit), row in (
        means[means["panel"] == gene].set_index(["group", "visit"]).iterrows()
    ):
        at = points[
            points["panel"].eq(gene) & points["group"].eq(group) & points["visit"].eq(visit)
        ]
        assert row["mean"] == pytest.approx(at["value"].mean())
        assert row["n"] == len(at)
    healthy = x[obs["group"] == "healthy"]
    row = panels[panels["panel"] == gene].iloc[0]
    assert [row["healthy_mean"], row["healthy_sd"]] == pytest.approx(
        [healthy.mean(), healthy.std()]
    )
    assert element(table, "visit")["x"].tolist() == [0, 1, 6]
    assert element(table, "study")["unit"].iloc[0] == "Months (0: enrollment)"


def test_a_missed_visit_is_a_gap_and_a_lone_value_a_dot():
    table = build("course", STUDIES["few"]())
    ax = draw("course", table).axes[0]
    points = element(table, "point")
    own = points[points["panel"] == 0]
    wide = own.pivot(index="patient", columns="x", values="value").reindex(columns=[0, 1, 3])
    paths = [path.vertices for lines in ax.collections for path in lines.get_paths()]
    drawn = [vertices[:, 1] for vertices in paths if len(vertices) == 3]
    for values in wide.to_numpy():
        assert any(np.array_equal(values, y, equal_nan=True) for y in drawn)
    lonely = wide[wide[1].isna() & wide.notna().any(axis=1)]
    assert len(lonely)
    dots = np.vstack([np.asarray(c.get_offsets()) for c in ax.collections if len(c.get_offsets())])
    for value in lonely[0]:
        assert np.isclose(dots[:, 1], value).any()


def test_arms_beyond_four_are_one_line_beside_the_control():
    groups = element(build("course", STUDIES["doses"]()), "group")
    assert groups["arm"].unique().tolist() == ["active", "placebo"]
    three = element(build("course", STUDIES["many"]()), "group")
    assert three["words"].tolist() == ["a", "b", "c"]


def test_where_the_control_switches_a_line_stands_and_the_caption_says_so():
    study = followed(12, ["enrollment", "month1", "month6"], ["placebo", "drug"], genes=2)
    arm = {"column": "arm", "control": "placebo", "until": "month1"}
    table = build("course", study | {"design": study["design"] | {"arm": arm}})
    assert element(table, "study")["until"].tolist() == [1]
    caption = table.loc[table["element"] == "caption", "text"].iloc[0]
    assert "Dotted: month 1, until when arms were as randomised; after it placebo had" in caption
    lines = draw("course", table).axes[0].lines
    assert any(list(line.get_xdata()) == [1, 1] for line in lines)
    assert "until" not in element(build("course", study), "study")


def test_intervals_of_fewer_than_three_patients_are_not_drawn():
    means = element(build("course", STUDIES["few"]()), "mean")
    counts = means.groupby("n")["CI.L"].apply(lambda own: own.notna().all())
    assert counts.loc[3:].all()
    assert not counts.loc[:2].any()


def test_one_followup_shows_the_modules_that_change_most_surely_in_their_order():
    study = followed(6, ["before", "after"])
    panels = element(build("course", study), "panel")
    assert set(panels["kind"]) == {"module"}
    order = list(dict.fromkeys(study["scores"]["module"]))
    assert panels["item"].tolist() == [name for name in order if name in set(panels["item"])]


def test_nothing_to_draw_is_a_sentence():
    study = followed(6, ["before", "after"])
    alone = study | {"design": study["design"] | {"followup": None, "followups": []}}
    assert build("course", alone)["text"].iloc[0].startswith("This study has one visit")
    study = followed(6, ["before", "week 1", "week 2"])
    empty = study | {"courses": study["courses"].head(0)}
    assert "No module has a score" in build("course", empty)["text"].iloc[0]


def test_a_module_and_a_gene_of_one_name_are_two_panels():
    study = followed(8, ["0 h", "3 h", "9 h"], genes=2)
    scores = study["scores"].replace({"module": {"M1.2": "GENE1"}})
    course = courses(study["expression"], scores, study["labels"], ["GENE1"], study["design"])
    shown = {"figures": {"genes": [], "module": "GENE1"}}
    table = build("course", study | {"scores": scores, "courses": course} | shown)
    panels = element(table, "panel")
    assert (panels["item"] == "GENE1").sum() == 2
