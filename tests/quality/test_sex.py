"""Sex from expression."""

import numpy as np
import pandas as pd

from revertome.quality.sex import expressed_sex

FEMALE, MALE = (10.0, 4.0, 4.2, 4.1), (5.0, 11.0, 9.0, 6.0)
GENES = ["XIST", "RPS4Y1", "DDX3Y", "UTY"]


def samples(*rows: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame(np.array(rows), columns=GENES, index=[f"s{i}" for i in range(len(rows))])


def test_two_groups() -> None:
    found = expressed_sex(samples(FEMALE, MALE, FEMALE, MALE, FEMALE))
    assert found["expressed_sex"].tolist() == ["female", "male", "female", "male", "female"]
    np.testing.assert_allclose(found["sex_score"], [5.85, -5, 5.85, -5, 5.85])


def test_both_markers_high_is_unknown() -> None:
    found = expressed_sex(samples(*[FEMALE] * 4, *[MALE] * 4, (10, 11, 9, 6)))
    assert found["expressed_sex"].tolist() == ["female"] * 4 + ["male"] * 4 + ["unknown"]


def test_the_groups_set_the_scale() -> None:
    """Weak XIST: men at -1, women at 3; a fixed cut at -2 and 2 would know no man."""
    found = expressed_sex(samples(*[(7, 4, 4, 4)] * 3, *[(5, 6, 6, 4)] * 3))
    assert found["expressed_sex"].tolist() == ["female"] * 3 + ["male"] * 3


def test_one_sex_with_a_poor_sample() -> None:
    poor = (4.2, 4.0, 4.2, 4.1)
    found = expressed_sex(samples(*[FEMALE] * 6, poor))
    assert found["expressed_sex"].tolist() == ["female"] * 6 + ["unknown"]
    assert set(expressed_sex(samples(*[MALE] * 3))["expressed_sex"]) == {"male"}


def test_markers_missing() -> None:
    table = samples(FEMALE, MALE)
    for part in (table.drop(columns="XIST"), table[["XIST"]]):
        found = expressed_sex(part)
        assert found["expressed_sex"].tolist() == ["unknown", "unknown"]
        assert found["sex_score"].isna().all()
