"""Files that another program has to export first, and what lies beside counts."""

import gzip
from pathlib import Path

import pytest

from options import section
from revertome.errors import StudyError
from revertome.intake.columns import read_sheet
from revertome.intake.layouts import read_values
from revertome.intake.read.annotation import read_annotation

RDS = b"X\n\0\0\0\3\0\4\2\1" + b"\0" * 40
RDATA = b"RDX3\nX\n\0\0\0\3" + b"\0" * 40
SALMON = "Name\tLength\tEffectiveLength\tTPM\tNumReads\n"


def put(path: Path, content: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "txi.rds",
            gzip.compress(RDS),
            r'x <- readRDS\("txi.rds"\), then write.table\(x\$counts, ',
        ),
        ("gse.RDS", RDS, r"x\$length to .gene_lengths.tsv. beside it \(assay\(x\) of a Summ"),
        ("counts.RData", gzip.compress(RDATA), r'in R load\("counts.RData"\), then write.table'),
        ("counts.rda", b"BZh91AY", r'in R load\("counts.rda"\)'),
        ("renamed.tsv", gzip.compress(RDATA), r'an object of R, .* load\("renamed.tsv"\)'),
        ("ascii.txt", b"A\n3\n262657\n", r'readRDS\("ascii.txt"\)'),
        ("abundance.h5", b"\x89HDF\r\n", "is an HDF5 file; give the table of the same program"),
        ("matrix.mtx.gz", gzip.compress(b"%%M"), "a sparse matrix without names; save it with"),
        ("a.xls", b"\n<HTML><table>", "is a web page or XML, .* save it as .xlsx, CSV or TSV"),
        ("a.xls", b'\xef\xbb\xbf<?xml version="1.0"?>', "is a web page or XML"),
        ("a.bam", gzip.compress(b"BAM\1"), "is aligned reads; count them first"),
    ],
)
def test_refused_with_a_way_on(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = put(tmp_path / name, content)
    with pytest.raises(StudyError, match=words) as raised:
        read_values(section("intake"), str(path))
    assert len(str(raised.value).splitlines()) == 1
    with pytest.raises(StudyError, match=words):
        read_sheet(path)
    with pytest.raises(StudyError, match=words):
        read_annotation(path, "id", "symbol")


def test_objects_of_r_beside_counts(tmp_path: Path) -> None:
    """nf-core writes its tables as .rds too; salmon and kallisto leave binary files."""
    for sample, value in (("S01", 7), ("S02", 9)):
        folder = tmp_path / "quants" / f"{sample}_quant"
        put(folder / "quant.genes.sf", f"{SALMON}MX1\t10\t8\t1\t{value}\nSTAT1\t10\t8\t1\t5\n")
        put(folder / "quant.sf", SALMON + "".join(f"ENST{n:011}.1\t9\t8\t1\t1\n" for n in range(9)))
        put(folder / "aux_info" / "fld.gz", gzip.compress(b"\0\1\0\0" * 40))
        put(folder / "abundance.h5", b"\x89HDF\r\n")
        put(folder / "logs" / "salmon_quant.log", "[info] done\n")
    put(tmp_path / "quants" / "merged.gene_counts.rds", gzip.compress(RDS))
    found = read_values(section("intake"), str(tmp_path / "quants"))
    assert found.table.loc["MX1"].to_dict() == {"S01": 7, "S02": 9}
    assert found.record == "salmon: 2 files, scaled by length"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("S01/quant.sf", SALMON + "ENST00000000001.4\t9\t8\t1\t1\nNM_000001\t9\t8\t1\t1\n"),
        ("S01/abundance.tsv", "target_id\tlength\teff_length\test_counts\ttpm\n"
         "ENST00000000001.4|ENSG00000000001.2|-|-|MX1-201|MX1|9|\t9\t8\t1\t1\n"),
        ("t.csv", "transcript_id,s1\nMSTRG.1.1,7\nMSTRG.1.2,8\n"),
        ("t.tsv", "isoform_id\tgene_id\ts1\nabc.1\tMX1\t7\n"),
        ("salmon.merged.transcript_counts.tsv", "tx\tgene_id\ts1\nNM_1234\tMX1\t7\n"),
        ("u.tsv", "id\ts1\nuc001aaa.3\t7\nuc001aab.3\t8\n"),
        ("g.tsv", "id\ts1\ntranscript:ENST00000000001\t7\nrna-NM_0012.1\t8\n"),
        ("fc.txt", "Geneid\tChr\tStart\tEnd\tStrand\tLength\tS1.bam\nENST00000000001\t1\t1\t9\t+\t9"
         "\t5\n"),
    ],
)  # fmt: skip
def test_transcripts_where_genes_are_expected(tmp_path: Path, name: str, text: str) -> None:
    path = put(tmp_path / name, text)
    with pytest.raises(StudyError, match=r"counts of transcripts \('.*tximport\(files, type, tx2"):
        read_values(section("intake"), str(path))


def test_folders_of_transcripts_alone(tmp_path: Path) -> None:
    head = "transcript_id\tgene_id\tlength\teffective_length\texpected_count\tTPM\tFPKM\tIsoPct\n"
    put(tmp_path / "S01.isoforms.results", f"{head}ENST00000000001\tMX1\t9\t8\t5\t1\t1\t100\n")
    with pytest.raises(
        StudyError, match=r"it holds transcripts \('S01.isof.*: give RSEM's genes.results"
    ):
        read_values(section("intake"), str(tmp_path))
    put(tmp_path / "S01.genes.results",
        "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\n"
        "MX1\tt\t9\t8\t5\n")  # fmt: skip
    assert read_values(section("intake"), str(tmp_path)).table.loc["MX1", "S01"] == 5
