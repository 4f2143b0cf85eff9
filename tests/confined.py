"""What a page allows itself: its policy against all that stands in it."""

import base64
import hashlib
from html.parser import HTMLParser

EXECUTED = (None, "", "text/javascript", "module", "importmap", "speculationrules")


class Parts(HTMLParser):
    """Contents of scripts and styles, and all attributes, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.within = ""
        self.inline = {"script": list[str](), "style": list[str]()}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        run = tag == "style" or (tag == "script" and dict(attrs).get("type") in EXECUTED)
        self.within = tag if run else ""
        if run:
            self.inline[tag].append("")

    def handle_endtag(self, tag):
        self.within = ""

    def handle_data(self, data):
        if self.within:
            self.inline[self.within][-1] += data


def policy_of(html: str) -> dict[str, list[str]]:
    """Directives of the page's Content-Security-Policy, which stands before all else it governs."""
    tags = Parts(html).tags
    at = [n for n, (_, a) in enumerate(tags) if "http-equiv" in a]
    assert len(at) == 1
    assert [tag for tag, _ in tags[: at[0]]] == ["html", "head", "meta"]
    parts = [part.split() for part in str(tags[at[0]][1]["content"]).split(";")]
    return {part[0]: part[1:] for part in parts}


def hashed(content: str) -> str:
    """Source expression of an inline script or style."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def refused(html: str) -> list[str]:
    """What a browser would block of the page: empty if it works as without a policy."""
    policy, parts = policy_of(html), Parts(html)
    found = []
    for kind, contents in parts.inline.items():
        found += [c[:60] for c in contents if hashed(c) not in policy[f"{kind}-src"]]
    for tag, attributes in parts.tags:
        found += [f"{tag} {name}" for name in attributes if name.startswith("on")]
        found += [f"{tag} {name}" for name in attributes if name in ("style", "srcset", "srcdoc")]
        loaded = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if loaded and not (tag in ("img", "link") and loaded.startswith("data:")):
            found.append(f"{tag} {loaded[:60]}")
        if (attributes.get("href") or "").lower().startswith(("javascript:", "data:text")):
            found.append(f"{tag} {attributes['href']}")
        if tag in ("iframe", "object", "embed", "base", "form", "applet"):
            found.append(tag)
    return found
