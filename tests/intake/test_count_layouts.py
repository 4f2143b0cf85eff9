"""Counts and abundance in the layouts of further programs, headers as their sources write them."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from options import section
from revertome.errors import StudyError
from revertome.intake.layouts import read_values
from revertome.intake.source import Source, symbols_of

STRINGTIE = "Gene ID\tGene Name\tReference\tStrand\tStart\tEnd\tCoverage\tFPKM\tTPM\n"
CUFFLINKS = (
    "tracking_id\tclass_code\tnearest_ref_id\tgene_id\tgene_short_name\ttss_id\tlocus\tlength"
    "\tcoverage\tFPKM\tFPKM_conf_lo\tFPKM_conf_hi\tFPKM_status\n"
)
ENSEMBL = [f"ENSG0000000{n:04}" for n in (1, 2, 3)]


def _written(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def _symbols(path: str, **intake: Any) -> list[Any]:
    values = read_values(section("intake"), path)
    source = Source("sheet", path, values.table, pd.DataFrame(), (), layout=values.record,
                    symbols=values.symbols)  # fmt: skip
    return symbols_of(source, values.table.index, section("intake", **intake)).tolist()


def test_stringtie_sums_the_loci_of_a_gene(tmp_path: Path) -> None:
    """Loci of one id, in different order in the samples; TPM is kept as it is."""
    for sample, rows in {"a": (1.25, 2.5, 900.1), "b": (0.0, 0.5, 7.75)}.items():
        one, two, three = rows
        lines = [f"{ENSEMBL[0]}.3\tMX1\tchr21\t+\t1\t9\t3\t1\t{one}\n",
                 f"{ENSEMBL[0]}.3\tMX1\tchr21\t+\t20\t29\t3\t1\t{two}\n",
                 f"{ENSEMBL[1]}\t-\tchr1\t-\t1\t9\t3\t1\t{three}\n"]  # fmt: skip
        _written(tmp_path / f"{sample}_gene_abund.tab",
                 STRINGTIE + "".join(lines[:: 1 if sample == "a" else -1]))  # fmt: skip
    found = read_values(section("intake"), str(tmp_path))
    assert found.record == "stringtie: 2 files, TPM"
    expected = pd.DataFrame({"a": [3.75, 900.1], "b": [0.5, 7.75]}, [f"{ENSEMBL[0]}.3", ENSEMBL[1]])
    pd.testing.assert_frame_equal(found.table, expected)
    assert found.symbols is not None
    assert found.symbols.to_dict() == {ENSEMBL[0]: "MX1"}


def test_cufflinks(tmp_path: Path) -> None:
    row = "{g}\t-\t-\t{g}\t{s}\tT1\tchr1:1-9\t-\t-\t{v}\t0\t9\tOK\n"
    for sample, value in {"a": 1.5, "b": 60.25}.items():
        text = CUFFLINKS + row.format(g=ENSEMBL[0], s="MX1", v=value)
        text += row.format(g=ENSEMBL[0], s="MX1", v=2) + row.format(g=ENSEMBL[1], s="IFI44", v=0.5)
        _written(tmp_path / "each" / sample / "genes.fpkm_tracking", text)
    found = read_values(section("intake"), str(tmp_path / "each"))
    assert found.record == "cufflinks: 2 files, FPKM"
    assert found.table.loc[ENSEMBL[0]].tolist() == [3.5, 62.25]
    assert found.table.columns.tolist() == ["a", "b"]
    assert _symbols(str(tmp_path / "each")) == ["MX1", "IFI44"]
    cuffdiff = CUFFLINKS.replace("\tFPKM\t", "\tq1_FPKM\t")
    path = _written(tmp_path / "genes.fpkm_tracking", cuffdiff + row.format(g="x", s="MX1", v=1))
    with pytest.raises(StudyError, match="'q1_FPKM', .* a value of each condition; give the table"):
        read_values(section("intake"), path)


def test_kallisto_genes(tmp_path: Path) -> None:
    """Genes of kallisto, with names and without lengths; beside its transcripts one is chosen."""
    for sample, value in {"a": 10.4, "b": 7.0}.items():
        text = f"gene_id\tgene_name\test_counts\ttpm\n{ENSEMBL[0]}.1\tMX1\t{value}\t1\n"
        _written(tmp_path / sample / "abundance.gene.tsv", text)
    assert read_values(section("intake"), str(tmp_path)).table.loc[f"{ENSEMBL[0]}.1"].to_dict() == {
        "a": 10,
        "b": 7,
    }
    assert _symbols(str(tmp_path)) == ["MX1"]
    _written(tmp_path / "a" / "abundance.tsv", "target_id\tlength\teff_length\test_counts\ttpm\n"
                                               "ENST00000000001.1\t9\t8\t1\t1\n")  # fmt: skip
    with pytest.raises(
        StudyError, match=r"several layouts: .*kallisto_genes \('abundance.gene.tsv"
    ):
        read_values(section("intake"), str(tmp_path))
    assert read_values(section("intake", layout="kallisto_genes"), str(tmp_path)).table.shape == (
        1,
        2,
    )


def test_htseq_with_names(tmp_path: Path) -> None:
    """``htseq-count --additional-attr=gene_name``."""
    for sample, value in {"a": 10, "b": 7}.items():
        text = f"{ENSEMBL[0]}.1\tMX1\t{value}\n{ENSEMBL[1]}\t\t2\n{ENSEMBL[2]}.7\tIFI44\t0\n"
        _written(tmp_path / f"{sample}.sorted.htseq.txt", f"{text}__no_feature\t\t900\n")
    found = read_values(section("intake"), str(tmp_path))
    assert found.record == "htseq_named: 2 files"
    assert found.table.loc[f"{ENSEMBL[0]}.1"].to_dict() == {"a": 10, "b": 7}
    assert found.table.shape == (3, 2)
    assert found.symbols is not None
    assert found.symbols.to_dict() == {ENSEMBL[0]: "MX1", ENSEMBL[2]: "IFI44"}


def test_prepde(tmp_path: Path) -> None:
    head = "gene_id,s1,s2\n"
    path = _written(tmp_path / "gene_count_matrix.csv",
                    head + f"{ENSEMBL[0]}|MX1,5,0\nMSTRG.7|IFI44,2,3\nMSTRG.9,1,1\n")  # fmt: skip
    found = read_values(section("intake"), path)
    assert found.table.loc["MSTRG.7"].tolist() == [2, 3]
    assert found.record == "prepde: names behind the bar"
    assert _symbols(path)[:2] == ["MX1", "IFI44"]
    _written(Path(path), head + "MSTRG.7|IFI44,2,3\nMSTRG.7|IFI44L,1,1\n")
    with pytest.raises(StudyError, match=r"one gene of StringTie's merge .* \(1 such ids\); sum"):
        read_values(section("intake"), path)
    plain = _written(tmp_path / "plain.csv", head + "MX1,5,0\n")
    assert read_values(section("intake"), plain).record == "table"


def test_counts_of_ncbi(tmp_path: Path) -> None:
    """Entrez ids, annotated by NCBI's own table; without it the message names the table."""
    path = _written(tmp_path / "GSE1_raw_counts_GRCh38.p13_NCBI.tsv",
                    "GeneID\tGSM1\tGSM2\n4599\t7\t9\n10561\t0\t3\n")  # fmt: skip
    found = read_values(section("intake"), path)
    assert found.record == "ncbi: Entrez ids"
    assert found.table.loc["4599"].to_dict() == {"GSM1": 7, "GSM2": 9}
    with pytest.raises(
        StudyError, match=r"gene ids \('4599', .*Human\.GRCh38\.p13\.annot\.tsv\.gz"
    ):
        _symbols(path)
    table = _written(tmp_path / "Human.GRCh38.p13.annot.tsv",
                     "GeneID\tSymbol\tDescription\n10561\tIFI44\tx\n4599\tMX1\ty\n")  # fmt: skip
    named = {"path": table, "id": "GeneID", "symbol": "Symbol"}
    assert _symbols(path, annotation=named) == ["MX1", "IFI44"]
    _written(Path(path), "GeneID\tGSM1\nMX1\t7\n")
    with pytest.raises(StudyError, match="GeneID 'MX1' is no Entrez id"):
        read_values(section("intake"), path)


def test_merged_tables_of_tximport(tmp_path: Path) -> None:
    rows = f"{ENSEMBL[0]}\tMX1\t10.4\t20\n{ENSEMBL[1]}\tIFI44\t100.6\t100\n"
    head = "gene_id\tgene_name\ts1\ts2\n"
    scaled = _written(tmp_path / "salmon.merged.gene_counts_length_scaled.tsv", head + rows)
    found = read_values(section("intake"), scaled)
    assert found.record == "tximport: rounded, scaled by tximport"
    assert found.table["s1"].tolist() == [10, 101]
    assert _symbols(scaled) == ["MX1", "IFI44"]
    lengths = _written(tmp_path / "salmon.merged.gene_lengths.tsv", head + rows)
    with pytest.raises(StudyError, match="lengths of genes, no counts"):
        read_values(section("intake"), lengths)
    million = rows.replace("100.6", "999989.6").replace("100\n", "999980\n")
    tpm = _written(tmp_path / "x.tsv", head + million)
    assert read_values(section("intake"), tpm).table["s1"].tolist() == [10.4, 999989.6]
    transcripts = "tx\tgene_id\ts1\ts2\nENST00000000001\tENSG00000000001\t4\t5\n"
    path = _written(tmp_path / "salmon.merged.transcript_counts.tsv", transcripts)
    with pytest.raises(StudyError, match="counts of transcripts"):
        read_values(section("intake"), path)
    with pytest.raises(StudyError, match=r"holds 3 tables of many samples .* set intake\.matrix"):
        read_values(section("intake"), str(tmp_path))


def test_rsem_matrix(tmp_path: Path) -> None:
    """``print "\\t\\"$name\\""`` and quoted ids, as the script writes them."""
    head = '\t"out/s1.genes.results"\t"out/s2.genes.results"\n'
    path = _written(tmp_path / "m.txt", head + '"MX1"\t4.60\t7.00\n"IFI44"\t0.00\t3.10\n')
    found = read_values(section("intake"), path)
    assert found.record == "rsem_matrix: expected counts, rounded"
    pd.testing.assert_frame_equal(
        found.table, pd.DataFrame({"s1": [5.0, 0], "s2": [7.0, 3]}, ["MX1", "IFI44"])
    )
    _written(Path(path), head.replace("s2", "s1") + '"MX1"\t4\t7\n')
    with pytest.raises(StudyError, match="sample 'out/s1.genes.results' occurs more than once"):
        read_values(section("intake"), path)


@pytest.mark.parametrize(
    "text",
    ['"","s1","s2"\n"MX1",5,7\n"IFI44",0,3\n', '"s1","s2"\n"MX1",5,7\n"IFI44",0,3\n',
     '""\t"s1"\t"s2"\n"MX1"\t5\t7\n"IFI44"\t0\t3\n', ";s1;s2\nMX1;5;7\nIFI44;0;3\n",
     '"gene" "s1" "s2"\n"MX1" 5 7\n"IFI44" 0 3\n'],
)  # fmt: skip
def test_tables_of_r(tmp_path: Path, text: str) -> None:
    """`write.csv`, `write.table`, `write.csv2` of counts with row names, as of edgeR and DESeq2."""
    found = read_values(section("intake"), _written(tmp_path / "counts.csv", text))
    expected = pd.DataFrame({"s1": [5.0, 0], "s2": [7.0, 3]}, ["MX1", "IFI44"])
    pd.testing.assert_frame_equal(found.table, expected)


@pytest.mark.parametrize(
    "counters",
    [["__no_feature", "__ambiguous", "__too_low_aQual", "__not_aligned", "__alignment_not_unique"],
     ["no_feature", "ambiguous"], ["N_unmapped", "N_multimapping", "N_noFeature", "N_ambiguous"]],
)  # fmt: skip
def test_counters_in_merged_tables(tmp_path: Path, counters: list[str]) -> None:
    text = "gene\ts1\ts2\nMX1\t5\t7\n" + "".join(f"{name}\t900\t800\n" for name in counters)
    found = read_values(section("intake"), _written(tmp_path / "merged.tsv", text))
    assert found.table.index.tolist() == ["MX1"]
    assert found.record == f"table, {len(counters)} counters of reads without a gene left out"
