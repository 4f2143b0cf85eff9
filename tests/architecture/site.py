"""The documentation as a site: built as docs/building.md says, and its links read."""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

HOME = Path(__file__).parents[2]
LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "srcset", "video": "src"}
FETCHING = ("stylesheet", "icon", "preload", "prefetch", "manifest", "preconnect", "dns-prefetch")


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site with every warning as an error."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", "docs", "."]
    return subprocess.run([*command, str(folder)], cwd=HOME, capture_output=True, text=True)


@dataclass
class Page(HTMLParser):
    """Anchors of a page, where it links to, and what a browser loads with it."""

    path: Path
    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.anchors.update(given[key] for key in ("id", "name") if key in given)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if given.get(LOADED.get(tag, "")):
            self.loads.append(given[LOADED[tag]])
        if tag == "link" and set(given.get("rel", "").split()) & set(FETCHING):
            self.loads.append(given["href"])
        self.loads += re.findall(r"url\(([^)]+)\)", given.get("style", ""))


def outside(address: str) -> bool:
    """Whether an address leaves the site."""
    return bool(urlsplit(address).scheme or urlsplit(address).netloc)


def broken(pages: dict[Path, Page]) -> list[str]:
    """Links and pictures that lead nowhere, each with its page."""
    faults = []
    for path, page in pages.items():
        for address in [*page.links, *page.loads]:
            if outside(address):
                continue
            parts = urlsplit(address)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.is_file():
                faults.append(f"{path.name}: {address}: no such file")
            elif anchor and target in pages and anchor not in pages[target].anchors:
                faults.append(f"{path.name}: {address}: no such place")
    return faults
