"""What the plot of the page holds beside the numbers of genes, and the colours it is drawn in."""

import json
import re
from pathlib import Path

import pandas as pd

import small_study
from revertome.figures.theme import CLASS, ROLE
from revertome.naming import named_as
from revertome.report import explore
from revertome.report.explore import members, placed_samples
from revertome.report.lookup import lookup
from revertome.source_data import build

NAMES = pd.Series(["A", "B", "C", "D"])
SETS = {"big": ["A", "B", "C"], "none": ["X"], "small": ["D", "X", "B"]}


def test_modules_are_numbers_of_genes_and_those_without_a_gene_are_left_out():
    found = members(SETS, NAMES)
    assert found["left"] == 0
    assert [each["genes"] for each in found["sets"]] == [[0, 1, 2], [1, 3]]


def test_where_not_all_modules_have_room_those_first_in_order_stay(monkeypatch):
    monkeypatch.setattr(explore, "MEMBERS", 4)
    assert [each["genes"] for each in members(SETS, NAMES)["sets"]] == [[0, 1, 2]]
    found = members(SETS, NAMES, ["small", "gone"])
    assert [each["genes"] for each in found["sets"]] == [[1, 3]]
    assert found["left"] == 1


def test_samples_lie_as_in_the_figure_and_say_whose_they_are():
    study = small_study.results()
    source = build("pca", study)
    rows = source[source["element"] == "sample"]
    with named_as({}, small_study.DESIGN):
        found = placed_samples(source)
    assert found["x"] == [round(float(x), 3) for x in rows["PC1"]]
    assert len(found["names"]) == len(found["roles"]) == len(rows)
    assert re.fullmatch(r"PC1 \(\d+% of the variance\)", found["axes"][0])
    of = dict(zip(rows["sample"], found["names"], strict=True))
    healthy = rows.loc[rows["role"].eq("healthy"), "sample"].iloc[0]
    assert of[healthy] == f"{healthy}: healthy"
    first = rows[rows["role"].eq("baseline") & rows["label"].eq("responder")].iloc[0]
    assert of[first["sample"]] == f"{first['patient']}: baseline, responders"
    assert placed_samples(build("pca", study | {"pca": study["pca"].head(2)})) is None


def test_samples_are_withheld_where_single_people_are():
    study = small_study.results()
    source = build("pca", study)
    told = [json.loads(lookup(study["genes"], suppress_below=n, pca=source))["samples"]
            for n in (0, 5)]  # fmt: skip
    assert told[0] is not None and told[1] is None


def test_the_plot_has_the_colours_of_the_figures():
    style = (Path(explore.__file__).parent / "style.css").read_text("utf-8")
    root = dict(re.findall(r"--([a-z]+): (#\w+);", style.split("@media")[0]))
    assert {name: root[name] for name in CLASS} == CLASS
    assert {name: root[name] for name in ROLE} == ROLE
