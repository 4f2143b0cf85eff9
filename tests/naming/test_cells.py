"""Names for people in the cells of tables, by column."""

import pytest

from revertome import naming
from revertome.columns import TABLES
from revertome.naming.cells import COLUMNS, of_column
from revertome.naming.own import labels_of


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("visit", "month6", "month 6"),
        ("versus", "placebo_sc", "placebo sc"),
        ("group", "all", "all"),
        ("group", "nonresponders", "non-responders"),
        ("module", "b_cell", "B cells"),
        (
            "module",
            "IFN1_ONLY - IFN2_ONLY",
            "Interferon alpha alone (Hallmark) less Interferon gamma alone (Hallmark)",
        ),
        ("first", "ssgsea", "ssGSEA"),
        ("first", "G2_M1.2", "Interferon (M1.2)"),
        ("y", "steroid_dose_baseline", "corticosteroid dose at baseline"),
        ("y", "crp_change", "CRP, change"),
        ("y", "label", "response"),
        ("covariates", "batch, steroid_dose", "batch, corticosteroid dose"),
        ("endpoint", "acr_pedi_30_no_fever_crp15", "ACR Pedi 30, no fever, CRP < 15 mg/l"),
        ("endpoint", "sri_5", "SRI 5"),
        ("engine", "voom", "limma-voom"),
        ("question", "change_with_change", "change with change"),
        ("reason", "noisy;sex_mismatch", "noisy; recorded and expressed sex differ"),
        ("patient", "P_01", "P_01"),
        ("detail", "P_01", "P_01"),
        ("gene", "HLA_A", "HLA_A"),
    ],
)
def test_by_column(column, value, text):
    assert of_column(column, value) == text


def test_a_contrast_is_about_the_visit_of_its_row():
    with naming.named_as({}, {"followup": "month6", "baseline": "before"}):
        assert of_column("contrast", "residual_all", "month1").startswith("patients at month 1")
        assert of_column("contrast", "residual_all").startswith("patients at month 6")


def test_every_column_is_one_of_a_result_table():
    known = {column.name for table in TABLES for column in table.columns}
    assert set(COLUMNS) <= known


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HALLMARK_HEME_METABOLISM", "Heme metabolism (Hallmark)"),
        ("HALLMARK_TNFA_SIGNALING_VIA_NFKB", "TNFA signaling via NFKB (Hallmark)"),
        ("REACTOME_CELL_CYCLE", "Cell cycle (Reactome)"),
        ("HALLMARK", "HALLMARK"),
        ("KEGG_own_set", "KEGG own set"),
    ],
)
def test_sets_of_collections(name, text):
    assert naming.module(name) == text


def test_a_unit_is_said_where_a_visits_sheet_fixes_it():
    for intake, text in (
        ({"source": "table", "visits": "visits.tsv"}, "CRP (mg/l)"),
        ({"source": "simulate"}, "CRP (mg/l)"),
        ({"source": "table", "visits": None}, "CRP"),
        ({"source": "geo"}, "CRP"),
    ):
        with naming.named_as(labels_of({"intake": intake, "labels": {}})):
            assert naming.variable("crp") == text
    own = {"variables": {"crp": "CRP (mg/dl)"}}
    with naming.named_as(labels_of({"intake": {"source": "geo"}, "labels": own})):
        assert naming.variable("crp") == "CRP (mg/dl)"
        assert naming.variable("neutrophils") == "neutrophils"
