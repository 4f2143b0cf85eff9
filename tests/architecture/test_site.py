"""The documentation as a site: it builds without a warning, and holds together offline."""

import re
import subprocess

import pytest

from architecture.site import HOME, Page, broken, build, outside
from browser import CHROMIUM, CLOSED
from page_commands import PAGES
from revertome.columns import TABLES
from revertome.figure_list import FIGURES, LIST

DOCS = HOME / "docs"
ADDRESS = re.compile(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    done = build(folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def pages(site):
    return {path.resolve(): Page(path) for path in sorted(site.rglob("*.html"))}


@pytest.mark.slow
def test_every_link_and_anchor_of_the_site_leads_somewhere(pages):
    assert sum(len(page.links) for page in pages.values()) > 1000
    assert broken(pages) == []


@pytest.mark.slow
def test_links_out_are_named_by_their_protocol(pages):
    """Listed, not followed: the check needs no network."""
    out = {link for page in pages.values() for link in page.links if outside(link)}
    print(*sorted(out), sep="\n")
    assert all(re.match(r"https://|mailto:", link) for link in out)


@pytest.mark.slow
def test_nothing_is_loaded_from_the_network(site, pages):
    assert [link for page in pages.values() for link in page.loads if outside(link)] == []
    sheets = [path for path in site.rglob("*.css") if ADDRESS.search(path.read_text("utf-8"))]
    assert sheets == []


@pytest.mark.slow
def test_every_page_is_in_the_menu(site, pages):
    """From the first page every page of the sources can be reached, in its place."""
    start = (site / "README.html").resolve()
    menu = {(start.parent / link).resolve() for link in pages[start].links if not outside(link)}
    written = {site / path.relative_to(HOME).with_suffix(".html") for path in PAGES}
    assert {path.resolve() for path in written} <= menu | {start}


@pytest.mark.slow
def test_the_search_works_without_a_network(site):
    """Its index is a script, which a browser reads from a file too."""
    assert (site / "searchindex.js").read_text("utf-8").startswith("Search.setIndex(")
    options = (site / "_static/documentation_options.js").read_text("utf-8")
    assert "SHOW_SEARCH_SUMMARY: false" in options  # which would fetch pages
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    for word, page in (("tipping", "docs/figures.html"), ("FPKM", "docs/faq.html")):
        command = [CHROMIUM, "--headless", "--disable-gpu", *CLOSED, "--virtual-time-budget=9000"]
        address = f"{(site / 'search.html').as_uri()}?q={word}"
        done = subprocess.run([*command, "--dump-dom", address], capture_output=True, text=True)
        assert re.search(rf'id="search-results".*href="{page}', done.stdout, re.S), word


@pytest.mark.slow
def test_the_dictionary_names_every_column(site):
    text = (site / "docs/dictionary.html").read_text("utf-8")
    names = {column.name for table in TABLES for column in table.columns if "<" not in column.name}
    assert len(names) > 300
    assert [name for name in sorted(names) if f">{name}<" not in text] == []


@pytest.mark.slow
def test_the_page_of_figures_has_their_captions(site):
    text = (site / "docs/figures.html").read_text("utf-8")
    assert "Its caption" not in text
    assert text.count("<blockquote>") == len(FIGURES)


def test_every_figure_says_how_to_read_it():
    """In the order of the report, under its title, with its picture and both questions."""
    text = (DOCS / "figures.md").read_text("utf-8")
    parts = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", text, re.M))
    assert list(parts) == [figure.title for figure in LIST]
    for figure in LIST:
        part = parts[figure.title]
        assert part.count("**Look first at:**") == part.count("**It cannot show:**") == 1
        if figure.name in FIGURES:
            assert f"../resources/gallery/{figure.name}.png" in part
            assert "[Its caption](../config/gallery.md#" in part
