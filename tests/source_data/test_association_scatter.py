"""The patients behind associations: the points tested, and the line of ranks."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from revertome.association.tests import test as associations
from revertome.figures import draw
from revertome.figures.style import rows
from revertome.source_data import build
from revertome.source_data.association_scatter import rank_line

DESIGN = {"baseline": "before", "followup": "week 12", "followups": ["week 12"], "healthy": None}
TRIAL = {"design": DESIGN, "trajectories": {"alpha": 0.05}}
MODULES = ["ISG6", "IRG28", "neutrophil"]


def patients(n=24, seed=5):
    """Values of which those of the first module follow CRP, with gaps."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"patient": [f"P{i:02d}" for i in range(n)]})
    table["label"] = np.array(["responder", "nonresponder", "unlabelled"])[np.arange(n) % 3]
    for time in ("baseline", "change"):
        table[f"crp_{time}"] = rng.gamma(2, 20, n).round()
        for module in MODULES:
            table[f"{module}_{time}"] = rng.normal(size=n)
    table["ISG6_change"] += table["crp_change"] / 10
    table.loc[[2, 9], "crp_change"] = np.nan
    table.loc[[4], "ISG6_change"] = np.nan
    return table


def answers(table, variables=("crp",)):
    return associations(table, MODULES, list(variables), "zscore", 0.05)


def built(table, tests):
    return build("association_scatter", TRIAL | {"association_tests": tests,
                                                 "association_patients": table})  # fmt: skip


def caption(table):
    return table.set_index("element").loc["caption", "text"]


def test_points_give_back_the_numbers_that_are_printed():
    table = built(patients(), answers(patients()))
    panels, points = rows(table, "panel"), rows(table, "point")
    assert panels["question"].nunique() == len(panels) == 4
    for row in panels.to_dict("records"):
        own = points[points["panel"] == row["panel"]]
        if isinstance(row["variable"], str):
            theirs = stats.spearmanr(own["x"], own["y"])
            assert row["estimate"] == pytest.approx(theirs.statistic, abs=1e-12)
            assert row["P.Value"] == pytest.approx(theirs.pvalue, rel=1e-8)
        else:
            yes, no = (own.loc[own["label"] == n, "y"] for n in ("responder", "nonresponder"))
            theirs = stats.mannwhitneyu(yes, no)
            assert row["estimate"] == pytest.approx(theirs.statistic / len(yes) / len(no))
        assert len(own) == row["n"]
    boxes = rows(table, "box").set_index(["panel", "label"])
    for (panel, label), box in boxes.iterrows():
        own = points[points["panel"].eq(panel) & points["label"].eq(label)]["y"]
        assert box[["q25", "median", "q75"]].tolist() == pytest.approx(
            np.percentile(own, [25, 50, 75]).tolist(), abs=1e-12
        )
    assert "the significant one and the leading one of every other question" in caption(table)


def test_the_line_of_ranks_where_it_is_known():
    x, y = pd.Series([3.0, 1, 4, 10, 5, 9]), pd.Series([30.0, 10, 40, 100, 50, 90])
    line = rank_line(x, y, 1.0, 0.0, 1.0)  # ranks agree: through every point
    assert line["x"].tolist() == sorted(x)
    np.testing.assert_allclose(line["y"], np.sort(y), atol=1e-12)
    np.testing.assert_allclose(line["low"], 45)  # no slope: halfway between the middle ones
    down = rank_line(x, -y, -1.0, -1.0, 0.0)
    np.testing.assert_allclose(down["y"], -np.sort(y), atol=1e-12)


def test_on_ranks_the_line_is_that_of_least_squares():
    rng = np.random.default_rng(2)
    x = pd.Series(rng.integers(0, 12, 30)).rank()  # ties
    y = pd.Series(x + rng.normal(0, 9, 30)).rank()
    r = stats.spearmanr(x, y).statistic
    theirs = stats.linregress(x, y)
    line = rank_line(x, y, r, r, r)
    fitted = theirs.intercept + theirs.slope * line["x"]
    np.testing.assert_allclose(line["y"], fitted.clip(1, 30), atol=1e-10)
    many = rank_line(pd.Series(range(500)), pd.Series(range(500)), 1, 1, 1)
    assert len(many) == 41 and many["x"].iloc[[0, -1]].tolist() == [0, 499]


def test_at_most_a_page_is_drawn_and_the_rest_told():
    table = patients()
    names = [f"lab{i}" for i in range(20)]
    for name in names:
        table[f"{name}_change"] = table["ISG6_change"]  # each is significant
        table[f"{name}_baseline"] = table["crp_baseline"]
    found = built(table, answers(table, names))
    assert len(rows(found, "panel")) == 12
    assert "12 of the 20 significant ones (adj" in caption(found)
    assert draw("association_scatter", found).get_size_inches()[1] * 25.4 <= 247


def test_where_nothing_is_sure_the_leading_ones_are_drawn():
    table = patients(14, seed=1).assign(ISG6_change=0.0, label="treated")
    found = built(table, answers(table))
    assert (rows(found, "panel")["adj.P.Val"] > 0.05).all()
    assert caption(found).count("the leading one of every question") == 1
    assert "AUC" not in caption(found)
    nothing = built(table, answers(table).assign(estimate=np.nan))
    assert nothing.loc[0, "text"].startswith("No association of a module score")
