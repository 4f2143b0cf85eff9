"""Pair identity on people made up with genes of their own."""

import numpy as np
import pandas as pd
from scipy import stats

from revertome.quality.identity import _evidence, match_patients


def people(pairs: int, singles: int, seed: int) -> tuple[np.ndarray, pd.Series, pd.Series]:
    """Samples x 600 genes; the first 150 differ between people, the first 300 between visits."""
    rng = np.random.default_rng(seed)
    patient = [f"P{i:02d}" for i in range(pairs) for _ in range(2)]
    patient += [f"H{i:02d}" for i in range(singles)]
    cell = ["before", "after"] * pairs + ["healthy"] * singles
    codes, _ = pd.factorize(np.array(patient, dtype=object))
    own = rng.normal(0, 0.8, (codes.max() + 1, 600))
    own[:, 150:] *= 0.1
    shift = {name: np.append(rng.normal(0, 1.5, 300), np.zeros(300)) for name in sorted({*cell})}
    x = 8 + own[codes] + np.array([shift[c] for c in cell]) + rng.normal(0, 0.4, (len(codes), 600))
    names = [f"s{i:03d}" for i in range(len(codes))]
    return x, pd.Series(patient, names), pd.Series(cell, names)


def swap(patient: pd.Series, a: str, b: str) -> pd.Series:
    swapped = patient.copy()
    swapped[[a, b]] = patient[[b, a]].to_numpy()
    return swapped


def test_evidence_is_the_log_likelihood_ratio_of_one_person_to_two() -> None:
    x = np.array([[1.0, 2.0], [1.3, 1.5], [0.2, 2.1]])
    w, b = np.array([0.2, 0.3]), np.array([0.5, 0.9])
    difference = x[1] - x[0]
    one = stats.norm.logpdf(difference, scale=np.sqrt(2 * w))
    two = stats.norm.logpdf(difference, scale=np.sqrt(2 * (w + b)))
    found = _evidence(x, 0, w, b)
    np.testing.assert_allclose(found[1], (one - two).sum())
    assert found[0] == -np.inf


def test_everybody_matches_oneself() -> None:
    x, patient, cell = people(16, 6, 1)
    found = match_patients(x, patient, cell)
    assert found["best_match_patient"].iloc[:32].tolist() == patient.iloc[:32].tolist()
    assert found.loc[patient.index[32:], "best_match_patient"].isna().all()
    assert not found["stranger"].any()


def test_swapped_samples_are_found_and_nobody_else_is_accused() -> None:
    x, patient, cell = people(16, 6, 2)
    labelled = swap(swap(patient, "s001", "s005"), "s011", "s021")
    found = match_patients(x, labelled, cell)
    accused = found.index[found["stranger"]].tolist()
    assert accused == ["s000", "s001", "s004", "s005", "s010", "s011", "s020", "s021"]
    assert found.loc["s001", "best_match_patient"] == patient["s001"]
    assert found.loc["s000", "best_match_patient"] == labelled["s001"]


def test_people_who_do_not_differ_are_not_accused() -> None:
    rng = np.random.default_rng(3)
    _, patient, cell = people(12, 0, 3)
    found = match_patients(rng.normal(8, 1, (24, 600)), patient, cell)
    assert not found["stranger"].any()


def test_few_pairs_say_nothing() -> None:
    x, patient, cell = people(4, 6, 4)
    found = match_patients(x, patient, cell)
    assert found[["best_match_patient", "match_own", "match_other"]].isna().all().all()
    assert not found["stranger"].any()
