"""Our own regular expressions take a time that grows with the text, never with its square."""

import ast
import gc
import importlib
import pkgutil
import re
import signal
import sys
import time
from collections.abc import Iterator

import pytest

import revertome
from architecture.config_readme import HOME

LENGTH = 10_000  # what is linear takes less than a millisecond, what is not a hundred and more
SECONDS = 0.15
USES = "match|fullmatch|search|sub|split|findall|finditer|contains|extract|replace"
# Texts that have few characters whatever a user writes.
BOUNDED = {
    "revertome.intake.foreign._MARKUP": "the first 64 bytes of a file",
    "revertome.columns.form": "the descriptions of our own tables",
    "revertome.intake.source._SDRF_OTHER": "taken with match alone, through an alias",
}
REPEATED = ["a", "A", "0", " ", "\t", "_", ".", "-", ",", "/", "\\", '"', "\n", "é", "1,", "a ",
            "aA", " /", "\xa0", "[", "1.", "Aa", "no ", "a_1", "x\t1"]  # fmt: skip


def flags(nodes: list[ast.expr]) -> int:
    """The flags that a call gives."""
    said = " ".join(ast.dump(node) for node in nodes)
    found = re.IGNORECASE if "'IGNORECASE'" in said or "'I'" in said else 0
    return found | (re.MULTILINE if "'M'" in said else 0)


def inline() -> Iterator[tuple[str, re.Pattern, str]]:
    """Patterns that stand where they are used, and how."""
    for path in sorted((HOME / "scripts").rglob("*.py")):
        name = str(path.relative_to(HOME / "scripts").with_suffix("")).replace("/", ".")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
            ):
                continue
            call, first = node.func, node.args[0]
            of_series = isinstance(call.value, ast.Attribute) and call.value.attr == "str"
            if of_series and call.attr in ("replace", "split"):
                of_series = "regex=Constant(value=True)" in "".join(
                    f"{k.arg}={ast.dump(k.value)}" for k in node.keywords
                )
            ours = isinstance(call.value, ast.Name) and call.value.id == "re"
            text = isinstance(first, ast.Constant) and isinstance(first.value, str | bytes)
            if (ours or of_series) and text and call.attr in USES.split("|"):
                more = [*node.args[1:], *(k.value for k in node.keywords)]
                yield f"{name}:{node.lineno}", re.compile(first.value, flags(more)), call.attr


def named() -> Iterator[tuple[str, re.Pattern, str]]:
    """Patterns that modules hold by name, and how each is used anywhere."""
    every = "\n".join(path.read_text("utf-8") for path in (HOME / "scripts").rglob("*.py"))
    for info in pkgutil.walk_packages(revertome.__path__, "revertome."):
        module = importlib.import_module(info.name)
        own = HOME / "scripts" / f"{info.name.replace('.', '/')}.py"
        text = own.read_text("utf-8") if own.exists() else ""
        for name, value in vars(module).items():
            if not isinstance(value, re.Pattern) or not re.search(rf"^{name}\b.*=", text, re.M):
                continue
            place = text if name.startswith("_") else every
            uses = {*re.findall(rf"\b{name}\.({USES})\(", place),
                    *re.findall(rf"\.({USES})\({name}\b", place)}  # fmt: skip
            for use in sorted(uses) or ["search"]:
                yield f"{info.name}.{name}", value, use


def apply(pattern: re.Pattern, use: str, text: str) -> None:
    """Use a pattern as the code does."""
    data = text.encode() if isinstance(pattern.pattern, bytes) else text
    if use in ("match", "fullmatch"):
        getattr(pattern, use)(data)
    else:
        list(pattern.finditer(data))


def endless(pattern: re.Pattern, use: str) -> str:
    """The beginning of a text that a pattern takes too long for; empty where there is none."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    gc.disable()  # it takes long after many tests, and an error raised within it is lost
    try:
        for first in ("", "1"):
            for part in REPEATED:
                text = first + part * (LENGTH // len(part)) + "!"
                signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
                apply(pattern, use, text)
                signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TimeoutError:
        return text[:10]
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
        gc.enable()
    return ""


def grows(pattern: re.Pattern, use: str) -> str:
    """The beginning of a text of which four times as much takes far more than four times as long.

    A slow moment of the machine is not taken for it: the quickest of three times counts.
    """
    part = endless(pattern, use)
    seconds = []
    for length in (LENGTH // 4, LENGTH) if part else ():
        text = part[:1] + part[1:] * (length // 9) + "!"
        times = []
        for _ in range(3):
            began = time.thread_time()
            apply(pattern, use, text[:length])
            times.append(time.thread_time() - began)
        seconds.append(min(times))
    return part if part and seconds[1] > 8 * seconds[0] else ""


@pytest.mark.skipif(sys.gettrace() is not None, reason="a tracer takes the time")
def test_no_pattern_of_ours_takes_the_square_of_a_text():
    found = {(where, use): pattern for where, pattern, use in [*inline(), *named()]}
    assert len(found) > 70
    slow = {
        f"{where} ({use}): {pattern.pattern!r}": text
        for (where, use), pattern in found.items()
        if where.rpartition(":")[0] not in BOUNDED and where not in BOUNDED
        and (text := grows(pattern, use))
    }  # fmt: skip
    assert slow == {}


@pytest.mark.parametrize(
    ("pattern", "use"),
    [(r"(a+)+$", "match"), (r"(\d+)+x", "search"), (r"\s+$", "search"),
     (r"\w*\d\w*x", "fullmatch")],
)  # fmt: skip
def test_a_pattern_that_does_is_found(pattern, use):
    assert endless(re.compile(pattern), use)
