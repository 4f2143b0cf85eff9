"""Claims of a comparison over studies, held against the truth in simulated trials.

`python tests/benchmarks/across.py --out across.tsv --runs 100` simulates the studies of every
setting of `across_setting.py`, analyses each by the code of the workflow, compares them, and writes
one row a setting and claim: `runs`, `value` (mean over runs), `mc_error`, `nominal` (at most 0.05
for errors, 0.95 for coverage) and `holds`: whether it is within two Monte Carlo errors of it. In
runs that stopped the claim is `stopped`, and the words are printed.

`--settings` takes names, or beginnings of names, joined by commas; `--jobs` processes; `--keep` a
folder in which the analysed studies are kept, so that another version compares the same. Finished
runs are kept in `<out>.runs` as one line of JSON each, and a run that was stopped goes on there.
"""

import argparse
import contextlib
import gzip
import io
import json
import pickle
import sys
import warnings
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

HOME = Path(__file__).parents[2]
sys.path[:0] = [str(HOME / "tests"), str(HOME / "scripts")]

from benchmarks.across_claims import claims  # noqa: E402
from benchmarks.across_draw import Drawn, draw  # noqa: E402
from benchmarks.across_setting import SETTINGS, Across  # noqa: E402
from revertome.compare import compare  # noqa: E402

ALPHA = 0.05
NOMINAL = {"error": 0.05, "cover": 0.95}
SYMBOLS = [
    line.split("\t")[0]
    for line in (HOME / "resources/genes.tsv").read_text("utf-8").splitlines()[1:]
]


def drawn_or_kept(name: str, number: int, seed: list[int], keep: Path | None) -> Drawn:
    """The studies of a run, from the folder where they are there."""
    path = keep / f"{name}.{number}.pickle.gz" if keep else None
    if path and path.exists():
        with gzip.open(path) as file:
            return pickle.load(file)  # our own
    with contextlib.redirect_stdout(io.StringIO()):
        drawn = draw(SETTINGS[name], SYMBOLS, seed)
    if path:
        with gzip.open(path, "wb", compresslevel=1) as file:
            pickle.dump(drawn, file)
    return drawn


def run(name: str, number: int, keep: Path | None = None) -> dict[str, object]:
    """One run of a setting; it depends on its number and its setting's name."""
    from threadpoolctl import threadpool_limits

    seed = [zlib.crc32(name.encode()), number]
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawn = drawn_or_kept(name, number, seed, keep)
        try:
            found = compare(drawn.studies, {}, {"permutations": 20, "seed": 1}, alpha=ALPHA)
        except Exception as error:  # what stops a comparison is what is asked
            said = f"{type(error).__name__}: {error}"
            return {"setting": name, "run": number, "stopped": said, "claims": {}}
        result = claims(drawn, found, np.random.default_rng([*seed, 1]))
    return {"setting": name, "run": number, "stopped": "", "claims": result}


def summary(rows: list[dict]) -> pd.DataFrame:
    """One row a setting and claim."""
    found = []
    for name, runs in groups(rows):
        stopped = [bool(row["stopped"]) for row in runs]
        found.append((name, "fact", "stopped", len(runs), np.mean(stopped), np.nan))
        table = pd.DataFrame([row["claims"] for row in runs if not row["stopped"]])
        for claim in table:
            value = table[claim].dropna()
            kind, words = claim.split(":", 1)
            error = value.std() / np.sqrt(len(value)) if len(value) > 1 else np.nan
            found.append((name, kind, words, len(value), value.mean(), error))
    columns = ["setting", "kind", "claim", "runs", "value", "mc_error"]
    out = pd.DataFrame(found, columns=columns)
    out["nominal"] = out["kind"].map(NOMINAL)
    # An error never seen in n runs has no spread; the rule of three bounds it.
    reach = out["nominal"] + np.where(out["kind"].eq("cover"), -2, 2) * out["mc_error"].fillna(0)
    holds = np.where(out["kind"].eq("cover"), out["value"] >= reach, out["value"] <= reach)
    out["holds"] = pd.Series(np.where(holds, "yes", "no"), out.index).where(out["nominal"].notna())
    order = {name: i for i, name in enumerate(SETTINGS)}
    return out.sort_values(
        ["setting", "kind", "claim"], ignore_index=True,
        key=lambda x: x.map(order) if x.name == "setting" else x,
    )  # fmt: skip


def groups(rows: list[dict]) -> Iterator[tuple[str, list[dict]]]:
    for name in SETTINGS:
        runs = [row for row in rows if row["setting"] == name]
        if runs:
            yield name, runs


def chosen(names: str) -> list[Across]:
    starts = tuple(filter(None, names.split(","))) or ("",)
    found = [each for name, each in SETTINGS.items() if name.startswith(starts)]
    if not found:
        raise ValueError(f"no setting begins with {names!r}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--settings", default="")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    path = Path(f"{asked.out}.runs")
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    done = {(row["setting"], row["run"]) for row in rows}
    settings = [each.name for each in chosen(asked.settings)]
    # Number by number, so that a table of few runs of every setting is there early.
    missing = [
        (name, number, asked.keep)
        for number in range(asked.runs)
        for name in settings
        if (name, number) not in done
    ]
    with ProcessPoolExecutor(asked.jobs) as workers, path.open("a") as file:
        for row in workers.map(run, *zip(*missing, strict=True), chunksize=1) if missing else ():
            rows.append(row)
            file.write(json.dumps(row) + "\n")
            file.flush()
    shown = [row for row in rows if row["setting"] in settings]
    summary(shown).to_csv(asked.out, sep="\t", index=False, float_format="%.4g")
    stops = {(row["setting"], row["stopped"]) for row in shown if row["stopped"]}
    for setting, said in sorted(stops):
        print(f"{setting}: {said}")


if __name__ == "__main__":
    main()
