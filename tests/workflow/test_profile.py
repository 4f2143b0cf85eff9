"""What the profile for SLURM asks of `sbatch`, seen by programs that only write down the call."""

import os
import re
import subprocess

import pytest
import yaml

from patience import HUNG
from workflow.cluster import HERE, command
from workflow.interruption import HOME, study

# What each program does after it has written down its call. The plugin asks `sacctmgr` whether the
# account is known, and does not say so when it is not.
CLIENTS = dict.fromkeys(("sbatch", "squeue", "sacct", "sinfo", "scancel"), "exit 1")
CLIENTS["sacctmgr"] = "echo me"


@pytest.mark.slow
def test_a_group_asks_for_its_largest_layer_and_twice_as_much_at_each_attempt(tmp_path):
    """Of the group `data` quality and response run side by side, between the other three."""
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="needs the plugin for SLURM")
    path, calls = study(tmp_path), tmp_path / "calls.txt"
    for name, then in CLIENTS.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho {name} "$@" >> "{calls}"\n{then}\n')
        program.chmod(0o755)
    profile = ["--workflow-profile", str(HOME / "workflow/profiles/slurm"), *HERE]
    profile += ["--default-resources", "slurm_account=me", "slurm_partition=short"]
    done = subprocess.run(
        command(tmp_path, "--configfile", str(path), *profile), capture_output=True, text=True,
        env={**os.environ, "PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}, timeout=HUNG,
    )  # fmt: skip
    assert done.returncode == 1
    asked = [call for call in calls.read_text().splitlines() if call.startswith("sbatch")]
    options = re.compile(r"-t (\d+) .*--mem (\d+) .*--cpus-per-task=(\d+)")
    simulated = yaml.safe_load(path.read_text())["intake"]["simulate"]
    values = simulated["genes"] * (72 + simulated["healthy"]) * 8 / 2**20
    expected = [
        (20 * twice, round(twice * (900 + 10 * values)) + round(twice * (700 + 2 * values)), 2)
        for twice in (1, 2, 4)
    ]
    assert [tuple(map(int, options.search(call).groups())) for call in asked] == expected
    assert all("-A me" in call and "-p short" in call for call in asked)


@pytest.mark.parametrize("profile", ["default", "slurm"])
def test_snakemake_ends_soon_after_its_last_job(profile):
    """It ends only when its last timer has, set to the timespan of this limit."""
    given = yaml.safe_load((HOME / f"workflow/profiles/{profile}/config.yaml").read_text())
    seconds = re.fullmatch(r"\d+/(\d+)s", given["max-jobs-per-timespan"]).group(1)
    assert int(seconds) <= 5
