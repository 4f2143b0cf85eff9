"""Stages chained from files: the order of rows and columns is nothing, the pairing is much."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import pipeline
from options import SCHEMA, load, normalise
from pipeline import GMT, finished
from revertome.configuration import complete, names
from revertome.differential.model_options import joint_options, model_options
from revertome.differential.run import run as differential
from revertome.response.evaluate import evaluate
from revertome.trajectories import run as trajectories
from tiny_trial import write

HOME = Path(__file__).parents[2]


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


def table(path):
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


def spoil(folder):
    """Rows of one feature with one mean, rows without a name: what only their order told apart."""
    matrix = table(folder / "matrix.tsv")
    first, second = sorted(matrix.columns[1:])[:2]  # neighbours, so that no rounding tells
    again = matrix.iloc[30:60].rename(columns={first: second, second: first})[list(matrix)]
    nameless = matrix.iloc[60:62].assign(id=["", "NA"])
    pd.concat([matrix, again, nameless]).to_csv(folder / "matrix.tsv", sep="\t", index=False)


def shuffle(folder, rng):
    """Rows of every file, samples of the matrix and genes of each module in another order."""
    for name in ("samples", "visits", "names", "matrix"):
        found = table(folder / f"{name}.tsv")
        found = found.iloc[rng.permutation(len(found))]
        if name == "matrix":
            found = found[[found.columns[0], *rng.permutation(found.columns[1:])]]
        found.to_csv(folder / f"{name}.tsv", sep="\t", index=False)
    lines = [line.split("\t") for path in GMT for line in path.read_text("utf-8").splitlines()]
    text = "".join("\t".join([*line[:2], *rng.permutation(line[2:])]) + "\n" for line in lines)
    (folder / "modules.gmt").write_text(text, encoding="utf-8")


def other_order(found, rng):
    """The keys of a configuration, and of its sections, in another order."""
    if not isinstance(found, dict):
        return found
    return {key: other_order(found[key], rng) for key in rng.permutation(list(found)).tolist()}


@pytest.mark.parametrize(
    ("assay", "repeat"),
    [("microarray", False), pytest.param("rnaseq", True, marks=pytest.mark.slow)],
)
def test_no_order_in_any_file_changes_a_table_or_the_report(tmp_path, monkeypatch, assay, repeat):
    """From the files to the page, messages too. Only the lines of a GMT file, the columns of sheets
    and the lists of the study file are shown in their order, as the study file itself is."""
    rng = np.random.default_rng(3)
    intake = write(tmp_path, "table", assay, "auto", True, repeat)
    spoil(tmp_path)
    config = {
        "study": "order", "intake": intake,
        "design": {"baseline": "before", "followup": "after", "covariates": ["sex"]},
        "response": {"source": "visits", "definition": "acr_pedi", "baseline_visit": "before",
                     "visit": "after"},
        "association": {"variables": ["crp"]},
        "trajectories": {"bootstrap": 20, "permutations": 10, "sensitivity": ["age"]},
        "modules": {"permutations": 100},
    }  # fmt: skip
    before = finished(complete(config, SCHEMA), tmp_path / "results")
    shuffle(tmp_path, rng)
    monkeypatch.setattr(pipeline, "GMT", [tmp_path / "modules.gmt"])
    after = finished(complete(other_order(config, rng), SCHEMA), tmp_path / "results")
    assert any("without a feature id" in text for text in before["warnings"])
    assert len(before) > 60
    for name, one in before.items():
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(after[name], one, check_exact=True, obj=name)
    assert after["warnings"] == before["warnings"]
    as_written = re.compile(r"</summary><pre>.*?</pre>", re.S)
    pages = [as_written.sub("", one["page"]) for one in (before, after)]
    assert pages[0] == pages[1] and len(pages[0]) < len(before["page"])
