"""The words of a page by the part they stand in, and names of files among them."""

import re
from html import unescape
from html.parser import HTMLParser

SILENT = ("script", "style", "pre", "code", "td", "template")
BREAKS = ("p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "figcaption", "th", "caption", "summary")
VOID = ("img", "br", "input", "meta", "link", "hr")
SPOKEN = ("alt", "aria-label", "title")
# What is a path, a key of the study file, or the formula of a model, and no name in a sentence.
CODE = re.compile(
    r"[\w<>/.-]+\.(?:tsv|gmt|html|json|csv|yaml|h5ad)\b|\b[a-z]\w*(?:\.\w+)+\b"
    r"|~ [^;]*?\)+(?=[.,; ]|$)|\w+/|doi:\S+|\b\d+;\w+:\S+"
)
TOKEN = re.compile(r"[A-Za-z0-9][\w.:]*")


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.stack: list[tuple[str, str, bool]] = []  # tag, part, silent
        self.words: list[str] = []
        self.feed(page)
        self._say()

    @property
    def part(self) -> str:
        return self.stack[-1][1] if self.stack else "head"

    def _say(self) -> None:
        text = " ".join("".join(self.words).split())
        self.words = []
        if text:
            self.found.append((self.part, text))

    def handle_starttag(self, tag, attrs):
        given = {key: value or "" for key, value in attrs}
        if tag in BREAKS:
            self._say()
        part, silent = (self.stack[-1][1:]) if self.stack else ("head", False)
        if tag in ("section", "figure", "header") and part not in given:
            part = given.get("id", tag)
        if not silent:
            self.found += [(part, given[key]) for key in SPOKEN if given.get(key)]
        link = tag == "a" and re.search(r"[/.]", given.get("href", "")) is not None
        hidden = tag in SILENT or link or given.get("class") in ("kind", "files")
        if tag not in VOID:
            self.stack.append((tag, part, silent or hidden))

    def handle_endtag(self, tag):
        if tag in BREAKS:
            self._say()
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if not (self.stack and self.stack[-1][2]):
            self.words.append(data)


def parts(page: str) -> list[tuple[str, str]]:
    """Texts of a page, each with the id of the section or figure that holds it.

    Cells of tables, links to files, code and the configuration are left out; what is read aloud of
    a picture or a control is not.
    """
    return _Reader(page).found


def of_picture(svg: bytes) -> list[str]:
    """Texts of a figure."""
    found = re.findall(r"<text[^>]*>(.*?)</text>", svg.decode(), re.S)
    return [unescape(re.sub(r"<[^>]+>", "", text)) for text in found]


def raw_names(text: str, known: set[str]) -> list[str]:
    """Names of files in a text: those known, and whatever has an underscore."""
    tokens = [token.strip(".:") for token in TOKEN.findall(CODE.sub(" ", text))]
    return [token for token in dict.fromkeys(tokens) if "_" in token or token in known]
