"""Tests of gene sets where nothing changes: real blood with visits, labels or people exchanged.

`python tests/benchmarks/null_sets.py --study gse65391_small --nulls 200 --r --out null_sets.tsv`
makes null data sets of a study in `../shared/data` and counts, for each family of sets and each
test, the share of p below 0.05 and of data sets with an adjusted p below 0.05, with its Monte Carlo
error over data sets. `--r` has limma's fry and camera test the same data (`null_sets.R`).

visits: the samples of a pair are exchanged by the toss of a coin, `change_all` is tested. labels:
patients get the response of others, `interaction` is tested. people: healthy people and patients
are exchanged, `disease` is tested (not by R, which has no random blocks there).
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "scripts")]

import studies  # noqa: E402
from nulls import labels_exchanged, people_exchanged, visits_swapped  # noqa: E402
from options import SCHEMA, load, normalise  # noqa: E402
from revertome.configuration import complete  # noqa: E402
from revertome.differential.asked_models import models_of  # noqa: E402
from revertome.differential.model_options import model_options  # noqa: E402
from revertome.statistics.fdr import adjust  # noqa: E402
from stages import modules  # noqa: E402

LEVEL = 0.05
TESTS = ("P.rotation", "P.own", "P.flip", "P.camera")
SIZES = (10, 20, 40, 80)  # of the random sets, twelve each
RESOURCES = studies.ROOT / "resources"
BLOOD = studies.SHARED / "modules" / "modules.gmt"
ALIASES = pd.read_csv(RESOURCES / "aliases.tsv", sep="\t").set_index("old")["current"].to_dict()
CONTRASTS = {"visits": "change_all", "labels": "interaction", "people": "disease"}


def prepared(name):
    """Expression with text as text, labels of nobody, configuration."""
    config = complete(getattr(studies, name)(), SCHEMA)
    expression = normalise(
        load(config["intake"], config["design"]).adata, config["normalise"], ALIASES
    )
    text = [c for c in expression.obs if isinstance(expression.obs[c].dtype, pd.CategoricalDtype)]
    expression.obs = expression.obs.astype(dict.fromkeys(text, object))
    sick = ~expression.obs["group"].eq(str(config["design"]["healthy"]))
    patients = sorted(expression.obs.loc[sick, "patient"].unique())
    return expression, pd.DataFrame({"patient": patients, "label": "treated"}), config


def families_of(genes, rng):
    """Shipped modules, modules of whole blood, and sets of random genes."""
    shipped = {
        path.stem: path.read_text("utf-8").splitlines()
        for path in sorted((RESOURCES / "modules").glob("*.gmt"))
    }
    found = {"shipped": modules.gene_sets(shipped, ALIASES)}
    if BLOOD.exists():
        lines = [line for line in BLOOD.read_text("utf-8").splitlines() if line[:5] == "BG3_M"]
        found["blood"] = modules.gene_sets({"blood": lines}, ALIASES)
    drawn = [(m, k) for m in SIZES for k in range(12)]
    names = genes.to_numpy(str)
    random = {f"random_{m}_{k}": list(rng.choice(names, m, False)) for m, k in drawn}
    return found | {"random": random}


def null_of(kind, expression, labels, design, rng):
    """One data set without the effect, and its labels."""
    if kind == "visits":
        return visits_swapped(expression, design, rng), labels
    if kind == "people":
        changed = people_exchanged(expression, design, rng)
        return changed, changed.obs[["patient"]].drop_duplicates().assign(label="treated")
    return expression, labels_exchanged(labels, rng)


def tested_by_r(folder, drawn, sets):
    """p of limma's fry, camera and camera with the preset correlation, on the same data sets."""
    expression, options, models, contrast = drawn
    counts = options.engine == "voom"
    values = expression.layers["counts"] if counts else expression.X
    np.asarray(values, float).T.tofile(folder / "y.bin")
    obs = expression.obs
    size = obs["library_size"] * obs["norm_factor"] if counts else np.ones(len(obs))
    np.asarray(size, float).tofile(folder / "size.bin")
    rows = [expression.obs_names.get_indexer(model.obs.index) for model in models]
    for b, model in enumerate(models):
        vector = model.contrasts[contrast].to_numpy(float)
        block = np.vstack([model.design.to_numpy(float), vector[None]])
        np.savetxt(folder / f"x{b}.txt", block, fmt="%.17g")
        np.savetxt(folder / f"rows{b}.txt", rows[b] + 1, fmt="%d")
    place = pd.Series(np.arange(1, expression.n_vars + 1), expression.var_names.astype(str))
    with (folder / "sets.txt").open("w") as file:
        for name, genes in sets.items():
            at = place.reindex(genes).dropna().astype(int)
            file.write("\t".join([name, *map(str, at)]) + "\n")
    call = ["Rscript", str(HERE / "null_sets.R"), str(folder), str(len(models))]
    kind = "counts" if counts else "trend" if options.trend else "log2"
    subprocess.run([*call, kind], check=True)
    return pd.read_csv(folder / "p.tsv", sep="\t")


def rates(p, families):
    """Share of p < 0.05 and of data sets with a discovery, by family and test.

    `p` has columns null, module and one a test; error is over data sets.
    """
    found = []
    family = {name: of for of, sets in families.items() for name in sets}
    p = p.assign(family=p["module"].map(family))
    for (of, test), own in p.melt(["null", "module", "family"], var_name="test").groupby(
        ["family", "test"]
    ):
        wide = own.pivot_table(index="null", columns="module", values="value").dropna(axis=1)
        if wide.empty:
            continue
        each = (wide < LEVEL).mean(axis=1)
        any_ = wide.apply(lambda row: bool((adjust(row) <= LEVEL).any()), axis=1).mean()
        found.append(
            {"family": of, "test": test, "sets": wide.shape[1], "nulls": len(wide),
             "share": each.mean(), "share_error": each.std() / len(wide) ** 0.5,
             "any": any_, "any_error": (any_ * (1 - any_) / len(wide)) ** 0.5}
        )  # fmt: skip
    return pd.DataFrame(found)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", required=True)
    parser.add_argument("--nulls", type=int, default=200)
    parser.add_argument("--kinds", nargs="+", default=list(CONTRASTS))
    parser.add_argument("--r", action="store_true")
    parser.add_argument("--out", required=True)
    asked = parser.parse_args()
    expression, labels, config = prepared(asked.study)
    engine = "voom" if config["intake"]["assay"] == "rnaseq" else "limma"
    model, design = model_options(config, engine), config["design"]
    families = families_of(expression.var_names, np.random.default_rng(1))
    every = {name: genes for sets in families.values() for name, genes in sets.items()}
    one_each = {name: list(sets) for name, sets in families.items()}
    options = {"min_genes": 3, "seed": 1}
    tables = []
    for kind in asked.kinds:
        if kind == "people" and design["healthy"] is None:
            continue
        contrast, found, models = CONTRASTS[kind], [], []
        rng = np.random.default_rng(2)
        for b in range(asked.nulls):
            null, own = null_of(kind, expression, labels, design, rng)
            tested = modules.set_tests(
                null, own, [contrast], every, one_each, model, options, LEVEL
            )
            found.append(tested[["module", *TESTS]].assign(null=b))
            if asked.r and kind != "people":
                models += models_of(null.obs, own, model, [contrast]).models
        table = rates(pd.concat(found), families).assign(by="revertome")
        if models:
            with tempfile.TemporaryDirectory() as folder:
                drawn = (expression, model, models, contrast)
                p = tested_by_r(Path(folder), drawn, every)
            table = pd.concat([table, rates(p, families).assign(by="limma")])
        tables.append(table.assign(null=kind))
        print(tables[-1].to_string(), flush=True)
    table = pd.concat(tables).assign(study=asked.study)
    table.to_csv(asked.out, sep="\t", index=False, float_format="%.4f")


if __name__ == "__main__":
    main()
