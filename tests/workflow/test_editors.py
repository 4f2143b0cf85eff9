"""Editors complete and check a study file by the schema that its first line names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

HOME = Path(__file__).parents[2]
SCHEMAS = sorted((HOME / "workflow/schemas").glob("*.yaml"))
LINE = "# yaml-language-server: $schema="
# Settings of the look, which no schema describes.
OTHERS = {HOME / "config/style.yaml"}
FILES = sorted({*(HOME / "config").rglob("*.yaml")} - OTHERS)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_first_line_names_a_schema_that_the_file_keeps(path: Path) -> None:
    first = path.read_text("utf-8").partition("\n")[0]
    assert first.startswith(LINE)
    schema = (path.parent / first.removeprefix(LINE)).resolve()
    kind = "response" if path.parent.name == "response" else "config"
    assert schema == HOME / f"workflow/schemas/{kind}.schema.yaml"
    assert [error.message for error in Draft7Validator(read(schema)).iter_errors(read(path))] == []


def keywords(schema: Any) -> Iterator[str]:
    """Keywords of a schema and of those within it."""
    if not isinstance(schema, dict):
        return
    for key, value in schema.items():
        yield key
        if key in ("properties", "patternProperties", "definitions"):
            for part in value.values():
                yield from keywords(part)
        elif key not in ("default", "enum", "const", "examples"):
            for part in value if isinstance(value, list) else [value]:
                yield from keywords(part)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_a_schema_is_of_the_draft_that_editors_know(path: Path) -> None:
    """Draft 7; the language server for YAML passes over what later drafts added."""
    schema = read(path)
    assert schema["$schema"] == Draft7Validator.META_SCHEMA["$id"]
    Draft7Validator.check_schema(schema)
    own = {key for key in keywords(schema) if not key.startswith("x-")}
    assert own <= set(Draft7Validator.META_SCHEMA["properties"])


@pytest.mark.parametrize(
    ("study", "missing"),
    [
        ({"study": "a"}, ["intake", "design"]),
        ({"study": "a", "compare": {}}, ["intake", "design"]),
        ({"study": "a", "compare": {"b": "out/b"}}, []),
        ({"study": "a", "compare": {"b": "out/b"}, "intake": {"source": "geo"}}, ["design"]),
    ],
)
def test_a_comparison_alone_needs_no_data(study: dict[str, Any], missing: list[str]) -> None:
    schema = read(HOME / "workflow/schemas/config.schema.yaml")
    errors = [error for error in Draft7Validator(schema).iter_errors(study)]
    assert [f"{name!r} is a required property" for name in missing] == [e.message for e in errors]
