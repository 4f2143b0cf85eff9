"""How the sets change without a patient, and with a covariate in the model."""

import numpy as np
import pandas as pd
import pytest

from paired_trial import DESIGN, OPTIONS, simulate
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
    }
    assert (induced["jaccard"], induced["lost"]) == (1.0, "")
    nothing = changes("covariate", "age", observed[3:4], observed[3:4], ["B"])[0]
    assert np.isnan(nothing["jaccard"])


def test_leaving_a_patient_out_is_the_fit_without_that_patient(trial):
    """Same correlation and prior: with few genes changed the sets of an explicit run are near."""
    expression, labels = trial
    found = run(expression, labels, DESIGN, OPTIONS, "limma", trend=False).sensitivity
    people = expression.obs["patient"].nunique()
    assert list(found["detail"]) == [
        p for p in sorted(set(expression.obs["patient"])) for _ in "ab"
    ]
    assert len(found) == 2 * people
    rest = expression[expression.obs.index[expression.obs["patient"] != "P03"]]
    explicit = run(rest, labels, DESIGN, OPTIONS, "limma", trend=False).summary
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
    found = run(expression, labels, DESIGN, options, "limma", trend=False).sensitivity
    kept = found[found["analysis"] == "covariate"].set_index(["detail", "set"])["jaccard"]
    assert kept["noise", "reverted"] > 0.75
    assert kept["dose", "reverted"] < 0.2
    with pytest.raises(StudyError, match="weight"):
        run(expression, labels, DESIGN, OPTIONS | {"sensitivity": ["weight"]}, "limma", False)
    assert isinstance(found, pd.DataFrame)
