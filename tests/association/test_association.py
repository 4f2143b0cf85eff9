"""The patient table by hand, and its associations."""

import anndata
import numpy as np
import pandas as pd
import pytest

from paired_trial import BOUNDS
from revertome.errors import StudyError
from revertome.trajectories.plane import Bounds
from stages import association

DESIGN = {"baseline": "enrollment", "followup": "month6", "healthy": "healthy"}
CLINIC = {"baseline_visit": "day1", "visit": "month1"}
LABELS = pd.DataFrame({"patient": ["B", "A", "C"], "label": ["nonresponder", "responder", "x"]})
RESPONSE = pd.DataFrame(
    {
        "patient": ["A", "B", "A"],
        "arm": ["drug", "placebo", "drug"],
        "visit": ["month1", "month1", "month6"],
        "response": ["responder", "nonresponder", "responder"],
        "level": [50, 0, 70],
    }
)
VISITS = pd.DataFrame(
    {
        "patient": ["A", "A", "A", "B", "C"],
        "visit": ["day1", "month1", "month6", "day1", "month6"],
        "crp": [80.0, 20.0, 5.0, 60.0, 9.0],
    }
)
GENES = pd.DataFrame({"gene": ["g1", "g2", "g3", "g4"], "class": ["reverted"] * 3 + ["induced"]})
SCORES = pd.DataFrame(
    {
        "sample": ["h1", "h2", "h3", "a0", "a6", "b0"] * 2,
        "patient": ["H1", "H2", "H3", "A", "A", "B"] * 2,
        "visit": [None, None, None, "enrollment", "month6", "enrollment"] * 2,
        "module": "M",
        "method": ["zscore"] * 6 + ["ssgsea"] * 6,
        "score": [0, 0.5, -0.5, 3, 1, 2, 9, 9, 9, 9, 9, 9],
    }
)


def expression() -> anndata.AnnData:
    """Healthy mean +- 2 SD: g1 1 to 3 (mean 2, SD 0.5), g2 5 to 9 (SD 1), g3 0 to 4 (SD 1)."""
    one = SCORES.iloc[:6].set_index("sample")
    obs = one[["patient", "visit"]].assign(group=["healthy"] * 3 + ["patient"] * 3)
    obs["sledai"] = [np.nan, np.nan, np.nan, 8, 2, 6]
    obs["text"] = "high"
    x = [[1.5, 6, 1, 0], [2, 7, 2, 0], [2.5, 8, 3, 0]]
    x += [[9, 9, 9, 9], [2.9, 9.1, 4, 9], [2, 7, 2, 0]]
    var = pd.DataFrame(index=["g1", "g2", "g3", "g4"])
    return anndata.AnnData(np.array(x, float), obs.rename_axis(None), var)


def joined(variables=("crp", "sledai"), visits=VISITS) -> pd.DataFrame:
    given = [expression(), LABELS, RESPONSE, visits, SCORES, GENES, list(variables)]
    return association.join(*given, DESIGN, CLINIC, BOUNDS).set_index("patient")


def test_one_row_a_patient_by_hand():
    table = joined()
    assert table.index.to_list() == ["A", "B", "C"]
    a = table.loc["A"]
    assert a[["arm", "label"]].to_list() == ["drug", "responder"]
    assert a[["response_month1", "level_month6"]].to_list() == ["responder", 70]
    assert a[["crp_baseline", "crp_followup", "crp_change"]].to_list() == [80, 5, -75]
    assert a[["sledai_baseline", "sledai_followup", "sledai_change"]].to_list() == [8, 2, -6]
    assert a[["M_baseline", "M_followup", "M_change"]].to_list() == [3, 1, -2]
    assert a[["n_reverted_normalised", "n_reverted"]].to_list() == [2, 3]  # g1, g3; g2 is above
    b = table.loc["B"]
    assert b[["crp_baseline", "M_baseline"]].to_list() == [60, 2]
    assert b[["crp_change", "M_change", "n_reverted_normalised", "response_month6"]].isna().all()


def test_reverted_genes_of_each_patient():
    """A, from baseline 9 to 2.9, 9.1 and 4; healthy means 2, 7 and 2: own recovered fractions
    6.1 / 7, -0.1 / 2 and 5 / 7; B has no follow-up."""
    genes = GENES.assign(disease=[1.0, 1, 1, 0])
    arguments = [expression(), LABELS, RESPONSE, VISITS, SCORES]
    table = association.join(*arguments, genes, [], DESIGN, CLINIC, BOUNDS).set_index("patient")
    assert table.loc["A", ["n_reverted_normalised", "n_reverted_recovered"]].to_list() == [2, 2]
    assert pd.isna(table.loc["B", "n_reverted_recovered"])
    # a patient whose own disease effect points the other way does not count
    other = genes.assign(disease=[-1.0, 1, 1, 0])
    table = association.join(*arguments, other, [], DESIGN, CLINIC, BOUNDS).set_index("patient")
    assert table.loc["A", "n_reverted_recovered"] == 1
    strict = association.join(*arguments, genes, [], DESIGN, CLINIC, Bounds(0.8, 2, 0.5))
    assert strict.set_index("patient").loc["A", "n_reverted_recovered"] == 1


def test_distance_to_health_is_joined_and_tested():
    distance = pd.DataFrame({"sample": ["a0", "a6", "b0", "h1"], "distance": [40.0, 10, 30, 2]})
    distance["genes_outside"] = [4, 1, 3, 0]
    arguments = [expression(), LABELS, RESPONSE, VISITS, SCORES, GENES, [], DESIGN, CLINIC, BOUNDS]
    table = association.join(*arguments, distance=distance).set_index("patient")
    a = table.loc["A", ["distance_baseline", "distance_followup", "distance_change"]]
    assert a.to_list() == [40, 10, -30]
    assert table.loc["B", "genes_outside_baseline"] == 3
    wide = cohort().assign(distance_baseline=range(14), distance_change=range(14))
    tests = association.test(wide, ["M"], ["crp"], "zscore", 0.05).set_index(["question", "module"])
    row = tests.loc[("baseline_with_response", "distance")]
    assert (row["estimate"], row["method"], row["n"]) == (0, "distance", 14)


def test_an_open_question_says_what_it_could_have_missed():
    table = association.test(cohort(), ["N"], ["crp"], "zscore", 0.05).set_index("question")
    assert table.loc["change_with_change", "note"] == (
        "not significant; with 14 patients a correlation weaker than 0.74 can be missed"
    )
    assert table.loc["baseline_with_response", "note"].startswith(
        "not significant; with 8 and 6 patients an AUC between 0."
    )
    perfect = association.test(cohort(), ["M"], ["crp"], "zscore", 0.05)
    assert pd.isna(perfect["note"].iloc[0])
    # P 0.047 alone; doubled, and above 0.05, where another module is asked too
    x = [1, 2, 3, 4, 5, 6, 7, 8]
    table = pd.DataFrame({"M_change": x, "N_change": [1, 8, 2, 7, 3, 6, 4, 5], "label": "treated"})
    table["crp_change"] = [3, 1, 2, 7, 5, 4, 8, 6]
    table[["M_baseline", "N_baseline", "crp_baseline"]] = np.nan
    alone = association.test(table, ["M"], ["crp"], "zscore", 0.05)
    two = association.test(table, ["M", "N"], ["crp"], "zscore", 0.05)
    assert alone["P.Value"].iloc[0] < 0.05 and pd.isna(alone["note"].iloc[0])
    assert two["adj.P.Val"].iloc[0] == pytest.approx(2 * alone["P.Value"].iloc[0])
    assert (
        two["note"].iloc[0] == "not significant after adjustment for the number of modules tested"
    )


def test_the_clinical_visit_stands_in_where_followup_is_not_in_the_sheet():
    visits = VISITS[VISITS["visit"] != "month6"]
    assert joined(["crp"], visits).loc["A", "crp_change"] == -60


def test_a_variable_nowhere_or_of_text_is_named():
    with pytest.raises(StudyError, match=r"'esr' is in neither the visits sheet \(patient, visit"):
        joined(["esr"])
    with pytest.raises(StudyError, match="column 'text' of the sample sheet is not numeric"):
        joined(["text"])


@pytest.mark.parametrize("name", ["M", "M_z", "signature", "distance_z", "response_score"])
def test_a_variable_called_as_a_column_of_the_results_is_refused(name):
    with pytest.raises(StudyError, match=f"variables: {name} is the name of a module or of"):
        joined([name], VISITS.rename(columns={"crp": name}))


def cohort() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    table = pd.DataFrame(
        {
            "patient": [f"P{k}" for k in range(14)],
            "label": ["responder"] * 8 + ["nonresponder"] * 6,
            "M_baseline": rng.normal(size=14),
            "M_change": rng.normal(size=14),
            "N_baseline": rng.normal(size=14),
            "N_change": rng.normal(size=14),
        }
    )
    table["crp_change"] = -table["M_change"]
    table["crp_baseline"] = rng.normal(size=14)
    table.loc[13, "M_change"] = np.nan
    return table


def test_each_question_has_one_row_a_module():
    table = association.test(cohort(), ["M", "N"], ["crp"], "zscore", 0.05)
    assert table[["question", "module", "n"]].to_numpy().tolist() == [
        ["change_with_change", "M", 13],
        ["change_with_change", "N", 14],
        ["baseline_with_baseline", "M", 14],
        ["baseline_with_baseline", "N", 14],
        ["baseline_with_response", "M", 14],
        ["baseline_with_response", "N", 14],
        ["change_by_response", "M", 13],
        ["change_by_response", "N", 14],
    ]
    assert table.loc[0, "estimate"] == pytest.approx(-1)
    pairs = table["P.Value"].to_numpy().reshape(4, 2)
    expected = np.minimum(pairs.max(axis=1, keepdims=True), 2 * pairs)  # BH of two
    expected = np.where(pairs == pairs.max(axis=1, keepdims=True), pairs, expected)
    assert table["adj.P.Val"].to_list() == pytest.approx(expected.ravel().tolist())


def test_too_few_patients_are_told_and_not_tested():
    table = association.test(cohort().iloc[5:11], ["M"], ["crp"], "zscore", 0.05)
    assert table["estimate"].notna().to_list() == [True, True, False, False]
    assert table.loc[2, "note"] == (
        "not tested: 3 responders and 3 non-responders; at least 5 of each needed"
    )
    table = association.test(cohort().iloc[:4], ["M"], ["crp"], "zscore", 0.05)
    assert (
        table["note"].to_list()
        == ["not tested: 4 patients with both values; at least 5 needed"] * 2
    )


def test_no_question_gives_an_empty_table():
    table = association.test(cohort().assign(label="treated"), ["M"], [], "zscore", 0.05)
    assert table.empty
    assert list(table.columns)[:3] == ["question", "x", "y"]
