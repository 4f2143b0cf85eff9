"""What stands last on the terminal: a reason within four lines, whatever went wrong."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

import tiny_trial
from internals import started
from patience import HUNG

HOME = Path(__file__).parents[2]
ONE = ("--cores", "1")
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
GOOD = (*ONE, "--configfile", "good.yaml")
# Arguments, and what the last four lines have to say. Snakemake says some of it itself, before
# the workflow is read.
KINDS = {
    "a key": ((*ONE, "--configfile", "key.yaml"), "unknown key sudy (nearest: study)"),
    "YAML": ((*ONE, "--configfile", "bad.yaml"), "Config file is not valid JSON or YAML"),
    "no study file": ((*ONE, "--configfile", "none.yaml"), "No such file or directory: 'none"),
    "a file": ((*ONE, "--configfile", "lost.yaml"), "no such file: intake.matrix: lost.tsv"),
    "a value": ((*ONE, "--configfile", "odd.yaml"), "odd.tsv: feature 'probe0000', column"),
    "cores": (("--configfile", "good.yaml"), "use --cores N"),
    "an option": ((*GOOD, "--coress", "1"), "unrecognized arguments: --coress"),
    "a stage": ((*ONE, "qualty", "--configfile", "good.yaml"), "of 26 the nearest are quality"),
    "until two": ((*GOOD, "--until", "intake", "normalise"), "so normalise was not made; give"),
    "a plan": ((*ONE, "qualty", "-n", "--configfile", "good.yaml"), "the nearest are quality"),
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Study files of a tiny trial: a good one, and damaged ones."""
    folder = tmp_path_factory.mktemp("place")
    intake = tiny_trial.write(folder, "table", "microarray", "auto", True, False)
    intake = {k: str(v).replace(f"{folder}/", "") if k != "annotation" else
              {**v, "path": "names.tsv"} for k, v in intake.items()}  # fmt: skip
    study = {
        "study": "tiny", "intake": intake, "response": {"source": "column"},
        "design": {"baseline": "before", "followup": "after"},
    }  # fmt: skip
    table = (folder / "matrix.tsv").read_text("utf-8").split("\t")
    (folder / "odd.tsv").write_text("\t".join([*table[:60], "abc", *table[61:]]), "utf-8")
    files = {
        "good": study,
        "key": study | {"sudy": 1},
        "lost": study | {"intake": intake | {"matrix": "lost.tsv"}},
        "odd": study | {"study": "odd", "intake": intake | {"matrix": "odd.tsv"}},
    }
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content), "utf-8")
    (folder / "bad.yaml").write_text("study: [x\nfoo: }\n")
    return folder


def command(*arguments):
    return [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile"), *arguments]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_reason_stands_within_the_last_four_lines(place, kind):
    arguments, words = KINDS[kind]
    done = subprocess.run(
        command(*arguments), cwd=place, capture_output=True, text=True, timeout=HUNG
    )
    assert done.returncode != 0
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert words in " ".join(lines[-4:]), lines[-8:]
    told = [line for line in lines if line.startswith("revertome: ") and words in line]
    assert not told or words in lines[-1]


def on_a_terminal(place, *arguments, ended=False):
    """Exit status of a run and what it writes on a terminal; `ended` in its first step."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command(*arguments), cwd=place, stdout=theirs, stderr=theirs)
    os.close(theirs)
    text = b""
    while True:
        try:
            text += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if ended and b"step 1 of" in text:
            running.send_signal(signal.SIGTERM)
            ended = False
    os.close(ours)
    return running.wait(timeout=HUNG), text.decode().replace("\r\n", "\n")


@pytest.mark.slow
def test_on_a_terminal_with_colours_the_last_lines_are_the_same(place):
    status, text = on_a_terminal(place, *ONE, "response", "--configfile", "good.yaml")
    assert status == 0, text[-2000:]
    assert "\x1b[" in text  # Snakemake's colours
    assert text.splitlines()[-3:] == [
        "revertome: made: results/tiny/response",
        "  flagged: nothing",
        "  no report of this study yet; the command without the name of a stage goes on to it",
    ]


@pytest.mark.slow
def test_a_run_that_is_stopped_says_that_it_can_go_on(place):
    # Many steps are left after the first, so that even a machine that is busy stops in time.
    stop = (*ONE, "--forcerun", "intake", "--configfile", "good.yaml")
    status, text = on_a_terminal(place, *stop, ended=True)
    assert status != 0
    assert text.splitlines()[-1] == (
        "revertome: the run was stopped (SIGTERM); what was finished is kept, and the same command "
        "goes on from there"
    )


def test_a_stop_is_remembered_where_its_exception_is_caught():
    """As by what the signal interrupts: the scheduler begins no further job then."""
    before = {number: signal.getsignal(number) for number in STOPS}
    run = SimpleNamespace(work=lambda name: None)
    workflow = SimpleNamespace(
        revertome_run=run, executor_plugin=SimpleNamespace(name="local"), local_exec=False,
        scheduler=SimpleNamespace(_user_kill=None), revertome_ending=SimpleNamespace(stopped=None),
    )  # fmt: skip
    try:
        started(workflow)
        with pytest.raises(KeyboardInterrupt):
            signal.getsignal(signal.SIGTERM)(signal.SIGTERM, None)
        assert workflow.scheduler._user_kill == "graceful"
        assert workflow.revertome_ending.stopped == "SIGTERM"
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
