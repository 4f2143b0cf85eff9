"""Many finished studies, and our comparison of them: from result folders to result tables."""

import json
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from snakemake.iocontainers import Namedlist

HOME = Path(__file__).resolve().parents[2]
CONTRASTS = ("disease", "change_responders", "change_nonresponders", "change_all")
CLASSES = ("reverted", "induced", "partial", "exacerbated", "persistent")
RESULT = ("studies", "independence", "effects", "concordance", "rank_overlap", "transfer",
          "transfer_sets", "modules", "module_studies", "genes", "joint",
          "joint_summary")  # fmt: skip
DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": []}
PAIRS, HEALTHY = 20, 20


def write_studies(case, folder, seed):
    """`case.samples` result folders of `case.genes` genes; a tenth of the genes reverted in all."""
    rng = np.random.default_rng([seed, case.genes, case.samples])
    symbols = np.array([f"GENE{i}" for i in range(round(1.1 * case.genes))])
    truth = np.where(np.arange(len(symbols)) % 10 == 0, rng.normal(0, 1.5, len(symbols)), 0)
    for number in range(case.samples):
        place = np.sort(rng.permutation(len(symbols))[: case.genes])
        _study(rng, folder / f"study{number:02d}", symbols[place], truth[place])


def _write(table, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, sep="\t", index=False, na_rep="NA")


def _study(rng, folder, symbols, truth):
    from scipy import special, stats

    n, found = len(symbols), {}
    for name in CONTRASTS:
        error = rng.uniform(0.15, 0.35, n)
        logfc = rng.normal(truth * (1 if name == "disease" else -1), error)
        if name == "change_all":  # of as many of either kind, as their expression has it
            logfc = sum(found[kind]["logFC"].to_numpy() for kind in CONTRASTS[1:3]) / 2
        p = 2 * special.ndtr(-np.abs(logfc / error))
        table = pd.DataFrame({"gene": symbols, "logFC": logfc, "CI.L": logfc - 2 * error})
        table["CI.R"], table["AveExpr"] = logfc + 2 * error, rng.normal(8, 2, n)
        table["t"], table["P.Value"] = logfc / error, p
        found[name] = table.assign(**{"adj.P.Val": stats.false_discovery_control(p), "B": 0.0})
        _write(found[name].assign(n=40, engine="limma"), folder / f"differential/{name}.tsv")
    hit = found["disease"]["adj.P.Val"] <= 0.01
    genes = pd.DataFrame({"gene": symbols, "class": np.where(hit, "reverted", "unchanged")})
    genes = genes.assign(disease=found["disease"]["logFC"], change=found["change_all"]["logFC"])
    genes = genes.assign(p_disease=found["disease"]["P.Value"], p_change=rng.uniform(size=n))
    for name in CLASSES:
        genes[f"p_{name}"] = rng.uniform(size=n)
    genes["p_reverted"] = found["disease"]["P.Value"]
    _write(genes, folder / "trajectories/genes.tsv")
    rows = [(f"M{i}", "zscore", "paired_change", "all", x, x - 0.5, x + 0.5, 20, 19)
            for i, x in enumerate(rng.normal(size=20))]  # fmt: skip
    columns = ["module", "method", "test", "group", "estimate", "CI.L", "CI.R", "n", "df"]
    _write(pd.DataFrame(rows, columns=columns), folder / "modules/tests.tsv")
    _expression(rng, folder, symbols, found)
    config = {"study": folder.name, "intake": {"assay": "microarray"}, "design": DESIGN}
    (folder / "manifest.json").write_text(json.dumps({"config": config}))


def _expression(rng, folder, symbols, found):
    import anndata

    patients = [f"P{i}" for i in range(PAIRS)]
    obs = pd.DataFrame({"patient": [*patients, *patients, *(f"H{i}" for i in range(HEALTHY))]})
    obs["visit"] = ["before"] * PAIRS + ["after"] * PAIRS + ["none"] * HEALTHY
    obs["group"] = ["patient"] * 2 * PAIRS + ["healthy"] * HEALTHY
    obs["sample"] = obs.index = [f"S{i}" for i in range(len(obs))]
    x = 8 + rng.normal(size=(len(obs), 10)) @ rng.normal(0, 0.2, (10, len(symbols)))
    x += rng.normal(size=x.shape)
    level = np.arange(len(obs)) % 2 + 2 * (np.arange(len(obs)) // PAIRS)  # label and visit
    for each in np.unique(level):
        x[level == each] -= x[level == each].mean(axis=0)
    effect = {name: found[name]["logFC"].to_numpy() for name in CONTRASTS}
    x += 8 + np.where(level < 4, 1, 0)[:, None] * effect["disease"]
    for at, name in enumerate(CONTRASTS[1:3], 2):
        x[level == at] += effect[name]
    (folder / "normalise").mkdir()
    data = anndata.AnnData(x, obs=obs, var=pd.DataFrame(index=symbols))
    data.write_h5ad(folder / "normalise/expression.h5ad")
    _write(obs[["sample"]].assign(used=True), folder / "quality/samples.tsv")
    labels = pd.DataFrame({"patient": patients, "label": ["responder", "nonresponder"] * 10})
    _write(labels, folder / "response/labels.tsv")


def compare_studies(folder, threads=2):
    """Run the entry script of the stage on the folders; the sum of all correlations."""
    sys.path.insert(0, str(HOME / "scripts"))
    studies = {path.name: str(path) for path in sorted(folder.glob("study*"))}
    config = {"study": "all", "modules": {"permutations": 1000, "seed": 1}}
    config["trajectories"] = {"alpha": 0.05}
    out = {name: str(folder / f"compare/{name}.tsv") for name in RESULT}
    aliases = str(HOME / "resources/aliases.tsv")
    asked = SimpleNamespace(
        log=[str(folder / "logs/compare.log")],
        params=Namedlist(fromdict={"folders": studies, "config": config, "code": ""}),
        input=Namedlist(fromdict={"aliases": aliases}),
        output=Namedlist(fromdict=out),
        threads=threads,
    )
    runpy.run_path(str(HOME / "scripts/compare.py"), init_globals={"snakemake": asked})
    return float(pd.read_csv(out["concordance"], sep="\t")["pearson"].sum())
