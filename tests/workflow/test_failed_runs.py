"""How failed runs end on one machine: no attempt in vain, the jobs' own sentences last."""

import subprocess

import pytest
import yaml

from workflow.cluster import command
from workflow.interruption import study

pytestmark = pytest.mark.slow


def test_each_study_is_tried_once_and_has_the_last_word_until_it_is_corrected(tmp_path):
    """Two faults in two studies of one run, with attempts to spare; then the same command."""
    for name in ("one", "two"):
        path = study(tmp_path / name, genes=1000, name=name)
        config = yaml.safe_load(path.read_text("utf-8"))
        config["design"]["covariates"] = [f"{name}_smoking"]
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    line = command(
        tmp_path / "run", "--cores", "2", "--retries", "2", "--keep-going",
        "--config", f"studies={tmp_path}", "--until", "one_intake", "two_intake",
    )  # fmt: skip
    failed = subprocess.run(line, capture_output=True, text=True, check=False)
    assert failed.returncode == 1
    assert "Trying to restart" not in failed.stderr
    last = sorted(failed.stderr.rstrip().splitlines()[-2:])
    for words, name in zip(last, ("one", "two"), strict=True):
        assert words.startswith(f"revertome: {name}: simulated study: covariate '{name}_smoking'")
    marks = tmp_path / "run/.snakemake/revertome/faults"
    assert list(marks.iterdir()) == [], "marks go with their run"
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text((tmp_path / name / "study.yaml").read_text("utf-8"))
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert not done.stderr.rstrip().splitlines()[-1].startswith("revertome")
