"""YAML that does not mean what it seems to is refused where it stands."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from revertome.errors import StudyError
from revertome.study_file import read
from revertome.study_words import composed

HOME = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "words"),
    [("study: a\nintake: {}\nstudy: b\n", "key 'study' stands in line 1 and again in line 3"),
     ("design:\n  baseline: x\n  followup: y\n  baseline: z\n",
      "key 'baseline' of design stands in line 2 and again in line 4"),
     ("intake:\n  fields:\n    group: {values: {1: a, 1: b}}\n",
      "key '1' of intake.fields.group.values stands in line 3"),
     ("a:\n  - {b: 1}\n  - {b: 1, b: 2}\n", "key 'b' of a stands in line 3"),
     ('{"study": "a", "study": "b"}', "key 'study' stands in line 1")],
)  # fmt: skip
def test_twice(text, words):
    with pytest.raises(StudyError) as raised:
        read(text, "s.yaml")
    assert str(raised.value).startswith("s.yaml: ") and words in str(raised.value)


@pytest.mark.parametrize(
    "text", ["", "a: {x: 1}\nb: {x: 1}\n", "- 1\n- 1\n", "x", "yes: 1\n'yes ': 2\n",
             "a: &a {x: 1}\nb: &b {y: 1}\nc:\n  <<: *a\n  <<: *b\n"]
)  # fmt: skip
def test_once(text):
    read(text, "s.yaml")


def aliases(kind):
    """A few lines that stand for 10 billion values."""
    forms = {"list": "[{}]", "mapping": "{{{}}}", "merge": "{{<<: [{}]}}"}
    lines = ["a0: &a0 {x: lol}" if kind == "merge" else "a0: &a0 [lol]"]
    for i in range(1, 11):
        parts = [f"k{j}: *a{i - 1}" if kind == "mapping" else f"*a{i - 1}" for j in range(10)]
        lines.append(f"a{i}: &a{i} " + forms[kind].format(", ".join(parts)))
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [*((aliases(kind), "more than 1,000,000 values") for kind in ("list", "mapping", "merge")),
     ("a: &a [*a]", "*a stands within what it stands for"),
     ("a: &a {b: {c: *a}}", "*a stands within what it stands for"),
     ("a: " + "[" * 200_000, "more than 40 sections within each other"),
     ("{a: " * 50, "more than 40 sections within each other"),
     ("? [a, b]\n: c", "stands for a key"), ("a: &a x\n*a : y", "stands for a key"),
     ("a: " + "x" * 10_000_001, "10,000,004 characters"),
     ("alpha: .nan", "line 1: alpha: .nan would be read as another number"),
     ("q:\n  mads: .inf", "line 2: q.mads: .inf"), ("limits: {crp: 010}", "limits.crp: 010"),
     ("t: 1:30", "t: 1:30"), ("t: 0x1F", "t: 0x1F"), ("t: [1, -0b1]", "t: -0b1"),
     ("a: 1.0e+400", "a: 1.0e+400"), ("a: 1.0e-400", "a: 1.0e-400"), ("n: " + "9" * 6000, "n: 999"),
     ("intake: {keep: {id: [" + "9" * 6000 + "]}}", "intake.keep.id: 999"),
     ("intake: {fields: {x: {default: .nan}}}", "default: .nan"),
     ('t: "a\\0b"', "'ab' holds the character U+0000"), ("t: a\u200bb", "U+200B"),
     ("a\u202eb: t", "U+202E"), ('t: "\\ud800"', "not valid YAML"), ("\x1b: 1", "not valid YAML"),
     ('t: "a\\x1b[31mb"', "U+001B"), ("t: a\0b", "not valid YAML"),
     ("a:\n\tb: 1\n", "not valid YAML"), ("a: b\n---\na: c", "not valid YAML"),
     ("t: !!python/object/apply:os.system ['touch ran']", "not valid YAML"),
     ("t: !x y", "not valid YAML"),
     ("t: !!timestamp x", "write dates"), ("t: !!bool x", "write dates"),
     ("day: 2019-02-30", "write dates and the like in quotes"),
     ("__use_yte__: true\nt: ?1", "line 1: __use_yte__ has Snakemake run the file as a program")],
    ids=lambda value: value[:25],
)  # fmt: skip
def test_what_is_not_what_it_seems_is_refused(text, words):
    with pytest.raises(StudyError) as raised:
        read(text, "s.yaml")
    told = str(raised.value)
    assert told.startswith("s.yaml: ") and words in told and len(told) < 400


def test_what_people_write_is_read():
    text = (
        "a: &a {x: 1, y: 0.5}\nb: {<<: *a, x: 2}\nc: [*a, *a]\nintake:\n  exclude: {0017: 010}\n"
        "  keep: {time: [1:30]}\nd: 'Zoë: 010'\ne: \"1:30\"\nf: 1.0e-5\ng: 1_000\nh: -3.\n"
        "j: |\n  two\n  lines\nk:\nl: 2019-02-28\nm: 1e5\n"
    )
    assert read(text, "s.yaml") == yaml.safe_load(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 10**500])
@pytest.mark.parametrize("wrap", [lambda v: {"a": {"b": v}}, lambda v: {"a": {"b": [1, {"c": v}]}}])
def test_json_and_the_command_line_give_no_odd_number(value, wrap):
    with pytest.raises(StudyError, match=r"^configuration: a\.b(\.c)?: found "):
        composed(wrap(value))


def test_a_configuration_is_not_endless():
    shared = ["x"]
    for _ in range(25):
        shared = [shared, shared]
    endless = []
    endless.append(endless)
    for value in (shared, endless):
        with pytest.raises(StudyError, match="write out what is meant"):
            composed({"caveats": value})


def test_words_are_composed_and_paths_are_not():
    apart = "Que\u0301bec"
    found = composed({"intake": {"samples": apart, "keep": {apart: [apart]}}, "results": apart})
    assert found["intake"] == {"samples": apart, "keep": {"Qu\u00e9bec": ["Qu\u00e9bec"]}}
    assert found["results"] == apart


@pytest.mark.slow
@pytest.mark.parametrize("way", [["--configfile", "s.yaml"], ["--config", "studies=s.yaml"]])
def test_a_run_stops_at_it(tmp_path, way):
    text = (HOME / "config/config.yaml").read_text("utf-8") + "design: {baseline: a, followup: b}\n"
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "--snakefile", HOME / "Snakefile", "-n", *way]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "Traceback" not in done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("revertome: ")]
    assert len(told) == 1 and "s.yaml: key 'design' stands in line" in told[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{2011-03-01: before}", "2011-03-01"),
        ("{2011-03-01 10:00:00: before}", "2011-03-01 10:00:00"),
    ],
)
def test_a_name_that_yaml_takes_for_a_date_is_the_word_of_the_sheet(text, name):
    assert composed({"values": yaml.safe_load(text)}) == {"values": {name: "before"}}


def test_a_name_that_is_no_word_is_to_be_quoted():
    found = {"intake": {"fields": {"visit": {"values": yaml.safe_load("{!!binary aGk=: before}")}}}}
    words = "intake.fields.visit.values: b'hi' before a colon is no word.*in quotes"
    with pytest.raises(StudyError, match=words):
        composed(found)
