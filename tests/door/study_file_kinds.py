"""Study files whose structure is broken, or written in another way that YAML allows."""

import json
import re
from collections.abc import Callable

import yaml

from door.kind import Expected, Rng, equal, kind, pick, told
from door.study import Study

KEYS = ["study", "intake", "source", "assay", "samples", "matrix", "design", "baseline",
        "followup", "healthy"]  # fmt: skip
SAID = ("YAML", "study.yaml", "configuration", "intake", "design", "study")


def _line(text: str, key: str) -> str:
    found = re.search(rf"^ *{key}:.*\n", text, re.M)
    return found[0] if found else ""


@kind("a needed key removed", "yaml")
def removed(rng: Rng, study: Study) -> Expected:
    key = pick(rng, ["study", "source", "samples", "matrix", "design", "baseline", "followup"])

    def drop(text: str) -> str:
        if key == "design":
            return re.sub(r"^design:\n( .*\n)*", "", text, flags=re.M)
        return text.replace(_line(text, key), "", 1)

    study.yaml.append(drop)
    return told(key)


@kind("a line of the study file indented otherwise", "yaml")
def indented(rng: Rng, study: Study) -> Expected:
    key = pick(rng, ["source", "assay", "samples", "matrix", "baseline", "followup", "healthy"])
    by = pick(rng, [-2, -1, 1, 2, 4])

    def shift(text: str) -> str:
        line = _line(text, key)
        new = line[-by:] if by < 0 else " " * by + line
        return text.replace(line, new, 1)

    study.yaml.append(shift)
    return told((key, *SAID))


@kind("values of the study file exchanged", "yaml")
def exchanged(rng: Rng, study: Study) -> Expected:
    one, other = pick(rng, [
        ("source", "assay"), ("samples", "matrix"), ("healthy", "baseline"), ("assay", "healthy"),
        ("followup", "healthy"), ("source", "baseline"), ("samples", "assay"),
        ("matrix", "followup"),
    ])  # fmt: skip

    def swap(text: str) -> str:
        a, b = (_line(text, key).partition(":")[2] for key in (one, other))
        text = text.replace(_line(text, one), _line(text, one).partition(":")[0] + ":" + b, 1)
        return text.replace(_line(text, other), _line(text, other).partition(":")[0] + ":" + a, 1)

    study.yaml.append(swap)
    return told((one, other, "samples.tsv", "matrix.tsv", "No such file", "no such file"))


@kind("a value that is a list, a section or nothing", "yaml")
def typed(rng: Rng, study: Study) -> Expected:
    key = pick(rng, KEYS)
    value = pick(rng, [
        "[]", "{}", "[[]]", "[a, b]", "{a: 1}", "7", "7.5", "true", "~", "2020-01-01", ".nan",
        ".inf", "1e300", "-1", "''", "!!binary aGk=", "!!set {a, b}", "0x1F", "1_000", "12:30",
    ])  # fmt: skip
    if key == "healthy" and value == "~":
        value = "[]"
    if key in ("intake", "design"):
        study.yaml.append(lambda text: re.sub(rf"^{key}:\n( .*\n)*", f"{key}: {value}\n", text,
                                              flags=re.M))  # fmt: skip
    else:
        study.yaml.append(
            lambda text: text.replace(
                _line(text, key), _line(text, key).partition(":")[0] + f": {value}\n", 1
            )
        )
    if key == "study" and value in ("12:30", "0x1F", "1_000"):
        return told(("study", "configuration"))
    return told((key, *SAID))


@kind("a key twice, anywhere", "yaml")
def twice(rng: Rng, study: Study) -> Expected:
    key = pick(rng, ["study", "source", "assay", "samples", "matrix", "baseline", "healthy"])
    style = pick(rng, ["same", "quoted", "far"])

    def double(text: str) -> str:
        line = _line(text, key)
        again = line.replace(key, f'"{key}"', 1) if style == "quoted" else line
        if style == "far" and not line.startswith(" "):
            return text + line
        return text.replace(line, line + again, 1)

    study.yaml.append(double)
    return told(repr(key), "study.yaml")


@kind("a study file that is no YAML", "yaml")
def no_yaml(rng: Rng, study: Study) -> Expected:
    key = pick(rng, ["source", "assay", "baseline"])
    ways: list[Callable[[str], str]] = [
        lambda t: t.replace(f"{key}: ", f"{key}: '", 1), lambda t: t + "more: [a, b\n",
        lambda t: t.replace(f"{key}: ", f"{key}: *nowhere ", 1), lambda t: t + "more: {a: 1\n",
        lambda t: t.replace(f"{key}: ", f"{key}: @", 1), lambda t: t + "%\n", lambda t: "- a\n" + t,
        lambda t: t.replace(f"  {key}: ", f"  {key} ", 1), lambda t: t + "---\nstudy: other\n",
        lambda t: t.replace(f"{key}:", f"{key}:\x07", 1), lambda t: t + "\0\0\0",
        lambda t: t + "a: !!python/object/apply:os.getcwd []\n", lambda t: t + ": : :\n",
    ]  # fmt: skip
    study.yaml.append(pick(rng, ways))
    return told((key, *SAID))


@kind("something else than a study in the study file", "yaml")
def no_study(rng: Rng, study: Study) -> Expected:
    made = pick(rng, [
        "", "# nothing yet\n", "[]\n", "- study\n", "study\n", "7\n", "~\n", "{}\n", "---\n...\n",
        "study: {study: {}}\n", "<html></html>\n", "sample\tpatient\nS1\tP1\n", "study: x\n",
        "[" * 200, "a: " * 100 + "\n",
    ])  # fmt: skip
    study.yaml.append(lambda _: made)
    return told((*SAID, "config"))


@kind("a study file in other bytes", "yaml")
def other_bytes(rng: Rng, study: Study) -> Expected:
    study.config["title"] = "Étude à Zürich"
    study.raw.append(pick(rng, [
        lambda c: c.decode().encode("cp1252"), lambda c: c.decode().encode("mac_roman"),
        lambda c: c[:30] + b"\xff" + c[30:], lambda c: c + b"\x80\n",
    ]))  # fmt: skip
    return told("study.yaml")


@kind("marks that cannot be seen in the study file", "yaml")
def unseen(rng: Rng, study: Study) -> Expected:
    mark = pick(rng, ["\u200b", "\u200e", "\u202e", "\u2060", "\U000e0041"])
    key = pick(rng, ["source", "assay", "baseline", "followup", "healthy", "intake", "design"])

    def put(text: str) -> str:
        line = _line(text, key).rstrip("\n")
        at = int(rng.integers(len(line) - len(line.lstrip()), len(line) + 1))
        return text.replace(line, line[:at] + mark + line[at:], 1)

    study.yaml.append(put)
    return told((key, *SAID))


@kind("a study file written in another style", "yaml", keeps=True)
def other_style(rng: Rng, study: Study) -> Expected:
    def dumped(**how: object) -> Callable[[str], str]:
        return lambda text: yaml.safe_dump(yaml.safe_load(text), allow_unicode=True, **how)

    ways: list[Callable[[str], str]] = [
        lambda text: json.dumps(yaml.safe_load(text), ensure_ascii=bool(rng.integers(2))),
        lambda text: json.dumps(yaml.safe_load(text), indent=2), dumped(default_flow_style=True),
        dumped(sort_keys=True), dumped(indent=8), dumped(default_style='"'),
        dumped(explicit_start=True, explicit_end=True), dumped(width=20),
        lambda text: re.sub(r"^( *\w+):(.*)$", r"\1 :\2  # said", text, flags=re.M),
        lambda text: re.sub(r"^(  baseline): (.*)$", r"\1: !!str \2", text, flags=re.M),
        lambda text: re.sub(r"^(  followup): (.*)$", r"\1: >-\n    \2", text, flags=re.M),
    ]  # fmt: skip
    study.yaml.append(pick(rng, ways))
    return equal()


@kind("an option out of its range", "yaml")
def out_of_range(rng: Rng, study: Study) -> Expected:
    section, key = pick(rng, [("trajectories", "alpha"), ("modules", "minimum_genes"),
                              ("trajectories", "seed"), ("quality", "exclude")])  # fmt: skip
    value = pick(rng, [-1, 1e300, float("inf"), float("nan"), "much", [], {}, -1e-300, [0.05]])
    study.config[section] = {key: value}
    return told(key)
