"""What stands last on the terminal: a reason within four lines, whatever went wrong."""

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

import tiny_trial

HOME = Path(__file__).parents[2]
ONE = ("--cores", "1")
GOOD = (*ONE, "--configfile", "good.yaml")
# Arguments, and what the last four lines have to say. Snakemake says some of it itself, before
# the workflow is read.
KINDS = {
    "a key": ((*ONE, "--configfile", "key.yaml"), "unknown key sudy (nearest: study)"),
    "YAML": ((*ONE, "--configfile", "bad.yaml"), "Config file is not valid JSON or YAML"),
    "YAML of studies": ((*ONE, "--config", "studies=bad.yaml"), "bad.yaml: cannot be read, not"),
    "no study file": ((*ONE, "--configfile", "none.yaml"), "No such file or directory: 'none"),
    "a file": ((*ONE, "--configfile", "lost.yaml"), "no such file: intake.matrix: lost.tsv"),
    "a value": ((*ONE, "--configfile", "odd.yaml"), "odd.tsv: feature 'probe0000', column"),
    "offline": ((*ONE, "--configfile", "geo.yaml"), "cannot fetch https://ftp.ncbi.nlm.nih.gov"),
    "cores": (("--configfile", "good.yaml"), "use --cores N"),
    "an option": ((*GOOD, "--coress", "1"), "unrecognized arguments: --coress"),
    "a stage": ((*ONE, "qualty", "--configfile", "good.yaml"), "of 23 the nearest are quality"),
    "a result": ((*ONE, "results/x.tsv", *GOOD[2:]), "unknown stage or file 'results/x.tsv'"),
    "until": ((*GOOD, "--until", "qualty"), "unknown stage or file 'qualty'"),
    "until two": ((*GOOD, "--until", "intake", "normalise"), "so normalise was not made; give"),
    "forced": ((*GOOD, "--forcerun", "qualty"), "unknown stage or file 'qualty'"),
    "a plan": ((*ONE, "qualty", "-n", "--configfile", "good.yaml"), "the nearest are quality"),
    "quiet": ((*ONE, "--configfile", "odd.yaml", "--quiet", "all"), "odd.tsv: feature"),
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
    geo = {"source": "geo", "accession": "GSE999999", "cache": "cache"}
    files = {
        "good": study,
        "key": study | {"sudy": 1},
        "lost": study | {"intake": intake | {"matrix": "lost.tsv"}},
        "odd": study | {"study": "odd", "intake": intake | {"matrix": "odd.tsv"}},
        "geo": study | {"study": "series", "intake": geo},
    }
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content), "utf-8")
    (folder / "bad.yaml").write_text("study: [x\nfoo: }\n")
    return folder


def command(*arguments):
    return [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile"), *arguments]


# No network, however well this machine is connected.
OFFLINE = {**os.environ, "https_proxy": "http://127.0.0.1:9", "NO_COLOR": "1"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_reason_stands_within_the_last_four_lines(place, kind):
    arguments, words = KINDS[kind]
    done = subprocess.run(
        command(*arguments), cwd=place, env=OFFLINE, capture_output=True, text=True, timeout=300
    )
    assert done.returncode != 0
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    assert words in " ".join(lines[-4:]), lines[-8:]
    told = [line for line in lines if line.startswith("revertome: ") and words in line]
    assert not told or words in lines[-1]


def on_a_terminal(place, *arguments, after=0.0):
    """What a run writes on a terminal, and its exit status; told to end `after` so many seconds."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(command(*arguments), cwd=place, stdout=theirs, stderr=theirs)
    os.close(theirs)
    began, text = time.monotonic(), b""
    while True:
        try:
            text += os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if after and time.monotonic() - began > after and b"step 1 of" in text:
            running.send_signal(signal.SIGINT)
            after = 0.0
    os.close(ours)
    return running.wait(timeout=60), text.decode().replace("\r\n", "\n")


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
    stop = (*ONE, "intake", "--forcerun", "intake", "--configfile", "good.yaml")
    status, text = on_a_terminal(place, *stop, after=0.1)
    assert status != 0
    assert text.splitlines()[-1] == (
        "revertome: the run was stopped (SIGINT); what was finished is kept, and the same command "
        "goes on from there"
    )
