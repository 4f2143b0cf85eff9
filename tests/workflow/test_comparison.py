"""A comparison of finished folders: planned without data of its own, refused with one sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from patience import HUNG
from revertome.compared_names import check_compared
from revertome.errors import StudyError

HOME = Path(__file__).parents[2]


def planned(folder, compare):
    """Output of a dry run of a comparison alone."""
    path = folder / "compare.yaml"
    path.write_text(yaml.safe_dump({"study": "both", "compare": compare}), encoding="utf-8")
    command = [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile"), "--dry-run"]
    command += ["--directory", str(folder), "--cores", "1", "--configfile", str(path)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=HUNG)
    return done.returncode, done.stdout + done.stderr


def finished(folder):
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    return str(folder)


def test_a_comparison_alone_runs_its_two_rules(tmp_path):
    one, two = finished(tmp_path / "one"), finished(tmp_path / "elsewhere" / "two")
    code, text = planned(tmp_path, {"one": one, "two": two})
    assert code == 0, text
    rules = {line.split()[1].rstrip(":") for line in text.splitlines()
             if line.strip().startswith("rule ")}  # fmt: skip
    assert rules == {"all", "compare", "compare_report"}


@pytest.mark.parametrize("made", [False, True])
def test_a_folder_that_is_missing_or_unfinished_is_named(tmp_path, made):
    one, two = finished(tmp_path / "one"), tmp_path / "two"
    if made:
        two.mkdir()
    code, text = planned(tmp_path, {"one": one, "two": str(two)})
    words = "has no manifest.json, which a study writes last" if made else "no such folder"
    line = next(line for line in text.splitlines() if line.startswith("revertome: compare: two:"))
    assert code != 0
    assert words in line
    assert "Traceback" not in text


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("file", "compare: two: is a file: "),
        ("loop", "compare.two: .*loop.*: too many levels of symbolic links"),
        (
            "twice",
            "compare: one and two are one folder, .*a study compared with itself says nothing",
        ),
        ("home", "compare.two: '~/results/two' is not there: ~ and variables are of the shell"),
    ],
)
def test_a_folder_that_is_none_or_named_twice_is_refused(tmp_path, way, words):
    one, other = finished(tmp_path / "one"), tmp_path / way
    if way == "file":
        other.write_text("x", encoding="utf-8")
    if way == "loop":
        other.symlink_to(other)
    paths = {"twice": f"{tmp_path}/here/../one", "home": "~/results/two"}
    (tmp_path / "here").mkdir()
    code, text = planned(tmp_path, {"one": one, "two": paths.get(way, str(other))})
    said = [line for line in text.splitlines() if line.startswith("revertome: ")]
    assert code != 0
    assert "Traceback" not in text
    assert len(said) == 1, text
    assert re.search(words, said[0]), said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a,b", "up to 60 letters"),
        ("<b>x</b>", "up to 60 letters"),
        ("../a", "up to 60 letters"),
        ("", "up to 60 letters"),
        ("=1+1", "up to 60 letters"),
        ("two\nlines", "up to 60 letters"),
        ("two\ttabs", "up to 60 letters"),
        ("x" * 61, "up to 60 letters"),
        ("it's", "up to 60 letters"),
        ("gene", "for something else"),
        ("Contrast", "for something else"),
        ("NA", "for something else"),
        ("ONE", "differs from one by capitals alone"),
        (2020, "write the name in quotes"),
        (True, "write the name in quotes"),
        (None, "write the name in quotes"),
    ],
)
def test_a_name_that_no_table_can_hold_is_refused(name, words):
    """Names are joined by commas, are columns, and stand on the page and in pictures."""
    with pytest.raises(StudyError, match=words) as refused:
        check_compared({"study": "both", "compare": {"one": "x", name: "y"}})
    sentence = str(refused.value)
    assert sentence.startswith("configuration: compare: ")
    assert len(sentence) < 300
    assert sentence.isprintable()


def test_names_of_studies_that_are_kept():
    check_compared({"study": "gene", "compare": {"2020": "x", "yes": "y", "GSE1_a.b-c": "z"}})
    with pytest.raises(StudyError, match="for something else"):
        check_compared({"study": "gene", "intake": {}, "compare": {"2020": "x"}})


@pytest.mark.parametrize("alone", [{}, {"intake": {}}])
def test_a_comparison_has_a_name_of_its_own(alone):
    """Its configuration would be taken for that of the folder."""
    with pytest.raises(StudyError, match="configuration: compare: both: is the name of"):
        check_compared({"study": "both", **alone, "compare": {"one": "x", "both": "y"}})
