"""One stage by its name: its files and no more; then the rest; then a report that is overtaken."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

import tiny_trial
from files import sha256
from outcome import last_words, overtaken
from patience import HUNG

HOME = Path(__file__).parents[2]


def snakemake(study: Path, *words: str) -> str:
    """Run the workflow; returns what it said."""
    line = [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile"), "--cores", "2"]
    line += ["--directory", str(study.parent), *words, "--configfile", str(study)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=HUNG, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Write the study file of a trial with one visit; returns its path."""
    intake = tiny_trial.write(tmp_path, "table", "microarray", "auto", True, False)
    tiny_trial.of_one_visit(intake)
    config = {"study": "tiny", "intake": intake, "design": {"baseline": "before"}}
    config |= {"modules": {"permutations": 100}}
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return tmp_path / "study.yaml"


def made(folder: Path) -> set[str]:
    """Stages with files in a result folder, without logs and benchmarks."""
    found = {path.relative_to(folder).parts[0] for path in folder.rglob("*") if path.is_file()}
    return found - {"logs", "benchmarks"}


@pytest.mark.slow
def test_a_stage_alone_then_all_then_a_stage_anew(study):
    results = study.parent / "results/tiny"
    said = snakemake(study, "quality").splitlines()
    assert said[-3:] == [
        "revertome: made: results/tiny/quality",
        "  flagged: 1 alarm, 6 samples (HC-00-once, HC-01-once, HC-02-once, ...)",
        "  no report of this study yet; the command without the name of a stage goes on to it",
    ]
    assert made(results) == {"intake", "normalise", "quality"}
    before = sha256(results / "normalise/expression.h5ad")
    assert "of an earlier run" not in snakemake(study)
    assert sha256(results / "normalise/expression.h5ad") == before
    assert {"report.html", "manifest.json"} <= made(results)
    assert "The study has one visit" in (results / "report.html").read_text("utf-8")
    assert pd.read_csv(results / "trajectories/genes.tsv", sep="\t")["class"].isna().all()
    config = yaml.safe_load(study.read_text("utf-8"))
    study.write_text(yaml.safe_dump(config | {"normalise": {"method": "none"}}), "utf-8")
    said = snakemake(study, "normalise")
    last = said.splitlines()[-1]
    assert "report.html, manifest.json and the stages behind normalise are of an" in last


def test_a_report_knows_the_records_it_is_made_of(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "intake.record.json").write_text("{}")
    assert overtaken(tmp_path) == []  # there is no report
    rules = {"intake": {"record": sha256(logs / "intake.record.json")}, "report": {"record": None}}
    (tmp_path / "manifest.json").write_text(json.dumps({"rules": rules}))
    assert overtaken(tmp_path) == []
    (logs / "intake.record.json").write_text("{ }")
    assert overtaken(tmp_path) == ["intake"]
    assert "the stages behind intake are of an earlier run" in last_words([str(tmp_path)])[-1]
    (tmp_path / "manifest.json").write_text("[]")
    assert overtaken(tmp_path) == []
