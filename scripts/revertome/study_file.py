"""The study file as it was written: what a YAML reader passes over."""

from collections.abc import Iterator
from typing import Any

from revertome.errors import StudyError


def refuse_repeated_keys(text: str, path: str) -> None:
    """Stop at a key that a section of the study file has twice.

    YAML forbids it and its readers take the last without a word, so that `baseline: before` far
    above is not what is run. A text that is no YAML passes: its reader will say so.

    Raises
    ------
    StudyError
        Names file, key and both lines.
    """
    import yaml

    try:
        root = yaml.compose(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return
    for section, key, lines in _repeated(root, ()):
        where = f" of {'.'.join(section)}" if section else ""
        raise StudyError(
            f"{path}: key '{key}'{where} stands in line {lines[0]} and again in line {lines[1]}; "
            "keep one of them"
        )


def _repeated(
    node: Any, section: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str, tuple[int, int]]]:
    """Sections, keys and lines of what stands twice, depth first."""
    if node is None or isinstance(node.value, str):
        return
    seen: dict[str, int] = {}
    for item in node.value:
        if not isinstance(item, tuple):
            yield from _repeated(item, section)
            continue
        key, value = item
        name, line = str(key.value), key.start_mark.line + 1
        if name in seen and name != "<<":
            yield section, name, (seen[name], line)
        seen.setdefault(name, line)
        yield from _repeated(value, (*section, name))
