"""The page works under its own policy, and nothing else does."""

import pytest

import small_study
from confined import hashed, policy_of, refused
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.figures.style import encode
from revertome.report.page import page, picture
from revertome.source_data import build

STRICT = {
    "default-src": ["'none'"],
    "img-src": ["data:"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
}


@pytest.fixture(scope="module")
def html():
    study = small_study.results()
    sources = {name: build(name, study) for name in FIGURES}
    images = {"svg": encode(draw("volcano", sources["volcano"]), "svg"), "png": b"0" * 10**7}
    said = small_study.said("read as Windows-1252")
    pictures = [picture("volcano", sources["volcano"], images)]
    return page(small_study.CONFIG, study, sources, pictures, {"numpy": "2.0"}, said)


def test_every_part_of_the_page_is_allowed(html):
    assert refused(html) == []


def test_nothing_but_the_pages_own_parts_is_allowed(html):
    policy = policy_of(html)
    assert {name: policy[name] for name in STRICT} == STRICT
    assert sorted(policy) == sorted([*STRICT, "script-src", "style-src"])
    assert all(len(policy[name]) == 1 for name in ("script-src", "style-src"))
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize(
    "added",
    [
        "<script>alert(1)</script>",
        '<script src="data:text/javascript,alert(1)"></script>',
        '<img src="https://example.org/x.png">',
        '<img src="data:," onerror="alert(1)">',
        '<p style="background: url(https://example.org)">',
        "<style>p { display: none }</style>",
        '<a href="JavaScript:alert(1)">x</a>',
        '<base href="https://example.org">',
        "<iframe srcdoc='x'></iframe>",
        '<form action="https://example.org"></form>',
    ],
)
def test_the_check_itself_sees_what_does_not_belong(html, added):
    assert refused(html.replace("</body>", f"{added}</body>"))


def test_a_script_that_came_in_as_markup_is_not_among_the_hashes(html):
    bad = html.replace("</body>", "<script>alert(1)</script></body>")
    assert hashed("alert(1)") not in policy_of(bad)["script-src"]
