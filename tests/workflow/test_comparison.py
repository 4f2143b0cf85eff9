"""A comparison of finished folders: planned without data of its own, refused with one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from patience import HUNG

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
