"""The container recipes do the README's set-up, from the same lock, with what a run needs."""

import re
import shlex
from pathlib import Path

from workflow.test_run import SHIPPED

HOME = Path(__file__).parents[2]
NEEDED = {*SHIPPED, "requirements.txt"}


def read(name):
    return (HOME / name).read_text("utf-8")


def setup():
    """Commands of the README's first block, up to the run; downloads are not kept in an image."""
    block = re.search(r"^## Run it.*?^```bash\n(.*?)^```", read("README.md"), re.M | re.S).group(1)
    commands = [part.strip() for part in block.split("&&")]
    assert "snakemake" in commands[-1]
    return [re.sub(r"pip install", "pip install --no-cache-dir", part) for part in commands[:-1]]


def test_docker_runs_the_commands_of_the_readme():
    steps = re.findall(r"^RUN (.*)$", read("envs/Dockerfile"), re.M)
    assert [part.strip() for step in steps for part in step.split("&&")] == setup()


def test_apptainer_runs_the_commands_of_the_readme():
    post = read("envs/revertome.def").partition("%post\n")[2].partition("\n%")[0]
    assert [line.strip() for line in post.splitlines() if line.strip()] == [
        "cd /revertome",
        *setup(),
    ]


def test_both_start_the_same_program_on_the_same_base():
    docker, apptainer = read("envs/Dockerfile"), read("envs/revertome.def")
    words = re.search(r"^ENTRYPOINT \[(.*)\]$", docker, re.M).group(1)
    entry = shlex.split(words.replace(",", " "))
    started = re.search(r'exec (.*) "\$@"$', apptainer, re.M).group(1)
    assert shlex.split(started) == entry
    base = re.search(r"^FROM (\S+)$", docker, re.M).group(1)
    assert re.search(r"^From: (\S+)$", apptainer, re.M).group(1) == base
    assert base.startswith("python:3.11-")


def test_both_take_what_a_run_needs_and_nothing_else():
    everything, *allowed = [
        line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")
    ]
    assert everything == "*"
    assert {line[1:] for line in allowed if line.startswith("!")} == NEEDED
    files = read("envs/revertome.def").partition("%files\n")[2].partition("\n%")[0]
    pairs = [line.split() for line in files.splitlines() if line.strip()]
    # With the slash at its end the target is a folder, made when it is not there.
    assert {target for _, target in pairs} == {"/revertome/"}
    assert {source for source, _ in pairs} == NEEDED
