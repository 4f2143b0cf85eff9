"""Who carries a signature: the rule, the values behind it, and how sure one sample is."""

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from revertome.modules.carrying import carried, healthy_chance, place, standing, values_at

DESIGN = {"baseline": "before", "followup": "after", "healthy": "control"}
WELL = [(f"h{i}", f"H{i}", np.nan, "control", True) for i in range(6)]
SICK = [(sample, sample[0].upper(), visit, "patient", used) for sample, visit, used in (
    ("a1", "before", True), ("a2", "after", True), ("a3", "after", True),
    ("b1", "before", True), ("b2", "after", False), ("b3", "elsewhere", True))]  # fmt: skip


def study(people=6):
    """Two modules, of which one does not vary among the healthy, and the distance."""
    rows = [*WELL[:people], *SICK]
    samples = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group", "used"])
    scores = [("a1", 9.0), ("a2", 3.0), ("a3", 4.0), ("b1", -1.0), ("b2", 8.0), ("b3", 8.0)]
    table = pd.DataFrame([*((row[0], 1.0) for row in WELL), *scores], columns=["sample", "score"])
    parts = [
        table.assign(module=name, method=method, healthy_mean=1.0, healthy_sd=sd)
        for method in ("zscore", "gsva")
        for name, sd in (("Z", 2.0), ("FLAT", 0.0))
    ]
    scores = pd.concat(parts, ignore_index=True)
    scores.loc[scores["method"].eq("gsva"), "score"] = 99.0
    distance = table.assign(distance=table["score"] * 10, healthy_mean=10.0, threshold=50.0)
    return scores, distance[["sample", "distance", "healthy_mean", "threshold"]], samples


@pytest.mark.parametrize("people", [2, 5, 22, 300])
def test_the_chance_of_a_healthy_stranger_is_that_of_the_normal_distribution(people):
    """Integrated over the standard deviation that is found, given which a normal tail is left."""
    n = people - 1

    def density(s):
        return stats.chi.pdf(s * np.sqrt(n), n) * np.sqrt(n) * stats.norm.sf(
            2 * s / np.sqrt(1 + 1 / people)
        )  # fmt: skip

    expected, _ = integrate.quad(density, 0, 6, epsabs=1e-13, points=[0.5, 1, 1.5])
    assert healthy_chance(people) == pytest.approx(expected, abs=1e-9)


def test_values_are_in_healthy_sd_of_the_first_method_and_of_used_samples():
    z = standing(*study(), DESIGN)
    assert list(z) == ["distance", "Z", "FLAT"]
    assert z.index.to_list() == [("A", "after"), ("A", "before"), ("B", "before")]
    assert z["Z"].to_list() == [1.25, 4.0, -1.0]  # two samples averaged
    assert z["distance"].to_list() == pytest.approx([1.25, 4.0, -1.0])
    assert z["FLAT"].isna().all()
    assert values_at(z, "before")["Z"].to_dict() == {"A": 4.0, "B": -1.0}


def test_order_of_samples_is_no_matter_and_few_healthy_people_tell_nothing():
    scores, distance, samples = study()
    turned = standing(scores[::-1].sort_values("method", ascending=False, kind="stable"),
                      distance[::-1], samples[::-1], DESIGN)  # fmt: skip
    pd.testing.assert_frame_equal(turned[["distance", "Z", "FLAT"]],
                                  standing(scores, distance, samples, DESIGN))  # fmt: skip
    assert standing(*study(4), DESIGN).empty
    assert standing(*study(), DESIGN | {"healthy": None}).empty


def test_a_signature_is_carried_above_two_sd_and_what_is_missing_is_not_told():
    nothing = float("nan")
    assert [place(z) for z in (2.01, 2.0, -2.0, -2.01, nothing)] == [
        "above", "within", "within", "below", "",
    ]  # fmt: skip
    found = {(a, b): carried(a, b) for a in (3.0, 0.0, nothing, None) for b in (3.0, 0.0, nothing)}
    assert list(found.values()) == [
        "still", "no_longer", "", "newly", "neither", "",
        "carried", "not_carried", "", "carried", "not_carried", "",
    ]  # fmt: skip
