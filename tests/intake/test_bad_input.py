"""Every bad input is met at the door, in words that name the place and the remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from revertome.errors import StudyError

Change = Callable[[Any], None]


def _cell(column: str, row: int, value: str) -> Change:
    def change(case: Any) -> None:
        case.sheet.loc[row, column] = value

    return change


def _design(**keys: Any) -> Change:
    return lambda case: case.design.update(keys)


def _intake(**keys: Any) -> Change:
    return lambda case: case.intake.update(keys)


def _drop_row(case: Any) -> None:
    case.sheet = case.sheet.drop(index=2)


def _drop_column(case: Any) -> None:
    case.matrix = case.matrix.drop(columns="P3_after")


def _dotted(case: Any) -> None:
    """Two samples of the sheet are one name in R."""
    names = {"P1_before": "P1-1", "P1_after": "P1 1"}
    case.sheet["sample"] = case.sheet["sample"].replace(names)
    case.matrix = case.matrix.rename(columns={"P1_before": "P1.1", "P1_after": "P1.1.1"})


def _other_case(case: Any) -> None:
    case.matrix.columns = case.matrix.columns.str.lower()


def _text_value(case: Any) -> None:
    case.matrix.loc["GENE07", "P2_before"] = "low"


def _true_column(case: Any) -> None:
    case.matrix["P2_before"] = "TRUE"


def _same_column(case: Any) -> None:
    case.matrix.columns = [n if n != "P2_after" else "P2_before" for n in case.matrix.columns]


def _one_healthy(case: Any) -> None:
    case.sheet.loc[case.sheet["group"] == "healthy", "patient"] = "control"


def _no_healthy(case: Any) -> None:
    case.sheet = case.sheet[case.sheet["group"] != "healthy"]
    case.matrix = case.matrix[case.sheet["sample"]]


def _two_pairs(case: Any) -> None:
    case.sheet = case.sheet[~case.sheet["sample"].isin(["P3_after", "P4_after", "P5_after"])]
    case.matrix = case.matrix[case.sheet["sample"]]


def _confounded(case: Any) -> None:
    case.sheet["chip"] = ["c1" if v else "c2" for v in case.sheet["visit"]]
    case.design["covariates"] = ["batch", "chip"]


def _constant(case: Any) -> None:
    case.sheet["chip"] = "c1"
    case.design["covariates"] = ["chip"]


def _no_patient_column(case: Any) -> None:
    case.sheet = case.sheet.drop(columns="patient")


def _second_group(case: Any) -> None:
    case.sheet.loc[[4, 5], "group"] = "ALS"


def _centred(case: Any) -> None:
    values = case.matrix.astype(float)
    case.matrix = values.sub(values.median(axis=1), axis=0)


def _infinite(case: Any) -> None:
    case.matrix.iloc[3, 3] = "-Inf"
    case.matrix.iloc[7, 3:5] = ["1e400", "inf"]


def _probes(case: Any) -> None:
    case.matrix.index = [f"ILMN_{i}" for i in range(40)]


CASES: list[tuple[Change, list[str]]] = [
    (_drop_row, ["matrix.tsv", "1 of 14 samples are not in", "'P2_before'", "intake.exclude"]),
    (_drop_column, ["samples.tsv: 1 of 14 samples", "matrix.tsv", "'P3_after'"]),
    (_dotted, ["'P1.1' for 'P1 1'", "make.names", "use the same ids in both"]),
    (_other_case, ["'h0' for 'H0'", "differs in case"]),
    (_text_value, ["feature 'GENE07'", "column 'P2_before'", "'low' is not a number"]),
    (_true_column, ["feature 'GENE00'", "column 'P2_before'", "'TRUE' is not a number"]),
    (_same_column, ["sample 'P2_before' occurs more than once"]),
    (_cell("sample", 1, "P1_before"), ["samples.tsv: sample 'P1_before' occurs more than once"]),
    (_cell("sample", 1, ""), ["row 3 has no sample id"]),
    (_cell("patient", 1, "NA"), ["'P1_after' has no patient"]),
    (_cell("patient", 2, "P1"), ["patient 'P1' has 2 samples at visit 'before'", "P2_before"]),
    (_cell("patient", 10, "P1"), ["patient 'P1' is both 'healthy' and a patient"]),
    (_cell("visit", 3, "month3"), ["row 5: unknown visit 'month3'", "'before', 'after'"]),
    (_second_group, ["unknown group 'ALS', 'patient'", "one word for all patients"]),
    (_cell("age", 4, "nine"), ["column 'age', row 6", "'nine' is not a number"]),
    (_cell("age", 4, "95000"), ["column 'age', sample P3_before", "from 0 to 120 years"]),
    (_cell("sex", 4, "femal"), ["column 'sex', row 6", "'femal' is neither female nor male"]),
    (_no_patient_column, ["no column gives 'patient'", "intake.fields"]),
    (_design(followup="month6"), ["design.followup: visit 'month6' does not occur", "'after'"]),
    (_design(baseline="after"), ["design.baseline and design.followup are both 'after'"]),
    (_design(healthy="control"), ["no sample has the group 'control'", "found 'healthy'"]),
    (_design(covariates=["chip"]), ["covariate 'chip'", "is not a column"]),
    (_design(healthy=None), ["'healthy', 'patient', though", "alone by intake.keep: {group: ["]),
    (_design(baseline="none"), ["'none' does not occur", "{visit: {values: {'none': start}}}"]),
    (_one_healthy, ["all 4 healthy samples have the patient id 'control'"]),
    (_no_healthy, ["no sample has the group 'healthy'", "design.healthy: null"]),
    (_two_pairs, ["2 complete pairs", "at least 3"]),
    (
        _confounded,
        [
            "samples.tsv: covariate chip cannot be told apart from the difference between patients",
            "chip is c2 in healthy (H0, H1, H2, H3), c1 in after (P1, ",
            "Take chip out of design.covariates",
        ],
    ),
    (_constant, ["covariate 'chip' is 'c1' in every sample"]),
    (_intake(exclude={"P9": "gone"}), ["intake.exclude: 'P9' is not a sample"]),
    (_intake(keep={"batch": [3]}), ["intake.keep.batch: '3' does not occur", "'1', '2'"]),
    (_intake(keep={"tissue": ["blood"]}), ["no column 'tissue'"]),
    (_intake(matrix="absent.tsv"), ["absent.tsv: No such file", "working directory"]),
    (
        _intake(fields={"arm": {"field": "armm"}}),
        ["intake.fields.arm", "no column 'armm'", "batch"],
    ),
    (
        _intake(fields={"arm": {"field": "patient", "pattern": "P"}}),
        ["intake.fields.arm.pattern 'P' has 0 groups"],
    ),
    (
        _intake(fields={"arm": {"field": "patient", "pattern": "(Q)"}}),
        ["matches no value of 'patient'", "'P1'"],
    ),
    (
        _intake(fields={"visit": {"unknown": "which field tells the visit"}}),
        ["fill in intake.fields for 'visit'", "which field tells the visit", "batch ('1')"],
    ),
    (_centred, ["the scale of the values is unclear", "centred on 0", "intake.scale"]),
    (
        _infinite,
        [
            "feature 'GENE03', sample 'P2_after': -inf, an infinite value, and 2 more cells, "
            "in 2 samples ('P2_after', 'P3_before'); expected numbers"
        ],
    ),
    (_intake(scale="counts"), ["intake.scale says counts", "no whole numbers"]),
    (_probes, ["'ILMN_0'", "not symbols", "intake.annotation"]),
]


@pytest.mark.parametrize(("change", "words"), CASES, ids=[words[0] for _, words in CASES])
def test_message(case: Any, change: Change, words: list[str]) -> None:
    case.load()  # right before the change
    change(case)
    with pytest.raises(StudyError) as raised:
        case.load()
    message = str(raised.value)
    assert [word for word in words if word not in message] == [], message
    assert len(message.splitlines()) <= 2


def test_missing_covariate_names_samples(case: Any) -> None:
    case.design["covariates"] = ["age"]
    case.sheet["age"] = [str(5 + n) for n in range(len(case.sheet))]
    case.sheet.loc[3, "age"] = "Data Not Available"
    with pytest.raises(StudyError, match="covariate 'age' is missing in 1 samples: 'P2_after'"):
        case.load()


def test_ragged_sheet(case: Any, tmp_path: Path) -> None:
    case.load()
    sheet = tmp_path / "ragged.tsv"
    lines = (tmp_path / "samples.tsv").read_text().splitlines()
    lines[4] += "\textra"
    sheet.write_text("\n".join(lines))
    case.intake["samples"] = str(sheet)
    with pytest.raises(StudyError, match="row 5 has 8 cells, the header has 7"):
        case.load()


def test_wrong_annotation(case: Any, tmp_path: Path) -> None:
    table = tmp_path / "annotation.tsv"
    table.write_text("ID\tSymbol\nILMN_1\tSTAT1\n")
    case.intake["annotation"] = {"path": str(table), "id": "ID", "symbol": "Symbol"}
    with pytest.raises(StudyError, match=r"only 0.0% .* 'ILMN_1', the matrix 'GENE00'"):
        case.load()
    case.intake["annotation"]["symbol"] = "Gene"
    with pytest.raises(StudyError, match="annotation column 'Gene' is missing; found 'ID'"):
        case.load()


VISITS: list[tuple[str, list[str]]] = [
    ("patient\tesr\nP1\t3", ["column 'visit' is missing", "'patient', 'esr'"]),
    ("patient\tvisit\tesr\nP1\td1\t3\nP1\td1\t4", ["row 3: patient 'P1' has visit 'd1' twice"]),
    (
        "patient\tvisit\tesr\nP1\td1\t3\nP2\td1\t<5\nP3\td1\t9",
        ["column 'esr', row 3", "'<5' is not a number"],
    ),
    ("patient\tvisit\tesr\nP1\td1\thigh", ["column 'esr', row 2", "'high'", "0 to 200 mm/h"]),
    (
        "patient\tvisit\ttemperature\nP1\td1\t37\nP2\td1\t370",
        ["column 'temperature', row 3", "'370.0'", "from 33 to 43 degrees Celsius"],
    ),
    (
        "patient\tvisit\tcrp\n" + "\n".join(f"P{i}\td1\t0.{i}" for i in range(1, 6)),
        ["column 'crp': the largest value is 0.5 (row 6)", "mg/l", "check the unit"],
    ),
    ("patient\tvisit\nX1\td1", ["none of its patients ('X1') has a sample", "'P1'"]),
    ("patient\tvisit\nP1\t", ["row 2 has no visit"]),
]


@pytest.mark.parametrize(("text", "words"), VISITS, ids=[words[0] for _, words in VISITS])
def test_visits_message(case: Any, tmp_path: Path, text: str, words: list[str]) -> None:
    sheet = tmp_path / "visits.tsv"
    sheet.write_text(text + "\n")
    case.intake["visits"] = str(sheet)
    with pytest.raises(StudyError) as raised:
        case.load()
    assert [word for word in words if word not in str(raised.value)] == [], raised.value
