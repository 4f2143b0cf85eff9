"""Only `revertome/trial` compares anything with `design["healthy"]`, however it is written."""

import ast

import pytest

from architecture.test_house import FILES, LIBRARY

TRIAL = LIBRARY / "trial"
COMPARING = {"eq", "ne", "isin", "equals", "map", "replace", "query", "mask", "where"}


def asks_for_healthy(node):
    """Whether an expression looks up the key `healthy`: `x["healthy"]` or `x.get("healthy")`."""
    for part in ast.walk(node):
        key = None
        if isinstance(part, ast.Subscript):
            key = part.slice
        elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            key = part.args[0] if part.func.attr == "get" and part.args else None
        if isinstance(key, ast.Constant) and key.value == "healthy":
            return True
    return False


def masks_in(text):
    """Comparisons with `design["healthy"]`; to ask whether it is None is no comparison."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare):
            identity = all(isinstance(op, ast.Is | ast.IsNot) for op in node.ops)
            found = not identity and asks_for_healthy(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            found = node.func.attr in COMPARING and any(map(asks_for_healthy, node.args))
        else:
            continue
        if found:
            yield ast.unparse(node)


def test_nobody_else_compares_with_the_healthy_group():
    for path in [p for p in FILES if TRIAL not in p.parents]:
        found = list(masks_in(path.read_text("utf-8")))
        assert not found, f"{path}: ask revertome.trial.is_healthy"


@pytest.mark.parametrize(
    "line",
    [
        "control = obs.group == design['healthy']",
        "g = obs['group'].astype(str)\nwell = g == str(design['healthy'])",
        "well = design.get('healthy') != obs.group",
        "well = obs.group.eq(design['healthy'])",
        "well = obs['group'].isin([design.get('healthy', 'healthy')])",
    ],
)
def test_a_mask_is_found_in_any_form(line):
    assert list(masks_in(line))


def test_to_ask_whether_there_are_healthy_is_no_mask():
    assert not list(masks_in("if design['healthy'] is not None:\n    names = [design['healthy']]"))
