"""Error rates of the claims where cells, genes, patients and designs differ.

`python tests/benchmarks/calibration_cells.py --out rates.tsv --trials 30` goes over the settings of
`calibration_settings.py` and writes one row a setting, rule and class. `--settings` takes names, or
the beginnings of names, `--half tuning` or `"held out"` one half. Trials have seeds of their own,
so every rule sees the same ones; a run that was stopped goes on from its finished parts
(`rates.tsv.parts`, rounds of 10 trials). With `--error 0.003` a setting has done when it has
`--least` trials and the standard errors of reverted and induced are that small.
"""

import argparse
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "scripts")]

from benchmarks import plasmode  # noqa: E402
from benchmarks.calibration_rates import PLANES, draw, fit, rates_of  # noqa: E402
from benchmarks.calibration_settings import SETTINGS  # noqa: E402
from benchmarks.cell_setting import CellSetting  # noqa: E402

ROUND = 10
LIMIT = 0.05
INTERVALS = ("fieller", "disease", "change", "residual", "selected")


def trials_of(setting: CellSetting, numbers: Sequence[int], rules: Sequence[str]) -> pd.DataFrame:
    """One row a trial, rule and class; a trial depends on its number and its setting's name."""
    found = []
    for number in numbers:
        drawn = draw(setting, np.random.default_rng([zlib.crc32(setting.name.encode()), number]))
        for rule in rules:
            rates = rates_of(drawn, fit(drawn, setting, rule), rule)
            found.append(rates.assign(trial=number, rule=rule))
    return pd.concat(found, ignore_index=True)


def summary(trials: pd.DataFrame) -> pd.DataFrame:
    """One row a rule and class.

    false (mean share of false genes among those called, 0 where none is) with standard error,
    above_5 (share of trials with more than 5%), power, called and false_called (means), estimated
    (mean of what a rule takes false_called for), enough (share of trials in which that is within
    a factor 2 or 2 genes, or above), cover_* (share of the called whose interval holds the truth;
    of all genes in the row `all`).
    """
    trials = trials.assign(
        above_5=trials["false"].gt(LIMIT).where(trials["false"].notna()).astype(float)
    )
    least = np.minimum(trials["false_called"] / 2, trials["false_called"] - 2)
    trials["enough"] = trials["estimated"].ge(least).where(trials["estimated"].notna())
    trials["enough"] = trials["enough"].astype(float)
    grouped = trials.groupby(["rule", "class"], sort=False)
    means = ["false", "above_5", "power", "called", "false_called", "estimated", "enough"]
    out = grouped[means].mean()
    out.insert(1, "false_se", grouped["false"].std() / np.sqrt(grouped["false"].count()))
    for name in INTERVALS:
        sums = grouped[[f"covered_{name}", f"of_{name}"]].sum()
        out[f"cover_{name}"] = sums.iloc[:, 0] / sums.iloc[:, 1].where(sums.iloc[:, 1] > 0)
    out.insert(0, "trials", grouped["trial"].nunique())
    return out.reset_index()


def rates(name: str, trials: int, rules: Sequence[str]) -> pd.DataFrame:
    """Summary of a setting by name."""
    setting = SETTINGS[name]
    found = summary(trials_of(setting, range(trials), rules))
    found.insert(0, "half", setting.half)
    found.insert(0, "setting", name)
    return found


def chosen(names: str, half: str) -> list[CellSetting]:
    """Settings whose names begin with one of `names` (comma-separated; all when empty)."""
    starts = tuple(filter(None, names.split(","))) or ("",)
    found = [s for s in SETTINGS.values() if s.name.startswith(starts) and half in ("", s.half)]
    if not found:
        raise ValueError(f"no setting begins with {names!r} in half {half!r}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--least", type=int, default=100)
    parser.add_argument("--error", type=float, default=0.0)
    parser.add_argument("--settings", default="")
    parser.add_argument("--half", default="", choices=["", "tuning", "held out"])
    parser.add_argument("--rules", default="common", help=f"of {', '.join(PLANES)}")
    arguments = parser.parse_args()
    run(arguments.out, chosen(arguments.settings, arguments.half), arguments.trials,
        arguments.rules.split(","), arguments.least, arguments.error)  # fmt: skip


def run(
    out: str,
    settings: Sequence[CellSetting],
    trials: int,
    rules: Sequence[str],
    least: int = 0,
    error: float = 0.0,
) -> None:
    """Do what is missing, and write the summary of all that was asked for."""
    parts = Path(f"{out}.parts")
    parts.mkdir(exist_ok=True)
    tables = []
    for setting in settings:
        if setting.source != "drawn" and not plasmode.FOLDER.is_dir():
            print(f"{setting.name}: left out, {plasmode.FOLDER.name} is not in ../shared/data")
            continue
        done: list[pd.DataFrame] = []
        for start in range(0, trials, ROUND):
            done.append(_part(parts, setting, start, min(ROUND, trials - start), rules))
            found = summary(pd.concat(done))
            if error and start + ROUND >= least and _errors(found).le(error).all():
                break
        found.insert(0, "half", setting.half)
        found.insert(0, "setting", setting.name)
        tables.append(found)
        pd.concat(tables).to_csv(out, sep="\t", index=False, float_format="%.4g")
        shown = found[found["class"].isin(["reverted", "induced", "persistent"])]
        print(setting.name, *shown[["rule", "class", "false", "power"]].round(3).itertuples(
            index=False, name=None), flush=True)  # fmt: skip


def _errors(found: pd.DataFrame) -> pd.Series:
    return found.loc[found["class"].isin(["reverted", "induced"]), "false_se"]


def _part(
    parts: Path, setting: CellSetting, start: int, size: int, rules: Sequence[str]
) -> pd.DataFrame:
    """A round of trials, by each rule from its file or computed."""
    path = {rule: parts / f"{setting.name}.{rule}.{start}+{size}.tsv" for rule in rules}
    missing = [rule for rule in rules if not path[rule].exists()]
    if missing:
        found = trials_of(setting, range(start, start + size), missing)
        for rule, table in found.groupby("rule"):
            table.to_csv(parts / "unfinished", sep="\t", index=False)
            (parts / "unfinished").rename(path[str(rule)])
    return pd.concat([pd.read_csv(path[rule], sep="\t", keep_default_na=False, na_values=[""])
                      for rule in rules])  # fmt: skip


if __name__ == "__main__":
    main()
