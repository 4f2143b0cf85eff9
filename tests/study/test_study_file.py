"""A key that a study file has twice is found where it stands."""

import subprocess
import sys
from pathlib import Path

import pytest

from revertome.errors import StudyError
from revertome.study_file import refuse_repeated_keys

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
        refuse_repeated_keys(text, "s.yaml")
    assert str(raised.value).startswith("s.yaml: ") and words in str(raised.value)


@pytest.mark.parametrize(
    "text", ["", "a: {x: 1}\nb: {x: 1}\n", "a:\n\tb: 1\n", "- 1\n- 1\n", "x", "yes: 1\n'yes ': 2\n",
             "a: &a {x: 1}\nb: &b {y: 1}\nc:\n  <<: *a\n  <<: *b\n"]
)  # fmt: skip
def test_once(text):
    refuse_repeated_keys(text, "s.yaml")


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
