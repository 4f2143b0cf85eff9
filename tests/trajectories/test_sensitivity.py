"""How the sets change without a patient, and with a covariate in the model."""

import numpy as np
import pandas as pd
import pytest

from paired_trial import LIMMA, OPTIONS, simulate
from revertome.errors import StudyError
from revertome.trajectories import run
from revertome.trajectories.sensitivity import changes


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(31)
    disease = np.repeat([3.0, 0.0, 0.0], [60, 40, 400])
    change = np.repeat([-3.0, 3.0, 0.0], [60, 40, 400])
    return simulate(disease, change, rng, responders=9, nonresponders=4, healthy=12)


def test_changes_of_a_set_by_hand():
    observed = np.array(["reverted", "reverted", "reverted", "unchanged", "induced"], dtype=object)
    other = np.array(["reverted", "unresolved", "reverted", "reverted", "induced"], dtype=object)
    reverted, induced = changes("covariate", "age", observed, other, list("EDCBA"))
    assert reverted == {
        "analysis": "covariate",
        "detail": "age",
        "set": "reverted",
        "n_genes": 3,
        "n_kept": 2,
        "n_lost": 1,
        "n_gained": 1,
        "jaccard": 0.5,
        "lost": "D",
        "gained": "B",
        "not_compared": "",
    }
    assert (induced["jaccard"], induced["lost"]) == (1.0, "")
    nothing = changes("covariate", "age", observed[3:4], observed[3:4], ["B"])[0]
    assert np.isnan(nothing["jaccard"])


def test_leaving_a_patient_out_is_the_fit_without_that_patient(trial):
    """Same correlation and prior: with few genes changed the sets of an explicit run are near."""
    expression, labels = trial
    found = run(expression, labels, LIMMA, OPTIONS).sensitivity
    people = expression.obs["patient"].nunique()
    assert list(found["detail"]) == [
        p for p in sorted(set(expression.obs["patient"])) for _ in "ab"
    ]
    assert len(found) == 2 * people
    rest = expression[expression.obs.index[expression.obs["patient"] != "P03"]]
    explicit = run(rest, labels, LIMMA, OPTIONS).summary
    row = found.query("detail == 'P03' and set == 'reverted'").iloc[0]
    expected = explicit.set_index("class").loc["reverted", "n_genes"]
    assert row["n_genes"] == pytest.approx(expected, abs=2)


def test_a_covariate_that_is_the_response_takes_the_sets_away(trial):
    """A covariate that follows treatment in responders explains their change; noise does not."""
    expression, labels = trial
    obs = expression.obs
    first = obs["patient"].isin(labels.loc[labels["label"] == "responder", "patient"])
    rng = np.random.default_rng(5)
    treated = (obs["visit"].eq("after") & first).astype(float)
    expression.obs = obs.assign(
        dose=treated + rng.normal(0, 0.05, len(obs)), noise=rng.normal(size=len(obs))
    )
    options = OPTIONS | {"sensitivity": ["dose", "noise"]}
    found = run(expression, labels, LIMMA, options).sensitivity
    kept = found[found["analysis"] == "covariate"].set_index(["detail", "set"])["jaccard"]
    assert kept["noise", "reverted"] > 0.75
    assert kept["dose", "reverted"] < 0.2
    with pytest.raises(StudyError, match="weight"):
        run(
            expression,
            labels,
            LIMMA,
            OPTIONS | {"sensitivity": ["weight"]},
        )
    assert isinstance(found, pd.DataFrame)


MARKERS = ["CSF3R", "CXCR1", "CXCR2", "FCGR3B"]


def test_neutrophil_content_explains_a_change_of_cells(trial):
    """Genes that follow neutrophils are lost with the score in the model; markers are left out."""
    rng = np.random.default_rng(9)
    disease = np.repeat([0.0, 3.0, 0.0], [4, 40, 400])
    expression, labels = simulate(disease, -disease, rng, responders=12, nonresponders=0)
    obs = expression.obs
    treated = obs["group"].eq("patient") & obs["visit"].eq("before")
    content = 3.0 * treated.to_numpy() + rng.normal(0, 0.7, len(obs))
    expression.X[:, :24] += content[:, None]  # four markers, twenty genes of the same cells
    expression.X[:, 4:24] -= 3.0 * treated.to_numpy()[:, None]  # undo their own disease
    names = [*MARKERS, *expression.var_names[4:]]
    expression.var_names = pd.Index(names)
    options = OPTIONS | {"sensitivity": ["neutrophil_score", "erythroid_score"]}
    found = run(expression, labels, LIMMA, options).sensitivity
    row = found.query("analysis == 'covariate' and set == 'reverted'")
    assert list(row["detail"]) == ["neutrophil_score"]  # no erythroid marker is measured
    assert row["not_compared"].item() == ",".join(MARKERS)
    assert not set(MARKERS) & set(row["lost"].item().split(","))
    lost = set(row["lost"].item().split(","))
    cells, own = set(names[4:24]), set(names[24:44])
    assert len(lost & cells) >= 14
    assert len(lost & own) < len(own) / 2


def test_a_count_of_the_sheet_stands_for_the_score(trial):
    expression, labels = trial
    rng = np.random.default_rng(5)
    counted = expression[expression.obs.index]
    counted.obs = expression.obs.assign(neutrophil_percent=rng.normal(60, 5, len(expression.obs)))
    options = OPTIONS | {"sensitivity": ["neutrophil_score"]}
    found = run(counted, labels, LIMMA, options).sensitivity
    row = found[found["analysis"] == "covariate"]
    assert list(row["detail"]) == ["neutrophil_percent"] * 2
    assert list(row["not_compared"]) == ["", ""]
