"""Counts of white cells in the sheets: percent of any unit, and what cannot be."""

import numpy as np
import pandas as pd
import pytest

from revertome.composition.counts import counted
from revertome.errors import StudyError

RNG = np.random.default_rng(1)
N = 20
PERCENT = pd.DataFrame(
    {
        "neutrophils": RNG.uniform(40, 75, N),
        "lymphocytes": RNG.uniform(10, 18, N),
        "monocytes": RNG.uniform(3, 6, N),
    },
    index=[f"S{i}" for i in range(N)],
).round(1)
TOTAL = pd.Series(RNG.lognormal(2, 0.4, N), index=PERCENT.index)
COUNTS = PERCENT.mul(TOTAL / 100, axis=0)


def sheet(**columns):
    return pd.DataFrame(columns, index=PERCENT.index)


def refusal(obs, named=None):
    with pytest.raises(StudyError) as error:
        counted(obs, named or {})
    return str(error.value)


@pytest.mark.parametrize(
    "names",
    [
        ("neutrophil_percent", "lymphocyte_percent", "monocyte_percent"),
        ("Neutrophils (%)", "Lymphocytes [%]", "monocytes pct"),
        ("neutrophils_percent", "lymphocyte pct", "Monocyte.Percent"),
    ],
)
@pytest.mark.parametrize("unit", [1, 0.01])
def test_percent_by_their_usual_names_and_as_shares_of_one(names, unit):
    found = counted((PERCENT * unit).set_axis(list(names), axis=1), {})
    pd.testing.assert_frame_equal(found.percent, PERCENT)
    assert found.note.eq("").all()
    assert (["shares of 1" in text for text in found.told] == [True]) == (unit == 0.01)


@pytest.mark.parametrize("unit", [1, 1000])
@pytest.mark.parametrize("total", ["leukocytes", "WBC"])
def test_numbers_of_cells_are_percent_of_leukocytes(unit, total):
    found = counted((unit * COUNTS).assign(**{total: unit * TOTAL}), {})
    pd.testing.assert_frame_equal(found.percent, PERCENT)
    assert found.told == ["neutrophils, lymphocytes, monocytes: percent of leukocytes"]


def test_numbers_without_leukocytes_are_percent_of_their_sum():
    found = counted(COUNTS, {})
    whole = 100 * PERCENT.div(PERCENT.sum(axis=1), axis=0)
    pd.testing.assert_frame_equal(found.percent, whole)
    assert "percent of the sum of neutrophils, lymphocytes, monocytes" in found.told[0]


def test_a_number_alone_tells_no_percent():
    found = counted(COUNTS[["neutrophils"]], {})
    assert found.percent.shape == (N, 0)
    assert "without a column of leukocytes" in found.told[0]
    assert "no column can be used (x: left out" in refusal(COUNTS, {"neutrophils": "x"})


def test_percent_go_before_numbers_and_the_rest_is_filled_by_numbers():
    obs = COUNTS.assign(neutrophil_percent=PERCENT["neutrophils"] + 1, wbc_count=TOTAL)
    found = counted(obs, {}).percent
    pd.testing.assert_series_equal(
        found["neutrophils"], PERCENT["neutrophils"] + 1, check_names=False
    )
    pd.testing.assert_frame_equal(found[["lymphocytes"]], PERCENT[["lymphocytes"]])


def test_named_columns_of_any_type_and_unit():
    obs = sheet(neut=PERCENT["neutrophils"], T4=PERCENT["lymphocytes"], x=PERCENT["monocytes"])
    named = {"neut": "neutrophils", "T4": "cd4_t_cells", "x": "mast_cells"}
    found = counted(obs, named).percent
    assert list(found) == ["neutrophils", "cd4_t_cells", "mast_cells"]
    np.testing.assert_allclose(found, PERCENT)
    numbers = sheet(a=COUNTS["neutrophils"], b=COUNTS["lymphocytes"], all_cells=TOTAL)
    named = {"a": "neutrophils", "b": "nk_cells", "all_cells": "leukocytes"}
    np.testing.assert_allclose(counted(numbers, named).percent, PERCENT.iloc[:, :2])


NUMBERS = dict(zip(PERCENT, ("a", "b", "c"), strict=True))
NAMED = {letter: name for name, letter in NUMBERS.items()}


@pytest.mark.parametrize("total", [None, TOTAL, 1000 * TOTAL])
@pytest.mark.parametrize("unit", [1, 0.01])
@pytest.mark.parametrize("named", [True, False])
def test_percent_and_shares_without_a_word_for_it_are_no_numbers_of_cells(unit, total, named):
    obs = unit * PERCENT if total is None else (unit * PERCENT).assign(wbc=total)
    words = {}
    if named:
        obs = obs.rename(columns=NUMBERS)
        words = NAMED | ({} if total is None else {"wbc": "leukocytes"})
    found = counted(obs, words)
    pd.testing.assert_frame_equal(found.percent, PERCENT)
    assert "not taken as numbers of cells, as they sum to" in found.told[0]


def test_numbers_of_one_site_beside_percent_of_another_are_percent_of_their_sum():
    obs = COUNTS.copy()
    obs.iloc[5:] = PERCENT.iloc[5:]
    whole = 100 * PERCENT.div(PERCENT.sum(axis=1), axis=0)
    pd.testing.assert_frame_equal(counted(obs, {}).percent, whole)
    assert "sum to more than all white cells in 15" in refusal(obs.assign(wbc=TOTAL))


@pytest.mark.parametrize(
    ("names", "unit"),
    [
        (("NEUT%", "LYMPH%", "MONO%"), 1),
        (("Neutro (%)", "lymphs_pct", "percent_monocytes"), 1),
        (("neutrophils (% of WBC)", "Lymphocytes [% of leukocytes]", "% monocytes"), 1),
        (("neutrophil_fraction", "lymphocyte proportion", "share of monocytes"), 0.01),
        (
            (
                "neutrophil_percent:ch1",
                "Characteristics [lymphocyte_percent]",
                "FactorValue[Monocytes (%)]",
            ),
            1,
        ),
    ],
)
def test_percent_by_other_usual_names(names, unit):
    found = counted((PERCENT * unit).set_axis(list(names), axis=1), {}).percent
    pd.testing.assert_frame_equal(found, PERCENT)


@pytest.mark.parametrize(
    "names",
    [
        ("NEUT#", "LYMPH#", "MONO#", "WBC"),
        ("neutrophils (10^9/L)", "lymphocytes x10^9/l", "monocytes (G/l)", "Leucocytes (10^9/L)"),
        ("abs_neutrophils", "lymphocyte count", "monocytes (cells/ul)", "white blood cells [K/uL]"),
    ],
)
def test_numbers_by_other_usual_names(names):
    found = counted(COUNTS.assign(leukocytes=TOTAL).set_axis(list(names), axis=1), {})
    pd.testing.assert_frame_equal(found.percent, PERCENT)


@pytest.mark.parametrize(
    "names", [("ANC", "ALC", "AMC"), ("Neutrophile %", "Lymphozyten %", "Monozyten %"),
              ("segs_percent", "cd4_percent", "b cells (% of lymphocytes)")]
)  # fmt: skip
def test_columns_that_may_be_counts_are_told(names):
    found = counted(PERCENT.set_axis(list(names), axis=1).assign(lymphoma=1.0, balance=1.0), {})
    assert found.percent.shape[1] == 0
    said = f"{', '.join(names)}: not used; name in composition.measured what is a count of cells"
    assert found.told == [said]


def test_of_two_columns_of_one_type_the_other_is_told():
    obs = sheet(neutrophil_pct=PERCENT["neutrophils"], Neutrophils_percent=PERCENT["monocytes"])
    found = counted(obs, {})
    assert found.told == ["Neutrophils_percent: not used, neutrophil_pct is"]
    np.testing.assert_allclose(found.percent["neutrophils"], PERCENT["neutrophils"])


def test_rare_cells_below_one_percent_are_no_shares_of_one():
    rare = sheet(eosinophil_percent=PERCENT["monocytes"] / 10)
    np.testing.assert_allclose(counted(rare, {}).percent, rare)
    shares = sheet(eosinophil_fraction=PERCENT["monocytes"] / 100)
    np.testing.assert_allclose(counted(shares, {}).percent, 100 * shares)


@pytest.mark.parametrize("row", [0 * PERCENT.iloc[1], PERCENT.iloc[1] / 100])
def test_a_sample_with_hardly_any_cells_is_left_out_and_named(row):
    obs = PERCENT.add_suffix("_percent")
    obs.loc["S7"] = row.to_numpy()
    found = counted(obs, {})
    assert found.percent.loc["S7"].isna().all() and found.percent.drop("S7").notna().all(axis=None)
    assert found.note.loc[found.note.ne("")].index.tolist() == ["S7"]


def test_single_values_missing_stay_missing():
    obs = PERCENT.add_suffix("_percent").mask(RNG.random(PERCENT.shape) < 0.2)
    obs.iloc[3] = np.nan
    found = counted(obs, {})
    assert found.percent.isna().equals(obs.set_axis(list(PERCENT), axis=1).isna())
    assert found.note.eq("").all()


def test_a_type_that_hardly_any_sample_has_is_left_out():
    obs = PERCENT.add_suffix("_percent")
    obs.loc[obs.index[2:], "monocytes_percent"] = np.nan
    found = counted(obs, {})
    assert list(found.percent) == ["neutrophils", "lymphocytes"]
    assert found.told == ["monocytes: left out, fewer than 3 samples have a value"]


def test_a_sample_whose_types_are_more_than_its_cells_is_left_out_and_named():
    obs = PERCENT.add_suffix("_percent")
    obs.loc["S4", ["neutrophils_percent", "lymphocytes_percent"]] = 65.0
    found = counted(obs, {})
    assert found.percent.loc["S4"].isna().all() and found.percent.drop("S4").notna().all(axis=None)
    assert found.note["S4"].startswith("types sum to 13")
    assert found.note.drop("S4").eq("").all()


def test_lymphocytes_hold_their_types_which_are_not_summed_again():
    obs = PERCENT.add_suffix("_percent").assign(
        b_cell_percent=0.2 * PERCENT["lymphocytes"],
        t_cells_percent=0.6 * PERCENT["lymphocytes"],
        cd4_t_cell_percent=0.4 * PERCENT["lymphocytes"],
    )
    obs["neutrophils_percent"] = 97 - obs["lymphocytes_percent"] - obs["monocytes_percent"]
    found = counted(obs, {})
    assert found.note.eq("").all() and len(found.percent.columns) == 6


@pytest.mark.parametrize(
    ("obs", "named", "words"),
    [
        (sheet(neutrophil_percent=-PERCENT["neutrophils"]), {}, "which no count of cells"),
        (sheet(neutrophil_percent=PERCENT["neutrophils"] * 2), {}, "of the white cells; correct"),
        (sheet(neutrophil_percent=["many"] * N), {}, "'neutrophil_percent' is no count of cells:"),
        (sheet(neutrophil_percent=[np.inf] * N), {}, "sample S0 has inf"),
        (COUNTS.assign(leukocytes=TOTAL * 1000), {}, "sum to hardly any of the white cells in 20"),
        (
            pd.concat([PERCENT[:15], PERCENT[15:] / 100]).add_suffix("_percent"),
            {},
            "hardly any of the white cells in 5 of 20 samples (S15: 0.",
        ),
        (
            PERCENT.add_suffix("_percent") * [1, 0.01, 1],
            {},
            "are they shares of 1 beside percent? give all types in one unit",
        ),
        (
            sheet(neutrophil_percent=PERCENT["neutrophils"].astype(str).str.replace(".", ",")),
            {},
            "write plain numbers",
        ),
        (sheet(x=np.nan), {"x": "neutrophils"}, "neutrophils: left out, fewer than 3 samples"),
        (sheet(w=TOTAL), {"w": "leukocytes"}, "no column can be used (no type is named)"),
        (COUNTS.assign(leukocytes=TOTAL / 1000), {}, "sum to more than all white cells in 20"),
        (PERCENT, {"neutrophil": "neutrophils"}, "unknown column 'neutrophil'; choose one of"),
        (PERCENT, {"neutrophils": "x", "monocytes": "x"}, "neutrophils and monocytes are both x"),
        (
            PERCENT.add_suffix("_percent").assign(b_cell_percent=30.0, nk_cell_percent=20.0),
            {},
            "b_cells, nk_cells are more than the lymphocytes",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_met_at_the_door(obs, named, words):
    assert words in refusal(obs, named)


def test_sheets_without_counts_have_none():
    found = counted(sheet(platelets=TOTAL, crp=TOTAL, neutrophil_score=TOTAL), {})
    assert found.percent.shape == (N, 0) and found.told == []
