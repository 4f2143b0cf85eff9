"""Write config/README.md and config/columns.md from the schemas.

`python tests/architecture/config_readme.py`
"""

from pathlib import Path
from typing import Any

import yaml

HOME = Path(__file__).parents[2]
TARGET = HOME / "config" / "README.md"
COLUMNS = HOME / "config" / "columns.md"
ESSENTIAL = HOME / "config" / "essential.md"
HEAD = """# Configuration

One YAML file is one study: `snakemake --cores 8 --configfile my_study.yaml`. Keys that are left
out take the default below. An unknown key, or a value that is not allowed, stops the run with a
message. Complete examples: [config.yaml](config.yaml) (the built-in study) and
[studies/](studies/README.md). Paths are relative to the working directory.

For a GEO series begin with `study`, `intake.source: geo` and `intake.accession` alone:
`snakemake sheet --cores 1 --configfile my_study.yaml` lists every field of the series with its
values in `intake/fields.tsv`. It also drafts the study file in `intake/draft.yaml` and fills in the
likely fields. Fields that may be response or covariates stand there as comments, with the values
seen. The last lines on the terminal say where the draft is and what to do next.

An editor that knows YAML (VS Code with its YAML extension, Neovim, Emacs) completes the keys, shows
what they mean and marks what is not allowed. The first line of the file has to name the schema, as
it does in every file here and in the drafts: `# yaml-language-server: $schema=` and the path of
`workflow/schemas/config.schema.yaml`, from the study file or in full.

This page is written from [config.schema.yaml](../workflow/schemas/config.schema.yaml) by
`python tests/architecture/config_readme.py`, and a test keeps both in agreement. The columns of the
sample sheet and of the visits sheet, with their units and limits: [columns.md](columns.md). What
counts as missing in a sheet, sheets of R and ArrayExpress, spellings of patients and repeats:
[sheets.md](sheets.md).
Studies of one visit, without healthy people or response, and single stages:
[smaller.md](smaller.md). As a module of another workflow, which works from a clone only:
[cluster.md](cluster.md#as-a-module-of-another-workflow).

## How it is read

The study file, a definition of response and a style are read to the letter. The run stops, with
the line, at a key that a section has twice and at a character that nobody can see. It stops at a
number that YAML takes for another than it looks (`010` is 8 to it, `1:30` is 90, `.nan` is none);
under `fields`, `keep` and the like such words are those of the sheet. It stops at aliases that
stand for more than a million values, and at more than 40 sections within each other.

- Paths are plain: `~`, `$NAME` and braces in them stop the run. An input is an ordinary file.
  Pipes, devices and empty files are told before the first job, and so are results whose names are
  too long.
- `pattern` takes the regular expressions of Python. One that finds no end within ten seconds
  stops the run and is named: `(a+)+$` tries every way to share out the letters.
- Snakemake itself reads the file of `--configfile`, before the workflow can look at it. It waits
  for ever at a named pipe and fills the memory at sections that are aliases of aliases. Above all
  it **runs code** that a file with `__use_yte__` holds. `--config studies=their_study.yaml` in
  place of `--configfile` has the workflow read the file itself, and run nothing in it: do so with
  a study file of people you do not know. It also names the line at fault, where Snakemake says no
  more than that the file `is not valid JSON or YAML`.
"""

BRIEF = """# Essential keys

Most studies need no other key than these. The rest, among [all keys](README.md), is for studies
that differ from the usual. Its defaults are those that we would choose.
[The tutorial](../docs/tutorial.md) reads a study file that is made of them.

This page is written with [the page of all keys](README.md), from keys marked `x-essential` in
[config.schema.yaml](../workflow/schemas/config.schema.yaml).
"""
HEADS = ["| key | value | default | meaning |", "|---|---|---|---|"]


def kind(schema: dict[str, Any]) -> str:
    """Allowed values in words."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}".replace("of object", "of objects")
    types = schema.get("type", "any")
    return " or ".join(types) if isinstance(types, list) else str(types)


def default(schema: dict[str, Any], required: bool) -> str:
    """Default as YAML, or `required`."""
    if "default" not in schema:
        return "**required**" if required else "none"
    return f"`{yaml.safe_dump(schema['default'], default_flow_style=True).splitlines()[0]}`"


def rows(schema: dict[str, Any], prefix: str = "") -> list[str]:
    """One Markdown row a key, nested keys with dots."""
    lines = []
    for name, part in schema["properties"].items():
        key = f"{prefix}{name}"
        if "properties" not in part:
            needed = name in schema.get("required", [])
            text = " ".join(part.get("description", "").split())
            lines.append(f"| `{key}` | {kind(part)} | {default(part, needed)} | {text} |")
            item = part.get("items", {})
            if "properties" in item:
                lines += rows(item, f"{key}[].")
            inner = part.get("additionalProperties")
            if isinstance(inner, dict) and "properties" in inner:
                lines += rows(inner, f"{key}.<role>.")
        else:
            lines += rows(part, f"{key}.")
    return lines


def essential(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the keys marked `x-essential` alone."""
    kept = {}
    for name, part in schema["properties"].items():
        if part.get("x-essential"):
            kept[name] = part
        elif "properties" in part and essential(part)["properties"]:
            kept[name] = essential(part)
    return {**schema, "properties": kept}


def brief(schema: dict[str, Any]) -> str:
    """The page of the essential keys."""
    return f"{BRIEF}\n" + "\n".join([*HEADS, *rows(essential(schema))]) + "\n"


def document(schema: dict[str, Any]) -> str:
    """The whole page."""
    parts = [HEAD, "## The study\n"]
    top = {k: v for k, v in schema["properties"].items() if "properties" not in v}
    parts.append("\n".join([*HEADS, *rows(schema | {"properties": top})]) + "\n")
    for name, part in schema["properties"].items():
        if "properties" in part:
            parts.append(f"## `{name}`\n\n{' '.join(part['description'].split())}\n")
            parts.append("\n".join([*HEADS, *rows(part, f"{name}.")]) + "\n")
    return "\n".join(parts)


SHEETS = {"samples": "The sample sheet", "visits": "The visits sheet"}
SHEET_WORDS = """# Columns of the sheets

The [sample sheet](sheets.md) has one row a sample, the visits sheet one row a patient and visit.
Only the columns marked as required have to be there. Columns with these names are checked as the
tables say. In the sample sheet `intake.fields` maps other names to them; in the visits sheet the
columns have these names. Further columns are kept: numbers as numbers, everything else as text.
They may serve as covariates, or in a definition of response.

- A value out of the range stops the run, and so does a part of a whole number.
- A column of five or more values stops it where the largest is less than stated: it is in another
  unit.
- A value that is possible but not usual gives a warning.

This page is written from [samples.schema.yaml](../workflow/schemas/samples.schema.yaml) and
[visits.schema.yaml](../workflow/schemas/visits.schema.yaml) by
`python tests/architecture/config_readme.py`, and a test keeps them in agreement.
"""


def columns_page(schemas: dict[str, dict[str, Any]]) -> str:
    """The page on the columns of the sheets, from the schemas by name."""
    parts = [SHEET_WORDS]
    for name, title in SHEETS.items():
        head = ["| column | value | unit | range | meaning |", "|---|---|---|---|---|"]
        lines = [_column(key, part, schemas[name]) for key, part in _columns(schemas[name])]
        parts.append("\n".join([f"## {title}\n", *head, *lines]) + "\n")
    return "\n".join(parts)


def _columns(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(schema["properties"].items())


def _column(name: str, part: dict[str, Any], schema: dict[str, Any]) -> str:
    """One Markdown row for a column."""
    types = part["type"] if isinstance(part["type"], list) else [part["type"]]
    value = " or ".join(f"`{each}`" for each in part.get("enum", []))
    value = value or ("whole number" if part.get("x-whole") else types[0].replace("string", "text"))
    needed = ", **required**" if name in schema["required"] else ""
    told = [f"{part['minimum']} to {part['maximum']}"] if "minimum" in part else []
    if "x-usual" in part:
        told.append("usual {} to {}".format(*part["x-usual"]))
    if "x-never-between" in part:
        told.append("never between {} and {}".format(*part["x-never-between"]))
    if "x-largest-at-least" in part:
        told.append(f"largest at least {part['x-largest-at-least']}")
    unit, meaning = part.get("x-unit", ""), " ".join(part["description"].split())
    return f"| `{name}` | {value}{needed} | {unit} | {'; '.join(told)} | {meaning} |"


def read(name: str) -> dict[str, Any]:
    """A schema by its name."""
    found: dict[str, Any] = yaml.safe_load(
        (HOME / f"workflow/schemas/{name}.schema.yaml").read_text("utf-8")
    )
    return found


if __name__ == "__main__":
    TARGET.write_text(document(read("config")), encoding="utf-8")
    ESSENTIAL.write_text(brief(read("config")), encoding="utf-8")
    COLUMNS.write_text(columns_page({name: read(name) for name in SHEETS}), encoding="utf-8")
