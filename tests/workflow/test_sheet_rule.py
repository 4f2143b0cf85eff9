"""`snakemake sheet` with a study file of a name and a series."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from geo_files import series_matrix

HOME = Path(__file__).parents[2]
EDITOR = "# yaml-language-server: $schema="


@pytest.mark.slow
def test_draft_of_a_study_file_with_a_series_only(tmp_path: Path) -> None:
    samples = {
        "title": [f"kid {n}" for n in range(4)],
        "geo_accession": [f"GSM{n}" for n in range(4)],
        "characteristics 1": [f"subject: {n // 2}" for n in range(4)],
        "characteristics 2": ["visit: before", "visit: after"] * 2,
    }
    (tmp_path / "s.txt").write_text(series_matrix(samples))
    (tmp_path / "study.yaml").write_text(
        "study: mine\nintake: {source: geo, accession: GSE1234, matrix: s.txt}\n"
    )
    command = [
        sys.executable, "-m", "snakemake", "sheet", "--snakefile", HOME / "Snakefile",
        "--cores", "1", "--configfile", "study.yaml",
    ]  # fmt: skip
    hidden = [*command, "--config", "privacy=pseudonymise"]
    refused = subprocess.run(hidden, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode == 1 and "privacy: `sheet` writes" in refused.stderr
    assert not (tmp_path / "results").exists()
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    lines = (run.stdout + run.stderr).splitlines()
    assert "revertome: the draft of the study file: results/mine/intake/draft.yaml" in lines
    assert lines[-1] == "  snakemake --cores 8 --configfile study.yaml"
    first = (tmp_path / "results/mine/intake/draft.yaml").read_text().partition("\n")[0]
    assert first == f"{EDITOR}{(HOME / 'workflow/schemas/config.schema.yaml').as_uri()}"
    draft = yaml.safe_load((tmp_path / "results/mine/intake/draft.yaml").read_text())
    assert draft["intake"]["fields"]["visit"] == {"field": "visit"}
    assert draft["design"]["baseline"] == "before"
    assert "subject\tTRUE\t4\t2\t" in (tmp_path / "results/mine/intake/fields.tsv").read_text()
