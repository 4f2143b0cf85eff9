"""What most time follows is started first: no job is before one that it waits for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
KEYS = re.compile(r"^ +(input|output|priority): (.*)$", re.M)


def jobs(folder):
    """Inputs, outputs and priority of every job of the built-in study, by rule."""
    line = [sys.executable, "-m", "snakemake", "-s", str(HOME / "Snakefile"), "-n"]
    line += ["--directory", str(folder), "--cores", "2"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    text = done.stdout + done.stderr
    parts = re.split(r"^ *rule (\w+):\n", text, flags=re.M)
    found = {}
    for name, part in zip(parts[1::2], parts[2::2], strict=True):
        keys = dict(KEYS.findall(part))
        files = [set(keys.get(key, "").split(", ")) - {""} for key in ("input", "output")]
        found[name] = (*files, int(keys.get("priority", 0)))
    return found


@pytest.mark.slow
def test_no_job_is_more_urgent_than_what_it_waits_for(tmp_path):
    found = jobs(tmp_path)
    makers = {file: name for name, (_, made, _) in found.items() for file in made}
    waits = [
        (name, makers[file]) for name, (read, _, _) in found.items() for file in read & {*makers}
    ]
    assert {("trajectories", "response"), ("modules", "differential")} <= {*waits}
    for name, first in waits:
        assert found[first][2] >= found[name][2], (first, name)
    # The longest chain of those that can start at once begins first, at every visit.
    longest = max(priority for name, (*_, priority) in found.items() if (name, "response") in waits)
    assert longest == found["trajectories"][2] == found["trajectories_month1"][2]
    assert found["trajectories"][2] > found["beyond_control"][2] > found["differential"][2]
