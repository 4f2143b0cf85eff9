"""GMT text and the shipped modules."""

import gzip
import hashlib
from pathlib import Path

import pandas as pd
import pytest

import studies
from gene_files import read_gmt
from revertome.errors import StudyError
from revertome.modules.gmt import gene_sets, warn_of_strange_genes

RESOURCES = Path(__file__).parents[2] / "resources"
ALIASES = {"DDX58": "RIGI", "FLJ20035": "DDX60", "WARS": "WARS1"}


def test_symbols_become_current_and_modules_keep_their_order():
    lines = ["M2\tpaper\tWARS\tMX1\tDDX58\t\r\n", "\n", "M1\t\tB2M"]
    sets = gene_sets({"a.gmt": lines}, ALIASES)
    assert list(sets.items()) == [("M2", ["MX1", "RIGI", "WARS1"]), ("M1", ["B2M"])]


def test_two_names_of_one_gene_count_once_and_are_named():
    with pytest.warns(UserWarning, match=r"a\.gmt: .*M1 \(FLJ20035 and DDX60\)"):
        sets = gene_sets({"a.gmt": ["M1\tpaper\tFLJ20035\tMX1\tDDX60"]}, ALIASES)
    assert sets == {"M1": ["DDX60", "MX1"]}


@pytest.mark.parametrize("line", ["M1 MX1 RIGI", "M1\tMX1", "\tpaper\tMX1", "M1\tpaper\t"])
def test_a_line_that_is_no_module_is_named(line):
    with pytest.raises(StudyError, match=r"a\.gmt line 2: expected module name, description"):
        gene_sets({"a.gmt": ["M0\t\tMX1", line]}, {})


@pytest.mark.parametrize("name", ["distance", "genes_outside", "response_to_ifn", "level_2"])
def test_a_module_called_as_a_column_of_the_results_is_refused(name):
    with pytest.raises(StudyError, match=f"a.gmt line 1: module '{name}' is called as a column"):
        gene_sets({"a.gmt": [f"{name}\t\tMX1"]}, {})
    assert len(gene_sets({"a.gmt": [f"MY_{name}\t\tMX1", f"{name.upper()}\t\tMX1"]}, {})) == 2


def test_a_name_used_twice_is_refused_across_files():
    with pytest.raises(StudyError, match=r"b\.gmt line 1: module 'M1' is already in a\.gmt line 1"):
        gene_sets({"a.gmt": ["M1\t\tMX1"], "b.gmt": ["M1\t\tB2M"]}, {})


GOOD = "M1\tpaper\tMX1\tIFIT1\nM2\t\tB2M\tMX1\n"


@pytest.mark.parametrize(
    "raw",
    [GOOD.replace("\n", "\r\n").encode(), GOOD.replace("\n", "\r").encode(),
     ("\ufeff" + GOOD).encode(), GOOD.encode("utf-16"), gzip.compress(GOOD.encode()),
     ("\n\n" + GOOD + "  \n").encode(),
     GOOD.replace("MX1", " MX1\u00a0").encode(), GOOD.replace("\tMX1", "\t\tMX1\t").encode(),
     GOOD.replace("MX1", '"MX1"').replace("M1", '"M1"').encode()],
)  # fmt: skip
def test_a_file_by_other_hands_is_read_as_it_is_meant(tmp_path, raw):
    (tmp_path / "x.gmt").write_bytes(raw)
    sets = gene_sets(read_gmt([tmp_path / "x.gmt"]), {})
    assert sets == {"M1": ["IFIT1", "MX1"], "M2": ["B2M", "MX1"]}


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"\n \n\n", "holds no module"), (GOOD.replace("\t", " ").encode(), "line 1: expected module"),
     (GOOD.replace("\t", ",").encode(), "line 1: expected module"),
     (b"M1\tpaper\tMX1,IFIT1,ISG15\n", "line 1: expected module"),
     (b"M1\tpaper\tMX1 IFIT1\n", "line 1: expected module"),
     (b"M1\t\tMX1,1.0\tIFIT1,1.0\n", "line 1: expected module"),
     (b"N" * 10**6 + b"\tpaper\tMX1\n", "line 1: expected module"),
     (b"M1\tpaper\tMX1\x1b[31m\tIFIT1\n", "line 1: holds the character U+001B"),
     (b"M0\tp\tMX1\nM\x07\tp\tMX1\n", "line 2: holds the character U+0007"),
     (GOOD.encode() + b"M3\tp\tA\0B\n", "zero bytes"), (GOOD.encode("utf-16-le"), "zero bytes"),
     (gzip.compress(GOOD.encode() * 99, mtime=0)[:-20], "cut or damaged"),
     (b"MX1\nIFIT1\n", "line 1: exp"),
     (GOOD.encode() * 2, "line 3: module 'M1' is already in"), (b'{"M1": ["MX1"]}', "line 1: exp"),
     (b"<!DOCTYPE html><html></html>", "is a web page")],
    ids=lambda value: str(value)[:25],
)  # fmt: skip
def test_a_file_that_is_none_is_told(tmp_path, raw, words):
    (tmp_path / "x.gmt").write_bytes(raw)
    with pytest.raises(StudyError) as raised:
        gene_sets(read_gmt([tmp_path / "x.gmt"]), {})
    assert "x.gmt" in str(raised.value) and words in str(raised.value)
    assert len(str(raised.value)) < 400


def test_a_module_of_a_million_genes_is_told_in_a_short_warning():
    many = "\t".join(f"G{i}" for i in range(10**6))
    assert len(gene_sets({"x.gmt": [f"M1\tp\t{many}"]}, {})["M1"]) == 10**6
    with pytest.warns(UserWarning, match="9980 more") as told:
        gene_sets({"x.gmt": ["M1\tp" + "\tMX1" * 10_001]}, {})
    assert len(str(told[0].message)) < 1000
    lines = [f"M{i}\tp\tMX1\tMX1" for i in range(1000)]
    with pytest.warns(UserWarning, match="and in 980 more modules"):
        gene_sets({"x.gmt": lines}, {})


def test_a_collection_in_other_ids_is_told():
    sets = {"M1": ["MX1", "IFIT1"], "E1": ["ENSG00000157601"], "N1": ["4599"]}
    families = {"a.gmt": ["M1"], "ensembl.gmt": ["E1"], "entrez.gmt": ["N1"]}
    with pytest.warns(UserWarning, match="none of its 1 genes is measured") as told:
        warn_of_strange_genes(families, sets, {"MX1", "B2M"})
    assert [str(w.message).partition(":")[0] for w in told] == ["ensembl.gmt", "entrez.gmt"]
    warn_of_strange_genes(families, sets, {"Mx1"})


def shipped(aliases: dict[str, str]) -> dict[str, list[str]]:
    names = ["interferon", "blood_cells", "blood_states", "cytokines"]
    paths = {f"{n}.gmt": RESOURCES / "modules" / f"{n}.gmt" for n in names}
    texts = {n: path.read_text("utf-8").splitlines() for n, path in paths.items()}
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


def test_published_lists_are_as_printed_gene_by_gene():
    """Digests of the symbols as the papers print them, in their order, a space between two;
    provenance.tsv leads from current symbols back to those."""
    provenance = pd.read_csv(RESOURCES / "modules" / "provenance.tsv", sep="\t")
    changed = provenance.set_index("module")["symbols_changed"].fillna("")
    printed = {}
    paths = sorted((RESOURCES / "modules").glob("*.gmt"))
    for line in (line for path in paths for line in path.read_text("utf-8").splitlines()):
        module, _, *genes = line.split("\t")
        old = {new: old for old, new in (c.split(">") for c in changed[module].split())}
        text = " ".join(old.get(gene, gene) for gene in genes)
        printed[module] = hashlib.sha256(text.encode()).hexdigest()[:16]
    cells = ["neutrophil", "erythroid", "b_cell", "t_cell", "nk_cell", "monocyte", "platelet"]
    made = [*cells, "IFN1_ONLY", "IFN2_ONLY"]
    assert {m: printed[m] for m in printed if m not in made} == {
        "ISG6": "b968f41fc363655f",
        "IRG28": "6b6ae38da7da1e2c",
        "G2_M1.2": "417f3738fbe76a87",
        "G2_M3.4": "5d03773ba19a7c9d",
        "G2_M5.12": "c70bb67478e35abe",
        "H_IFN_ALPHA": "ea5663aa123c1058",
        "H_IFN_GAMMA": "6b65e03d8a1026e3",
        "H_IL6_JAK_STAT3": "ad834089fb566774",
        "H_TNFA_NFKB": "85474a7210559c27",
        "H_INFLAMMATORY": "3ac994d4ff5e30c4",
        "R_IL1_SIGNALING": "d656a58470d4a988",
        "R_IL18_SIGNALING": "e9dd085bb8aae4fe",
        "R_NLRP3": "05bf22a7a6c118d4",
        "LI_M53_INFLAMMASOME": "84db741507a2c0a3",
        "LI_M37.1_NEUTROPHIL": "803a479ca31ec997",
        "G2_M5.15": "b2eb883761836b03",
        "LI_M32.0_PLATELET": "ef39a5f123d57188",
        "LI_M4.1_CELL_CYCLE": "c15ff4bed6b30b65",
        "H_G2M": "c305ff4178537871",
    }
    assert provenance[["source", "doi_or_note"]].notna().all(None)


def test_types_of_interferon_share_no_gene():
    sets = shipped({})
    one, two = sets["H_IFN_ALPHA"], sets["H_IFN_GAMMA"]
    assert sets["IFN1_ONLY"] == [gene for gene in one if gene not in two]
    assert sets["IFN2_ONLY"] == [gene for gene in two if gene not in one]


@studies.real
@pytest.mark.parametrize(
    ("column", "file"),
    [
        ("on_ht12", "IlluminaHumanHT-12_v4_2018.tsv.gz"),
        ("on_u133", "hgu133plus2.tsv.gz"),
        ("on_ensembl", "Ensembl_86_GRCh38.tsv.gz"),
    ],
)
def test_genes_found_on_three_platforms(column, file):
    aliases = pd.read_csv(RESOURCES / "aliases.tsv", sep="\t").set_index("old")["current"].to_dict()
    path = studies.SHARED / "data" / "probe_annotation" / file
    named = pd.read_csv(path, sep="\t", dtype=str)["Gene_Symbol"].dropna()
    symbols = named.str.split(r"[|;]|///", regex=True).explode().str.strip()
    there = {aliases.get(symbol, symbol) for symbol in symbols}
    provenance = pd.read_csv(RESOURCES / "modules" / "provenance.tsv", sep="\t")
    found = {module: sum(g in there for g in genes) for module, genes in shipped({}).items()}
    assert found == dict(zip(provenance["module"], provenance[column], strict=True))


def test_no_outdated_symbol_is_a_current_one():
    """So that mapping a list never turns a gene that was meant into another."""
    table = pd.read_csv(RESOURCES / "aliases.tsv", sep="\t")
    assert not table["old"].duplicated().any()
    assert not set(table["old"]) & set(table["current"])
