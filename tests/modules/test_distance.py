"""Molecular distance to health, by hand and sample by sample."""

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from revertome.modules.distance import _left_out, _outside
from stages import modules

DESIGN = {"healthy": "healthy", "baseline": "before", "followup": "after"}


def study(healthy: np.ndarray, patients: np.ndarray, people: list[str] | None = None) -> AnnData:
    n, m = len(healthy), len(patients)
    obs = pd.DataFrame(
        {
            "patient": [*(people or [f"H{k}" for k in range(n)]), *[f"P{k}" for k in range(m)]],
            "visit": [None] * n + ["before"] * m,
            "group": ["healthy"] * n + ["patient"] * m,
        },
        index=[f"S{k}" for k in range(n + m)],
    )
    genes = pd.DataFrame(index=[f"G{k}" for k in range(healthy.shape[1])])
    return AnnData(np.vstack([healthy, patients]).astype(float), obs, genes)


def test_a_patient_by_hand():
    """Healthy 4..8 have mean 6 and SD sqrt(2.5) = 1.5811; only genes 2 SD away count."""
    healthy = np.column_stack([[4, 5, 6, 7, 8], [4, 5, 6, 7, 8], [4, 5, 6, 7, 8], [1] * 5])
    patient = np.array([[6 + 2 * 2.5**0.5, 6 - 3 * 2.5**0.5, 9.0, 50.0]])
    found = modules.distance(study(healthy, patient), DESIGN).set_index("sample").loc["S5"]
    assert found["distance"] == pytest.approx(5.0, abs=1e-9)  # 2 + 3; 1.897 SD is inside
    assert found["genes_outside"] == 2  # the gene constant among the healthy is left out


def test_a_healthy_sample_is_set_against_the_other_people():
    rng = np.random.default_rng(3)
    healthy = rng.normal(size=(7, 40))
    people = ["H0", "H0", "H1", "H2", "H3", "H4", "H5"]
    found = modules.distance(study(healthy, healthy[:1] + 1, people), DESIGN)
    others = healthy[2:]
    z = np.abs(healthy[:2] - others.mean(axis=0)) / others.std(axis=0, ddof=1)
    expected = [float(row[row >= 2].sum()) for row in z]
    assert found.set_index("sample").loc[["S0", "S1"], "distance"].to_list() == pytest.approx(
        expected, rel=1e-12
    )
    distances = found.loc[found["group"] == "healthy", "distance"]
    limit = distances.mean() + 2 * distances.std()
    assert found["threshold"].iloc[0] == pytest.approx(limit, rel=1e-12)


def test_healthy_samples_and_healthy_strangers_have_one_distribution():
    """What leaving oneself out is for: strangers from the healthy population score alike."""
    rng = np.random.default_rng(8)
    every = rng.normal(size=(60, 3000))
    found = modules.distance(study(every[:30], every[30:]), DESIGN)
    mean = found.groupby("group")["distance"].mean()
    assert mean["patient"] / mean["healthy"] == pytest.approx(1, abs=0.03)


def test_order_of_samples_and_genes_changes_nothing():
    rng = np.random.default_rng(5)
    whole = study(rng.normal(size=(8, 50)), rng.normal(size=(6, 50)))
    mixed = whole[rng.permutation(14), rng.permutation(50)].copy()
    pd.testing.assert_frame_equal(
        modules.distance(whole, DESIGN), modules.distance(mixed, DESIGN), check_exact=True
    )


def test_too_few_healthy_people_give_no_distance():
    few = study(np.eye(4), np.eye(4))
    assert modules.distance(few, DESIGN).empty
    assert modules.distance(few, DESIGN | {"healthy": None}).empty


def test_subtraction_gives_what_adding_up_the_others_gives():
    """Also in genes that one person alone makes vary, at a floor, and with repeated samples."""
    rng = np.random.default_rng(3)
    person = np.array([f"H{i}" for i in (0, 0, 1, 2, 3, 4, 4, 4, 5, 6)], dtype=object)
    values = rng.normal(8, 1, (10, 400))
    values[:, :40] = 3.0
    values[2, :20] = 9.0  # without H1 these do not vary
    values[3, 40:60] += 1e4  # without H2 these vary little beside what they did
    values[:, 60:70] = 5 + 1e-12 * rng.normal(size=(10, 10))
    found = _left_out(values, person)
    for own in np.unique(person):
        mine = person == own
        np.testing.assert_allclose(found[mine], _outside(values[mine], values[~mine]), rtol=1e-9)
