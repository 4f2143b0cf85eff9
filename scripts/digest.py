"""Digests of the code of a stage, so that an edit reruns the rules that use it and no other."""

import ast
import hashlib
import re
from functools import cache
from pathlib import Path

SCRIPTS = Path(__file__).parent


@cache
def imported(path):
    """Library files that a file imports, by reading its import statements."""
    names, files = [], set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Name) and node.id == "import_module":
            # Files found by name at run time: every file beside this one counts.
            files |= set(path.parent.rglob("*.py"))
    for name in names:
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            stem = SCRIPTS.joinpath(*parts[:depth])
            files |= {f for f in (stem.with_suffix(".py"), stem / "__init__.py") if f.is_file()}
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
    found |= {path for path in rules if own.search(path.read_text("utf-8"))}
    total = hashlib.sha256()
    for path in sorted(found.union(*data)):
        total.update(f"{path.relative_to(SCRIPTS.parent)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()
