"""The overlap of contrasts and classes against operations on sets."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from headline_study import contrast
from revertome.figures import draw
from revertome.figures.style import rows
from revertome.source_data import build

GENES = [f"G{i:03d}" for i in range(240)]
NAMES = ("disease", "change_all", "residual_all")
CLASSES = ("reverted", "induced", "unresolved", "unchanged")


def built(contrasts, classes=None):
    genes = pd.DataFrame({"gene": GENES, "class": "unchanged" if classes is None else classes})
    asked = {"contrasts": contrasts, "genes": genes, "trajectories": {"alpha": 0.05}}
    return build("overlap", asked)


def caption(table):
    return table.set_index("element").loc["caption", "text"]


@pytest.fixture(scope="module")
def study():
    """Three contrasts in orders of their own, and classes."""
    rng = np.random.default_rng(3)
    contrasts = {}
    for name in NAMES:
        table = pd.DataFrame({"gene": rng.permutation(GENES), "logFC": rng.normal(size=240)})
        table["P.Value"] = table["adj.P.Val"] = rng.choice([0.001, 0.9, np.nan], 240)
        contrasts[name] = table
    return contrasts, rng.choice(CLASSES, 240)


def test_numbers_are_those_of_operations_on_sets(study):
    contrasts, classes = study
    table = built(*study)
    sets = rows(table, "set").set_index("order")
    own = {}
    for name, each in contrasts.items():
        sure = each[each["adj.P.Val"] < 0.05]
        own[name, "up"] = set(sure.loc[sure["logFC"] > 0, "gene"])
        own[name, "down"] = set(sure.loc[sure["logFC"] < 0, "gene"])
    for name in ("reverted", "induced"):
        own[name, "called"] = {g for g, c in zip(GENES, classes, strict=True) if c == name}
    told = sets["contrast"].fillna(sets["class"])
    assert list(told) == ["disease", "change_all", "residual_all", "reverted", "induced"]
    for _, row in sets.iterrows():
        if pd.notna(row["contrast"]):
            up, down = own[row["contrast"], "up"], own[row["contrast"], "down"]
            assert (row["n_up"], row["n_down"], row["n"]) == (len(up), len(down), len(up | down))
        else:
            assert row["n"] == len(own[row["class"], "called"])
    # Every pattern there can be, by intersections and differences.
    expected = {}
    for ways in product(("up", "down", None), repeat=3):
        for of in ("reverted", "induced", None):
            asked = {*zip(NAMES, ways, strict=True)} | {(of, "called")}
            asked = {pair for pair in asked if None not in pair}
            if asked:
                inside = set.intersection(*(own[pair] for pair in asked))
                genes = inside - set().union(*(own[pair] for pair in own.keys() - asked))
                expected[frozenset(asked)] = genes
    members = rows(table, "member").assign(set=lambda t: t["order"].map(told))
    genes = rows(table, "gene").groupby("pattern")["gene"].agg(set)
    found = {}
    for number, mine in members.groupby("pattern"):
        found[frozenset(zip(mine["set"], mine["direction"], strict=True))] = genes[number]
    sizes = sorted((len(each) for each in expected.values() if each), reverse=True)
    assert all(expected[pattern] == genes for pattern, genes in found.items())
    drawn = rows(table, "pattern").sort_values("pattern")
    assert drawn["n"].tolist() == sizes[:20] == [len(genes[p]) for p in drawn["pattern"]]
    assert drawn["n_sets"].tolist() == members.groupby("pattern").size().tolist()
    assert f"{sum(sizes[:20])} of {sum(sizes)} genes" in caption(table)
    assert f"20 largest of {len(sizes)} patterns" in caption(table)


def test_order_of_genes_and_of_contrasts_changes_nothing(study):
    contrasts, classes = study
    shuffled = {n: contrasts[n].sample(frac=1, random_state=1) for n in reversed(NAMES)}
    pd.testing.assert_frame_equal(built(shuffled, classes), built(contrasts, classes))


def test_what_has_no_gene_is_said():
    some, none = contrast(2, 1), contrast(0, 0)
    table = built({"disease": some, "change_all": some, "interaction": none})
    assert "No gene is called in: change in responders less that in non-resp" in caption(table)
    assert len(rows(table, "pattern")) == 2
    missing = none.assign(**{"P.Value": np.nan})
    for given, said in (
        ({"disease": some, "change_all": none}, "Only patients against healthy people has genes"),
        ({"disease": none}, "No gene is called in any contrast"),
        ({"disease": missing}, "No contrast of genes could be estimated"),
    ):
        assert built(given).loc[0, "text"].startswith(said)


def test_contrasts_beyond_a_page_are_told():
    many = {f"change_with_{'variable_' * 7}{k:02d}": contrast(1 + k % 6, 1) for k in range(30)}
    table = built(many)
    assert len(rows(table, "set")) == 12
    assert "Not drawn: 18 further contrasts" in caption(table)
    assert draw("overlap", table).get_size_inches()[1] * 25.4 <= 247
