"""Time and peak memory of our works beside R's, in turn on the same files.

``python tests/benchmarks/run.py --out ratios.tsv`` writes the columns work, size, ours_s, peer,
peer_s, ratio (peer / ours), ours_mb, peer_mb: medians over the runs. Each run is a process of its
own; time is that of the work without loading data, except `process`, which is the whole process.
Memory is the largest resident size of the process. Without R, ours alone is measured.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cases import FULL, GROWTH, QUICK, REPEATED

HERE = Path(__file__).resolve().parent
COLUMNS = ["work", "size", "ours_s", "peer", "peer_s", "ratio", "ours_mb", "peer_mb"]
AGREE = 1e-7  # relative, of the two sides' results


def measure(command, threads, compiled):
    """Seconds, result and peak memory (MB) of one process."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    start = time.perf_counter()
    environment = {**os.environ, **dict.fromkeys(names, str(threads))}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(compiled)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    whole = time.perf_counter() - start
    if child.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed")
    found = json.loads(output.strip().splitlines()[-1])
    seconds = whole if found["seconds"] is None else found["seconds"]
    return seconds, found["check"], usage.ru_maxrss / 1024


def compare(case, runs, threads, rscript, compiled):
    """Row of the table: both sides in turn, medians."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        size = [str(case.genes), str(case.samples)]
        write = [sys.executable, HERE / "works.py", "write", case.work, *size, folder]
        subprocess.run(write, check=True)
        if case.peer in ("GEOquery", "GSVA") and rscript and not has(rscript, case.peer):
            rscript = None
        sides = {"ours": [sys.executable, HERE / "works.py", case.work, folder]}
        if rscript and case.peer:
            sides["peer"] = [rscript, HERE / "peer.R", case.work, folder]
        found = {side: [] for side in sides}
        for run in range(runs + 1):
            for side, command in sides.items():
                row = measure(command, threads, compiled)
                if run:  # the first fills the disk cache and compiles Python's modules
                    found[side].append(row)
    seconds = {side: statistics.median(run[0] for run in rows) for side, rows in found.items()}
    memory = {side: statistics.median(run[2] for run in rows) for side, rows in found.items()}
    row = {
        "work": case.work,
        "size": case.size,
        "ours_s": f"{seconds['ours']:.3f}",
        "ours_mb": f"{memory['ours']:.0f}",
        "peer": "none" if case.peer is None else "absent",
    }
    if "peer" in sides:
        ours, theirs = found["ours"][0][1], found["peer"][0][1]
        if abs(ours - theirs) > AGREE * abs(theirs):
            raise SystemExit(f"{case.work} {case.size}: results differ, {ours} and {theirs}")
        row |= {
            "peer": case.peer,
            "peer_s": f"{seconds['peer']:.3f}",
            "peer_mb": f"{memory['peer']:.0f}",
            "ratio": f"{seconds['peer'] / seconds['ours']:.1f}",
        }
    return row


def find_r():
    """Path of Rscript with limma, edgeR and statmod, or None."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    return rscript if all(has(rscript, name) for name in ("limma", "edgeR", "statmod")) else None


def has(rscript, package):
    """Is a package of R installed."""
    ask = f"quit(status = !requireNamespace('{package}', quietly = TRUE))"
    return subprocess.run([rscript, "-e", ask], capture_output=True, check=False).returncode == 0


def cases(arguments):
    """Cases asked for."""
    chosen = QUICK if arguments.quick else REPEATED + GROWTH
    chosen = chosen + FULL if arguments.full else chosen
    works = [name for name in (arguments.works or "").split(",") if name]
    unknown = sorted(set(works) - {case.work for case in chosen})
    if unknown:
        known = sorted({case.work for case in chosen})
        raise SystemExit(f"unknown work {unknown[0]}; choose from {', '.join(known)}")
    return [case for case in chosen if not works or case.work in works]


def main():
    """Run the cases and write the table as it grows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, type=Path, help="table to write (TSV)")
    parser.add_argument("--works", help="comma-separated names; all by default")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side; medians are given")
    parser.add_argument("--threads", type=int, default=1, help="BLAS threads of either side")
    parser.add_argument("--quick", action="store_true", help="small data, to see that it runs")
    parser.add_argument("--full", action="store_true", help="add works in which R takes minutes")
    parser.add_argument("--no-peer", action="store_true", help="ours only")
    arguments = parser.parse_args()
    chosen = cases(arguments)
    rscript = None if arguments.no_peer else find_r()
    if rscript is None:
        print("R with limma, edgeR and statmod is absent: ours only", file=sys.stderr)
    print(f"BLAS threads: {arguments.threads}; runs: {arguments.runs}", file=sys.stderr)
    with (
        tempfile.TemporaryDirectory(prefix="compiled-") as compiled,
        arguments.out.open("w", newline="") as file,
    ):
        writer = csv.DictWriter(file, COLUMNS, restval="NA", delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for case in chosen:
            row = compare(case, arguments.runs, arguments.threads, rscript, compiled)
            print("\t".join(str(row.get(name, "NA")) for name in COLUMNS), file=sys.stderr)
            writer.writerow(row)
            file.flush()


if __name__ == "__main__":
    main()
