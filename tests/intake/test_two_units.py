"""Blood counts of which some rows are in another unit."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from options import load
from revertome.errors import StudyError
from revertome.intake.sheets.units import one_unit
from studies import gse65391_small, real

RNG = np.random.default_rng(3)
PERCENT = RNG.uniform(35, 88, 30).round(1)
COUNTS = RNG.lognormal(1.5, 0.4, 30).round(2)


def refusal(name: str, values: Any) -> str:
    samples = pd.Index([f"S{i:02}" for i in range(len(values))])
    try:
        one_unit(pd.DataFrame({name: np.asarray(values, float)}, index=samples), "s.tsv")
    except StudyError as error:
        return str(error)
    return ""


def scaled(values: np.ndarray, factor: float, rows: Any) -> np.ndarray:
    changed = values.copy()
    changed[rows] *= factor
    return changed


@pytest.mark.parametrize("rows", [[4], [2, 4, 9], list(range(15)), list(range(3, 30))])
@pytest.mark.parametrize("name", ["neutrophil_percent", "Neutrophils", "lymphocytes (%)"])
def test_fractions_among_percent(name: str, rows: list[int]) -> None:
    said = refusal(name, scaled(PERCENT, 0.01, rows))
    fewer = rows if len(rows) <= 15 else [row for row in range(30) if row not in rows]
    named = ", ".join(f"sample S{row:02}" for row in fewer[:5])
    assert f"s.tsv: column '{name}' holds two units, as fractions and percent: {named}" in said
    assert said.endswith("give all in one unit")


@pytest.mark.parametrize("name", ["neutrophils", "WBC", "monocyte_count", "platelets"])
def test_cells_per_microlitre_among_others(name: str) -> None:
    said = refusal(name, scaled(COUNTS, 1000, [7, 8]))
    assert "as 10^9/l and cells per microlitre: sample S07, sample S08 (" in said


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("neutrophil_percent", PERCENT),
        ("neutrophil_percent", PERCENT / 100),
        ("neutrophils", COUNTS),
        ("lymphocytes", RNG.lognormal(0.5, 0.8, 60)),
        ("eosinophils", RNG.lognormal(-2, 1.2, 60)),
        ("eosinophil_percent", np.r_[0, 0, 0.1, 0.1, 0.02, RNG.uniform(1, 6, 20)]),
        ("basophils_percent", RNG.uniform(0.1, 1.5, 20)),
        ("crp", np.r_[0.4, 0.5, 0.3, RNG.uniform(30, 90, 10)]),
        ("ferritin", np.r_[20, 30, 25, RNG.uniform(5000, 40000, 10)]),
        ("steroid_dose", np.r_[0.1, 0.2, RNG.uniform(10, 60, 9)]),
    ],
)
def test_one_unit_and_what_may_well_fall_a_hundredfold(name: str, values: Any) -> None:
    assert refusal(name, values) == ""


def test_a_study_with_two_units(case: Any) -> None:
    """Seen in the sheet of samples, whether a covariate or not."""
    column = np.r_[RNG.uniform(40, 80, len(case.sheet) - 2), 0.61, 0.57].round(2)
    case.sheet["neutrophil_percent"] = column.astype(str)
    with pytest.raises(StudyError, match=r"samples.tsv: column 'neutrophil_percent' holds two uni"):
        case.load()


@real
@pytest.mark.real
def test_real_blood_counts() -> None:
    study = gse65391_small()
    obs = load(study["intake"], study["design"]).adata.obs
    assert {"neutrophil_percent", "lymphocyte_percent"} <= set(obs)
    bad = obs.copy()
    bad.loc[bad.index[3], "neutrophil_percent"] /= 100
    with pytest.raises(StudyError, match=f"sample {bad.index[3]} "):
        one_unit(bad, "x")
