"""Figures, words and page of a comparison: from written tables, and telling what is there."""

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from confined import policy_of, refused
from described import faults
from disk import read_table, write_table
from figure_tables import read_source, write_source
from revertome.compare import FinishedStudy, compare
from revertome.compare.study import Residuals
from revertome.figure_list import COMPARED
from revertome.figures import draw, style
from revertome.report.comparison import page
from revertome.report.comparison_answer import answer
from revertome.report.comparison_words import details
from revertome.report.page import picture
from revertome.source_data import build

GENES = pd.Index([f"GENE{i}" for i in range(400)])
MODULES = ["ISG6", "IRG28"]
CONFIG = {
    "study": "three",
    "title": "",
    "caveats": [],
    "compare": {"a": "x", "b": "y"},
    "trajectories": {"alpha": 0.05},
}


def study(rng, change, labelled=True):
    """400 genes, 30 reverted; module scores that change by `change`."""
    truth = np.where(np.arange(400) < 30, 2.0, 0.0)
    noise = rng.normal(size=(12, 400)).astype(np.float32)
    residuals = Residuals(GENES, noise / noise.std(0, ddof=1), 11)
    tables = {}
    names = ["disease", "change_all", *(["change_responders"] if labelled else [])]
    for name in names:
        logfc = (truth if name == "disease" else -truth) + rng.normal(0, 0.25, 400)
        table = pd.DataFrame({"gene": GENES, "logFC": logfc, "t": logfc / 0.25, "AveExpr": 8.0})
        tables[name] = table.assign(**{"P.Value": 2 * stats.norm.sf(np.abs(logfc) / 0.25)})
    genes = pd.DataFrame({"gene": GENES, "class": np.where(truth > 0, "reverted", "unchanged")})
    genes = genes.assign(disease=tables["disease"]["logFC"], change=tables["change_all"]["logFC"])
    genes["p_disease"], genes["p_change"] = tables["disease"]["P.Value"], 0.5
    genes = genes.assign(p_reverted=np.where(truth > 0, 1e-6, 0.9), p_induced=0.9)
    rows = [
        (m, "zscore", test, group, value, value - 0.5, value + 0.5, 12, 11)
        for m in MODULES
        for test, value in (("disease", 2.0), ("paired_change", change))
        for group in ("all", *(["responders"] if labelled and test != "disease" else []))
    ]
    columns = ["module", "method", "test", "group", "estimate", "CI.L", "CI.R", "n", "df"]
    facts = {"title": "", "assay": "microarray", "folder": "somewhere"}
    both = {"disease": residuals, "change": residuals}
    return FinishedStudy(tables, genes, pd.DataFrame(rows, columns=columns), both, facts)


@pytest.fixture(scope="module")
def results():
    rng = np.random.default_rng(5)
    studies = {"a": study(rng, -1.0), "b": study(rng, 1.5, labelled=False), "c": study(rng, -0.2)}
    found = compare(studies, {}, {"permutations": 20, "seed": 1}, alpha=0.05)
    return {**vars(found), "module": list(GENES[:8]), "interferon": MODULES, "alpha": 0.05}


@pytest.fixture(scope="module")
def sources(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources") / "compare/source_data"
    found = {}
    for name in COMPARED:
        write_source(build(name, results), folder / name)
        found[name] = read_source(folder / name)
    return found


def test_tables_of_a_comparison_are_as_described(results, tmp_path):
    tables = {name: table for name, table in results.items() if isinstance(table, pd.DataFrame)}
    assert len(tables) == 12
    for name, table in tables.items():
        write_table(table, tmp_path / f"compare/{name}.tsv")
        found = read_table(tmp_path / f"compare/{name}.tsv")
        assert found.notna().sum()[list(table)].tolist() == table.notna().sum().tolist()
    for name in COMPARED:
        write_source(build(name, results), tmp_path / f"compare/source_data/{name}")
    assert faults(tmp_path) == []


@pytest.mark.parametrize("name", COMPARED)
def test_comparison_redrawn_from_the_written_table(name, results, sources):
    first = style.encode(draw(name, build(name, results)), "svg")
    assert first == style.encode(draw(name, sources[name]), "svg")
    figure = draw(name, sources[name])
    width, height = figure.get_size_inches() * 25.4
    assert round(width) in (89, 183)
    assert height <= 247
    assert "nan" not in sources[name].set_index("element").loc["caption", "text"]


def test_interferon_genes_are_drawn_on_top(sources):
    axes = draw("compare_concordance", sources["compare_concordance"]).axes
    assert len(axes) == 6  # three pairs, disease and change
    for ax in axes:
        points = [c for c in ax.collections if len(c.get_offsets()) == 8]
        assert len(points) == 1
        assert {t.get_text() for t in ax.texts} >= set(GENES[:6])


def test_forest_holds_every_study_and_the_pooled_line(sources, results):
    table = sources["compare_forest"]
    own = table[table["element"] == "study"]
    assert own.groupby(["test", "module"])["study"].agg(list).map(len).unique().tolist() == [3]
    change = own[(own["test"] == "paired_change") & (own["module"] == "ISG6")]
    assert dict(zip(change["study"], change["group"], strict=True)) == dict.fromkeys(
        "abc", "treated"
    )
    pooled = table[(table["element"] == "pooled") & (table["test"] == "paired_change")]
    assert pooled["estimate"].iloc[0] == pytest.approx(np.mean([-1.0, 1.5, -0.2]))


def test_transfer_matrix_finds_the_shared_set(sources):
    table = sources["compare_transfer"]
    cells = table[table["element"] == "cell"]
    change = cells[cells["contrast"] == "change_treated"]
    assert (change["t"] < -4).all()
    assert (cells.loc[cells["contrast"] == "disease", "t"] > 4).all()
    assert set(cells["set"]) == {"reverted_falling"}
    assert not (cells["source"] == cells["target"]).any()


def test_transfer_matrix_of_many_studies_keeps_one_set_and_one_contrast():
    """20 studies: 40 sets and 40 contrasts are too many; the set of two studies alone goes."""
    names = [f"s{i:02d}" for i in range(20)]
    rows = [
        {"source": a, "target": b, "set": kind, "contrast": contrast, "n_set": 9, "n_shared": 8,
         "difference": 1.0, "t": t, "adj.P.Val": p}
        for a in names
        for b in names
        for kind in ("reverted_falling", "induced_rising")
        for contrast, t, p in (("disease", 15.0, 0.01), ("change_all", -1.0, 0.3))
        if a != b and (kind[0] == "r" or a < "s02")
    ]  # fmt: skip
    table = build("compare_transfer", {"transfer_sets": pd.DataFrame(rows), "alpha": 0.05})
    cells = table[table["element"] == "cell"]
    assert len(cells) == 20 * 19
    assert set(cells["set"]) == {"reverted_falling"}
    assert set(cells["contrast"]) == {"change_all"}
    assert set(cells["label"]) == {""}
    caption = table.loc[table["element"] == "caption", "text"].iloc[0]
    assert "number: genes" not in caption
    assert "the others are in transfer_sets.tsv" in caption
    draw("compare_transfer", table)


def test_cores_change_nothing():
    rng = np.random.default_rng(5)
    studies = {"a": study(rng, -1.0), "b": study(rng, 1.5), "c": study(rng, -0.2)}
    options = {"permutations": 20, "seed": 1}
    one, four = (compare(studies, {}, options, alpha=0.05, threads=n) for n in (1, 4))
    for name, table in vars(one).items():
        pd.testing.assert_frame_equal(table, vars(four)[name], check_exact=True)


def test_words_tell_directions_and_never_absence(results):
    told = [*answer(results, 0.05), *((a, " ".join(b)) for a, b in details(results, MODULES, 0.05))]
    text = " ".join(f"{head}. {words}" for head, words in told)
    assert "b has no response label and is compared only where that is not needed." in text
    assert "modules in a under treatment (n = 12; in SD of its healthy samples, 95% CI)" in text
    assert "fell: Interferon (6 genes) (-1.00, -1.50 to -0.50)" in text
    assert "not shown to change: Interferon (6 genes) (-0.20, -0.70 to +0.30)" in text
    assert "interferon modules fell in a and rose in b. The directions are opposite" in text
    assert "30 genes reverted and 0 induced in all 3 studies" in text
    assert "Genes reverted: 30 in all" in text
    assert "All 3 agree beyond what shared axes of co-expression give" in text
    assert "absent" not in text


def test_page_is_whole_and_offline(results, sources):
    images = {}
    for name in COMPARED:
        figure = draw(name, sources[name])
        images[name] = {form: style.encode(figure, form) for form in ("svg", "png")}
    pictures = [picture(name, sources[name], images[name]) for name in COMPARED]
    html = page(CONFIG, results, pictures, MODULES, {"python": "3.11"})
    assert [html.count(f'<figure id="{name}"') for name in COMPARED] == [1, 1, 1, 1]
    outside = re.sub(r"'data:[^']*'", "", html)  # pictures name forms of XML, which nobody asks
    assert "://" not in outside.replace("http://www.w3.org", "")
    for name in ("studies", "concordance", "joint", "transfer_sets", "modules", "genes"):
        assert f'href="{name}.tsv"' in html
    assert "Comparison: three" in html
    assert refused(html) == []
    assert policy_of(html)["default-src"] == ["'none'"]


def test_a_comparison_with_nothing_to_draw_says_so(results):
    bare = {name: table.iloc[:0] for name, table in results.items() if hasattr(table, "iloc")}
    for name in COMPARED:
        table = build(name, {**bare, "module": [], "interferon": [], "alpha": 0.05})
        assert table["element"].tolist() == ["absent", "caption", "alt"]
        draw(name, table)
