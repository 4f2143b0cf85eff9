"""Stages chained from files: the order of rows and columns is nothing, the pairing is much."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from options import load, normalise
from revertome.configuration import complete, names
from revertome.differential.model_options import joint_options, model_options
from revertome.differential.run import run as differential
from revertome.response import evaluate
from revertome.trajectories import run as trajectories

HOME = Path(__file__).parents[2]
SCHEMA = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def files():
    """Matrix and sheet: 8 responders, 5 non-responders, one single visit, 10 healthy, 2 batches."""
    rng = np.random.default_rng(12)
    rows = [
        (f"P{i:02d}{v}", f"P{i:02d}", v, "patient", "responder" if i < 8 else "nonresponder")
        for i in range(13)
        for v in ("before", "after")
    ]
    rows = rows[:-1] + [(f"0{i}", f"H{i}", "", "healthy", "") for i in range(10)]
    sheet = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group", "response"])
    sheet["batch"] = rng.choice(["1", "2"], len(sheet))
    n_genes = 400
    person = rng.normal(0, 0.8, (sheet["patient"].nunique(), n_genes))
    values = (
        8 + person[pd.factorize(sheet["patient"])[0]] + rng.normal(0, 0.5, (len(sheet), n_genes))
    )
    sick, treated = sheet["group"].eq("patient"), sheet["visit"].eq("after")
    values[np.ix_(sick & ~treated, range(40))] += 3.0
    values[np.ix_(treated, range(40, 80))] += 3.0
    symbols = pd.read_csv(HOME / "resources/genes.tsv", sep="\t").iloc[:n_genes, 0]
    matrix = pd.DataFrame(values.T, index=symbols, columns=sheet["sample"])
    return matrix, sheet


def chain(folder, matrix, sheet):
    """Tables of the study, from files written to `folder`."""
    matrix.to_csv(folder / "matrix.tsv", sep="\t", index_label="gene")
    sheet.to_csv(folder / "sheet.tsv", sep="\t", index=False)
    found = {
        "study": "chain",
        "intake": {
            "source": "table",
            "matrix": str(folder / "matrix.tsv"),
            "samples": str(folder / "sheet.tsv"),
        },
        "design": {"baseline": "before", "followup": "after", "covariates": ["batch"]},
        "response": {"source": "column"},
        "trajectories": {"bootstrap": 20, "permutations": 10},
    }
    config = complete(found, SCHEMA)
    study = load(config["intake"], config["design"])
    expression = normalise(study.adata, config["normalise"], {})
    labels = evaluate(expression.obs, study.visits, config["response"], config["design"]).labels
    contrasts = names(config)
    result = differential(expression, labels, model_options(config, "limma"), contrasts)
    model = joint_options(config, "limma")
    classes = trajectories(expression, labels, model, config["trajectories"])
    return {**result.tables, "genes": classes.genes, "summary": classes.summary}


@pytest.fixture(scope="module")
def tables(files, tmp_path_factory):
    return chain(tmp_path_factory.mktemp("plain"), *files)


def test_order_of_rows_columns_and_sheet_changes_no_result(files, tables, tmp_path):
    matrix, sheet = files
    rng = np.random.default_rng(1)
    shuffled = matrix.iloc[rng.permutation(len(matrix)), rng.permutation(matrix.shape[1])]
    sheet = sheet.iloc[rng.permutation(len(sheet)), rng.permutation(sheet.shape[1])]
    for name, table in chain(tmp_path, shuffled, sheet).items():
        pd.testing.assert_frame_equal(table, tables[name], check_exact=True)


def test_every_contrast_has_all_genes(tables):
    for name, table in tables.items():
        if name != "summary":
            assert sorted(table["gene"]) == list(tables["genes"]["gene"])
    called = tables["genes"].set_index("gene")["class"]
    assert (called == "reverted").sum() >= 20
    assert (called == "induced").sum() >= 15


def test_breaking_the_pairs_changes_the_p_values(files, tables, tmp_path):
    """The after samples of responders handed round: estimates stay, evidence is lost."""
    matrix, sheet = files
    sheet = sheet.copy()
    after = sheet["visit"].eq("after") & sheet["response"].eq("responder")
    sheet.loc[after, "patient"] = np.roll(sheet.loc[after, "patient"], 1)
    broken = chain(tmp_path, matrix, sheet.drop(columns="batch").assign(batch=sheet["batch"]))
    paired = tables["change_responders"].set_index("gene")
    other = broken["change_responders"].set_index("gene").loc[paired.index]
    moved = paired.index[paired["adj.P.Val"] <= 0.05]
    assert len(moved) >= 60
    assert (other.loc[moved, "P.Value"] > paired.loc[moved, "P.Value"]).mean() > 0.9
