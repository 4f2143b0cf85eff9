"""The README is easy to read, and the measure of that is what it says it is."""

import re
from pathlib import Path

import pytest

from architecture.reading_ease import ease, syllables

HOME = Path(__file__).parents[2]


def test_readme_is_easy_to_read():
    found = ease((HOME / "README.md").read_text("utf-8"))
    assert found.score > 60
    assert found.words < 800
    assert found.words / found.sentences < 15


@pytest.mark.parametrize(
    "page",
    [
        "config/cluster",
        "config/columns",
        "config/compare",
        "config/composition",
        "config/trajectories",
        "config/README",
        "config/gallery",
        "config/privacy",
        "config/sheets",
        "config/smaller",
        "config/response/README",
        "config/essential",
        "docs/tutorial",
        "docs/figures",
        "docs/faq",
        "docs/building",
        "docs/dictionary",
    ],
)
def test_other_pages_are_fairly_easy_to_read(page):
    found = ease((HOME / f"{page}.md").read_text("utf-8"))
    assert found.score > 50
    assert found.words / found.sentences < 20


def test_links_of_the_readme_lead_somewhere():
    """config/results.md is written from the table of columns."""
    text = (HOME / "README.md").read_text("utf-8")
    paths = {path for path in re.findall(r"\]\(([^):]+)\)", text)} - {"config/results.md"}
    assert len(paths) > 8
    assert [path for path in sorted(paths) if not (HOME / path).exists()] == []


def test_flesch_by_hand():
    """Two sentences; treatment, returned, healthy and levels have two syllables, nine words one."""
    page = """# Not counted

The gene is high (Smyth et al. 2004). Treatment
returned it to [healthy](https://example.org/a.b) levels.

| not | counted |
|---|---|

```bash
not counted
```

![nor this](picture.png)
"""
    found = ease(page)
    assert (found.words, found.sentences, found.syllables) == (13, 2, 17)
    assert found.score == pytest.approx(206.835 - 1.015 * 13 / 2 - 84.6 * 17 / 13, abs=1e-12)


def test_code_in_a_sentence_is_one_word_of_all_its_letters():
    found = ease("Open `trajectories/genes.tsv` now.")
    assert (found.words, found.sentences) == (3, 1)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("trial", 2),
        ("median", 3),
        ("response", 2),
        ("gene", 1),
        ("genes", 1),
        ("table", 2),
        ("tables", 2),
        ("changes", 2),
        ("tested", 2),
        ("joined", 1),
        ("association", 5),
        ("expression", 3),
        ("people", 2),
        ("interferon", 4),
        ("simulated", 4),
        ("the", 1),
        ("RNA", 1),
    ],
)
def test_syllables(word, count):
    assert syllables(word) == count
