"""GMT text and the shipped modules."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.modules import gene_sets

RESOURCES = Path(__file__).parents[2] / "resources"
ALIASES = {"DDX58": "RIGI", "FLJ20035": "DDX60", "WARS": "WARS1"}


def test_symbols_become_current_and_order_is_kept():
    sets = gene_sets({"a.gmt": ["M1\tpaper\tMX1\tDDX58\tWARS\t\r\n", "\n", "M2\t\tB2M"]}, ALIASES)
    assert sets == {"M1": ["MX1", "RIGI", "WARS1"], "M2": ["B2M"]}


def test_two_names_of_one_gene_count_once_and_are_named():
    with pytest.warns(UserWarning, match=r"a\.gmt: .*M1 \(FLJ20035 and DDX60\)"):
        sets = gene_sets({"a.gmt": ["M1\tpaper\tFLJ20035\tMX1\tDDX60"]}, ALIASES)
    assert sets == {"M1": ["DDX60", "MX1"]}


@pytest.mark.parametrize("line", ["M1 MX1 RIGI", "M1\tMX1", "\tpaper\tMX1", "M1\tpaper\t"])
def test_a_line_that_is_no_module_is_named(line):
    with pytest.raises(StudyError, match=r"a\.gmt line 2: expected module name, description"):
        gene_sets({"a.gmt": ["M0\t\tMX1", line]}, {})


def test_a_name_used_twice_is_refused_across_files():
    with pytest.raises(StudyError, match=r"b\.gmt line 1: module 'M1' is already in a\.gmt line 1"):
        gene_sets({"a.gmt": ["M1\t\tMX1"], "b.gmt": ["M1\t\tB2M"]}, {})


def shipped(aliases: dict[str, str]) -> dict[str, list[str]]:
    names = ["interferon.gmt", "blood_cells.gmt"]
    texts = {n: (RESOURCES / "modules" / n).read_text("utf-8").splitlines() for n in names}
    return gene_sets(texts, aliases)


def test_shipped_interferon_lists_are_the_published_ones():
    """Sizes: Rice 2013 (6), Kim 2018 (28), generation-2 modules M1.2, M3.4, M5.12."""
    sets = shipped({})
    sizes = {m: len(sets[m]) for m in ["ISG6", "IRG28", "G2_M1.2", "G2_M3.4", "G2_M5.12"]}
    assert sizes == {"ISG6": 6, "IRG28": 28, "G2_M1.2": 27, "G2_M3.4": 53, "G2_M5.12": 59}
    assert sets["ISG6"] == ["IFI27", "IFI44L", "IFIT1", "ISG15", "RSAD2", "SIGLEC1"]
    assert {"CMPK2", "DDX60", "SPATS2L"} <= set(sets["G2_M1.2"])
    assert {"RIGI", "WARS1", "SEPTIN4", "GBP1P1", "HELZ2"} <= set(sets["G2_M3.4"])
    assert not set(sets["IRG28"]) & set(sets["G2_M5.12"])
    assert set(sets["G2_M1.2"]) & set(sets["G2_M3.4"]) == {"OAS2"}


def test_shipped_modules_agree_with_provenance_and_aliases():
    table = pd.read_csv(RESOURCES / "aliases.tsv", sep="\t").set_index("old")["current"]
    provenance = pd.read_csv(RESOURCES / "modules" / "provenance.tsv", sep="\t")
    sets = shipped({})
    assert sets == shipped(table.to_dict()), "a shipped symbol is out of date"
    assert {m: len(genes) for m, genes in sets.items()} == dict(
        zip(provenance["module"], provenance["n_genes"], strict=True)
    )
    for row in provenance.dropna(subset="symbols_changed").itertuples():
        for change in row.symbols_changed.split():
            old, new = change.split(">")
            assert table[old] == new
            assert new in sets[row.module]


def test_interferon_lists_are_as_printed_gene_by_gene():
    """Digests of the symbols as the papers print them, in their order, a space between two;
    provenance.tsv leads from current symbols back to those."""
    provenance = pd.read_csv(RESOURCES / "modules" / "provenance.tsv", sep="\t")
    changed = provenance.set_index("module")["symbols_changed"].fillna("")
    printed = {}
    for module, genes in shipped({}).items():
        old = {new: old for old, new in (c.split(">") for c in changed[module].split())}
        text = " ".join(old.get(gene, gene) for gene in genes)
        printed[module] = hashlib.sha256(text.encode()).hexdigest()[:16]
    assert {m: printed[m] for m in ["ISG6", "IRG28", "G2_M1.2", "G2_M3.4", "G2_M5.12"]} == {
        "ISG6": "b968f41fc363655f",
        "IRG28": "6b6ae38da7da1e2c",
        "G2_M1.2": "417f3738fbe76a87",
        "G2_M3.4": "5d03773ba19a7c9d",
        "G2_M5.12": "c70bb67478e35abe",
    }
    assert provenance[["source", "doi_or_note"]].notna().all(None)


def test_no_outdated_symbol_is_a_current_one():
    """So that mapping a list never turns a gene that was meant into another."""
    table = pd.read_csv(RESOURCES / "aliases.tsv", sep="\t")
    assert not table["old"].duplicated().any()
    assert not set(table["old"]) & set(table["current"])
