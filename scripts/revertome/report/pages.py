"""What every page has in common: its templates, and what a browser may do with it."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import jinja2

from revertome.report.contents import contents


def template(name: str) -> jinja2.Template:
    """Return a template of this folder: texts are escaped, `policy` and `contents` known."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(policy=policy, contents=contents)
    return environment.get_template(name)


def embedded(record: Any) -> str:
    """Return a record as JSON that is safe inside a script element."""
    text = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def policy(script: str, style: str) -> str:
    """Content-Security-Policy of a page: its own script and style, pictures within it, no more.

    The hashes are of the shipped files, so that no text of a study can run, nor ask anything of
    a network, even where it would come into the page as markup.

    Parameters
    ----------
    script, style
        Contents of the elements, as they stand in the page.

    Returns
    -------
    The policy, for a `meta` element. Blocks of data, such as the genes' JSON, need no leave.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
