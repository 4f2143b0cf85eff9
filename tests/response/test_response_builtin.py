"""The built-in trial's visits give the published counts of the ANAJIS trial's Table 2."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from revertome.response.evaluate import evaluate
from revertome.simulate.patients import plan
from revertome.simulate.visits import visits

DESIGN = {"baseline": "enrollment", "followup": "month6", "healthy": "healthy"}
ANAJIS = Path(__file__).parents[2] / "config" / "response" / "anajis.yaml"
OPTIONS = {
    "definition": yaml.safe_load(ANAJIS.read_text(encoding="utf-8")),
    "control": "",
    "source": "visits",
    "endpoint": "primary",
    "visit": "",
    "baseline_visit": "day1",
    "limits": {},
    "groups": [],
    "value": "",
}
# Responders of 12 on anakinra and of 12 on placebo at month 1; p of R's chisq.test without and
# with continuity correction, and of fisher.test
TABLE_2 = {
    "primary": (8, 1, 0.0032, 0.0114, 0.0094),
    "acr_pedi_30": (11, 7, 0.0593, 0.1573, 0.1550),
    "acr_pedi_30_no_fever": (11, 6, 0.0247, 0.0724, 0.0686),
    "acr_pedi_30_no_fever_crp15": (10, 3, 0.0041, 0.0140, 0.0123),
    "modified_50": (7, 0, 0.0017, 0.0070, 0.0046),
    "modified_70": (5, 0, 0.0120, 0.0444, 0.0373),
    "modified_100": (0, 0, np.nan, np.nan, np.nan),
}


@pytest.fixture(scope="module", params=[17590, 1])
def response(request):
    sheet = visits(plan(request.param, 22), request.param)
    obs = sheet[["patient"]].drop_duplicates().assign(visit="enrollment", group="patient")
    return evaluate(obs, sheet, OPTIONS, DESIGN)


def test_every_row_of_table_2(response):
    everyone = response.trial[response.trial["set"] == "itt"]
    month1 = everyone[everyone["visit"] == "month1"].set_index(["endpoint", "arm"])
    assert (month1[["n", "n_assessed"]] == 12).all(axis=None)
    for endpoint, (anakinra, placebo, *p) in TABLE_2.items():
        rows = month1.loc[[(endpoint, "anakinra"), (endpoint, "placebo")]]
        assert rows["responders"].tolist() == [anakinra, placebo]
        for found in rows[["p_pearson", "p_yates", "p_fisher"]].to_numpy():
            np.testing.assert_array_equal(found.round(4), p)


def test_nine_of_ten_respond_after_the_switch(response):
    rows = response.trial.set_index(["set", "endpoint", "visit", "arm"])
    row = rows.loc["itt", "primary", "month2", "placebo"]
    assert (row["responders"], row["n"], row["n_assessed"]) == (9, 12, 10)
    row = rows.loc["assessable", "primary", "month2", "placebo"]
    assert (row["responders"], row["n"], row["n_assessed"]) == (9, 10, 10)


def test_labels_are_the_response_at_the_followup_visit(response):
    at_month6 = response.patients[response.patients["visit"] == "month6"]
    expected = at_month6["response"].replace("not_assessable", "unlabelled")
    assert response.labels["label"].tolist() == expected.tolist()
    counts = response.labels["label"].value_counts().to_dict()
    assert counts == {"responder": 14, "nonresponder": 6, "unlabelled": 4}
