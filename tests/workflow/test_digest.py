"""What a file imports is read without a parser, and is what the parser finds."""

import ast
from pathlib import Path

import pytest

import digest

FILES = sorted(digest.SCRIPTS.rglob("*.py"))


def parsed(path):
    """Modules and names that a file imports, and whether it finds files by name at run time."""
    names, by_name = set(), False
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Name) and node.id == "import_module":
            by_name = True
    parts = {name.split(".")[0] for name in names}
    stems = {digest.SCRIPTS.joinpath(*name.split(".")[:n]) for name in names for n in range(1, 9)}
    files = {f for s in stems for f in (s.with_suffix(".py"), s / "__init__.py") if f.is_file()}
    assert parts
    return files | (set(path.parent.rglob("*.py")) if by_name else set())


def test_imports_are_those_that_the_parser_finds():
    importing = [path for path in FILES if "import " in path.read_text("utf-8")]
    checked = 0
    for path in importing:
        tree = ast.parse(path.read_text("utf-8"))
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)):
            assert digest.imported(path) == parsed(path), path
            checked += 1
    assert checked > 400


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import files, job as j  # records", {"files.py", "job.py"}),
        ("from revertome import (\n    visits,  # of all\n    asked as a,\n)",
         {"__init__.py", "visits.py", "asked.py"}),
        ("def f():\n    import job\n\tfrom files import write", {"job.py", "files.py"}),
        ("from . import job\n# import files\nimporting = 1", set()),
    ],
)  # fmt: skip
def test_statements_of_every_form_are_read(tmp_path, text, found):
    path = Path(tmp_path, "written.py")
    path.write_text(text, encoding="utf-8")
    assert {each.name for each in digest.imported(path)} == found
