"""Digests of the code of a stage, so that an edit reruns the rules that use it and no other."""

import hashlib
import re
from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).parent


# Statements that import, found without a parser, which takes half the time of a run's plan.
IMPORT = re.compile(r"^[ \t]*import ([\w., ]+)", re.M)
FROM = re.compile(r"^[ \t]*from (\w[\w.]*) import (\([^)]*\)|[^\n]*)", re.M)


def _names(listed):
    """Names in a list of imports, without what they are called here."""
    words = re.sub(r"#[^\n]*|[()]", " ", listed).split(",")
    return [word.split()[0] for word in words if word.strip()]


@cache
def _content(path):
    """Bytes of a file, which many stages use."""
    return path.read_bytes()


@cache
def _library():
    """Library files by the names they are imported by."""
    found = {}
    for path in SCRIPTS.rglob("*.py"):
        *folder, name = path.relative_to(SCRIPTS).with_suffix("").parts
        parts = folder if name == "__init__" else [*folder, name]
        found.setdefault(".".join(parts), []).append(path)
    return found


@cache
def imported(path):
    """Library files that a file imports, by its import statements."""
    text, files = _content(path).decode("utf-8"), set()
    names = [name for listed in IMPORT.findall(text) for name in _names(listed)]
    for module, listed in FROM.findall(text):
        names += [module, *(f"{module}.{name}" for name in _names(listed))]
    if re.search(r"\bimport_module\(", text):
        # Files found by name at run time: every file beside this one counts.
        files |= set(path.parent.rglob("*.py"))
    for name in names:
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            files.update(_library().get(".".join(parts[:depth]), ()))
    return files


@cache
def shipped(folder):
    """Files in the folder of a stage that are no code: templates, styles, drawings."""
    if folder in (SCRIPTS, SCRIPTS / "revertome"):
        return set()
    return {p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")}


@cache
def digest(stage):
    """sha256 of a rule's entry script, of all library files it uses, and of the file of the rule.

    As a rule's param it makes an edit of the library rerun the rules that use it, and no other.
    """
    waiting, found = [SCRIPTS / f"{stage}.py"], set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += imported(path)
    data = [shipped(path.parent) for path in found if path.name == "__init__.py"]
    rules = (SCRIPTS.parent / "workflow" / "rules").glob("*.smk")
    # Rules made once for each visit are named by a function.
    own = re.compile(rf'^ *(rule {stage}:|named\("{stage}", visit\))', re.M)
    found |= {path for path in rules if own.search(_content(path).decode("utf-8"))}
    total = hashlib.sha256()
    for path in sorted(found.union(*data)):
        total.update(f"{path.relative_to(SCRIPTS.parent)}\0".encode())
        total.update(_content(path))
    return total.hexdigest()
