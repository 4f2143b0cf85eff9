"""Contents of a page, read from the page: its sections, figures and tables."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

HEADINGS = ("h2", "h3", "h4")


@dataclass
class Entry:
    """A section, or something in it; without an `id` it heads the entries that follow."""

    id: str
    name: str
    within: list["Entry"] = field(default_factory=list)


class _Sections(HTMLParser):
    """Collects the sections with their h2; in them figures, and headings that have an id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Entry] = []
        self._figure = ""
        self._section: str | None = None
        self._open: Entry | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("id") or ""
        if tag == "section":
            self._section = name
        elif tag == "figure":
            self._figure = name
        elif tag in HEADINGS:
            self._head(tag, name, "group" in (given.get("class") or "").split())

    def _head(self, tag: str, name: str, group: bool) -> None:
        if tag == "h2" and self._section:
            self._open = Entry(self._section, "")
            self.found.append(self._open)
            self._section = None
        elif self.found and (name or self._figure or group):
            self._open = Entry(self._figure or name, "")
            self.found[-1].within.append(self._open)

    def handle_endtag(self, tag: str) -> None:
        if tag in HEADINGS:
            self._open = None
        elif tag == "figure":
            self._figure = ""

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.name += data


def contents(html: str) -> list[Entry]:
    """Sections of a page in their order, each with its figures and tables.

    Parameters
    ----------
    html
        The page as it will be: what stands in it stands in its contents, in the same order.
    """
    first, *rest = html.split("<tbody>")  # rows of tables head nothing
    return _Sections("".join([first, *(part.partition("</tbody>")[2] for part in rest)])).found
