"""A run, dry or real, in a folder where other things live: nothing of theirs is deleted."""

import json
import shutil
import signal
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import yaml

from patience import HUNG
from run_record import this_run
from workflow.interruption import HOME, command, study

pytestmark = pytest.mark.slow

OTHER = """
rule all:
    input: "own/whole.txt"
rule grow:
    output: "own/whole.txt"
    shell: "until [ -e stop ]; do echo line >> {output}; sleep 0.2; done; echo end >> {output}"
"""


def mark(folder, output):
    """Mark an output as begun, as Snakemake does."""
    path = folder / ".snakemake/incomplete" / urlsafe_b64encode(str(output).encode()).decode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"external_jobid": null}')


def killed_record(folder, **differing):
    """The record of a run of this folder that was killed."""
    run = replace(this_run(folder), started="0", **differing)
    path = folder / ".snakemake/revertome/a.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(run)))


def run(folder, *more):
    """One run to its end: exit status and words."""
    done = subprocess.run(command(folder, *more), capture_output=True, text=True, timeout=HUNG)
    return done.returncode, done.stdout + done.stderr


def until(condition, limit=HUNG):
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def identity(path):
    """What changes when a file is deleted, replaced or written."""
    found = path.stat(follow_symlinks=False)
    return found.st_ino, found.st_mtime_ns, found.st_size


@pytest.fixture
def folder(tmp_path):
    study(tmp_path / "here", genes=1000)
    return tmp_path / "here"


def test_another_workflow_at_work_in_the_folder_keeps_its_locks_and_its_output(folder):
    (folder / "other.smk").write_text(OTHER)
    line = [sys.executable, "-m", "snakemake", "-s", "other.smk", "--cores", "1"]
    killed_record(folder)
    with subprocess.Popen(line, cwd=folder, stderr=subprocess.DEVNULL) as other:
        output, locks = folder / "own/whole.txt", folder / ".snakemake/locks"
        until(output.exists)
        before = sorted(path.name for path in locks.iterdir())
        assert before
        for more in (["-n"], ["--list"], ["--summary"], ["--until", "intake"]):
            status, words = run(folder, *more)
            assert status == 0, words
            assert sorted(path.name for path in locks.iterdir()) == before
        assert other.poll() is None
        began = output.read_text()
        (folder / "stop").touch()
        assert other.wait(60) == 0
    assert output.read_text().startswith(began)
    assert output.read_text().endswith("line\nend\n")


def test_marks_that_name_files_outside_delete_none_of_them(folder, tmp_path):
    killed_record(folder)
    precious = [tmp_path / "precious.txt", folder / "notes.txt"]
    for path in precious:
        path.write_text("text")
        mark(folder, path)
    mark(folder, "../precious.txt")
    (folder / ".snakemake/incomplete/.nfs000000000001").write_text("")
    for more in (["-n"], ["--until", "intake"]):
        status, words = run(folder, *more)
        assert status == 0, words
        assert [path.read_text() for path in precious] == ["text"] * 2


def test_a_project_copied_with_its_state_is_not_taken_for_a_killed_run(folder, tmp_path):
    """The copy holds locks and marks of a run that lives elsewhere."""
    assert run(folder, "--until", "intake")[0] == 0
    killed_record(folder)
    raw = folder / "results/killed/intake/raw.h5ad"
    mark(folder, raw.relative_to(folder))
    (folder / ".snakemake/locks").mkdir(exist_ok=True)
    (folder / ".snakemake/locks/0.output.lock").write_text("results/killed/intake/raw.h5ad\n")
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    kept = identity(copy / raw.relative_to(folder))
    for more in (["-n"], ["--until", "intake"]):
        status, words = run(copy, *more)
        assert status == 1
        assert "--rerun-incomplete" in words
        assert "Traceback" not in words
        assert identity(copy / raw.relative_to(folder)) == kept


def shared_results(tmp_path):
    """Two folders whose studies write to the same absolute results."""
    for name in ("one", "two"):
        path = study(tmp_path / name, genes=1000)
        config = yaml.safe_load(path.read_text("utf-8")) | {"results": str(tmp_path / "shared")}
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
    return tmp_path / "one", tmp_path / "two", tmp_path / "shared/killed"


def test_what_another_folder_finished_since_is_not_deleted(tmp_path):
    one, two, results = shared_results(tmp_path)
    with subprocess.Popen(
        command(one, "--until", "normalise"), stderr=subprocess.DEVNULL
    ) as running:
        until((results / "logs/normalise.log").exists)
        running.kill()
    assert run(two, "--until", "normalise")[0] == 0
    finished = {path: identity(path) for path in results.rglob("*.h5ad")}
    assert len(finished) == 2
    for more in (["-n"], ["--until", "normalise"]):
        status, words = run(one, *more, "--rerun-triggers", "mtime")
        assert {path: identity(path) for path in results.rglob("*.h5ad")} == finished, words
        assert status == 1
        assert f"a run in {two} has made since" in words


def test_two_folders_at_once_do_not_write_the_same_results(tmp_path):
    one, two, results = shared_results(tmp_path)
    with subprocess.Popen(command(one), stderr=subprocess.DEVNULL) as running:
        until((results / "intake/raw.h5ad").exists)
        status, words = run(two)
        assert status == 1
        assert f"another run writes the same results (process {running.pid}" in words
        running.send_signal(signal.SIGTERM)


def test_the_run_of_another_machine_keeps_its_locks_and_outputs(folder):
    """On a file system whose locks hold on one machine only, it cannot be seen to live."""
    with subprocess.Popen(command(folder), stderr=subprocess.DEVNULL) as running:
        raw = folder / "results/killed/intake/raw.h5ad"
        until((folder / "results/killed/logs/normalise.log").exists)
        locks = {path: identity(path) for path in (folder / ".snakemake/locks").iterdir()}
        (path,) = (folder / ".snakemake/revertome").iterdir()
        path.write_text(json.dumps(json.loads(path.read_text()) | {"host": "another"}))
        kept = identity(raw)
        run(folder, "-n")
        status, words = run(folder)
        assert status == 1
        assert f"process {running.pid} on another" in words
        assert running.poll() is None
        assert {path: identity(path) for path in locks} == locks
        assert identity(raw) == kept
        running.send_signal(signal.SIGTERM)


def test_an_output_that_became_a_link_loses_the_link_and_not_its_target(folder, tmp_path):
    assert run(folder, "--until", "intake")[0] == 0
    killed_record(folder)
    precious, flow = tmp_path / "precious.tsv", folder / "results/killed/intake/flow.tsv"
    flow.replace(precious)
    flow.symlink_to(precious)
    content = precious.read_bytes()
    mark(folder, flow.relative_to(folder))
    run(folder, "-n")
    assert flow.is_symlink()
    status, words = run(folder, "--until", "intake")
    assert status == 0, words
    assert precious.read_bytes() == content
    assert not flow.is_symlink() and Path(flow).read_bytes() == content


@pytest.mark.parametrize("way", ["tests/../Snakefile", "link/Snakefile"])
def test_a_killed_run_goes_on_however_the_workflow_is_named(folder, tmp_path, way):
    """By a path with `..` or through a link; else no run is recorded and none recovered."""
    (tmp_path / "link").symlink_to(HOME)
    raw = folder / "results/killed/intake/raw.h5ad"
    raw.parent.mkdir(parents=True)
    raw.write_text("half")
    mark(folder, raw.relative_to(folder))
    killed_record(folder)
    named = HOME / way if way.startswith("tests") else tmp_path / way
    line = [str(named) if word.endswith("Snakefile") else word for word in command(folder, "-n")]
    done = subprocess.run(line, capture_output=True, text=True, timeout=HUNG)
    assert done.returncode == 0, done.stdout + done.stderr
