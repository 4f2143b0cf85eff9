"""The look-up of genes: what the page holds is read back to the digits that are shown."""

import base64
import json
import zlib

import numpy as np
import pandas as pd
import pytest

import small_study
from revertome.naming import named_as
from revertome.report.lookup import lookup
from revertome.report.packed import Packed, step_of
from revertome.report.patients_drawn import drawn_samples, leading
from revertome.visits import in_order

DESIGN = in_order(small_study.DESIGN)
ALIASES = {"OLD7": "GENE7", "GENE3": "GENE4", "GONE": "NOWHERE"}


@pytest.fixture(scope="module")
def study():
    return small_study.results()


def record_of(study, **more):
    given = {name: study[name] for name in ("contrasts", "expression", "labels")}
    text = lookup(study["genes"], aliases=ALIASES, design=DESIGN, **given, **more)
    assert "<" not in text
    return json.loads(text)


def numbers_of(record):
    """The whole numbers, unpacked as the script of the page does it."""
    planes = np.frombuffer(zlib.decompress(base64.b64decode(record["packed"])), np.uint8)
    low, high = planes[: len(planes) // 2], planes[len(planes) // 2 :]
    return (low.astype(np.uint16) | high.astype(np.uint16) << 8).astype(np.int16)


def read(numbers, block, n):
    """Values of a block, as the script of the page reads them."""
    part = numbers[block["at"] : block["at"] + n].astype(float)
    part[part == -32768] = np.nan
    if "words" in block:
        return [block["words"][int(code)] for code in part]
    return 10 ** (part / block["log"]) if "log" in block else part * block["step"]


def test_every_gene_comes_back(study):
    record, genes = record_of(study), study["genes"]
    numbers, n = numbers_of(record), len(genes)
    columns = {block["id"]: block for block in record["columns"]}
    assert record["genes"] == genes["gene"].tolist()
    assert read(numbers, columns["class"], n) == genes["class"].tolist()
    np.testing.assert_allclose(read(numbers, columns["disease"], n), genes["disease"], atol=0.0051)
    p = read(numbers, columns["adj_p_reverted"], n)
    np.testing.assert_allclose(p, genes["adj_p_reverted"], rtol=0.0012)
    assert "share of bootstrap" in columns["stability"]["help"]


def test_contrasts_have_interval_and_p(study):
    record = record_of(study)
    numbers, n = numbers_of(record), len(study["genes"])
    assert [each["id"] for each in record["contrasts"]] == ["disease", "change_responders"]
    assert record["contrasts"][1]["name"] == "change in responders"
    table = study["contrasts"]["disease"].set_index("gene").loc[study["genes"]["gene"]]
    values = [read(numbers, block, n) for block in record["contrasts"][0]["values"]]
    for got, column in zip(values[:3], ("logFC", "CI.L", "CI.R"), strict=True):
        np.testing.assert_allclose(got, table[column], atol=0.0051)
    for got, column in zip(values[3:], ("P.Value", "adj.P.Val"), strict=True):
        np.testing.assert_allclose(got, np.maximum(table[column], 1e-32), rtol=0.0012)


def test_former_symbols_of_measured_genes_only(study):
    assert record_of(study)["aliases"] == {"OLD7": 7}


def test_no_fraction_without_a_disease_effect():
    genes = pd.DataFrame({"gene": list("ABCDE"), "class": ["reverted"] * 4 + ["induced"]})
    genes["adj_p_disease"] = [0.01, 0.2, 0.01, 0.01, 0.01]
    genes["recovered"] = [0.9, -42.9, 0.8, 0.7, 5.0]
    genes["recovered_low"] = [0.5, -60.0, 2.0, -np.inf, 3.0]
    genes["recovered_high"] = [1.4, -10.0, 1.0, np.inf, 9.0]
    record = json.loads(lookup(genes, alpha=0.05))
    block = next(each for each in record["columns"] if each["id"] == "recovered")
    np.testing.assert_array_equal(
        read(numbers_of(record), block, 5), [0.9, np.nan, np.nan, np.nan, np.nan]
    )


def test_a_name_cannot_leave_the_script(study):
    genes = study["genes"].copy()
    genes.loc[0, "gene"] = "</script><b>&"
    text = lookup(genes)
    assert not set("<>&") & set(text)
    assert json.loads(text)["genes"][0] == "</script><b>&"


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ([0.5, 1.2, -3.0], 0.01),
        ([0.0012, 0.0034], 0.0001),
        ([5000.0, 8000.0], 10.0),
        ([np.nan, 0.0], 0.01),
    ],
)
def test_steps(values, step):
    assert step_of(np.array(values)) == pytest.approx(step)


def test_what_has_no_room_is_cut_and_missing_is_missing():
    packed = Packed()
    block = packed.numbers([1e9, -1e9, np.nan, np.inf, 1.004], 0.01)
    numbers = numbers_of({"packed": packed.text()})
    assert numbers.tolist() == [32767, -32767, -32768, -32768, 100]
    assert block == {"at": 0, "step": 0.01}


def test_people_are_drawn_by_group_and_visit_without_their_names(study):
    record = record_of(study)
    drawn, numbers = record["drawn"], numbers_of(record)
    assert drawn["visits"] == ["before", "week 12"]
    assert drawn["groups"] == ["responders", "non-responders", "unlabelled"]
    x = read(numbers, drawn["values"], drawn["n"] * 300).reshape(300, drawn["n"])
    expression = study["expression"]
    assert np.isnan(x).sum() == 0
    np.testing.assert_allclose(np.sort(x[5]), np.sort(np.asarray(expression.X)[:, 5]), atol=0.0051)
    of, at = np.array(drawn["of"]), np.array(drawn["at"])
    table = pd.DataFrame({"of": of, "at": at}).value_counts().to_dict()
    assert table == {(-1, -1): 8, (0, 0): 9, (0, 1): 8, (1, 0): 5, (1, 1): 5, (2, 0): 2, (2, 1): 2}
    of_gene = pd.Series(x[5]).groupby([of, at]).median()
    responders = expression.obs["patient"].str.startswith("R") & (
        expression.obs["visit"] == "week 12"
    )
    assert of_gene[0, 1] == pytest.approx(
        np.median(np.asarray(expression.X)[responders.to_numpy(), 5]), abs=0.0051
    )
    assert len(set(drawn["who"])) == 24
    for name in expression.obs["patient"]:
        assert f'"{name}' not in json.dumps({**record, "packed": ""})


def test_few_people_are_neither_shown_nor_counted(study):
    drawn, values = drawn_samples(study["expression"], study["labels"], DESIGN, 6)
    assert drawn["cells"] == [[-1, -1], [0, 0], [0, 1]]
    assert not {"of", "at", "who"} & set(drawn)
    assert len(values) == 9
    x = study["expression"].to_df()
    people = study["expression"].obs
    before = x[(people["visit"] == "before") & people["patient"].str.startswith("R")]
    np.testing.assert_allclose(values[3:6], before.quantile([0.25, 0.5, 0.75]))
    healthy = x[people["group"] == "healthy"]
    np.testing.assert_allclose(values[1], healthy.mean())
    np.testing.assert_allclose(values[2] - values[1], 2 * healthy.std())


def test_a_gene_that_few_people_have_a_value_of_is_withheld(study):
    expression = study["expression"].copy()
    healthy = (expression.obs["group"] == "healthy").to_numpy()
    expression.X[np.flatnonzero(healthy)[:4], 3] = np.nan
    _, values = drawn_samples(expression, study["labels"], DESIGN, 5)
    assert np.isnan(values[:3, 3]).all()
    assert np.isfinite(np.delete(values, 3, axis=1)).all()


def test_arms_and_labels_name_the_groups(study):
    expression = study["expression"].copy()
    sick = expression.obs["group"] == "patient"
    expression.obs["arm"] = np.where(sick, "drug_a", None)
    design = DESIGN | {"arm": {"column": "arm", "control": "placebo"}}
    with named_as({"arms": {"drug_a": "Drug A"}}):
        drawn, _ = drawn_samples(expression, study["labels"], design)
    assert drawn["groups"][:2] == ["Drug A, responders", "Drug A, non-responders"]


def test_of_many_values_the_leading_genes_are_kept(study):
    names = study["genes"]["gene"]
    assert leading({}, names, 300) == names.tolist()
    first = leading(study["contrasts"], names, 3)
    p = [table.set_index("gene")["P.Value"] for table in study["contrasts"].values()]
    assert first == pd.concat(p, axis=1).min(axis=1).sort_values().index[:3].tolist()


def test_the_page_says_which_genes_it_has_the_values_of(study, monkeypatch):
    monkeypatch.setattr("revertome.report.lookup.MOST", 36 * 10)
    record = record_of(study)
    drawn = record["drawn"]
    n = 360 // drawn["n"]
    assert len(drawn["genes"]) == n
    x = read(numbers_of(record), drawn["values"], drawn["n"] * n).reshape(n, -1)
    column = study["expression"].to_df()[record["genes"][drawn["genes"][2]]]
    np.testing.assert_allclose(np.sort(x[2]), np.sort(column), atol=0.0051)


def test_the_same_bytes_every_time(study):
    assert record_of(study) == record_of(study)


def test_without_expression_nothing_is_drawn(study):
    assert json.loads(lookup(study["genes"]))["drawn"] is None
