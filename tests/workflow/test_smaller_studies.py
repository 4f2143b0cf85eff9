"""Studies of one visit, without healthy people, without response: every stage to the report."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import tiny_trial
from described import faults
from finished import finished as read_finished
from pipeline import ALIASES, finished
from received import Received
from revertome.compare import compare
from revertome.configuration import complete, contrasts_by_engine
from revertome.errors import StudyError
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.gene_classes import CLASSES
from revertome.intake.load import load
from revertome.report.comparison_words import details
from revertome.report.page import drawn

# Figures that no kind of study here draws: those of the plane, and of cells, which nobody counted.
NEVER = {"sensitivity", "variances", "tipping", "control_arm", "cells", "composition_plane"}
# Figures that each kind does not draw beside these.
KINDS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "one": ({"followup": None, "source": "none"}, {"course", "engagement", "response",
                                                   "contrasts", "overlap"}),
    "one labelled": ({"followup": None}, {"course", "engagement", "overlap"}),
    "one labelled alone": ({"followup": None, "healthy": None}, {"distance", "waterfall", "course",
                                                                 "engagement", "genes",
                                                                 "contrasts", "overlap",
                                                                 "heatmap"}),
    "pairs": ({"healthy": None, "source": "none"}, {"distance", "waterfall", "response",
                                                    "contrasts", "overlap"}),
    "pairs labelled": ({"healthy": None}, {"distance", "waterfall"}),
    "counts": ({"followup": None, "source": "none", "assay": "rnaseq"},
               {"course", "engagement", "response", "contrasts", "overlap"}),
}  # fmt: skip
FAST = ("one labelled", "pairs")


def configured(folder: Path, **kind: Any) -> dict[str, Any]:
    """Write a tiny trial and complete its study file."""
    healthy = kind.get("healthy", "healthy")
    assay = kind.get("assay", "microarray")
    intake = tiny_trial.write(folder, "table", assay, "auto", healthy is not None, False)
    design = {"baseline": "before", "healthy": healthy, "followup": kind.get("followup", "after")}
    if design["followup"] is None:
        tiny_trial.of_one_visit(intake)
        del design["followup"]
    return complete(
        {
            "study": "tiny",
            "intake": intake,
            "design": design,
            "response": {"source": kind.get("source", "column")},
            "trajectories": {"bootstrap": 8, "permutations": 2},
            "modules": {"permutations": 100, "engagement": ["IRG28"]},
            "association": {"variables": ["crp"]},
            **kind.get("more", {}),
        },
        tiny_trial.SCHEMA,
    )


@pytest.fixture(scope="module", params=[
    pytest.param(name, marks=[] if name in FAST else [pytest.mark.slow]) for name in KINDS
])  # fmt: skip
def run(request, tmp_path_factory):
    """A finished study: kind, configuration, results, folder."""
    folder = tmp_path_factory.mktemp("smaller")
    config = configured(folder, **KINDS[request.param][0])
    return request.param, config, finished(config, folder / "tiny"), folder / "tiny"


def words_of(page: str) -> str:
    """What a reader of the report sees, without methods and parameters."""
    body = page[page.index("<main") : page.index('<section id="parameters"')]
    body = re.sub(r"<script.*?</script>", "", body, flags=re.S)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def test_no_gene_has_a_class_and_no_count_is_a_number(run):
    _, config, found, folder = run
    assert found["trajectories/genes"]["class"].isna().all()
    summary = found["trajectories/summary"]
    assert list(summary["class"]) == list(CLASSES)
    assert summary.drop(columns="class").isna().all(axis=None)
    assert found["association/patients"]["n_reverted"].isna().all()
    assert len(found["modules/trajectories"]) == 0
    assert faults(folder) == []
    one = config["design"]["followup"] is None
    for name in ("intake/flow", "quality/flow", "association/flow", "differential/design"):
        pairs = found[name]["n_pairs"]
        assert pairs.isna().all() if one else pairs.notna().any()


def test_each_effect_that_can_be_had_is_there(run):
    _, config, found, _ = run
    genes = found["trajectories/genes"]
    one, healthy = config["design"]["followup"] is None, config["design"]["healthy"] is not None
    assert genes["p_disease"].notna().all() == (one and healthy)
    assert genes["p_change"].notna().all() == (not one)
    names = next(iter(contrasts_by_engine(config).values()))
    for name in names:
        assert found[f"differential/{name}"]["P.Value"].notna().all()
    tested = set(found["modules/tests"]["test"])
    if one:
        assert tested <= {"disease", "baseline"} and tested
        assert set(found["association/tests"]["question"]) <= {
            "baseline_with_baseline", "baseline_with_response",
        }  # fmt: skip
        assert set(found["modules/agreement"]["of"]) == {"baseline"}
    else:
        assert {"paired_change", "mixed"} <= tested and not tested & {"disease", "residual"}
    assert found["modules/sets"]["P.own"].notna().any()
    prefix = {"disease"} if one and healthy else set() if one else {"changed"}
    assert {name.split("_")[0] for name in found["trajectories/sets"]} == prefix
    if prefix:
        assert sum(map(len, found["trajectories/sets"].values())) > 20


def test_the_report_says_what_the_study_can_show(run):
    kind, config, found, _ = run
    said = words_of(found["page"])
    one = config["design"]["followup"] is None
    assert ("The study has one visit, baseline, and no follow-up" in said) == one
    assert ("Without healthy samples no gene can be called" in said) == (kind.startswith("pairs"))
    unknown = config["response"]["source"] == "none"
    assert ("Who responded is not known to this run" in said) == unknown
    assert ("compared before anybody responded" in said) == (one and not unknown)
    for never in ("withheld", "nan", "at None", "reverted in", "induced in", "0 pairs"):
        assert never not in said
    if one:
        assert "complete pair" not in said and "after" not in re.sub(
            "after (adj|treatment|DeLong)", "", said
        )
        for never in ("paired", "intersection-union", "random patient effect", "Berger RL"):
            assert never not in said


def test_what_is_not_drawn_says_why_in_a_line(run):
    kind, _, found, _ = run
    absent = {name for name in FIGURES if not drawn(found[f"source_data/{name}"])}
    assert absent == KINDS[kind][1] | NEVER
    for name in absent:
        reason = found[f"source_data/{name}"].loc[0, "text"]
        assert 20 < len(reason) < 200


@pytest.mark.slow
def test_what_is_drawn_can_be_drawn(run):
    _, _, found, _ = run
    for name in FIGURES:
        draw(name, found[f"source_data/{name}"])


def test_scores_at_one_visit_are_compared_by_welch(run):
    _, config, found, _ = run
    if config["design"]["followup"] is not None:
        pytest.skip("a study with a follow-up")
    scores = found["modules/scores"].query("module == 'IRG28' and method == 'zscore'")
    label = found["response/labels"].set_index("patient")["label"]
    groups = scores.groupby(scores["patient"].map(label).fillna("healthy"))["score"].agg(list)
    tests = found["modules/tests"].query("module == 'IRG28' and method == 'zscore'")
    sides = {"baseline": ("responder", "nonresponder"), "disease": ("treated", "healthy")}
    for name, (first, second) in sides.items():
        if {first, second} <= set(groups.index):
            [row] = tests[(tests["test"] == name)].to_dict("records")
            theirs = stats.ttest_ind(groups[first], groups[second], equal_var=False)
            assert row["P.Value"] == pytest.approx(theirs.pvalue, rel=1e-9)
            low, high = theirs.confidence_interval(0.95)
            np.testing.assert_allclose([row["CI.L"], row["CI.R"]], [low, high], rtol=1e-9)


@pytest.mark.slow
def test_without_response_the_rest_stays(tmp_path):
    config = configured(tmp_path, source="none")
    found = finished(config, tmp_path / "tiny")
    assert found["trajectories/genes"]["class"].notna().all()
    assert "Who responded is not known to this run" in words_of(found["page"])
    assert set(found["trajectories/summary"]["n_genes"].notna()) == {True}


@pytest.mark.slow
def test_a_study_of_one_visit_is_compared_by_its_disease(tmp_path):
    kinds = {"two": {}, "one": KINDS["one"][0], "pairs": KINDS["pairs"][0]}
    studies = {}
    for name, kind in kinds.items():
        config = configured(tmp_path / name, **kind)
        finished(config, tmp_path / name / "tiny")
        studies[name] = read_finished(Received(name, tmp_path / name / "tiny", config))
    assert studies["one"].genes.empty and studies["pairs"].genes.empty
    found = compare(studies, ALIASES, {"permutations": 10, "seed": 1}, alpha=0.05)
    rows = found.concordance.set_index("contrast")
    assert rows.loc["disease", ["study_a", "study_b"]].tolist() == ["one", "two"]
    assert rows.loc["disease", "pearson"] > 0.99
    assert found.joint.empty and set(found.transfer["source"]) <= {"two"}
    said = str(details(vars(found), ["ISG6"], 0.05))
    assert "one has no follow-up and is compared only where" in said
    assert "pairs has no healthy samples" in said and "one has no response" not in said
    assert "Interferon modules in pairs under treatment (n = 12; in SD of its samples at" in said


ONE = {"design": {"baseline": "before"}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"design": {"baseline": "before", "healthy": None}}, "there is nothing to compare; name"),
        ({"response": {"source": "activity", "activity": {"column": "sledai"}}}, "use column or v"),
        ({"response": {"source": "visits"}}, "response.visit: design names one visit, 'before'"),
        ({"differential": {"change_with": ["crp"]}}, "change_with: design names one visit"),
        ({"differential": {"blocking": "fixed"}}, "blocking: fixed compares samples of the same"),
        ({"differential": {"engines": ["limma", "mixed"]}}, "engines: mixed needs several samples"),
        *(
            ({"differential": {"engines": ["voom", name]}}, f"engines: {name} needs several sample")
            for name in ("deseq2", "edger_ql")
        ),
        (
            {"differential": {"contrasts": ["change_all"]}},
            r"followup: None\); possible are dis",
        ),
        ({"differential": {"custom": {"x": "change_all"}}}, "no standard contrast of this design"),
        ({"design": {"baseline": "before", "dose": "mg"}}, "design.dose: it tells of changes"),
    ],
)
def test_what_needs_a_follow_up_is_refused_in_a_sentence(change, words):
    study = {"study": "tiny", "intake": {"source": "table", "matrix": "m.tsv"}, **ONE, **change}
    with pytest.raises(StudyError, match=words) as raised:
        complete(study, tiny_trial.SCHEMA)
    assert "\n" not in str(raised.value)


def test_counts_of_one_visit_need_no_second_engine():
    study = {"study": "tiny", "intake": {"source": "table", "matrix": "m.tsv", "assay": "rnaseq"}}
    assert contrasts_by_engine(complete(study | ONE, tiny_trial.SCHEMA)) == {"voom": ["disease"]}


def people(intake: dict[str, Any], keep: Any) -> None:
    """Keep the samples of the sheet under a rule."""
    sheet = pd.read_csv(intake["samples"], sep="\t")
    sheet = sheet[keep(sheet)]
    sheet.to_csv(intake["samples"], sep="\t", index=False)
    matrix = pd.read_csv(intake["matrix"], sep="\t", index_col=0)
    matrix[sheet["sample"]].to_csv(intake["matrix"], sep="\t")


def test_the_door_of_a_study_of_one_visit(tmp_path):
    config = configured(tmp_path / "a", followup=None, source="none")
    flow = load(config["intake"], config["design"]).flow
    assert flow["n_pairs"].isna().all() and flow["n_patients"].iloc[-1] == 20
    people(config["intake"], lambda s: s["group"].eq("patient") | s["patient"].lt("HC-02"))
    with pytest.raises(StudyError, match="13 patients at 'before' and 2 healthy people, expected"):
        load(config["intake"], config["design"])
    both = configured(tmp_path / "b")
    forgot = {**both["design"], "followup": None, "followups": []}
    with pytest.raises(StudyError, match=r"unknown visit 'after', .* name it in design \(followup"):
        load(both["intake"], forgot)


def test_two_groups_of_which_one_is_too_small(tmp_path):
    config = configured(tmp_path, followup=None, healthy=None)
    people(config["intake"], lambda s: s["response"].ne("nonresponder") | s["patient"].gt("PT-10"))
    with pytest.raises(StudyError, match="7 responders and 2 non-responders have a sample at"):
        finished(config, tmp_path / "tiny")
