"""The workflow on a real SLURM of one node, through its profile; skipped where there is none.

The runs that do not disturb each other are started at once and share the node. Each is in the
folder of its name; but for `both` they are of the first of the two studies.
"""

import contextlib
import itertools
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from patience import HUNG
from workflow import slurm
from workflow.cluster import command, through, write_studies
from workflow.interruption import files

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(slurm.lacking()), reason=f"needs {slurm.lacking()}"),
]
TWO = ("first", "second")
# With 40 MB, which a Python with pandas exceeds.
INTAKE = ["--until", "intake", "--set-resources"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="needs the plugin for SLURM")
    with slurm.Cluster(tmp_path_factory.mktemp("slurm") / "one", cpus=4) as running:
        yield running


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    write_studies(root / "studies", TWO)
    return root


def wrong(folder, name="wrong"):
    """Write a study with a fault that is found when its samples are read."""
    path = folder / "first.yaml"
    config = yaml.safe_load(path.read_text("utf-8")) | {"study": name}
    config["design"]["covariates"] = ["smoking"]
    path.with_name(f"{name}.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    return path.with_name(f"{name}.yaml")


def first(place, *more):
    """Arguments for the first study."""
    return ["--configfile", str(place / "studies/first.yaml"), *more]


@pytest.fixture(scope="module")
def undisturbed(place):
    """A run without SLURM, at work."""
    line = command(place / "alone", "--cores", "2", *first(place))
    return subprocess.Popen(line, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def runs(cluster, place, undisturbed):
    """Runs at work, by name."""
    asked = {
        "orphan": first(place, "--until", "response"),
        "more": first(place, *INTAKE, "intake:mem_mb=40 if attempt == 1 else 700 * attempt"),
        "never": first(place, *INTAKE, "intake:mem_mb=40", "--retries", "1"),
        "input": [
            "--configfile",
            str(wrong(place / "studies", "input").rename(place / "input.yaml")),
        ],
        "both": ["--config", f"studies={place / 'studies'}"],
    }
    running = {name: through(cluster, place / name, *more) for name, more in asked.items()}
    yield running
    for process in running.values():
        process.kill()


@pytest.fixture(scope="module")
def alone(undisturbed, place):
    """Checksums of the files of a run that nobody disturbs."""
    assert undisturbed.wait(timeout=HUNG) == 0
    return files(place / "alone", "first")


def ended(process, folder, status=0):
    """Words of a run, once it has ended with this exit status."""
    code, words = process.wait(timeout=HUNG), (folder / "out.txt").read_text("utf-8")
    assert code == status, words[-5000:]
    return words


def at_work(cluster, folder, rule, limit=HUNG):
    """Job of SLURM and process of a rule's script, once the script has begun."""
    log = folder / f"results/first/logs/{rule}.log"
    end = time.monotonic() + limit
    while not log.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    (job,) = [job for job in cluster.jobs(folder) if job[2] == "RUNNING"]
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_text()
            if f"{folder}/.snakemake/scripts/" in words and f".{rule}.py" in words:
                return job, int(path.parent.name)
    raise LookupError(rule)


def test_a_killed_run_goes_on_without_its_orphan(cluster, runs, place, request):
    """Its job works on in SLURM; the same command cancels it, and no two write the same file."""
    folder = place / "orphan"
    orphan, script = at_work(cluster, folder, "intake")
    os.kill(script, signal.SIGSTOP)  # it shall not end before it is found
    runs["orphan"].send_signal(signal.SIGKILL)
    runs["orphan"].wait()
    assert [job[2] for job in cluster.jobs(folder)] == ["RUNNING"]
    words = ended(through(cluster, folder, *first(place, "--until", "response")), folder)
    assert f"cancelling the jobs of an earlier run: {orphan[0]}" in words
    assert not Path(f"/proc/{script}").exists()
    assert [job[2] for job in cluster.jobs(folder)] == ["CANCELLED", "COMPLETED"]
    made = files(folder, "first")
    assert "response/patients.tsv" in made
    assert made.items() <= request.getfixturevalue("alone").items()


def test_a_job_over_its_memory_is_told_and_gets_more_next_time(cluster, runs, place):
    words = ended(runs["more"], place / "more")
    low, enough = cluster.jobs(place / "more")
    assert low[2] in ("OUT_OF_MEMORY", "CANCELLED", "FAILED")
    assert enough[2] == "COMPLETED"
    assert (low[5], enough[5]) == ("40M", "1400M")
    assert "exceeded memory limit" in words
    assert (place / "more/results/first/intake/raw.h5ad").is_file()


def test_a_job_that_never_has_enough_memory_ends_with_what_to_do(cluster, runs, place):
    words = ended(runs["never"], place / "never", status=1)
    assert [job[5] for job in cluster.jobs(place / "never")] == ["40M", "40M"]
    (line,) = [line for line in words.splitlines() if line.startswith("revertome:")]
    assert "ran out of memory" in line
    assert "--set-resources intake:mem_mb=" in line
    assert words.rstrip().endswith(line)
    assert not list((place / "never/results").rglob("*.h5ad"))


def test_a_fault_of_the_input_is_submitted_once_and_said_last(cluster, runs, place):
    words = ended(runs["input"], place / "input", status=1)
    assert [job[2] for job in cluster.jobs(place / "input")] == ["FAILED"]
    last = words.rstrip().splitlines()[-1]
    assert last.startswith("revertome: simulated study: covariate 'smoking'")
    assert "Trying to restart" not in words


def test_two_studies_at_once_are_four_jobs_each_and_the_same_bytes(cluster, runs, place, alone):
    ended(runs["both"], place / "both")
    jobs = cluster.jobs(place / "both")
    print(*("\t".join(job) for job in jobs), sep="\n")
    assert [job[2] for job in jobs] == ["COMPLETED"] * 8
    # The comment names the rules, and these begin with the name of their study.
    of = {name: [job for job in jobs if f"_{name}_" in job[6]] for name in TWO}
    assert {name: len(found) for name, found in of.items()} == dict.fromkeys(TWO, 4)
    begin, end = 7, 8
    # Which two are at work at once is the scheduler's choice.
    at_once = [
        a[begin] < b[end] and b[begin] < a[end]
        for a, b in itertools.product(*of.values())
    ]  # fmt: skip
    assert any(at_once)
    assert files(place / "both", "first") == alone
    assert {len(files(place / "both", name)) for name in TWO} == {len(alone)}
    assert len(alone) > 60


def test_a_lost_node_ends_well_when_it_is_back(cluster, place, alone):
    """Daemon and job are killed at once, as by a loss of power; the node comes back empty."""
    folder = place / "lost"
    running = through(cluster, folder, *first(place, "--until", "differential"))
    at_work(cluster, folder, "normalise")
    assert cluster.lose_node() > 2
    assert not (folder / "results/first/normalise/expression.h5ad").exists()
    cluster.return_node()
    ended(running, folder)
    jobs = cluster.jobs(folder)
    print(*("\t".join(job) for job in jobs), sep="\n")
    assert [job[2] for job in jobs].count("COMPLETED") == 2
    made = files(folder, "first")
    assert "differential/disease.tsv" in made
    assert made.items() <= alone.items()


def test_a_cluster_that_forgets_within_seconds_and_keeps_no_accounts(cluster, place):
    """Nobody knows of the jobs any more when they are looked for; an account cannot be checked."""
    cluster.reconfigure(MinJobAge=2)
    folder, studies = place / "forgets", place / "two"
    studies.mkdir()
    (studies / "first.yaml").write_text((place / "studies/first.yaml").read_text("utf-8"))
    wrong(studies)
    given = ["--default-resources", "slurm_account=me", "slurm_partition=short"]
    until = ["--until", "first_intake", "wrong_intake", "--seconds-between-status-checks", "8"]
    running = through(cluster, folder, "--config", f"studies={studies}", *given, *until)
    words = ended(running, folder, status=1)
    assert words.count("has been submitted") == 2
    assert (folder / "results/first/intake/raw.h5ad").is_file()
    assert (
        words.rstrip().splitlines()[-1].startswith("revertome: wrong: simulated study: covariate")
    )
