"""The workflow on a SLURM that keeps accounts; skipped where there is no slurmdbd or MariaDB."""

import time

import pytest

from patience import HUNG
from workflow import slurm_accounting
from workflow.cluster import through, write_studies

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(slurm_accounting.lacking()), reason=f"needs {slurm_accounting.lacking()}"
    ),
]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="needs the plugin for SLURM")
    folder = tmp_path_factory.mktemp("accounts") / "one"
    with slurm_accounting.AccountingCluster(folder, cpus=4) as running:
        yield running


def intake(cluster, folder, account):
    """Start the first step of a study on an account."""
    study = write_studies(folder.parent / f"studies_{folder.name}", ["first"]) / "first.yaml"
    given = ["--default-resources", f"slurm_account={account}", "slurm_partition=short"]
    return through(cluster, folder, "--configfile", str(study), "--until", "intake", *given)


def test_an_account_that_nobody_knows_ends_the_run_in_words(cluster, tmp_path):
    running = intake(cluster, tmp_path / "unknown", "nobody")
    assert running.wait(timeout=HUNG) == 1
    last = (tmp_path / "unknown/out.txt").read_text("utf-8").rstrip().splitlines()[-1]
    assert last.startswith("revertome: SLURM did not take the job of intake: The given account")
    assert "trials" in last
    assert cluster.jobs(tmp_path / "unknown") == []


def test_a_job_cancelled_by_hand_is_seen_to_have_ended(cluster, tmp_path):
    """Accounts say `CANCELLED by 0`, which the plugin takes for a job at work."""
    folder = tmp_path / "cancelled"
    running = intake(cluster, folder, "trials")
    end = time.monotonic() + HUNG
    while not any(job[2] == "RUNNING" for job in cluster.jobs(folder)):
        assert time.monotonic() < end
        time.sleep(0.2)
    cluster.client("scancel", cluster.jobs(folder)[0][0])
    assert running.wait(timeout=HUNG) == 0
    assert [job[2] for job in cluster.jobs(folder)] == ["CANCELLED", "COMPLETED"]
