"""`modules.gmt` with a collection of MSigDB and with a path that is not there."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

HOME = Path(__file__).parents[2]
NAME = "h.all.v2023.2.Hs.symbols.gmt"


def run(folder: Path, gmt: str, *more: str) -> "subprocess.CompletedProcess[str]":
    study = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
    study["intake"]["cache"] = "cache"
    study["modules"] = {"gmt": [gmt]}
    (folder / "study.yaml").write_text(yaml.safe_dump(study))
    command = [
        sys.executable, "-m", "snakemake", "--snakefile", HOME / "Snakefile", "--cores", "1",
        *more, "--configfile", "study.yaml",
    ]  # fmt: skip
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_collection_in_the_cache_is_taken_from_there(tmp_path: Path) -> None:
    text = "HALLMARK_X\thttps://example.org\tMX1\tISG15\n"
    (tmp_path / "cache/msigdb").mkdir(parents=True)
    (tmp_path / "cache/msigdb" / NAME).write_text(text)
    target = f"results/anajis_simulated/modules/collections/{NAME}"
    done = run(tmp_path, "msigdb:2023.2.Hs:h.all", target)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / target).read_text() == text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("gmt", "message"),
    [
        ("msigdb:h.all", "'msigdb:h.all' names no collection; expected msigdb:<release>:"),
        ("mine.gmt", "no such file: modules.gmt: mine.gmt; correct the path"),
    ],
)
def test_a_wrong_name_is_met_at_the_door(tmp_path: Path, gmt: str, message: str) -> None:
    done = run(tmp_path, gmt, "--dry-run")
    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr
