"""Interferon modules in public data: lupus (GSE65391) and interferon-beta (GSE60424)."""

from typing import Any

import pandas as pd
import pytest
import yaml

from options import load, normalise
from revertome.configuration import complete
from revertome.response.evaluate import evaluate
from stages import modules
from studies import ROOT, gse60424, gse65391_full, gse65391_small, real

pytestmark = [pytest.mark.real, real]
INTERFERON = ["ISG6", "IRG28", "G2_M1.2", "G2_M3.4", "G2_M5.12"]


def scored(study: dict[str, Any]) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    """Expression, scores and tests of a study by its own configuration."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    study = complete(study, schema)
    design = study["design"]
    table = pd.read_csv(ROOT / "resources" / "aliases.tsv", sep="\t").set_index("old")["current"]
    found = load(study["intake"], design)
    expression = normalise(found.adata, study["normalise"], table.to_dict())
    response = evaluate(expression.obs, found.visits, study["response"], design)
    lines = (ROOT / "resources/modules/interferon.gmt").read_text("utf-8").splitlines()
    sets = modules.gene_sets({"interferon.gmt": lines}, table.to_dict())
    scores = modules.score(expression, sets, study["modules"], design)
    return expression, scores, modules.test(scores, expression.obs, response.labels, design)


def estimates(tests: pd.DataFrame, test: str, group: str, method: str = "zscore") -> pd.DataFrame:
    chosen = (tests["test"] == test) & (tests["group"] == group) & (tests["method"] == method)
    return tests[chosen].set_index("module")


def test_interferon_is_raised_in_active_lupus_by_every_list_and_method():
    _, scores, tests = scored(gse65391_small())
    for method in scores["method"].unique():
        disease = estimates(tests, "disease", "responders", method)
        assert (disease["CI.L"] > 0).all() and (disease["adj.P.Val"] < 1e-3).all()
        assert disease["n"].to_list() == [24] * 5
    found = scores.drop_duplicates("module").set_index("module")
    assert found["genes_found"].to_dict() == dict(zip(INTERFERON, [6, 28, 27, 53, 58], strict=True))
    assert found.loc["G2_M5.12", "genes_missing"] == "LOC401433"


@pytest.mark.filterwarnings("ignore:.*have a gene symbol")
def test_every_interferon_list_rises_in_all_three_pairs_after_interferon_beta():
    _, scores, tests = scored(gse60424())
    z = scores[scores["method"] == "zscore"]
    wide = z.dropna(subset="visit").pivot_table(
        index=["module", "patient"], columns="visit", values="score", observed=True
    )
    change = wide["after"] - wide["before"]
    assert len(change) == 15 and change.min() > 3
    assert (estimates(tests, "paired_change", "all")["P.Value"] < 0.01).all()


@pytest.mark.slow
def test_interferon_scores_go_with_disease_activity_as_published():
    """Spearman with SLEDAI at the first visit, published for this cohort: M1.2 0.45, M3.4 0.50,
    M5.12 0.47. The score of responders falls, and more than that of non-responders."""
    expression, scores, tests = scored(gse65391_full())
    first = scores[(scores["visit"] == "first") & (scores["method"] == "zscore")]
    wide = first.pivot_table(index="sample", columns="module", values="score")
    sledai = expression.obs.loc[wide.index, "sledai"].astype(float)
    for module, published in {"G2_M1.2": 0.45, "G2_M3.4": 0.50, "G2_M5.12": 0.47}.items():
        assert wide[module].corr(sledai, method="spearman") == pytest.approx(published, abs=0.05)
    falls = estimates(tests, "paired_change", "responders")
    assert falls["n"].to_list() == [56] * 5 and (falls["CI.R"] < 0).all()
    more = estimates(tests, "change_interaction", "responders_vs_nonresponders")
    assert (more["estimate"] < 0).all()
