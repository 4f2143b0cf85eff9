"""The runner of the benchmarks runs, without R, on small data."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_quick_run_without_a_peer(tmp_path):
    out = tmp_path / "ratios.tsv"
    run = Path(__file__).with_name("run.py")
    command = [sys.executable, run, "--quick", "--no-peer", "--runs", "1", "--out", out]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "ours only" in ran.stderr
    rows = list(csv.DictReader(out.read_text().splitlines(), delimiter="\t"))
    assert list(rows[0]) == [
        "work", "size", "ours_s", "peer", "peer_s", "ratio", "ours_mb", "peer_mb",
    ]  # fmt: skip
    assert {"fit", "duplicate_correlation", "voom", "quantile", "process"} <= {
        row["work"] for row in rows
    }
    for row in rows:
        assert row["peer"] == "absent"
        assert row["ratio"] == row["peer_s"] == "NA"
        assert float(row["ours_s"]) > 0
        assert 20 < float(row["ours_mb"]) < 2000
