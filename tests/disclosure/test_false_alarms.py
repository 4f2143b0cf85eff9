"""Short identifiers, ages and codes that agree by chance stop nobody."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from disclosure.people import left, study
from revertome.disclosure.direct import direct
from revertome.disclosure.evidence import identifying
from revertome.disclosure.names import names_of
from revertome.disclosure.spelling import runs, spellings
from revertome.errors import StudyError

NUMBERED = [str(i) for i in range(1, 25)]


def numbered():
    people = pd.Series(np.repeat(NUMBERED, 2))
    samples = {p: [f"{p}_M0", f"{p}_M6"] for p in NUMBERED}
    return people, names_of({p: [p] for p in NUMBERED}, samples, ["M0", "M6"])


@pytest.mark.parametrize("seed", range(20))
def test_ages_and_labs_of_numbered_patients_are_no_ids(seed):
    people, names = numbered()
    rng = np.random.default_rng(seed)
    for values in (
        np.repeat(rng.integers(1, 18, 24), 2),  # ages
        rng.integers(0, 60, 48),  # CRP
        rng.integers(1, 4, 48),  # batches
        np.tile([0, 6], 24),  # months
        np.sort(np.repeat(rng.integers(1, 18, 24), 2)),  # patients numbered by age
    ):
        assert identifying(pd.Series(values.astype(float)), people, names) == 0
        assert identifying(pd.Series(values.astype(str)), people, names) == 0
    visits = pd.Series(["M0", "M6"] * 24)
    assert identifying(visits, people, names) == 0


def test_the_number_of_the_person_is_one():
    people, names = numbered()
    own = people.astype(float)
    assert identifying(own, people, names) == 48
    assert identifying("no " + people, people, names) == 48
    some = own.where(np.arange(48) < 16, 3.5)
    assert identifying(some, people, names) == 16
    assert identifying(own.where(np.arange(48) % 2 == 0), people, names) == 24


def test_all_of_a_few_people():
    names = names_of({str(i): [str(i)] for i in range(1, 5)}, {})
    people = pd.Series(["1", "2", "3", "4"])
    assert identifying(people.astype(float), people, names) == 4
    assert identifying(pd.Series([1.0, 2.0, 3.0, 3.0]), people, names) == 0
    assert identifying(pd.Series([2.0, 1.0, 4.0, 3.0]), people, names) == 0


def test_leading_zeros_that_were_lost_and_numbers_in_codes():
    who = [f"{i:04d}" for i in range(11, 31)]
    names = names_of({p: [p] for p in who}, {p: [f"S{p}"] for p in who})
    people = pd.Series(who)
    assert identifying(people.astype(float), people, names) == 20
    who = [f"P-{i:02d}" for i in range(11, 31)]
    names = names_of({p: [p] for p in who}, {})
    people = pd.Series(who)
    assert identifying(people.str[2:].astype(float), people, names) == 20
    others = pd.Series(np.random.default_rng(2).permutation(people.str[2:].astype(float)))
    assert identifying(others, people, names) == 0  # any two-digit numbers


def test_parts_of_ids_that_few_people_share():
    """A crossover: `S17.D1` is one pair of subject S17, and the last part counts the libraries."""
    who = [f"S{i}.D{d}" for i in (2, 17, 27, 31, 44) for d in (1, 2, 3)]
    rows = [(p, f"{p.replace('.', '-')}-{v}_S{3 * n + k}") for n, p in enumerate(who)
            for k, v in enumerate(("Fast", "3hr"))]  # fmt: skip
    people, ids = (pd.Series(column) for column in zip(*rows, strict=True))
    samples = {p: [s for q, s in rows if q == p] for p in who}
    names = names_of({p: [p] for p in who}, samples, ["Fast", "3hr"])
    assert identifying(people.str.split(".").str[0], people, names) >= 24  # S2 is a library, too
    assert identifying(ids.str.split("_").str[1], people, names) > 20
    assert identifying(people.str.split(".").str[1], people, names) == 0  # the day
    assert identifying(pd.Series(["Fast", "3hr"] * 15), people, names) == 0


def test_a_part_of_a_name_is_one():
    names = names_of({"Smith, Anna": ["Smith, Anna"], "P2": ["P2"]}, {"Smith, Anna": ["S1", "S2"]})
    people = pd.Series(["Smith, Anna", "P2"])
    assert identifying(pd.Series(["SMITH family", "x"]), people, names) == 1
    assert identifying(pd.Series(["smithers", "x"]), people, names) == 0
    spelled = names_of({"P1": ["P1", "Anna Rossi"], "P2": ["P2", "Mai Ito"]}, {})
    assert identifying(pd.Series(["Rossi, Anna", "x"]), pd.Series(["P1", "P2"]), spelled) == 1


def test_long_numbers_of_others_are_found_too():
    who = [f"GSM43{i:04d}" for i in range(20)]
    names = names_of({}, {p: [p] for p in who})
    twin = pd.Series([float(p[3:]) for p in who[1:] + who[:1]])
    assert identifying(twin, pd.Series(who), names) == 20
    one = pd.Series([float(who[0][3:]), *np.arange(19) * 1.5])
    assert identifying(one, pd.Series(who), names) == 1


def test_codes_of_another_series_that_many_share_are_none():
    people = pd.Series([*[f"P{i:02}" for i in range(1, 13)] * 2, *[f"D{i}" for i in range(1, 9)]])
    names = names_of({p: [p] for p in people}, {})
    day = pd.Series([*["D1"] * 12, *["D8"] * 12, *[None] * 8])
    assert identifying(day, people, names) == 0
    run = pd.Series(np.where(np.arange(32) % 12 < 6, "run_of_P01", "run_of_P07"))
    assert identifying(run, people, names) == 32
    first = pd.Series([f"P{1 + 4 * ((int(p[1:]) - 1) // 4):02}" for p in people])  # named by one
    assert identifying(first, people, names) == 32
    plate = pd.Series([f"P{1 + (int(p[1:]) - 1) // 4}" for p in people])  # not by one of its own
    assert identifying(plate, people, names) == 0


def test_words_of_groups_and_visits_are_no_names():
    people = ["control1", "control2", "patient1", "before1"]
    names = names_of({p: [p] for p in people}, {}, ["before"])
    for word in ("control", "patient", "before", "1 mg", "month 1"):
        assert not names.told(word)
    assert runs("P-01") == runs("p 1") == runs("P_001") == runs("Ｐ０１") == ("p", "1")
    assert ("run", "of", "p", "1") in spellings("runOfP01")


def test_words_of_visits_and_arms_in_a_small_study_are_no_names():
    made = study(["P1", "P2", "P3", "P4"], ["H1", "H2"])
    words = ["screening", "baseline", "followup", "unscheduled"]
    rows = [(p, "open label", v, 3.0 + k) for p in ("P1", "P2", "P3", "P4")
            for k, v in enumerate(words)]  # fmt: skip
    visits = pd.DataFrame(rows, columns=["patient", "arm", "visit", "crp"])
    assert len(left(replace(made, visits=visits))[0].visits) == 16


def test_visits_of_everybody_may_be_named_like_somebody():
    made = study([f"D{n}" for n in range(1, 11)])
    for table in (made.adata.obs, made.visits):
        table["visit"] = table["visit"].replace({"before": "D1", "week12": "D7"})
    assert set(left(made)[0].visits["visit"]) == {"D1", "D7"}
    made.visits.loc[3, "visit"] = "D9"
    with pytest.raises(StudyError, match="visits sheet: 'visit' has 1 cell with identifiers"):
        left(made)


def test_chips_with_long_numbers_and_centres_leave(capsys):
    made = study()
    n = made.adata.n_obs
    made.adata.obs["batch"] = np.where(np.arange(n) // 2 % 2, "4307494001", "4307494002")
    made.adata.obs["site"] = [f"centre{1 + k // 2 % 9}" for k in range(n)]
    left(made)
    made.adata.obs["site"] = [
        ["Rome", "Oslo", "Lyon", "Bern", "Kiel"][k // 2 % 5] for k in range(n)
    ]
    left(made)
    made.adata.obs["dose"] = np.arange(n) * 1_234_567.0  # a count of cells
    left(made)
    once = made.visits[made.visits["visit"] == "before"].copy()
    once["crp"] = 213_000.0 + 7_000 * np.arange(len(once))  # platelets at the baseline alone
    left(replace(made, visits=once))
    once["crp"] = 2_130_001.0 + 7_007 * np.arange(len(once))
    with pytest.raises(StudyError, match="'crp' has 10 large whole numbers, one for each person"):
        left(replace(made, visits=once))
    made.adata.obs["dose"] = pd.factorize(made.adata.obs["patient"])[0] * 1_111.0 + 123_456
    with pytest.raises(
        StudyError, match=f"'dose' has {n} large whole numbers, one for each person"
    ):
        left(made)


def test_numbers_of_sites_and_years_in_ids_are_nobodys():
    who = [f"{site:02}-{i:03}" for site in (1, 2, 3) for i in range(1, 9)]
    people = pd.Series(np.repeat(who, 2))
    names = names_of({p: [p] for p in who}, {p: [f"{p}_M0", f"{p}_M6"] for p in who}, ["M0", "M6"])
    site, own = people.str[:2], people.str[3:]
    assert identifying(site.astype(float), people, names) == 0
    assert identifying(site, people, names) == 0
    assert identifying(own.astype(float), people, names) > 0
    assert identifying((site + own).astype(float), people, names) == 48
    who = [str(2000 + i) for i in range(1, 25)]
    people, names = pd.Series(who), names_of({p: [p] for p in who}, {})
    years = pd.Series(np.random.default_rng(3).integers(2017, 2023, 24).astype(float))
    assert identifying(years, people, names) == 0
    partner = pd.Series(np.roll(people.astype(float), 5))
    assert identifying(partner, people, names) == 24


def test_rounded_counts_of_cells_that_a_person_keeps_are_no_hospital_numbers():
    people = pd.Series(np.repeat(NUMBERED, 2))
    platelets = pd.Series(np.repeat(np.random.default_rng(1).permutation(300)[:24] + 150.0, 2))
    assert direct(1000 * platelets, people) == []
    assert direct(1000 * platelets + 7, people)
