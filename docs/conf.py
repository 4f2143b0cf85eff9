"""The documentation as a site, from the Markdown of this repository: see docs/building.md.

The pages stay where they are and are read as they are. Two things are added while the site is
built, so that no text stands twice: captions of figures, and the dictionary of columns.
"""

import re
import sys
from pathlib import Path
from typing import Any

HOME = Path(__file__).parents[1]
sys.path.append(str(HOME / "scripts"))

project = "revertome"
author = "The revertome authors"
version = re.search(r'^version = "(.+)"', (HOME / "pyproject.toml").read_text("utf-8"), re.M)[1]
root_doc = "README"
extensions = ["myst_parser"]
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "docs/*.md",
    "config/*.md",
    "config/*/*.md",
    "resources/*.md",
    "resources/*/*.md",
    "tests/benchmarks/README.md",
    "scripts/revertome/figures/vendor/README.md",
]
# Anchors as the code host makes them.
myst_heading_anchors = 4
myst_enable_extensions: list[str] = []
html_theme = "furo"
html_title = f"revertome {version}"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
# Would fetch pages, which a browser forbids for files; the search itself works.
html_show_search_summary = False
html_additional_pages = {"index": "start.html"}
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]

CONTENTS = {
    "Begin": ["README", "docs/tutorial", "config/essential", "docs/faq"],
    "Your study": [
        "config/README",
        "config/sheets",
        "config/visits",
        "config/response/README",
        "config/smaller",
        "config/studies/README",
        "config/samples/README",
        "config/compare",
        "config/labels",
        "config/privacy",
        "config/cluster",
    ],
    "Results": [
        "docs/figures",
        "config/gallery",
        "config/trajectories",
        "config/composition",
        "config/composition_split",
        "config/results",
        "docs/dictionary",
        "config/provenance",
    ],
    "Behind it": [
        "resources/README",
        "resources/signatures/README",
        "tests/benchmarks/README",
        "scripts/revertome/figures/vendor/README",
        "docs/building",
        "CHANGELOG",
    ],
}


def pages() -> dict[str, list[str]]:
    """The pages by heading of the menu; those not named in `CONTENTS` stand last."""
    found = [path for pattern in include_patterns for path in sorted(HOME.glob(pattern))]
    names = [str(path.relative_to(HOME).with_suffix("")) for path in found]
    named = {page for listed in CONTENTS.values() for page in listed}
    last = list(CONTENTS)[-1]
    return {**CONTENTS, last: [*CONTENTS[last], *(name for name in names if name not in named)]}


def contents() -> str:
    """The menu, as Sphinx reads it; the first page names itself."""
    parts = []
    for caption, listed in pages().items():
        lines = "\n".join("self" if page == root_doc else f"/{page}" for page in listed)
        options = f":hidden:\n:caption: {caption}\n:maxdepth: 1"
        parts.append(f"```{{toctree}}\n{options}\n\n{lines}\n```\n")
    return "\n".join(parts)


def captions() -> dict[str, str]:
    """Caption of each figure of the gallery, by its heading."""
    text = (HOME / "config" / "gallery.md").read_text("utf-8")
    found = re.findall(r"^## (.+)\n\n!\[.*\n\n(.+)$", text, re.M)
    return dict(found)


def figures(text: str) -> str:
    """The page of figures, with the caption in place of each link to it."""
    known = captions()

    def put(match: re.Match[str]) -> str:
        return f"## {match[1]}{match[2]}> {known[match[1]]}\n"

    return re.sub(r"^## (.+)((?:\n(?!## ).*)*?\n)\[Its caption\]\(.+\)\.?\n", put, text, flags=re.M)


def dictionary() -> str:
    """Every name of a column once, with its meanings and the tables that have it."""
    from revertome.columns import TABLES
    from revertome.columns.form import KINDS

    found: dict[tuple[str, str, str], list[str]] = {}
    for table in TABLES:
        for column in table.columns:
            key = (column.name, KINDS[column.kind], column.help)
            found.setdefault(key, []).append(table.file)
    lines = ["| column | type | meaning | in |", "|---|---|---|---|"]
    for (name, kind, meaning), files in sorted(found.items(), key=lambda each: _order(each[0])):
        where = ", ".join(f"`{file}`" for file in files)
        cells = (f"`{name}`", kind, meaning, where)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _order(key: tuple[str, str, str]) -> tuple[str, tuple[str, str, str]]:
    return key[0].strip("<").casefold(), key


ADDED = {
    "README": lambda text: f"{text}\n{contents()}",
    "docs/figures": figures,
    "docs/dictionary": lambda text: f"{text}\n{dictionary()}",
}


def add(app: Any, page: str, source: list[str]) -> None:
    """Add to a page what the site writes for it."""
    if page in ADDED:
        source[0] = ADDED[page](source[0])


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add)
