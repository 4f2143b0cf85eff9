"""CPU seconds of each figure, drawn in one process, beside another version of the code.

    python tests/benchmarks/figures.py --tables results/study/source_data --before older --out f.tsv

`older` is a checkout of another version. The two draw in turn, each run in a process of its own.
The rows have the medians over the runs and the sizes of the three files; the last is the whole
process with its imports. The run stops where the words of an SVG or the pixels of a PNG differ.
"""

import argparse
import hashlib
import io
import json
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

HOME = Path(__file__).resolve().parents[2]
WORDS = re.compile(r"<text[^>]*>([^<]*)</text>")
FORMATS = ("svg", "pdf", "png")


def seen(image, form):
    """Digest of what a reader sees: words of an SVG, pixels of a PNG."""
    if form == "svg":
        told = "\n".join(WORDS.findall(image.decode())).encode()
    else:
        from PIL import Image

        told = Image.open(io.BytesIO(image)).convert("RGBA").tobytes()
    return hashlib.sha256(told).hexdigest()


def draw_all(home, tables):
    """Seconds, sizes and digests of every figure that has a table."""
    sys.path.insert(0, str(home / "scripts"))
    from disk import read_table
    from revertome.figures import draw
    from revertome.figures.style import encode

    began, apart, found = time.process_time(), 0.0, {}
    for path in sorted(tables.glob("*.tsv")):
        start = time.process_time()
        figure = draw(path.stem, read_table(path))
        images = {form: encode(figure, form) for form in FORMATS}
        seconds = time.process_time() - start
        sizes = {form: len(image) for form, image in images.items()}
        start = time.process_time()
        digests = [seen(images[form], form) for form in ("svg", "png")]
        apart += time.process_time() - start
        found[path.stem] = {"s": seconds, **sizes, "seen": digests}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    whole = {form: sum(row[form] for row in found.values()) for form in FORMATS}
    seconds = usage.ru_utime + usage.ru_stime - apart
    found["all"] = {"s": seconds, **whole, "seen": [], "imports": began}
    return found


def measured(home, tables):
    """Draw in a process of its own."""
    command = [sys.executable, __file__, "--one", str(home), "--tables", str(tables)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def compare(before, tables, runs):
    """Draw with both versions in turn; a row a figure."""
    versions = {"before": before, "now": HOME} if before else {"now": HOME}
    found = {name: [] for name in versions}
    for _ in range(runs):
        for name, home in versions.items():
            found[name].append(measured(home, tables))
    rows = []
    for figure, now in found["now"][0].items():
        row = {"figure": figure}
        for name, all_runs in found.items():
            row[f"{name}_s"] = pd.Series([run[figure]["s"] for run in all_runs]).median()
            row |= {f"{name}_{form}_kb": all_runs[0][figure][form] / 1024 for form in FORMATS}
            if all_runs[0][figure]["seen"] != now["seen"]:
                raise SystemExit(f"{figure}: words or pixels differ")
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
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(draw_all(asked.one, asked.tables)))
        return
    table = compare(asked.before, asked.tables.resolve(), asked.runs)
    table.to_csv(asked.out or sys.stdout, sep="\t", index=False, float_format="%.2f")


if __name__ == "__main__":
    main()
