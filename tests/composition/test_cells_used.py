"""Which types of cells split effects: chosen by a stated rule, left out with a reason."""

import numpy as np
import pandas as pd
import pytest

from revertome.composition.cells_used import cells_used

SAMPLES = [f"S{k}" for k in range(30)]
DESIGN = pd.DataFrame({"healthy": np.arange(30) < 10, "ill": np.arange(30) >= 10}, SAMPLES) * 1.0


def table(columns, se=np.nan):
    rows = [(s, name, p, se, "measured") for name, values in columns.items()
            for s, p in zip(SAMPLES, values, strict=True) if not np.isnan(p)]  # fmt: skip
    return pd.DataFrame(rows, columns=["sample", "cell_type", "percent", "se", "source"])


@pytest.fixture
def blood():
    rng = np.random.default_rng(3)
    found = {
        "monocytes": 7 + 1.5 * rng.normal(size=30),
        "neutrophils": 60 + 20 * DESIGN["ill"] + 8 * rng.normal(size=30),
        "basophils": 0.5 + 0.1 * rng.normal(size=30),
    }
    rest = 100 - sum(found.values())
    return found | {"lymphocytes": rest}


def test_of_types_that_sum_to_100_one_is_left_out(blood):
    used = cells_used(table(blood), DESIGN, 0.8)
    assert set(used.percent) == {"lymphocytes", "neutrophils"}
    assert sorted(used.left_out) == [
        "basophils (nearly the same in everybody)",
        "monocytes (told by lymphocytes and neutrophils)",
    ]
    np.testing.assert_allclose(used.percent["neutrophils"], blood["neutrophils"] / 10)


def test_spread_within_the_design_counts_not_between_groups(blood):
    only = {"neutrophils": 60 + 20 * DESIGN["ill"], "monocytes": blood["monocytes"]}
    used = cells_used(table(only), DESIGN, 0.8)
    assert list(used.percent) == ["monocytes"]
    assert used.left_out == ["neutrophils (nearly the same beside the design)"]


def test_the_sum_of_two_is_told_by_them(blood):
    both = {name: blood[name] for name in ("neutrophils", "monocytes")}
    used = cells_used(table(both | {"myeloid": sum(both.values())}), DESIGN, 0.8)
    assert len(used.percent.columns) == 2
    assert len(used.left_out) == 1 and "(told by " in used.left_out[0]


def test_a_type_known_in_few_samples_costs_no_sample(blood):
    few = np.where(np.arange(30) % 2, blood["monocytes"], np.nan)
    used = cells_used(table({"neutrophils": blood["neutrophils"], "monocytes": few}), DESIGN, 0.8)
    assert list(used.percent) == ["neutrophils"] and len(used.percent) == 30
    assert used.left_out == ["monocytes (known in 15 samples)"]
    gap = np.where(np.arange(30) == 4, np.nan, blood["monocytes"])
    used = cells_used(table({"neutrophils": blood["neutrophils"], "monocytes": gap}), DESIGN, 0.8)
    assert len(used.percent.columns) == 2 and "S4" not in used.percent.index


def test_few_samples_hold_few_types(blood):
    some = DESIGN.iloc[5:14]
    cells = table({name: blood[name] for name in ("neutrophils", "monocytes")})
    used = cells_used(cells, some, 0.8)
    assert list(used.percent) == ["neutrophils"]
    assert used.left_out == ["monocytes (too few samples for so many types)"]


def test_reliability_is_of_all_types_or_of_each(blood):
    cells = table({name: blood[name] for name in ("neutrophils", "monocytes")})
    assert cells_used(cells, DESIGN, None).unknown == ["neutrophils", "monocytes"]
    np.testing.assert_allclose(cells_used(cells, DESIGN, 0.75).errors.unreliable, [0.25, 0.25])
    each = cells_used(cells, DESIGN, {"monocytes": 0.5})
    assert each.unknown == ["neutrophils"]
    np.testing.assert_allclose(each.errors.unreliable, [0.0, 0.0])


@pytest.mark.parametrize("stated", ["neutrophils", "lymphocytes"])
def test_the_type_of_which_the_reliability_is_stated_is_not_mostly_error_for_it(blood, stated):
    """Neutrophils and lymphocytes sum to nearly 100: one exact, most of their sum is error."""
    cells = table({name: blood[name] for name in ("neutrophils", "lymphocytes")})
    used = cells_used(cells, DESIGN, {stated: 0.9})
    assert set(used.percent) == {"neutrophils", "lymphocytes"} and not used.left_out
    assert used.unknown == [name for name in used.percent if name != stated]


def test_standard_errors_serve_where_nothing_is_stated(blood):
    cells = table({name: blood[name] for name in ("neutrophils", "monocytes")}, se=0.5)
    found = cells_used(cells, DESIGN, None)
    assert not found.unknown
    np.testing.assert_allclose(found.errors.covariance, np.tile(np.eye(2) * 0.0025, (30, 1, 1)))
    assert cells_used(cells, DESIGN, 0.8).errors.covariance is None


def test_types_that_are_mostly_error_are_left_out_but_for_one(blood):
    """Reliability 0.25 of monocytes; an SE of 2 points of monocytes that vary by 1.5 less error."""
    cells = table({name: blood[name] for name in ("neutrophils", "monocytes")})
    stated = {"neutrophils": 0.9, "monocytes": 0.25}
    found = cells_used(cells, DESIGN, stated)
    assert list(found.percent) == ["neutrophils"]
    assert found.left_out == ["monocytes (mostly error of measurement)"]
    np.testing.assert_allclose(found.errors.unreliable, [0.1])
    known = cells_used(cells.assign(se=2.0), DESIGN, None)
    assert list(known.percent) == ["neutrophils"] and known.errors.covariance.shape == (30, 1, 1)
    assert len(cells_used(cells, DESIGN, stated | {"monocytes": 0.5}).percent.columns) == 2
    assert list(cells_used(cells, DESIGN, 0.1).percent) == ["neutrophils"]


def test_no_cells_at_all():
    used = cells_used(table({}), DESIGN, 0.8)
    assert used.percent.shape[1] == 0 and not used.left_out
