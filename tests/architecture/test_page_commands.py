"""Every command of README and config pages as written, in the environment of the README."""

import os
import re
import shutil
import subprocess

import pytest
import yaml

import tiny_trial
from page_commands import BEFORE, HOME, HOW, INSTEAD, MAKES, NOT, PLAN, PLANNED, STOPS, commands
from patience import HUNG

IGNORED = (".venv", ".git", ".snakemake", "results", "private", "*_cache", "__pycache__", ".ci")
ACTIVATE = "source .venv/bin/activate"
ABSENT = re.compile(r"from versions: none|onnection|timed out|resolve", re.I)  # no registry


def test_every_command_is_sorted_and_no_other():
    assert set(commands()) == set(HOW) | set(NOT)
    assert not set(HOW) & set(NOT)
    assert set(PLANNED) | set(STOPS) == {one for one, how in HOW.items() if how == PLAN}
    assert all(len(reason) > 10 for reason in (PLANNED | NOT).values())


def test_pages_run_what_lies_in_the_environment_after_it_is_activated():
    """Only the line that makes the environment names the programs in it by their path."""
    paths = [one for one in commands() if ".venv/bin/" in one and "-m venv" not in one]
    assert paths == [ACTIVATE]


def say(command, folder):
    """Run a command in a shell as a person's, without what the tests brought; what it said."""
    foreign = ("VIRTUAL_ENV", "PYTHON", "SNAKEMAKE", "PYTEST", "COV")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    ours = str(HOME / ".venv/bin")
    environment["PATH"] = ":".join(p for p in os.environ["PATH"].split(":") if p != ours)
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True,
        timeout=HUNG,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of this folder with a tiny study in the place of each named one, set up and run."""
    place = tmp_path_factory.mktemp("house") / "revertome"
    shutil.copytree(HOME, place, ignore=shutil.ignore_patterns(*IGNORED), symlinks=True)
    intake = tiny_trial.write(place / "data", "table", "microarray", "auto", True, False)
    study = {
        "study": "my_study", "intake": intake, "response": {"source": "column"},
        "design": {"baseline": "before", "followup": "after"},
        "modules": {"permutations": 100}, "trajectories": {"bootstrap": 20, "permutations": 10},
    }  # fmt: skip
    for path in ("config/config", "my_study", "my_studies/one", "a", "trials/one/study"):
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / f"{path}.yaml").write_text(yaml.safe_dump(study), "utf-8")
    (place / "b.yaml").write_text(yaml.safe_dump(study | {"study": "b"}), "utf-8")
    status, said = say(commands()[0], place)
    if status and "snakemake" not in said.lower() and ABSENT.search(said):
        pytest.skip("needs a package registry")
    assert status == 0, said[-3000:]
    last = said.rstrip().splitlines()[-3:]
    assert "revertome: the report: results/my_study/report.html" in last
    return place


@pytest.mark.slow
@pytest.mark.parametrize("command", [one for one in HOW if HOW[one] != PLAN][1:])
def test_a_command_runs_as_written(house, command):
    status, said = say(f"{ACTIVATE} && {command}", house)
    assert status == 0, said[-3000:]
    name, words = MAKES.get(command, ("README.md", "revertome"))
    assert words in (house / name).read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("command", [*PLANNED, *STOPS])
def test_a_command_is_planned_as_written(house, command):
    written = command
    for path, mine in INSTEAD.items():
        command = command.replace(path, mine)
    before = f"{BEFORE.get(written, ':')} && "
    status, said = say(f"{ACTIVATE} && {before}{command} -n", house)
    assert (status != 0) == (written in STOPS), said[-3000:]
    assert re.search(STOPS.get(written, "This was a dry-run|Nothing to be done"), said)
