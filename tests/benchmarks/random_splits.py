"""One cohort cut at random into several studies, each analysed alone, and compared.

`python tests/benchmarks/random_splits.py --folder results/gse65391 --out random_splits.tsv` reads
the result folder of GSE65391 (`config/`), cuts its patients with both visits into 2 to 5 studies of
unequal size and its healthy people likewise (or gives all of them to every study), analyses each by
the code of the workflow (contrasts, classes, residuals and a few module scores; no resamples), and
compares them. None may stop. As all come of one population, their true effects are the same:
disattenuated correlations are near 1, and no gene is truly contradicted.

One row a split: kind, split, seconds, stopped (with which words), and what was claimed. `--splits`
in all (each kind in turn), `--jobs` processes; a run that was stopped goes on from the rows of
`--out`. `--keep` is a folder in which the tables of the parts are kept, so that another version
compares the same. The last line of each kind is told on the screen.
"""

import argparse
import contextlib
import io
import json
import pickle
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import anndata
import numpy as np
import pandas as pd

HOME = Path(__file__).parents[2]
sys.path[:0] = [str(HOME / "tests"), str(HOME / "scripts")]

from benchmarks.across_draw import finished  # noqa: E402
from disk import read_expression, read_table  # noqa: E402
from revertome.compare import FinishedStudy, compare, residuals  # noqa: E402
from revertome.configuration import complete  # noqa: E402
from revertome.differential.model_options import joint_options, model_options  # noqa: E402
from revertome.differential.run import run  # noqa: E402
from revertome.errors import StudyError  # noqa: E402
from revertome.modules.paired import mean_change  # noqa: E402
from revertome.statistics.t_tests import welch  # noqa: E402
from revertome.trajectories.observed import observe  # noqa: E402
from revertome.trajectories.study import study_of  # noqa: E402
from revertome.trajectories.table import gene_table  # noqa: E402

KINDS = {
    "10, 30, 90": ((10, 30, 90), False),
    "6, 12, 24, 48": ((6, 12, 24, 48), False),
    "40, 40": ((40, 40), False),
    "5, 10, 20, 35, 60": ((5, 10, 20, 35, 60), False),
    "10, 30, 90, healthy shared": ((10, 30, 90), True),
}
CONTRASTS = ["disease", "change_responders", "change_nonresponders", "change_all"]
MODULES = 30
ALPHA = 0.05


@dataclass(frozen=True)
class Cohort:
    """The study that is cut: samples, labels, completed configuration, module scores."""

    expression: anndata.AnnData
    labels: pd.DataFrame
    config: dict[str, Any]
    scores: pd.DataFrame


@lru_cache(maxsize=1)
def cohort(folder: str) -> Cohort:
    import yaml

    path = Path(folder)
    schema = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    told = json.loads((path / "manifest.json").read_text("utf-8"))["config"]
    config = complete(told, schema, check=False)
    samples = read_table(path / "quality/samples.tsv")
    expression = read_expression(path / "normalise/expression.h5ad")
    expression = expression[samples.loc[samples["used"], "sample"].tolist()].copy()
    scores = read_table(path / "modules/scores.tsv")
    scores = scores[scores["method"] == "zscore"]
    wide = scores.pivot_table(index="sample", columns="module", values="score")
    return Cohort(expression, read_table(path / "response/labels.tsv"), config,
                  wide.iloc[:, :MODULES].loc[expression.obs_names])  # fmt: skip


def parts_of(found: Cohort, sizes: tuple[int, ...], share: bool, rng: np.random.Generator):
    """Samples of each study: its patients at both visits, its healthy people."""
    obs, design = found.expression.obs, found.config["design"]
    person = obs["patient"].astype(str)
    sick = obs["group"].ne(design["healthy"])
    at = [set(person[sick & obs["visit"].eq(design[time])]) for time in ("baseline", "followup")]
    patients = rng.permutation(sorted(at[0] & at[1]))
    healthy = rng.permutation(sorted(set(person[~sick])))
    # At least 4 healthy people each, the rest in proportion.
    spare = len(healthy) - 4 * len(sizes)
    each = 4 + np.floor(spare * np.array(sizes) / sum(sizes)).astype(int)
    used = obs["visit"].isin([design["baseline"], design["followup"]]) | ~sick
    first = well = 0
    for size, number in zip(sizes, each, strict=True):
        people = set(patients[first : first + size])
        people |= set(healthy if share else healthy[well : well + number])
        first, well = first + size, well + number
        yield obs.index[person.isin(people) & used]


def kept(found: Cohort, samples: list[pd.Index], path: Path | None) -> list[dict[str, Any]]:
    """Parts of the studies; their tables from the file where it is there."""
    if path and path.exists():
        tables = pickle.loads(path.read_bytes())  # our own
    else:
        tables = [analysed(found, some) for some in samples]
    if path and not path.exists():
        path.write_bytes(pickle.dumps(tables))
    each = []
    for parts, some in zip(tables, samples, strict=True):
        expression = found.expression[some]
        noise = residuals(expression, labels_of(found, expression), parts["design"])
        each.append({**parts, "residuals": noise, "expression": expression})
    return each


def labels_of(found: Cohort, expression) -> pd.DataFrame:
    people = expression.obs["patient"].astype(str)
    return found.labels[found.labels["patient"].isin(people)]


def analysed(found: Cohort, samples: pd.Index) -> dict[str, Any]:
    """Tables of a study, without its covariates or its labels where they cannot be had."""
    expression = found.expression[samples].copy()
    labels = labels_of(found, expression)
    config = json.loads(json.dumps(found.config))
    options = config["trajectories"] | {"bootstrap": 0, "permutations": 0}
    for covariates in (config["design"]["covariates"], []):
        config["design"]["covariates"] = covariates
        for where in (options["reverted_in"], "all"):
            options = options | {"reverted_in": where}
            with contextlib.suppress(StudyError):
                return fitted(found, expression, labels, config, options)
    raise RuntimeError(f"no model of {len(samples)} samples")


def fitted(found: Cohort, expression, labels, config, options) -> dict[str, Any]:
    tables = run(expression, labels, model_options(config, "limma"), CONTRASTS).tables
    study = study_of(expression, labels, joint_options(config, "limma"))
    seen = observe(study, options)
    table = gene_table(
        seen.planes, seen.calls, study.fitted.moderated, study.expression.var_names,
        np.full(expression.n_vars, np.nan), options, study.n_pairs("nonresponder"),
    )  # fmt: skip
    table["class_common"] = table["class"]
    return dict(
        contrasts={name: each for name, each in tables.items() if each["logFC"].notna().any()},
        genes=table,
        modules=module_tests(found, expression.obs, config["design"]),
        design=config["design"],
        facts={"title": "split", "assay": "microarray", "folder": "."},
    )


def module_tests(found: Cohort, obs: pd.DataFrame, design: dict[str, Any]) -> pd.DataFrame:
    score = found.scores.loc[obs.index]
    sick = obs["group"].ne(design["healthy"])
    before, after = (
        score[at].set_axis(obs.loc[at, "patient"].astype(str))
        for at in (sick & obs["visit"].eq(design[time]) for time in ("baseline", "followup"))
    )
    pairs = before.index.intersection(after.index)
    change = mean_change(after.loc[pairs] - before.loc[pairs], pd.DataFrame(index=pairs))
    disease = welch(before, score[~sick])
    table = pd.concat([change.assign(test="paired_change"), disease.assign(test="disease")])
    return table.rename_axis("module").reset_index().assign(method="zscore", group="all")


def studies_of(each: list[dict[str, Any]]) -> dict[str, FinishedStudy]:
    return {f"part{number}": finished(parts, parts["design"]) for number, parts in enumerate(each)}


def split(folder: str, kind: str, number: int, keep: Path | None = None) -> dict[str, Any]:
    """One row: what was claimed when the cohort was cut by random number `number`."""
    from threadpoolctl import threadpool_limits

    found, (sizes, share) = cohort(folder), KINDS[kind]
    rng = np.random.default_rng([24, number])
    row: dict[str, Any] = {"kind": kind, "split": number, "stopped": ""}
    with (
        threadpool_limits(limits=1),
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        path = keep / f"{list(KINDS).index(kind)}.{number}.pickle" if keep else None
        each = kept(found, list(parts_of(found, sizes, share, rng)), path)
        started = time.perf_counter()
        try:
            made = compare(studies_of(each), {}, {"permutations": 20, "seed": 1}, alpha=ALPHA)
        except Exception as error:  # what stops a comparison is what is asked
            words = " ".join(f"{type(error).__name__}: {error}".split())
            return row | {"stopped": words}
        return row | {"seconds": time.perf_counter() - started} | claimed(made)


def claimed(made: Any) -> dict[str, float]:
    agreement = made.concordance
    row: dict[str, float] = {}
    for name in ("disease", "change_all"):
        part = agreement[agreement["contrast"] == name]
        row[f"r_{name}"] = part["pearson"].mean()
        row[f"agree_{name}"] = part["P.Value"].le(ALPHA).where(part["P.Value"].notna()).mean()
        row[f"r_true_{name}"] = part["disattenuated"].mean()
        row[f"r_true_least_{name}"] = part["disattenuated"].min()
        if "disattenuated_CI.R" in part:
            known = part["disattenuated_CI.R"].notna()
            row[f"intervals_{name}"] = known.mean()
            row[f"hold_1_{name}"] = part.loc[known, "disattenuated_CI.R"].ge(1 - 1e-9).mean()
        pooled = made.genes[made.genes["contrast"] == name]
        row[f"pooled_{name}"] = int(pooled["adj.P.Val"].le(ALPHA).sum())
        row[f"untold_{name}"] = int(pooled["estimate"].isna().sum() + pooled["tau2"].isna().sum())
    verdict = made.joint["verdict"] if len(made.joint) else pd.Series(dtype=object)
    for name in ("all", "some", "one_only", "contradicted"):
        row[name] = int(verdict.eq(name).sum())
    row["modules"] = int(made.modules["adj.P.Val"].le(ALPHA).sum()) if len(made.modules) else 0
    row["modules_of"] = int(made.modules["adj.P.Val"].notna().sum()) if len(made.modules) else 0
    stars = made.transfer_sets["adj.P.Val"]
    return row | {"stars": int(stars.le(ALPHA).sum()), "stars_of": int(stars.notna().sum())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--splits", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    path = Path(asked.out)
    rows = []
    if path.exists():
        rows = pd.read_csv(path, sep="\t", keep_default_na=False).to_dict("records")
    done = {(row["kind"], int(row["split"])) for row in rows}
    kinds = list(KINDS)
    wanted = [(kinds[i % len(kinds)], i // len(kinds)) for i in range(asked.splits)]
    missing = [(asked.folder, *each, asked.keep) for each in wanted if each not in done]
    with ProcessPoolExecutor(asked.jobs) as workers:
        for row in workers.map(split, *zip(*missing, strict=True)) if missing else ():
            rows.append(row)
            pd.DataFrame(rows).to_csv(path, sep="\t", index=False, float_format="%.5g")
    table = pd.read_csv(path, sep="\t")
    for kind, part in table.groupby("kind", sort=False):
        stops = part["stopped"].dropna()
        print(f"{kind}: {len(part)} splits, {len(stops)} stopped", *sorted(set(stops)), sep="\n  ")


if __name__ == "__main__":
    main()
