"""Studies that share people are told, those that do not are not, and tests are withheld."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cut_trial import anew, part, study, trial
from revertome.compare import FinishedStudy, compare, people_of
from revertome.compare.dependence import joint_classes, pooled_modules, standing
from revertome.errors import StudyError


@pytest.fixture(scope="module")
def whole():
    return trial(np.random.default_rng(1))


def told(first, second, **others):
    result = compare({"a": first, "b": second, **others}, alpha=0.05)
    row = result.independence.iloc[0]
    return row, result


def counts(row):
    return [row["verdict"], row["shared_samples"], row["shared_patients"], row["shared_healthy"]]


@pytest.mark.parametrize("other", [False, True], ids=["as they are", "renormalised and renamed"])
@pytest.mark.parametrize(
    ("patients", "healthy", "expected"),
    [
        ((30, 60), (20, 40), ["none found", 0, 0, 0]),
        ((29, 60), (20, 40), ["shared patients", 2, 1, 0]),
        ((15, 45), (20, 40), ["shared patients", 30, 15, 0]),
        ((10, 20), (5, 10), ["shared patients", 25, 10, 5]),
        ((30, 60), (19, 40), ["shared healthy", 1, 0, 1]),
        ((30, 60), (10, 30), ["shared healthy", 10, 0, 10]),
        ((30, 60), (0, 20), ["shared healthy", 20, 0, 20]),
    ],
)
def test_overlapping_parts_of_a_trial(whole, patients, healthy, expected, other):
    """Healthy and patients 0-20 and 0-30 against others: their numbers to the last."""
    second = part(whole, range(*patients), range(*healthy))
    second = anew(np.random.default_rng(2), second) if other else second
    row, _ = told(study(part(whole, range(30), range(20))), study(second))
    assert counts(row) == expected
    assert row["known_by"] == "profiles"
    one, both = ("disease", "disease,change_all")
    assert (
        row["contrasts"] == {"found": "", "healthy": one, "patients": both}[expected[0].split()[-1]]
    )
    assert ("share" in row["fact"]) == (expected[0] != "none found")


def test_other_visits_of_the_same_patients(whole):
    """Twenty patients of whom one study has the first sample, the other the second."""
    rng = np.random.default_rng(3)
    one = [part(whole, range(20), [], [v]) for v in ("before", "after")]
    rest = [part(whole, people, range(20 * i, 20 * i + 20)) for i, people in
            enumerate([range(20, 40), range(40, 60)])]  # fmt: skip
    first, second = (_joined(a, b) for a, b in zip(one, rest, strict=True))
    row, _ = told(study(first), study(anew(rng, second)))
    assert row["verdict"] == "shared patients"
    assert 16 <= row["shared_patients"] <= 20
    assert row["shared_healthy"] == 0


def test_honest_halves_and_other_trials_are_not_flagged(whole):
    """Cut anew 20 times, 5 to 20 patients and healthy a part; a trial of namesakes."""
    rng = np.random.default_rng(4)
    for n in (5, 10, 15, 20) * 5:
        p, h = rng.permutation(60), rng.permutation(40)
        parts = [part(whole, p[:n], h[:n]), part(whole, p[n : 2 * n], h[n : 2 * n])]
        row, _ = told(*map(study, parts))
        assert counts(row) == ["none found", 0, 0, 0]
    row, _ = told(study(whole), study(trial(rng)))
    assert counts(row) == ["none found", 0, 0, 0]
    assert "100 people have a name of the other study" in row["fact"]


def test_names_without_expression(whole):
    """Accession numbers tell; other names are nobody's."""
    first, second = part(whole, range(30), range(20)), part(whole, range(30, 60), range(15, 40))
    row, result = told(study(first, profiles=False), study(second))
    assert counts(row)[0] == "not known" and row[["shared_samples", "shared_healthy"]].isna().all()
    assert "no expression in the folder of a" in row["fact"]
    assert result.independence["contrasts"].tolist() == [""]
    assert "5 people have a name of the other study" in row["fact"]
    for piece in (first, second):
        numbers = [f"GSM{1000 + whole.obs.index.get_loc(name)}" for name in piece.obs.index]
        piece.obs = piece.obs.assign(sample=numbers)
    row, _ = told(study(first, profiles=False), study(second))
    assert [*counts(row), row["known_by"]] == ["shared healthy", 5, 0, 5, "sample names"]
    own = FinishedStudy(study(first).contrasts, pd.DataFrame(), pd.DataFrame())
    row, _ = told(own, study(second))
    assert (row["verdict"], row["known_by"]) == ("not known", "not known")
    assert row["fact"].endswith("no people are named in the folder of a.")


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.sample(frac=1, random_state=1),
        lambda t: t.assign(logFC=t["logFC"].round(3)),
        lambda t: t.iloc[::10],
        lambda t: t.assign(logFC=t["logFC"] * np.log(2)),
    ],
    ids=["shuffled", "rounded", "a tenth of the genes", "natural logarithms"],
)
@pytest.mark.parametrize("names", [("disease", "change_all"), ("change_all",)])
def test_a_study_twice_is_refused(whole, change, names):
    own = study(part(whole, range(30), range(20)))
    again = {name: change(own.contrasts[name]) for name in names}
    copy = FinishedStudy(again, pd.DataFrame(), pd.DataFrame())
    with pytest.raises(StudyError, match=r"studies a and b are the same: .*leave one out"):
        told(own, copy)


def test_equal_disease_of_two_follow_ups(whole):
    """One trial at two visits: equal in one contrast, so of the same patients, but not refused."""
    own = study(part(whole, range(30), range(20)))
    other = study(part(whole, range(30, 60), range(20, 40)))
    copy = replace(other, contrasts={**other.contrasts, "disease": own.contrasts["disease"]})
    row, _ = told(*(replace(each, people=None, residuals={}) for each in (own, copy)))
    assert [row["verdict"], row["known_by"]] == ["shared patients", "effects"]
    assert row["contrasts"] == "disease,change_all"


def test_what_is_withheld(whole):
    """Healthy shared: nothing of disease is tested, all of change as without them."""
    a = study(part(whole, range(30), range(20)))
    b = study(part(whole, range(30, 60), range(10, 30)))
    _, result = told(a, b)
    free = compare({n: replace(s, people=None) for n, s in (("a", a), ("b", b))}, alpha=0.05)
    now, then = (r.concordance.set_index("contrast") for r in (result, free))
    tests = ["CI.L", "CI.R", "P.Value", "adj.P.Val", "genes_effective", "df"]
    assert now.loc["disease", tests].isna().all() and then.loc["disease", tests].notna().all()
    assert now.loc["disease", "pearson"] == then.loc["disease", "pearson"]
    assert now.loc["disease", "uncertainty"] == "shared healthy samples"
    pd.testing.assert_series_equal(now.loc["change_all"], then.loc["change_all"])
    assert result.rank_overlap.groupby("contrast")["P.Value"].count().to_dict() == {
        "change_all": 256,
        "disease": 0,
    }
    assert set(result.genes["contrast"]) == {"change_all"}
    assert set(free.genes["contrast"]) == {"change_all", "disease"}


def test_the_smaller_study_stands_aside():
    studies = {"a": sized(5), "b": sized(9), "c": sized(7), "d": sized(3)}
    assert standing(studies, [("a", "b"), ("a", "c")]) == ["b", "c", "d"]
    assert standing(studies, [("b", "c"), ("c", "d")]) == ["a", "b", "d"]
    assert standing(studies, []) == ["a", "b", "c", "d"]


def test_order_changes_nothing(whole):
    rng = np.random.default_rng(6)
    pieces = [part(whole, range(30), range(20)), part(whole, range(20, 50), range(30))]
    found = []
    for _ in range(2):
        mixed = [rng.permutation(len(piece.obs)) for piece in pieces]
        for piece, order in zip(pieces, mixed, strict=True):
            piece.X, piece.obs = piece.X[order], piece.obs.iloc[order]
        a, b = map(study, pieces)
        found += [compare(s, alpha=0.05).independence for s in ({"a": a, "b": b}, {"b": b, "a": a})]
    for table in found[1:]:
        pd.testing.assert_frame_equal(found[0], table)


def _joined(a, b):
    a.X, a.obs = np.vstack([a.X, b.X]), pd.concat([a.obs, b.obs])
    return a


PAIR = pd.DataFrame(
    {"study_a": ["a", "a"], "study_b": ["b", "c"], "contrasts": ["disease", ""]}
).assign(verdict=["shared healthy", "none found"])


def sized(n, **tables):
    """A study of n samples and the given tables."""
    obs = pd.DataFrame({"sample": [f"S{i}" for i in range(n)], "patient": "P"})
    empty = {"contrasts": {}, "genes": pd.DataFrame(), "modules": pd.DataFrame()}
    return FinishedStudy(**{**empty, **tables}, people=people_of(obs, {}))


def test_modules_are_pooled_over_the_larger_and_the_smaller_is_listed():
    """Healthy of a and b are shared: disease is pooled over b and c, the change over all."""
    tests = pd.DataFrame({"test": ["disease", "paired_change"], "module": "M", "method": "zscore"})
    tests = tests.assign(group="all", n=20, df=19)
    studies = {}
    for name, n, shift in (("a", 5, 0), ("b", 9, 1), ("c", 7, 3)):
        rows = tests.assign(**{"estimate": shift, "CI.L": shift - 1.0, "CI.R": shift + 1.0})
        studies[name] = sized(n, modules=rows)
    pooled, each = pooled_modules(studies, PAIR)
    assert pooled.set_index("test")["studies"].to_dict() == {
        "disease": "b,c",
        "paired_change": "a,b,c",
    }
    assert pooled.set_index("test").loc["disease", "estimate"] == pytest.approx(2.0)
    assert each["study"].tolist() == ["a", "b", "c"] * 2
    weight = each.set_index(["test", "study"])["weight"]
    assert weight["disease"].isna().tolist() == [True, False, False]
    assert weight["paired_change"].notna().all()
    assert each["estimate"].tolist() == [0, 1, 3] * 2


def test_joint_classes_of_groups_that_share_nobody():
    """Of a, b, c and d, a and b share healthy people: no row holds both; all are b, c, d."""
    genes = pd.DataFrame({"gene": [f"G{i}" for i in range(50)], "class": "reverted"})
    effects = {"disease": 1.0, "change": -1.0, "p_disease": 1e-9, "p_change": 1e-9}
    classes = {"p_reverted": 1e-9, "p_induced": 1.0, "p_partial": 1.0, "p_exacerbated": 1.0}
    genes = genes.assign(**effects, **classes, p_persistent=1.0)
    studies = {name: sized(n, genes=genes) for name, n in zip("abcd", (5, 9, 7, 6), strict=True)}
    every = pd.Index(genes["gene"])
    table, summary = joint_classes(studies, every, 0.05, PAIR)
    expected = {"a,c", "a,d", "b,c", "b,d", "c,d", "b,c,d"}
    assert set(table["studies"]) == set(summary["studies"]) == expected
    assert table["verdict"].eq("all").all()
    free, _ = joint_classes(studies, every, 0.05, PAIR.iloc[1:])
    assert set(free["studies"]) == expected - {"b,c,d"} | {"a,b", "a,b,c,d"}
