"""Names that a study asks for are checked before its statistics, in one way."""

import subprocess
import sys
from pathlib import Path

import pytest

from options import SCHEMA
from revertome.asked import (
    MADE,
    check_columns,
    check_modules,
    check_reliability,
    columns_asked,
    genes_named,
    unknown_roles,
)
from revertome.configuration import complete
from revertome.errors import StudyError
from revertome.near_names import nearest, unknown
from revertome.quality.content import MARKERS
from revertome.trajectories.hidden_factors import NAME
from studies import ROOT, configured

GENES = ["RIGI", "IFI27", "IFI44L", "DDX3Y", "SIGLEC1"]


def test_few_choices_are_listed_and_of_many_the_nearest() -> None:
    assert unknown("engine", "lima", ["deseq2", "limma"]) == (
        "unknown engine 'lima'; choose one of deseq2, limma"
    )
    many = [f"MODULE_{n}" for n in range(20)] + ["ISG6"]
    assert unknown("module", "isg7", many) == "unknown module 'isg7'; of 21 the nearest are ISG6"
    assert unknown("module", "zzz", many) == (
        "unknown module 'zzz'; there are 21, such as MODULE_0, MODULE_1, MODULE_2"
    )
    assert nearest("ifi44l", GENES)[0] == "IFI44L"


def test_genes_are_found_by_old_names() -> None:
    assert genes_named(["DDX58", "RIGI", "IFI27"], {"DDX58": "RIGI"}, GENES) == ["RIGI", "IFI27"]
    assert genes_named([], {}, GENES) == []


def test_a_gene_not_measured_is_a_warning_with_the_near_names() -> None:
    told = (
        r"figures.genes: not measured here, or below the filter: IFI72 \(nearest: IFI27\), "
        r"WARS \(WARS1 today\), 123$"
    )
    with pytest.warns(UserWarning, match=told):
        found = genes_named(["IFI27", "IFI72", "WARS", "123"], {"WARS": "WARS1"}, GENES)
    assert found == ["IFI27", "IFI72", "WARS1", "123"]


def test_no_gene_measured_is_a_stop() -> None:
    with pytest.raises(StudyError, match=r"none of the genes is measured.*siglec \(nearest: S"):
        genes_named(["siglec", "XYZ"], {}, GENES)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"figures": {"module": "ISG7"}}, "figures.module: unknown module 'ISG7'; "),
        ({"modules": {"engagement": ["M1.2", "IFN3"]}}, "engagement: unknown module 'IFN3'"),
    ],
)  # fmt: skip
def test_modules(change: dict[str, object], told: str) -> None:
    config = complete(configured("config") | change, SCHEMA)
    with pytest.raises(StudyError, match=told):
        check_modules(config, ["ISG6", "M1.2"])
    check_modules(config, ["ISG6", "ISG7", "M1.2", "IFN3", *config["modules"]["engagement"]])


@pytest.mark.parametrize(
    "change",
    [
        {"association": {"variables": ["crp", "cpr"]}},
        {"differential": {"change_with": ["cpr"]}},
        {"differential": {"subset": {"cpr": ["1"]}}},
        {"trajectories": {"sensitivity": ["neutrophil_score", "cpr"]}},
    ],
)  # fmt: skip
def test_columns_of_the_sheets(change: dict[str, object]) -> None:
    plain = configured("config") | {"association": {}, "trajectories": {}}
    asked = columns_asked(complete(plain | change, SCHEMA))
    with pytest.raises(StudyError) as error:
        check_columns(asked, ["patient", "crp"], "of the sheets")
    key = next(iter(change))
    assert str(error.value).startswith(f"{key}.")
    assert "unknown column 'cpr'; choose one of patient, crp" in str(error.value)
    check_columns(asked, ["patient", "crp", "cpr"], "of the sheets")


def test_scores_of_marker_genes_are_no_columns() -> None:
    assert set(MADE) == {*MARKERS, NAME}
    check_columns({"trajectories.sensitivity": MADE}, ["patient"], "of the sheets")
    with pytest.raises(StudyError, match=r"association.variables: unknown column 'neutrophil_sco"):
        check_columns({"association.variables": MADE}, ["patient"], "of the sheets")


def test_roles_that_nobody_has_named() -> None:
    assert unknown_roles(configured("config")) == ""
    geo = unknown_roles(configured("gse17590"))
    assert geo.startswith("configuration: intake.fields: still unknown in this study (patient: the")
    assert "`snakemake sheet --cores 1" in geo
    table = {"intake": {"source": "table", "fields": {"visit": {"unknown": "before or after"}}}}
    assert "(visit: before or after); run it without -n" in unknown_roles(table)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("association={variables: [cpr]}", "association.variables: unknown column 'cpr'; choose"),
        ("design={baseline: a, followup: b, covariates: [bacth]}", "covariates: unknown column"),
        ("figures={module: ISG66}", "figures.module: unknown module 'ISG66'; of"),
        ("intake={source: geo, fields: {visit: {unknown: day}}, accession: GSE1}", "(visit: day)"),
    ],
)  # fmt: skip
def test_a_dry_run_stops_with_one_line(tmp_path: Path, change: str, told: str) -> None:
    (tmp_path / "m.tsv").write_text("gene\ts1\ns1\t5\n")
    (tmp_path / "s.tsv").write_text("sample\tpatient\tvisit\tgroup\tcrp\ns1\tp\ta\tpatient\t3\n")
    (tmp_path / "study.yaml").write_text(
        "study: x\nintake: {source: table, assay: microarray, matrix: m.tsv, samples: s.tsv}\n"
        "design: {baseline: a, followup: b}\nresponse: {source: none}\n"
    )
    command = [
        sys.executable, "-m", "snakemake", "-n", "--cores", "1", "--snakefile", ROOT / "Snakefile",
        "--configfile", "study.yaml", "--config", change,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("revertome:")]
    assert len(lines) == 1
    assert told in lines[0]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("stated", [None, 0.9, {"neutrophils": 0.9, "mast_cells": 0.5}])
def test_a_reliability_of_types_that_can_be_is_taken(stated):
    composition = {"reliability": stated, "measured": {"m": "mast_cells", "w": "leukocytes"}}
    check_reliability({"composition": composition})


@pytest.mark.parametrize("name", ["neutrophil", "leukocytes", "m"])
def test_a_reliability_of_an_unknown_type_is_refused(name):
    composition = {"reliability": {name: 0.9}, "measured": {"m": "mast_cells", "w": "leukocytes"}}
    said = f"configuration: composition.reliability: unknown cell type '{name}'; choose one of neut"
    with pytest.raises(StudyError, match=said):
        check_reliability({"composition": composition})
