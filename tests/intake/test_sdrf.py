"""Sheets of ArrayExpress (SDRF) as they come, and roles that share one field of text."""

from pathlib import Path

import pytest
import yaml

from options import section
from revertome.errors import StudyError
from revertome.intake.columns import read_sheet
from revertome.intake.sheets.sheet import complete_roles, select
from revertome.trial import complete_pairs, is_healthy

SHEETS = Path(__file__).parents[3] / "shared" / "data" / "sheets"

# Arm with dose, visit and group stand in one field: `SLE Patient, IFN-K 240 microgram,
# 4 injections, day 168`, or `baseline`; the patient in the title.
KINOID = r"""
intake:
  keep: {stimulated: ["no"]}
  fields:
    sample: {field: Hybridization Name}
    patient: {field: "Comment [Sample_title]", pattern: '(SLE patient \d+$|^DNA\S+(?=.*healthy))'}
    visit:
      field: Comment [Sample_source_name]
      pattern: '(baseline|day \d+)$'
      values: {day 168: null}
    group:
      field: Comment [Sample_source_name]
      pattern: '^(SLE|Healthy)'
      values: {SLE: patient, Healthy: healthy}
    arm:
      field: Comment [Sample_source_name]
      pattern: '(?i)^SLE patient, (.+), (?:baseline|day \d+)$'
    dose: {field: "Comment [Sample_source_name]", pattern: '(\d+) microgram'}
    stimulated: {field: "Comment [Sample_title]", pattern: "(in vitro)", default: "no"}
    sex: {field: "Characteristics [sex]"}
    age: {field: "Characteristics [age]"}
design: {baseline: baseline, followup: day 112}
"""
LUPUS_NEPHRITIS = """
intake:
  fields:
    sample: {field: Assay Name}
    patient: {field: "Characteristics [patient]"}
    visit:
      field: FactorValue [time]
      values:
        prior to administration of immunosuppressive therapy: before
        3 months: null
    group: {constant: patient}
    sledai: {field: "Characteristics [sledai]"}
design: {baseline: before, followup: 6 months, healthy: null}
"""


def selected(sheet, study, source="sheet.txt"):
    """Samples of a study and its flow, of a table and a study file."""
    found = yaml.safe_load(study)
    intake = section("intake", source="table", **found["intake"])
    design = section("design", **found["design"])
    roles = complete_roles(sheet, list(sheet.columns), intake, design, source)
    samples, flow = select(sheet, roles, intake, design, source)
    return samples, flow.table(), design


def real(name):
    path = SHEETS / name
    if not path.is_file():
        pytest.skip(f"needs {name}, which is not part of the project")
    return read_sheet(path)


def test_arm_dose_and_day_of_one_field(capsys):
    sheet = real("E-GEOD-39088.sdrf.txt")
    samples, flow, design = selected(sheet, KINOID)
    well = is_healthy(samples, design)
    said = "intake.fields.visit.pattern matches nothing in 64 of 142 values of 'Comment [Sample_so"
    assert said in capsys.readouterr().out
    # 18 samples were stimulated in the dish: 2 for each of 9 healthy people.
    assert flow.set_index("stage")["n_samples"].to_dict() == {
        "sample sheet": 142, "keep stimulated": 124, "visits": 98,
    }  # fmt: skip
    assert int(well.sum()) == samples["patient"][well].nunique() == 46
    assert len(complete_pairs(samples, "baseline", "day 112")) == 26
    arms = samples.drop_duplicates("patient").groupby("arm").size()
    assert arms["Placebo"] == 7 and len(arms) == 8 and arms.sum() == 26
    placebo = samples["arm"].eq("Placebo")
    assert samples["dose"].isna().equals(placebo | well)
    assert sorted(samples["dose"].dropna().unique()) == [30, 60, 120, 240]
    assert samples.loc["GSM955820", ["patient", "visit", "dose"]].tolist() == [
        "SLE patient 26", "day 112", 240,
    ]  # fmt: skip


def test_the_day_in_a_column_of_its_own():
    sheet = real("E-GEOD-72747.sdrf.txt")
    samples, _, _ = selected(sheet, LUPUS_NEPHRITIS)
    assert len(samples) == 20 and len(complete_pairs(samples, "before", "6 months")) == 10
    assert samples["sledai"].dtype == float
    # Columns that describe samples are kept, those of files and protocols are not needed.
    assert "Term Source REF (column 7)" in sheet


SDRF = (
    "Source Name\tCharacteristics[individual]\tTerm Source REF\tCharacteristics[time]\t"
    "Term Source REF\tProtocol REF\tProtocol REF\tAssay Name\tComment[file]\tLabel\n"
)
MAPPING = """
intake:
  fields:
    sample: {field: Assay Name}
    patient: {field: "Characteristics[individual]"}
    visit: {field: "Characteristics[time]"}
    group: {constant: patient}
design: {baseline: pre, followup: post, healthy: null}
"""


def sdrf(tmp_path, *rows):
    path = tmp_path / "s.sdrf.txt"
    path.write_text(SDRF + "\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")
    return read_sheet(path)


def row(patient, visit, assay, file="f", label="biotin", term="EFO"):
    return (f"{assay} 1", patient, term, visit, "NCIT", "P-1", "P-2", assay, file, label)


def test_a_name_over_several_columns_is_numbered_where_they_differ(tmp_path):
    found = sdrf(tmp_path, row("A", "pre", "A1"), row("A", "post", "A2"))
    assert [name for name in found if "column" in name] == [
        "Term Source REF (column 3)", "Term Source REF (column 5)",
        "Protocol REF (column 6)", "Protocol REF (column 7)",
    ]  # fmt: skip
    alike = sdrf(tmp_path, row("A", "pre", "A1", term="NCIT"), row("A", "post", "A2", term="NCIT"))
    assert alike["Term Source REF"].tolist() == ["NCIT", "NCIT"]


def test_a_column_that_is_asked_for_must_be_one(tmp_path):
    found = sdrf(tmp_path, row("A", "pre", "A1"), row("A", "post", "A2"))
    asked = MAPPING.replace("Assay Name", "Term Source REF")
    with pytest.raises(StudyError, match="'Term Source REF' occurs more than once, with diff") as e:
        selected(found, asked)
    assert "'Term Source REF (column 3)', 'Term Source REF (column 5)'" in str(e.value)
    one = MAPPING.replace("{field: Assay Name}", "{field: Protocol REF (column 7)}")
    with pytest.raises(StudyError, match=r"sample 'P-2' occurs more than once \(row 2, 3\)"):
        selected(found, one)


@pytest.mark.parametrize("name", ["visit", "arm", "age"])
def test_a_role_twice_in_a_sheet_of_roles(tmp_path, name):
    path = tmp_path / "s.csv"
    path.write_text(f"sample,patient,visit,group,{name},{name}\nS1,P,a,x,1,2\nS2,P,b,x,1,1\n")
    study = "{intake: {}, design: {baseline: a, followup: b, healthy: null}}"
    with pytest.raises(StudyError, match=f"column '{name}' occurs more than once, with different"):
        selected(read_sheet(path), study)


def test_rows_for_each_file_are_one_sample(tmp_path, capsys):
    files = [row("A", "pre", "A1", f"run{k}.fastq") for k in range(2)]
    samples, flow, _ = selected(sdrf(tmp_path, *files, row("A", "post", "A2")), MAPPING)
    assert samples["sample"].tolist() == ["A1", "A2"]
    assert flow["n_samples"].tolist() == [2]
    assert "2 rows are of 1 samples and say the same of them" in capsys.readouterr().out


def test_rows_for_each_colour_need_a_choice(tmp_path):
    found = sdrf(
        tmp_path,
        row("A", "pre", "A1", label="Cy5"), row("reference", "", "A1", label="Cy3"),
        row("A", "post", "A2", label="Cy5"), row("reference", "", "A2", label="Cy3"),
    )  # fmt: skip
    match = r"sample 'A1' occurs more than once \(row 2, 3\) with different patient \('A', 'refer"
    with pytest.raises(StudyError, match=match) as raised:
        selected(found, MAPPING)
    assert "two colours choose one with intake.keep: {Label: [...]}" in str(raised.value)
    chosen = MAPPING.replace("intake:\n", "intake:\n  keep: {Label: [Cy5]}\n")
    samples, flow, _ = selected(found, chosen)
    assert samples["patient"].tolist() == ["A", "A"] and set(flow["n_samples"]) == {2}


def test_a_slip_in_the_name_of_a_column_finds_its_neighbour(tmp_path):
    found = sdrf(tmp_path, row("A", "pre", "A1"), row("A", "post", "A2"))
    slip = MAPPING.replace("Characteristics[time]", "Characteristics [time]")
    with pytest.raises(StudyError, match=r"no column 'Characteristics \[time\]'; did you mean 'Ch"):
        selected(found, slip)


def test_a_study_with_such_a_sheet_keeps_what_describes_the_samples(case, tmp_path):
    names = {
        "sample": "Assay Name", "patient": "Characteristics [individual]",
        "visit": "FactorValue [time]", "group": "Characteristics [disease/state]",
        "sex": "Characteristics [sex]", "age": "Characteristics [age]", "batch": "Comment [run]",
    }  # fmt: skip
    case.sheet = case.sheet.rename(columns=names)
    case.sheet.insert(2, "Term Source REF", "EFO")
    case.sheet.insert(4, "Term Source REF", range(14), allow_duplicates=True)
    case.sheet["Array Data File"] = case.sheet["Assay Name"] + ".CEL"
    roles = ("sample", "patient", "visit", "group")
    case.intake["fields"] = {role: {"field": names[role]} for role in roles}
    case.design["covariates"] = ["Comment [run]"]
    adata = case.load().adata
    assert sorted(set(adata.obs) - set(roles)) == [
        "Characteristics [age]", "Characteristics [sex]", "Comment [run]",
    ]  # fmt: skip
    adata.write_h5ad(tmp_path / "raw.h5ad")
