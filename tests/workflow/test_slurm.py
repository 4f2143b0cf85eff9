"""The workflow on a real SLURM of one node, through its profile; skipped where there is none."""

import pytest

from workflow import slurm
from workflow.cluster import through
from workflow.interruption import files, study
from workflow.test_run import HOME, snakemake

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(slurm.lacking()), reason=f"needs {slurm.lacking()}"),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="needs the plugin for SLURM")
    with slurm.Cluster(tmp_path_factory.mktemp("slurm") / "one") as running:
        yield running


def submit(cluster, folder, *arguments):
    """Run through the profile; returns Snakemake's exit status, its words, and the jobs."""
    before = len(cluster.jobs())
    running = through(cluster, folder, *arguments)
    words, _ = running.communicate(timeout=300)
    jobs = cluster.jobs()[before:]
    print(*("\t".join(job) for job in jobs), sep="\n")
    return running.returncode, words, jobs


def test_a_study_is_a_handful_of_jobs_and_the_same_bytes(cluster, tmp_path):
    alone, clustered = tmp_path / "alone", tmp_path / "clustered"
    assert snakemake(HOME, alone, "--configfile", str(study(alone))).returncode == 0
    code, text, jobs = submit(cluster, clustered, "--configfile", str(study(clustered)))
    assert code == 0, text[-3000:]
    assert [job[2] for job in jobs] == ["COMPLETED"] * 4
    assert files(clustered) == files(alone)
    assert len(files(alone)) > 60


def test_a_job_over_its_memory_is_told_and_gets_more_next_time(cluster, tmp_path):
    """40 MB, which a Python with pandas exceeds, at the first attempt; then enough."""
    path = study(tmp_path)
    code, text, jobs = submit(
        cluster, tmp_path, "--configfile", str(path), "--until", "normalise", "--groups",
        "intake=one", "normalise=two", "--set-resources",
        "intake:mem_mb=40 if attempt == 1 else 2000",
    )  # fmt: skip
    assert code == 0, text[-3000:]
    assert jobs[0][2] in ("OUT_OF_MEMORY", "CANCELLED", "FAILED")
    assert jobs[0][5] == "40M"
    assert jobs[1][2] == "COMPLETED"
    assert (tmp_path / "results/killed/normalise/expression.h5ad").is_file()
