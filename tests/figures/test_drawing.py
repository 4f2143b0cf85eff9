"""Every figure: the same picture from its written table, and sense from odd studies."""

import functools

import numpy as np
import pandas as pd
import pytest

import small_study
from disk import read_table, write_table
from revertome.figure_list import FIGURES
from revertome.figures import draw, labels, style
from revertome.modules.course_models import EVERYONE
from revertome.modules.distance_tests import distance_tests
from revertome.source_data import build
from words import misplaced


def texts(figure):
    """All words that a figure shows."""
    from matplotlib.text import Text

    return [t.get_text() for t in figure.findobj(Text) if t.get_visible() and t.get_text()]


@pytest.fixture(scope="module")
def study():
    return small_study.results()


@pytest.fixture(scope="module")
def tables(study):
    return {name: build(name, study) for name in FIGURES}


@pytest.fixture(scope="module")
def figure_of(tables):
    """A figure by its name, drawn once for all that is asked of it."""
    return functools.cache(lambda name: draw(name, tables[name]))


@pytest.mark.parametrize("name", FIGURES)
def test_redrawn_from_the_written_table(name, tables, figure_of, tmp_path):
    write_table(tables[name], tmp_path / f"{name}.tsv")
    first = style.encode(figure_of(name), "svg")
    again = style.encode(draw(name, read_table(tmp_path / f"{name}.tsv")), "svg")
    assert first == again
    assert b"<text" in first
    assert b"<dc:date>" not in first


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_of_the_shipped_font_alone(name, figure_of):
    pdf = style.encode(figure_of(name), "pdf")
    used = {part.split()[0].split(b"+")[-1] for part in pdf.split(b"/BaseFont /")[1:]}
    assert used
    assert used <= {b"LiberationSans", b"LiberationSans-Bold", b"LiberationSans-Italic"}


def test_same_bytes_in_every_format(tables):
    for suffix in ("svg", "pdf", "png"):
        first, second = (style.encode(draw("volcano", tables["volcano"]), suffix) for _ in "12")
        assert first == second
    assert b"/CreationDate" not in style.encode(draw("flow", tables["flow"]), "pdf")


@pytest.mark.parametrize("name", FIGURES)
def test_fits_a_journal_column_in_readable_type(name, figure_of):
    figure = figure_of(name)
    width, height = figure.get_size_inches() * 25.4
    assert round(width) in (89, 183)
    assert height <= 247
    from matplotlib.text import Text

    sizes = [t.get_fontsize() for t in figure.findobj(Text) if t.get_visible() and t.get_text()]
    assert min(sizes) >= 6
    assert max(sizes) <= 8


@pytest.mark.parametrize("name", FIGURES)
def test_no_words_over_others_or_beyond_the_edge(name, figure_of):
    assert misplaced(figure_of(name)) == []


def test_large_clouds_become_a_picture_inside_the_vector_file(study):
    large = small_study.results(n_genes=6000)
    svg = style.encode(draw("volcano", build("volcano", large)), "svg")
    assert svg.count(b"<image") >= 1
    assert len(svg) < 400_000
    small = style.encode(draw("volcano", build("volcano", study)), "svg")
    assert b"<image" not in small


# Figures of tables that are made by response group.
SPLIT = ("volcano", "modules", "association", "sets", "diagnostics", "interferon", "fingerprint")
SPLIT += ("engagement", "contrasts", "overlap", "enrichment", "association_scatter")


def relabelled(study, label):
    return study["labels"].assign(label=label)


def test_study_without_nonresponders(study):
    labels = relabelled(study, "treated")
    tested = distance_tests(study["distance"], labels, study["design"])
    courses = study["courses"][study["courses"]["label"].eq(EVERYONE)]
    absent = small_study.who_is_absent(study["expression"].obs, labels, study["design"])
    treated = study | {"labels": labels, "distance_tests": tested, "courses": courses}
    treated |= {"absent": absent}
    for name in FIGURES:
        assert (
            "responders" not in " ".join(texts(draw(name, build(name, treated)))) or name in SPLIT
        )


def test_study_without_healthy_samples(study):
    design = study["design"] | {"healthy": None}
    obs = study["expression"].obs
    expression = study["expression"][(obs["group"] != "healthy").to_numpy()]
    genes = study["genes"].assign(disease=np.nan, **{"class": "unchanged"})
    bare = study | {"design": design, "expression": expression, "genes": genes}
    for name in FIGURES:
        draw(name, build(name, bare))
    plane = build("trajectory_plane", bare)
    assert "Mean expression (log2)" in texts(draw("trajectory_plane", plane))
    caption = plane.set_index("element").loc["caption", "text"]
    assert "Without healthy people" in caption


def test_empty_sets_and_tables_become_sentences(study):
    genes = study["genes"].assign(**{"class": "unchanged"})
    none = study | {
        "genes": genes[[c for c in genes if not c.startswith("p_")]],
        "sets": study["sets"].head(0),
        "trial": study["trial"].head(0),
        "proportions": study["proportions"].head(0),
        "module_tests": study["module_tests"].head(0),
        "association_tests": study["association_tests"].head(0),
        "contrasts": {},
    }
    said = {
        "heatmap": "No gene was tested",
        "genes": "No gene was chosen",
        "sets": "No module has enough measured genes",
        "response": "no clinical response by arm and visit",
        "modules": "No module score has a test",
        "association": "No clinical variable",
        "volcano": "No contrast of genes was tested",
        "diagnostics": "No contrast was tested",
    }
    for name, words in said.items():
        found = " ".join(texts(draw(name, build(name, none)))).replace("\n", " ")
        assert words in found, name


def test_what_changes_stands_in_for_an_empty_set(study):
    genes = study["genes"]
    genes = genes.assign(**{"class": genes["class"].replace("induced", "unchanged")})
    table = build("heatmap", study | {"genes": genes})
    n = int((genes["adj_p_change_all"] <= 0.05).sum())
    assert f"Change in all patients ({n} genes, 40 shown)" in texts(draw("heatmap", table))
    assert n > 40
    caption = table.set_index("element").loc["caption", "text"]
    assert caption.startswith("No gene is induced. A, 36 genes reverted; B, ")
    assert (
        table.set_index("element").loc["title", "text"] == "The reverted set and genes that change"
    )


def test_one_module(study):
    one = {
        name: study[name][study[name]["module"] == "ISG6"]
        for name in ("scores", "module_tests", "sets", "association_tests")
    }
    for name in ("interferon", "modules", "sets", "association"):
        draw(name, build(name, study | one))


def test_names_are_never_read_as_formulas(study):
    design = study["design"] | {"followup": "week $12_{a}$"}
    expression = study["expression"].copy()
    visit = expression.obs["visit"].astype(object)
    expression.obs["visit"] = visit.replace("week 12", design["followup"])
    figure = draw("genes", build("genes", study | {"design": design, "expression": expression}))
    assert "week $12 {a}$" in texts(figure)


def test_names_that_differ_stay_apart_when_they_are_cut():
    def cut(name):
        return labels.short(name, 12)

    long = [
        f"signalling of the receptor number {i:02d} of interferon by kinases" for i in range(40)
    ]
    assert labels.apart(["ISG6", "B cells", "ISG6"], cut) == ["ISG6", "B cells", "ISG6"]
    assert labels.apart(long[:2], cut) == ["… 00 of…ases", "… 01 of…ases"]
    told = labels.apart([*long, "ISG6"], cut)
    assert len(set(told)) == 41
    assert max(map(len, told)) == 12
    # Where names differ at several places, far from each other, they are numbered.
    far = [f"{a} and a long middle {b} and a long end" for a in "AB" for b in "CD"]
    assert len(set(labels.apart(far, lambda name: labels.short(name, 8)))) == 4


def test_spread_keeps_order_and_distance():
    # Two positions 0.2 apart around 1 move to 0.5 and 1.5; the lone one stays.
    np.testing.assert_allclose(labels.spread([0.9, 1.1, 8.0], 1.0, 0, 10), [0.5, 1.5, 8.0])
    np.testing.assert_allclose(labels.spread([9.9, 9.9], 1.0, 0, 10), [9.0, 10.0])
    np.testing.assert_allclose(labels.spread([0.0, 0.0, 0.0], 1.0, 0, 10), [0.0, 1.0, 2.0])


def test_counts_are_integers_again_after_reading():
    table = pd.DataFrame({"element": ["a", "b"], "n": [3.0, np.nan], "x": [0.5, np.nan]})
    part = style.rows(table, "a")
    assert part["n"].tolist() == [3]
    assert str(part["n"].dtype).startswith("int")
    assert part["x"].tolist() == [0.5]
