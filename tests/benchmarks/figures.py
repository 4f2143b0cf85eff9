"""CPU seconds of each figure, drawn in one process, beside another version of the code.

    python tests/benchmarks/figures.py --tables results/study/source_data --before older --out f.tsv

`older` is a checkout of another version. The two draw in turn, each run in a process of its own.
The rows have the medians over the runs, the sizes of the three files and the share of pixels that
differ; the last is the whole process with its imports. The run stops where the words of an SVG or
the size of a PNG differ.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

HOME = Path(__file__).resolve().parents[2]
WORDS = re.compile(r"<text[^>]*>([^<]*)</text>")
FORMATS = ("svg", "pdf", "png")


def differing(one, other, name):
    """Share of pixels that differ between the figures of two folders; stops where words do."""
    from PIL import Image

    words = [WORDS.findall((folder / f"{name}.svg").read_text()) for folder in (one, other)]
    pixels = [np.asarray(Image.open(f / f"{name}.png").convert("RGB")) for f in (one, other)]
    if words[0] != words[1] or pixels[0].shape != pixels[1].shape:
        raise SystemExit(f"{name}: words or size differ")
    return float((pixels[0] != pixels[1]).any(axis=2).mean())


def draw_all(home, tables, folder):
    """Write every figure that has a table into a folder; seconds and sizes."""
    sys.path.insert(0, str(home / "scripts"))
    from pictures import draw_source

    began, found = time.process_time(), {}
    for path in sorted(tables.iterdir()):
        start = time.process_time()
        files = {form: folder / f"{path.name}.{form}" for form in FORMATS}
        images = draw_source(path, {path.name: files})
        found[path.name] = {"s": time.process_time() - start}
        found[path.name] |= {form: len(image) for form, image in images.items()}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    whole = {form: sum(row[form] for row in found.values()) for form in FORMATS}
    found["all"] = {"s": usage.ru_utime + usage.ru_stime, **whole, "imports": began}
    return found


def measured(home, tables, folder):
    """Draw in a process of its own."""
    command = [sys.executable, __file__, "--one", str(home), "--tables", str(tables)]
    command += ["--folder", str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def compare(before, tables, runs, place):
    """Draw with both versions in turn; a row a figure."""
    versions = {"before": before, "now": HOME} if before else {"now": HOME}
    found = {name: [] for name in versions}
    for name in versions:
        (place / name).mkdir()
    for _ in range(runs):
        for name, home in versions.items():
            found[name].append(measured(home, tables, place / name))
    rows = []
    for figure in found["now"][0]:
        row = {"figure": figure}
        for name, all_runs in found.items():
            row[f"{name}_s"] = pd.Series([run[figure]["s"] for run in all_runs]).median()
            row |= {f"{name}_{form}_kb": all_runs[0][figure][form] / 1024 for form in FORMATS}
        if before and figure != "all":
            row["pixels_differ"] = differing(*(place / name for name in versions), figure)
        rows.append(row)
    return pd.DataFrame(rows)


def main():
    """Draw as asked and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=Path, required=True, help="a folder source_data")
    parser.add_argument("--before", type=Path, help="checkout of another version")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(draw_all(asked.one, asked.tables, asked.folder)))
        return
    with tempfile.TemporaryDirectory() as place:
        table = compare(asked.before, asked.tables.resolve(), asked.runs, Path(place))
    table.to_csv(asked.out or sys.stdout, sep="\t", index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
