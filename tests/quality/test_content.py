"""Blood content and blood counts, worked by hand."""

import anndata
import numpy as np
import pandas as pd

from options import section
from revertome.quality.clinic import blood_counts
from revertome.quality.content import MARKERS, blood_content
from revertome.quality.duplicates import duplicates
from studies import ROOT

GENES = ["HBB", "HBA1", "ALAS2", "CSF3R", "FCGR3B", "ACTB"]
X = np.array([[3.0, 2, 1, 5, 6, 4], [1, 0, 2, 4, 4, 3]])


def expression(counts: np.ndarray | None = None) -> anndata.AnnData:
    adata = anndata.AnnData(X.copy(), obs=pd.DataFrame(index=["a", "b"]))
    adata.var_names = GENES
    if counts is not None:
        adata.layers["counts"] = counts
    return adata


def test_scores_are_means_of_markers_and_need_three() -> None:
    found = blood_content(expression())
    assert found["erythroid_score"].tolist() == [2, 1]
    assert found["neutrophil_score"].isna().all()


def test_globin_share_of_intensity_and_of_counts() -> None:
    intensity = [(8 + 4) / (8 + 4 + 2 + 32 + 64 + 16), (2 + 1) / (2 + 1 + 4 + 16 + 16 + 8)]
    np.testing.assert_allclose(blood_content(expression())["globin_share"], intensity)
    counts = np.array([[10.0, 20, 0, 5, 5, 60], [0, 0, 0, 1, 1, 2]])
    assert blood_content(expression(counts))["globin_share"].tolist() == [0.3, 0]
    without = expression()[:, 2:]
    assert blood_content(without)["globin_share"].isna().all()


def test_markers_are_those_of_the_shipped_modules() -> None:
    lines = (ROOT / "resources/modules/blood_cells.gmt").read_text("utf-8").splitlines()
    shipped = {line.split("\t")[0]: tuple(line.split("\t")[2:]) for line in lines}
    assert MARKERS["neutrophil_score"] == shipped["neutrophil"]
    assert MARKERS["erythroid_score"] == shipped["erythroid"]


def test_duplicates() -> None:
    """Of ten samples d is c with noise; correlation 1/sqrt(1 + noise variance): 0.98, then 0.89."""
    rng = np.random.default_rng(2)
    own, noise = rng.normal(size=(10, 2000)), rng.normal(size=2000)
    level = np.linspace(3, 12, 2000)
    names = pd.Index([*"abcdefghij"])
    for size, expected in ((0.2, {"c": "d", "d": "c"}), (0.5, {})):
        x = own.copy()
        x[3] = x[2] + size * noise
        found = duplicates(level + x, names).dropna()
        assert found.to_dict() == expected
    assert duplicates((level + own)[:3], names[:3]).isna().all()


def test_blood_counts_follow_the_clinical_visits() -> None:
    obs = pd.DataFrame(
        {"patient": ["p", "p", "q", "h"], "visit": ["before", "after", "before", None]}
    )
    obs.index = [f"s{i}" for i in range(4)]
    visits = pd.DataFrame(
        [("p", "day1", 4.0, 1.0), ("p", "after", 2.0, 2.0), ("q", "day1", 5.0, 3.0)],
        columns=["patient", "visit", "neutrophils", "crp"],
    )
    design = {"baseline": "before", "followup": "after"}
    found = blood_counts(obs, visits, design, {"baseline_visit": "day1", "visit": "month1"})
    assert list(found) == ["neutrophils"]
    np.testing.assert_array_equal(found["neutrophils"], [4, 2, 5, np.nan])
    later = visits.replace({"visit": {"after": "month1"}})
    found = blood_counts(obs, later, design, {"baseline_visit": "day1", "visit": "month1"})
    np.testing.assert_array_equal(found["neutrophils"], [4, 2, 5, np.nan])
    assert blood_counts(obs, visits.iloc[:0, :2], design, section("response")).shape == (4, 0)
