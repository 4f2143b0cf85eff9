"""Reading a study from tables."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from options import load
from revertome.errors import Alarm, StudyError
from revertome.intake.healthy_words import healthy_by_their_words
from revertome.intake.sample_flow import Flow
from revertome.intake.sheets.schema import check_columns, read_schema
from studies import ROOT, configured


def _same(left: Any, right: Any) -> None:
    np.testing.assert_array_equal(left.X, right.X)
    pd.testing.assert_frame_equal(left.obs, right.obs)
    pd.testing.assert_frame_equal(left.var, right.var)


def test_adata(case: Any) -> None:
    study = case.load()
    adata = study.adata
    assert adata.shape == (14, 40)
    assert adata.X.dtype == np.float64
    assert list(adata.obs_names) == sorted(case.sheet["sample"])
    assert adata[:, "GENE05"]["P2_after"].X.item() == case.matrix.loc["GENE05", "P2_after"]
    assert list(adata.var["symbol"]) == list(adata.var_names)
    assert adata.uns["scale"]["scale"] == "log2"
    assert adata.uns["scale"]["decided_by"] == "auto"
    obs = adata.obs
    assert obs["visit"].isna().sum() == 4
    assert set(obs["sex"]) == {"female", "male"}
    assert obs["age"].dtype == np.float64
    assert isinstance(obs["batch"].dtype, pd.CategoricalDtype)
    assert study.truth is None
    assert list(study.visits.columns) == ["patient", "arm", "visit"]
    assert study.flow.loc[0, ["n_samples", "n_patients", "n_pairs"]].tolist() == [14, 9, 5]


def test_order_changes_nothing(case: Any) -> None:
    expected = case.load().adata
    rng = np.random.default_rng(3)
    case.matrix = case.matrix.iloc[rng.permutation(40), rng.permutation(14)]
    case.sheet = case.sheet.iloc[rng.permutation(14), rng.permutation(7)]
    shuffled = case.load().adata
    shuffled.obs = shuffled.obs[expected.obs.columns]
    _same(shuffled, expected)


def test_repeated_features_keep_their_order_of_values(case: Any) -> None:
    case.matrix.index = ["DUP" if i in (3, 9) else f"GENE{i:02}" for i in range(40)]
    told = r"matrix.tsv: 1 features have more than one row \('DUP'\); all rows are used"
    with pytest.warns(UserWarning, match=told):
        first = case.load().adata
    case.matrix = case.matrix.iloc[::-1]
    with pytest.warns(UserWarning, match=told):
        _same(case.load().adata, first)
    assert {"DUP", "DUP#2"} <= set(first.var_names)
    assert first.var.loc["DUP#2", "symbol"] == "DUP"


@pytest.mark.parametrize("ids", [["007", "1e5", "TRUE", "NA", "1.0"]])
def test_ids_are_text(case: Any, ids: list[str]) -> None:
    names = dict(zip(case.sheet["sample"][:5], ids, strict=True))
    case.sheet["sample"] = case.sheet["sample"].replace(names)
    case.matrix.columns = case.sheet["sample"]
    case.sheet["patient"] = case.sheet["patient"].replace({"P1": "01"})
    if "NA" in ids:  # the word for a missing id cannot be an id
        case.sheet["sample"] = case.sheet["sample"].replace({"NA": "nan7"})
        case.matrix.columns = case.sheet["sample"]
    obs = case.load().adata.obs
    assert {"007", "1e5", "TRUE", "1.0"} <= set(obs.index)
    assert obs.loc["007", "patient"] == "01"


def test_layouts_read_the_same(case: Any, tmp_path: Path) -> None:
    expected = case.load().adata
    table = case.matrix
    table.to_csv(tmp_path / "m.csv.gz")
    table.to_csv(tmp_path / "r.txt", sep="\t", header=True, index=True)
    lines = (tmp_path / "r.txt").read_text().splitlines()
    lines[0] = "\t".join(f'"{name}"' for name in table.columns)  # as R's write.table
    (tmp_path / "r.txt").write_text("\r".join(lines) + "\r")
    expected.write_h5ad(tmp_path / "m.h5ad")
    for name in ("m.csv.gz", "r.txt", "m.h5ad"):
        case.intake["matrix"] = str(tmp_path / name)
        _same(case.load().adata, expected)


def test_fields(case: Any) -> None:
    case.sheet = pd.DataFrame(
        {
            "title": case.sheet["sample"],
            "label": "kid " + case.sheet["patient"] + " x",
            "when": case.sheet["visit"].replace({"before": "v0", "after": "v6"}),
            "state": case.sheet["group"].str.upper(),
            "crp": ["--"] + [str(n) for n in range(13)],
        }
    )
    case.intake["fields"] = {
        "sample": {"field": "title"},
        "patient": {"field": "label", "pattern": r"kid (\w+)"},
        "visit": {"field": "when", "values": {"v0": "before", "v6": "after"}},
        "group": {"field": "state", "values": {"HEALTHY": "healthy", "PATIENT": "patient"}},
        "arm": {"constant": "open"},
        "stage": {"field": "when", "pattern": "v(6)", "default": 0},
    }
    obs = case.load().adata.obs
    assert obs.loc["P3_after", ["patient", "visit", "group", "arm"]].tolist() == [
        "P3", "after", "patient", "open",
    ]  # fmt: skip
    assert np.isnan(obs.loc["P1_before", "crp"])
    assert obs.loc["P1_after", "crp"] == 0
    assert obs.loc[["P1_before", "P1_after", "H0"], "stage"].tolist() == [0, 6, 0]


def test_what_geoquery_writes_twice_is_kept_once(case: Any) -> None:
    races = ["White", "Black"] * 7
    case.sheet["characteristics_ch1.8"] = [f"race: {race}" for race in races]
    assert "characteristics_ch1.8" in case.load().adata.obs
    case.sheet["race:ch1"] = races
    obs = case.load().adata.obs
    assert "characteristics_ch1.8" not in obs
    assert obs.loc[case.sheet["sample"], "race:ch1"].tolist() == races


def test_first_and_last_visit(case: Any) -> None:
    """P1 has visits 2, 3, 10 (ordered as numbers), P2 one visit; healthy keep none."""
    case.sheet["visit"] = ["2", "10", "1", "9"] + ["1", "4"] * 3 + ["1", "2", "1", "2"]
    case.sheet.loc[2, ["patient", "visit"]] = ["P1", "3"]
    case.intake["fields"] = {"visit": {"field": "visit", "first": "before", "last": "after"}}
    told = (
        r"the first sample of 2 of 5 patients is of a later visit than 1 \(P1 at 2, P2 at 9\): it "
        "is called 'before' all the same"
    )
    with pytest.warns(UserWarning, match=told):
        study = case.load()
    obs = study.adata.obs
    assert obs.loc["P1_before", "visit"] == "before"
    assert obs.loc["P1_after", "visit"] == "after"
    assert "P2_before" not in obs.index
    assert obs.loc["P2_after", "visit"] == "before"
    assert obs["visit"].isna().sum() == 4
    assert study.flow["stage"].tolist() == ["sample sheet", "visits"]
    assert study.flow["n_samples"].tolist() == [14, 13]
    assert study.flow["n_pairs"].tolist() == [4, 4]


def test_a_sample_without_the_number_of_its_visit(case: Any) -> None:
    """It stops the run, unless `default` gives the number."""
    case.sheet["visit"] = ["", "2"] + ["1", "2"] * 6
    visit: dict[str, Any] = {"field": "visit", "first": "before", "last": "after"}
    case.intake["fields"] = {"visit": visit}
    with pytest.raises(StudyError, match=r"row 2: no visit is given; .*visit\.default gives"):
        case.load()
    visit["default"] = 1
    obs = case.load().adata.obs
    assert obs.loc[["P1_before", "P1_after"], "visit"].tolist() == ["before", "after"]


def test_flow_counts_what_is_left_out(case: Any) -> None:
    case.sheet["tissue"] = ["blood"] * 13 + ["skin"]
    case.sheet.loc[1, "visit"] = ""
    case.intake |= {
        "keep": {"tissue": ["blood"]},
        "exclude": {"P2_after": "wrong tube"},
    }
    with pytest.warns(UserWarning, match="1 samples of patients have no visit .*'P1_after'"):
        study = case.load()
    flow = study.flow.set_index("stage")
    assert flow["n_samples"].to_dict() == {
        "sample sheet": 14, "keep tissue": 13, "exclude": 12, "visits": 11,
    }  # fmt: skip
    assert flow["n_pairs"].tolist() == [4, 4, 3, 3]
    assert "P2_after (wrong tube)" in flow.loc["exclude", "note"]
    assert study.adata.uns["excluded"].to_numpy().tolist() == [["P2", "after", "wrong tube"]]


@pytest.mark.parametrize(
    ("firsts", "told"),
    [
        ([0, 0, 0, 3, 6], r"of 2 of 5 patients is of a later visit than 0 \(P4 at 3, P5 at 6\)"),
        ([0, 3, 3, 3, 6], r"of 1 of 5 patients is of a later visit than 3 \(P5 at 6\)"),
        ([0, 0, 6, 6, 6], r"of 3 of 5 patients is of a later visit than 0 \(P3 at 6, P4 at 6, P5"),
    ],
)
def test_patients_who_begin_late_are_counted(case: Any, firsts: list[int], told: str) -> None:
    visits = [str(n) for first in firsts for n in (first, first + 12)]
    case.sheet["visit"] = [*visits, "", "", "", ""]
    case.intake["fields"] = {"visit": {"field": "visit", "first": "before", "last": "after"}}
    with pytest.warns(UserWarning, match=told) as heard:
        case.load()
    alarm = 2 * sum(first > min(firsts) for first in firsts) >= 5 and firsts[1] == 0
    assert [issubclass(each.category, Alarm) for each in heard] == [alarm]


def test_ages_at_the_visit_name_no_first_visit(case: Any) -> None:
    ages = [f"{n}.{m}" for n in range(4, 9) for m in (1, 9)]
    case.sheet["visit"] = [*ages, "", "", "", ""]
    case.intake["fields"] = {"visit": {"field": "visit", "first": "before", "last": "after"}}
    case.load()


def test_flow_has_a_line_by_group(case: Any) -> None:
    case.sheet["state"] = ["JIA"] * 10 + ["normal", "normal", "normal", "Crohn disease"]
    values = {"normal": "healthy", "Crohn disease": "healthy", "JIA": "patient"}
    case.intake["fields"] = {"group": {"field": "state", "values": values}}
    case.intake["fields"] |= {name: {"field": name} for name in ("sample", "patient", "visit")}
    case.intake["exclude"] = {"P5_before": "lost"}
    told = r"1 of 4 healthy samples are called 'Crohn disease' in the sheet; if they have a disease"
    with pytest.warns(UserWarning, match=told):
        flow = case.load().flow
    assert flow["groups"].tolist() == [
        "healthy 4 (normal 3, Crohn disease 1); patient 10 (JIA)",
        "healthy 4 (normal 3, Crohn disease 1); patient 9 (JIA)",
    ]


def test_the_flow_shows_where_healthy_samples_are_lost() -> None:
    flow = Flow({"baseline": "before", "followup": "after", "healthy": "healthy"})
    rows = pd.DataFrame(
        {"patient": ["P1", "P1", "H1"], "visit": ["before", "after", None],
         "group": ["patient", "patient", "healthy"], "sample": ["S1", "S2", "S3"]}
    )  # fmt: skip
    flow.add("sample sheet", rows)
    flow.keep("keep tissue", rows, rows["group"].eq("patient"), "tissue not blood")
    assert flow.table()["groups"].tolist() == ["healthy 1; patient 2", "patient 2; healthy 0"]


@pytest.mark.parametrize(
    "word",
    ["normal", "Healthy Control", "no disease", "non-diabetic", "uninfected", "arthritis-free",
     "asymptomatic", "diagnosis", "no autoimmune disease"],
)  # fmt: skip
def test_words_for_healthy_people(word: str) -> None:
    healthy_by_their_words(pd.Series([word]), "s.tsv")


@pytest.mark.parametrize("word", ["disease control", "arthritis", "patient", "OA fibrosis",
                                  "post-infection", "other control"])  # fmt: skip
def test_words_for_disease_controls(word: str) -> None:
    with pytest.warns(UserWarning, match="1 of 1 healthy samples are called"):
        healthy_by_their_words(pd.Series([word]), "s.tsv")


def test_repeats_first(case: Any) -> None:
    case.sheet.loc[2, "patient"] = "P1"
    case.intake["repeats"] = "first"
    study = case.load()
    assert "P1_before" in study.adata.obs_names
    assert "P2_before" not in study.adata.obs_names
    assert study.flow.iloc[-1]["stage"] == "repeats"


def test_features_with_missing_values_stay(case: Any) -> None:
    case.matrix.iloc[3, 3] = "null"
    with pytest.warns(UserWarning, match="1 of 40 features are fitted to the samples that have"):
        adata = case.load().adata
    assert adata.n_vars == 40
    assert adata.uns["intake"]["features_incomplete"] == 1
    assert np.isnan(adata.X).sum() == 1


def test_visits(case: Any, tmp_path: Path) -> None:
    """Patients of the trial without a sample stay; the arm comes from the sample sheet."""
    case.sheet["arm"] = ["drug", "drug"] * 5 + [""] * 4
    sheet = tmp_path / "visits.csv"
    rows = [f"P{i},day1,{i * 10},--" for i in (5, 4, 3, 2, 1, 6)]
    sheet.write_text("patient,visit,crp,note\n" + "\n".join(rows) + "\n")
    case.intake["visits"] = str(sheet)
    with pytest.warns(UserWarning, match="patients 'P6' have no sample"):
        visits = case.load().visits
    assert visits["patient"].tolist() == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert visits["crp"].tolist() == [10, 20, 30, 40, 50, 60]
    assert visits["arm"].tolist()[:5] == ["drug"] * 5
    assert visits["arm"].isna().tolist()[5]


def test_annotation_by_column_name(case: Any, tmp_path: Path) -> None:
    """Symbols by column name; Ensembl versions are cut; two symbols make none."""
    ids = [f"ENSG{i:011}" for i in range(40)]
    case.matrix.index = [f"{name}.3" for name in ids]
    rows = [f"SYM{i}\t{name}" for i, name in enumerate(ids)][:30]
    rows += [f"OTHER\t{ids[0]}", f"A///B\t{ids[1]}", f"NA\t{ids[31]}"]
    table = tmp_path / "a.tsv"
    table.write_text("Symbol\tId\n" + "\n".join(rows) + "\n")
    case.intake["annotation"] = {"path": str(table), "id": "Id", "symbol": "Symbol"}
    symbol = case.load().adata.var["symbol"]
    assert symbol.loc[f"{ids[2]}.3"] == "SYM2"
    assert symbol.notna().sum() == 29
    assert pd.isna(symbol.loc[f"{ids[0]}.3"])


@pytest.mark.parametrize("name", ["config", "simulated_rnaseq"])
def test_simulated(name: str) -> None:
    genes = pd.read_csv(ROOT / "resources" / "genes.tsv", sep="\t", dtype=str)["symbol"].tolist()
    study = configured(name)
    study["intake"]["simulate"] = {"seed": 1, "genes": 1000, "healthy": 22}
    found = load(study["intake"], study["design"], genes)
    assert found.adata.n_vars == 1000
    assert (found.adata.obs["group"] == "healthy").sum() == 22
    assert list(found.adata.obs_names) == sorted(found.adata.obs_names)
    rnaseq = study["intake"]["assay"] == "rnaseq"
    assert found.adata.uns["scale"]["scale"] == ("counts" if rnaseq else "log2")
    check_columns(found.visits, read_schema("visits"), "simulated visits")
    check_columns(found.adata.obs, read_schema("samples"), "simulated samples")
    assert found.truth is not None
    assert list(found.truth.columns[:4]) == ["gene", "class", "disease", "change"]
    assert found.visits["patient"].nunique() == 24
    assert found.flow["n_patients"].iloc[0] == found.adata.obs["patient"].nunique()


@pytest.mark.parametrize(
    ("followup", "samples", "left"),
    [("month6", 63, "22 left out: neither enrollment nor month6"), (["month1", "month6"], 85, "")],
)
def test_visits_of_the_simulated_trial_that_the_design_does_not_name(
    followup: str | list[str], samples: int, left: str
) -> None:
    """They are left out and counted; the samples that stay are the same."""
    genes = pd.read_csv(ROOT / "resources" / "genes.tsv", sep="\t", dtype=str)["symbol"].tolist()
    study = configured("config")
    study["intake"]["simulate"] = {"seed": 1, "genes": 1000, "healthy": 22}
    study["design"] |= {"followup": followup, "arm": None}
    found = load(study["intake"], study["design"], genes)
    assert found.adata.n_obs == samples
    assert found.flow["n_samples"].iloc[-1] == samples
    assert found.flow["n_samples"].iloc[0] == 85
    assert found.flow["note"].iloc[1:].tolist() == ([left] if left else [])
    study["design"]["followup"] = "month7"
    with pytest.raises(StudyError, match="it has 'enrollment', 'month1', 'month6'"):
        load(study["intake"], study["design"], genes)
