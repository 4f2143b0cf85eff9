"""The plane of composition: shares, marks and their numbers, and a scale that print keeps."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.text import Text

import small_study
from figure_tables import read_source, write_source
from revertome.figures import composition_plane, draw, style
from revertome.source_data import build
from revertome.source_data.composition_plane import _panels
from split_genes import split_genes
from words import misplaced


def study(claimed=True, n_genes=300):
    found = small_study.results(n_genes=n_genes)
    return found | split_genes(found["genes"], claimed)


def words(figure):
    return " ".join(t.get_text() for t in figure.findobj(Text) if t.get_visible())


def element(table, name):
    return table[table["element"] == name].dropna(axis=1, how="all")


def test_marks_are_counted_and_shares_are_those_of_the_table():
    made = study()
    table = build("composition_plane", made)
    points = element(table, "gene").set_index(["panel", "gene"])
    genes = made["genes"].set_index("gene")
    split = made["beyond_composition"].set_index("gene")
    for letter, name, prefix in (("A", "reverted", ""), ("B", "induced", "induced_")):
        mine = points.loc[letter]
        assert len(mine) == len(genes)
        assert (mine["change"] == split[f"{prefix}change"][mine.index]).all()
        n = mine["mark"].value_counts()
        facts = element(table, "set").set_index("set").loc[name]
        assert n["survives"] == facts["n_both"] > 0
        assert n["survives"] + n["lost"] == facts["n_genes"] == (genes["class"] == name).sum()
        assert n.get("gained", 0) == facts["n_gained"] == (name == "reverted")
        told = mine["share"].dropna()
        assert (told == split[f"{prefix}change_share"][told.index]).all()
        p = genes["adj_p_change" if letter == "A" else "adj_p_change_all"][mine.index]
        inside = mine["mark"].notna() | mine["class"].isin(["reverted", "induced"])
        assert (mine["share"].notna() == (p.le(0.05) | inside)).all()
    caption = table.set_index("element").loc["caption", "text"]
    facts = element(table, "set").set_index("set").loc["reverted"]
    for said in (
        f"f {facts['n_genes']:.0f} genes reverted, {facts['n_both']:.0f} so beyond composition too",
        "1 beyond composition only",
        "percentages of neutrophils, NK cells (34 samples)",
        "a decomposition, not a direct effect",
    ):
        assert said in caption


def test_drawn_colours_and_rings_are_those_of_the_table():
    table = build("composition_plane", study())
    ax = draw("composition_plane", table).axes[0]
    points = element(table, "gene").query("panel == 'A'")
    clouds = [each for each in ax.collections if isinstance(each, PathCollection)]
    by_mark = {each.get_sizes()[0]: each for each in clouds if len(each.get_offsets())}
    for mark in ("survives", "lost", "gained"):
        _, size, edge, _ = composition_plane.MARKS[mark]
        drawn, mine = by_mark[size], points[points["mark"].eq(mark)]
        assert len(drawn.get_offsets()) == len(mine)
        expected = composition_plane.SCALE(composition_plane.RANGE(mine["share"].astype(float)))
        np.testing.assert_allclose(drawn.get_facecolors(), expected)
        if edge == style.INK:
            assert drawn.get_edgecolors()[0][:3].max() < 0.2


def test_lightness_of_the_scale_falls_all_along_for_every_eye():
    """In grey print, and with each common form of colour blindness (Machado et al. 2009)."""
    blind = {
        "normal": np.eye(3),
        "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
        "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                   [-0.011820, 0.042940, 0.968881]],
        "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
    }  # fmt: skip
    colours = composition_plane.SCALE(np.linspace(0, 1, 21))[:, :3]
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    for matrix in blind.values():
        light = (linear @ np.transpose(matrix)).clip(0, 1) @ [0.2126, 0.7152, 0.0722]
        assert (np.diff(light) < 0).all()
        assert light[0] < 0.75  # seen on white
        assert light[0] - light[-1] > 0.5


@pytest.mark.parametrize("claimed", [True, False])
def test_readable_and_redrawn_from_the_written_table(claimed, tmp_path):
    table = build("composition_plane", study(claimed))
    figure = draw("composition_plane", table)
    width, height = figure.get_size_inches() * 25.4
    assert round(width) == 183
    assert height < 140
    assert misplaced(figure) == []
    write_source(table, tmp_path / "source_data/composition_plane")
    again = draw("composition_plane", read_source(tmp_path / "source_data/composition_plane"))
    assert style.encode(figure, "svg") == style.encode(again, "svg")


def test_what_is_not_claimed_is_shown_and_said_to_be_so():
    table = build("composition_plane", study(claimed=False))
    assert set(element(table, "gene")["mark"].dropna()) == {"shown"}
    caption = table.set_index("element").loc["caption", "text"]
    assert "shown, not claimed: the reliability of neutrophils is not known." in caption
    assert "nothing is claimed beyond it" in words(draw("composition_plane", table))


def test_one_panel_where_both_sets_are_of_the_same_patients():
    made = study()
    split = made["beyond_composition"]
    one = split.loc[:, ~split.columns.str.startswith("induced_")]
    everyone = made["labels"].assign(label="treated")
    table = build("composition_plane", made | {"beyond_composition": one, "labels": everyone})
    panels = element(table, "panel")
    assert panels["patients"].tolist() == ["all"]
    assert "claim" not in panels
    n = element(table, "gene")["mark"].value_counts()
    assert n["survives"] == element(table, "set")["n_both"].sum()
    assert misplaced(draw("composition_plane", table)) == []
    assert _panels(split, made["labels"], made["trajectories"])["panel"].tolist() == ["A", "B"]


def test_withheld_numbers_of_samples_stay_withheld():
    made = study()
    few = made["composition_summary"].assign(n_samples=np.nan)
    table = build("composition_plane", made | {"composition_summary": few})
    assert "(withheld samples)" in table.set_index("element").loc["caption", "text"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"composition_summary": None}, "healthy people, a follow-up and percentages"),
        ({"beyond_composition": pd.DataFrame()}, "Claims are not split by cells: no count"),
    ],
)
def test_nothing_to_show_is_said_in_a_sentence(change, said):
    made = study()
    made["composition_summary"]["not_claimed"] = "no count"
    table = build("composition_plane", made | change)
    assert said in words(draw("composition_plane", table)).replace("\n", " ")
