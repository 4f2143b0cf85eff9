"""Draw many mutated studies and keep what became of them: `python tests/door/many.py 2000`.

Writes `mutations.tsv` beside it. What is neither equal nor told is printed with the number that
draws it again, and no table is written.
"""

import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]
from door.test_mutations import KINDS, RIGHT, draw  # noqa: E402

TARGET = Path(__file__).with_name("mutations.tsv")


def drawn(number: int) -> tuple[int, str, str, float]:
    """Number, kind, verdict and seconds of one study."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        done, found = draw(number, Path(folder))
    return number, done, found, time.perf_counter() - start


def summed(draws: Iterable[tuple[int, str, str, float]]) -> pd.DataFrame:
    """One row a kind, in the order in which they are drawn: verdicts, and the longest time."""
    found = pd.DataFrame(draws, columns=["number", "kind", "verdict", "seconds"])
    found["kind"] = found["kind"].str.partition(" + ")[0]
    table = pd.crosstab(found["kind"], found["verdict"])
    table = table.reindex(index=list(KINDS), columns=list(RIGHT), fill_value=0)
    slowest = found.groupby("kind")["seconds"].max().round(1)
    return table.assign(slowest_seconds=slowest).reset_index()


if __name__ == "__main__":
    every = list(ProcessPoolExecutor().map(drawn, range(int(sys.argv[1])), chunksize=4))
    wrong = [one for one in every if one[2].partition(":")[0] not in RIGHT]
    for number, done, found, _ in wrong:
        print(f"{number}. {done}: {found}")
    slowest = max(seconds for *_, seconds in every)
    print(f"{len(every)} studies, {len(wrong)} wrong, the slowest took {slowest:.1f} s")
    if wrong:
        sys.exit(1)
    summed(every).to_csv(TARGET, sep="\t", index=False, lineterminator="\n")
