"""Words that stand in the program itself: whatever else a message holds comes from a study."""

import ast
import re
from functools import cache
from pathlib import Path

import yaml

HOME = Path(__file__).parents[1]
# What speaks before there are codes.
SPEAKERS = ("asked.py", "configuration.py", "near_names.py", "privacy.py")
SPEAKERS += ("private_words.py", "study_file.py")
FOLDERS = ("intake", "simulate", "trial")


@cache
def own_words() -> frozenset[str]:
    """Words of the messages of intake and of the door, as written, and keys of a study file."""
    library = HOME / "scripts/revertome"
    files = [library / name for name in SPEAKERS]
    files += [path for folder in FOLDERS for path in (library / folder).rglob("*.py")]
    files += [*(HOME / "scripts").glob("*.py")]
    texts = [text for path in files for text in _literals(path)]
    texts += [path.read_text("utf-8") for path in (HOME / "workflow/rules").glob("*.smk")]
    schema = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    return frozenset(words_in(*texts, *_keys(schema)))


def words_in(*texts: str) -> frozenset[str]:
    """Words of texts, as they are written."""
    return frozenset(word for text in texts for word in re.findall(r"\w+", text))


def _literals(path: Path) -> list[str]:
    """Texts of a module less its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    first = [node.body[0] for node in ast.walk(tree) if isinstance(node, kinds) and node.body]
    notes = {id(node.value) for node in first if isinstance(node, ast.Expr)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [n.value for n in texts if isinstance(n.value, str) and id(n) not in notes]


def _keys(schema: object) -> list[str]:
    """Names and choices of a schema."""
    if isinstance(schema, list):
        return [word for part in schema for word in _keys(part)]
    if not isinstance(schema, dict):
        return []
    own = [*schema.get("properties", {}), *map(str, schema.get("enum", []))]
    return own + [word for part in schema.values() for word in _keys(part)]
