"""How a run through SLURM ends, with and without accounting, by the documented command alone.

    python tests/workflow/ways_to_end.py --folder scratch --out slurm_ends.tsv

needs what `slurm_accounting.py` beside it needs. Four runs at once on a node of four cores: one
that goes well, one with a fault in its input, one that never has enough memory, and one whose
Snakemake is killed while a job is at work, after which the same command is given again. Writes exit
status, seconds, submissions and the last four lines of each, from start to end of the last command.
"""

import signal
import subprocess
import sys
import time
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from workflow.cluster import HOME, command, measuring
from workflow.interruption import study
from workflow.slurm import Cluster, die_with_parent
from workflow.slurm_accounting import AccountingCluster, lacking

CASES = ("success", "input error", "memory", "dead Snakemake")
HEAD = "accounting\tcase\texit\tseconds\tsubmissions\tlast_four_lines"


class Run:
    """One case; its words go to `out.txt`."""

    def __init__(self, cluster, folder, case):
        self.cluster, self.folder, self.case = cluster, folder, case
        self.path = study(folder)
        if case == "input error":
            config = yaml.safe_load(self.path.read_text("utf-8"))
            config["design"]["covariates"] = ["smoking"]
            self.path.write_text(yaml.safe_dump(config), encoding="utf-8")
        low = [f"{rule}:mem_mb=40" for rule in ("intake", "normalise", "quality", "response")]
        self.more = ["--set-resources", *low] if case == "memory" else []
        self.began = time.monotonic()
        self.seconds = 0.0
        self.process = self.start()

    def start(self):
        """The command of config/cluster.md."""
        line = command(
            self.folder, "--workflow-profile", str(HOME / "workflow/profiles/slurm"),
            "--default-resources", "slurm_account=trials", "slurm_partition=short",
            "--configfile", str(self.path), *self.more,
        )  # fmt: skip
        with (self.folder / "out.txt").open("w", encoding="utf-8") as out:
            return subprocess.Popen(
                line, stdout=out, stderr=subprocess.STDOUT,
                env=self.cluster.environment, preexec_fn=die_with_parent,
            )  # fmt: skip

    def look(self):
        """Kill what is to be killed; whether the case has ended."""
        at_work = (self.folder / "results/killed/logs/normalise.log").exists()
        if self.case == "dead Snakemake" and at_work:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.began = time.monotonic()
            self.process, self.case = self.start(), "dead Snakemake, same command again"
        if self.process.poll() is not None and not self.seconds:
            self.seconds = time.monotonic() - self.began
        return bool(self.seconds)

    def row(self, accounting):
        """Its row of the table."""
        words = (self.folder / "out.txt").read_text("utf-8").replace(str(self.folder), ".")
        last = [line.strip() for line in words.splitlines() if line.strip()][-4:]
        jobs = len(self.cluster.jobs(self.folder))
        numbers = [str(self.process.returncode), f"{self.seconds:.0f}", str(jobs)]
        return "\t".join([accounting, self.case, *numbers, " / ".join(last)])


def measure(cluster, folder, accounting, patience=900):
    """Rows of all cases on one cluster."""
    runs = [Run(cluster, folder / case.replace(" ", "_"), case) for case in CASES]
    end = time.monotonic() + patience
    while not all([run.look() for run in runs]) and time.monotonic() < end:
        time.sleep(0.5)
    for run in runs:
        run.process.kill()
    return [run.row(accounting) for run in runs]


def main():
    """Measure on both clusters and write the table."""
    options = measuring(__doc__, lacking())
    rows = [HEAD]
    for accounting, kind in (("off", Cluster), ("on", AccountingCluster)):
        folder = options.folder.resolve() / accounting
        with kind(folder / "slurm", cpus=4) as cluster:
            rows += measure(cluster, folder, accounting)
    options.out.write_text("\n".join(rows) + "\n", encoding="utf-8")
    print(*rows, sep="\n")


if __name__ == "__main__":
    main()
