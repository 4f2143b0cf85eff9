"""Counts as programs write them."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo_files import write_gz
from options import section
from revertome.errors import StudyError
from revertome.intake.layouts import known, read_values
from revertome.intake.layouts.scaled import scaled_by_length
from revertome.intake.match_samples import match_samples
from revertome.intake.read.spreadsheet import damaged, without_damaged

GENES = ["STAT1", "IFI44", "MX1"]
EXPECTED = pd.DataFrame([[10, 7], [0, 3], [250, 80]], GENES, ["s1", "s2"], dtype=float)


def _star(values: list[int], rest: str = "N_multimapping\t3\t3\t3\nN_noFeature\t9\t9\t9\n") -> str:
    rows = "".join(f"{g}\t{2 * v}\t{v}\t{v}\n" for g, v in zip(GENES, values, strict=True))
    return f"N_unmapped\t5\t5\t5\n{rest}N_ambiguous\t1\t1\t1\n{rows}"


def _htseq(values: list[int]) -> str:
    rows = "".join(f"{g}\t{v}\n" for g, v in zip(GENES, values, strict=True))
    return f"{rows}__no_feature\t77\n__ambiguous\t4\n"


def _estimated(header: str, row: str) -> Any:
    def text(values: list[int]) -> str:
        return header + "".join(
            row.format(g=g, v=v) for g, v in zip(GENES, values, strict=True)
        )  # fmt: skip

    return text


_featurecounts = _estimated(
    "# Program:featureCounts v2\nGeneid\tChr\tStart\tEnd\tStrand\tLength\tbam/s.bam\n",
    "{g}\t1;1\t5;9\t7;11\t+;+\t500\t{v}\n",
)
_salmon = _estimated(
    "Name\tLength\tEffectiveLength\tTPM\tNumReads\n", "{g}\t1000\t800.5\t1\t{v}.2\n"
)
_rsem = _estimated(
    "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n",
    "{g}\tt1,t2\t1000\t800\t{v}.00\t1\t1\n",
)
_kallisto = _estimated(
    "target_id\tlength\teff_length\test_counts\ttpm\n", "{g}\t1000\t800\t{v}\t1\n"
)
FOLDERS = [
    ("star", _star, "{s}_ReadsPerGene.out.tab"),
    ("star", _star, "{s}/ReadsPerGene.out.tab"),
    ("htseq", _htseq, "{s}.htseq.counts.txt"),
    ("htseq", _htseq, "{s}.tsv"),
    ("salmon", _salmon, "{s}/quant.genes.sf"),
    ("rsem", _rsem, "{s}.genes.results"),
    ("kallisto", _kallisto, "{s}/abundance.tsv"),
]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("name", "write", "file"), FOLDERS)
def test_folder(tmp_path: Path, name: str, write: Any, file: str, packed: bool) -> None:
    for sample in EXPECTED:
        path = tmp_path / "counts" / file.format(s=sample)
        text = write(EXPECTED[sample].astype(int).tolist())
        if packed:
            write_gz(path.with_name(f"{path.name}.gz"), text)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    (tmp_path / "counts" / "multiqc.log").write_text("nothing of interest\n")
    found = read_values(section("intake"), str(tmp_path / "counts"))
    expected = EXPECTED * 2 if name == "star" else EXPECTED  # unstranded
    pd.testing.assert_frame_equal(found.table, expected)
    assert found.record.startswith(f"{name}: 2 files")
    assert ("scaled by length" in found.record) == (name in ("salmon", "rsem", "kallisto"))


def test_geo_accessions_name_the_samples(tmp_path: Path) -> None:
    for n, sample in enumerate(EXPECTED, start=7):
        text = _htseq(EXPECTED[sample].astype(int).tolist())
        write_gz(tmp_path / f"GSM{n}_blood_{sample}.txt.gz", text)
    found = read_values(section("intake"), str(tmp_path))
    assert found.table.columns.tolist() == ["GSM7", "GSM8"]
    # a sheet may name the samples by what stands behind the accession
    assert found.names is not None
    assert found.names["file"].to_dict() == {"GSM7": "blood_s1", "GSM8": "blood_s2"}
    columns = found.table.columns
    for start in ("blood_", ""):
        sheet = pd.Index([f"{start}s2", f"{start}s1"])
        names = match_samples(sheet, list(sheet), columns, found.names, "s.tsv", "m")
        assert names == {"GSM7": f"{start}s1", "GSM8": f"{start}s2"}


def test_featurecounts(tmp_path: Path) -> None:
    """One table of several BAM files, and a folder of single ones."""
    rows = [f"{g}\t1\t5\t7\t+\t500\t{EXPECTED.loc[g, 's1']:.0f}\t{EXPECTED.loc[g, 's2']:.0f}\n"
            for g in GENES]  # fmt: skip
    header = "Geneid\tChr\tStart\tEnd\tStrand\tLength\t/data/s1.sorted.bam\ts2.bam\n"
    (tmp_path / "all.txt").write_text("# Program:featureCounts v2\n" + header + "".join(rows))
    pd.testing.assert_frame_equal(
        read_values(section("intake"), str(tmp_path / "all.txt")).table, EXPECTED
    )
    for sample in EXPECTED:
        text = _featurecounts(EXPECTED[sample].astype(int).tolist())
        (tmp_path / "each").mkdir(exist_ok=True)
        (tmp_path / "each" / f"{sample}.txt").write_text(text.replace("s.bam", f"{sample}.bam"))
    pd.testing.assert_frame_equal(
        read_values(section("intake"), str(tmp_path / "each")).table, EXPECTED
    )


@pytest.mark.parametrize(
    ("forward", "reverse", "strand", "expected"),
    [(95, 5, "auto", 95), (4, 96, None, 96), (50, 52, "auto", 102), (50, 52, "forward", 50)],
)
def test_strand_of_star(
    tmp_path: Path, forward: int, reverse: int, strand: str | None, expected: int
) -> None:
    text = f"N_unmapped\t0\t0\t0\nMX1\t{forward + reverse}\t{forward}\t{reverse}\n"
    (tmp_path / "aReadsPerGene.out.tab").write_text(text)
    found = read_values(section("intake", strand=strand), str(tmp_path))
    assert found.table.loc["MX1", "a"] == expected


def test_strand_that_cannot_be_told(tmp_path: Path) -> None:
    (tmp_path / "aReadsPerGene.out.tab").write_text("N_unmapped\t0\t0\t0\nMX1\t100\t70\t30\n")
    with pytest.raises(StudyError, match=r"70% of the reads.*set intake\.strand to none, forward"):
        read_values(section("intake"), str(tmp_path))


def test_lengths_scale_counts() -> None:
    """tximport 1.26: ``makeCountsFromAbundance(counts, tpm, length, "lengthScaledTPM")`` with
    ``tpm <- t(t(counts / length) / colSums(counts / length) * 1e6)``."""
    genes, samples = list("abcd"), ["x", "y"]
    counts = pd.DataFrame([[10.4, 20], [0, 5], [250, 300.7], [33.2, 0]], genes, samples)
    lengths = pd.DataFrame([[1000, 1500], [500, 500], [2000, 1800], [800, 900]], genes, samples)
    expected = [
        [13.3559618581052, 16.00937197909328], [0, 4.80281159372798],
        [244.0031493307672, 304.88781642717873], [36.2408888111276, 0],
    ]  # fmt: skip
    np.testing.assert_allclose(scaled_by_length(counts, lengths), expected, rtol=1e-13)


def test_lengths_beside_a_merged_table(tmp_path: Path) -> None:
    counts = tmp_path / "salmon.merged.gene_counts.tsv"
    counts.write_text("gene_id\tgene_name\ts1\ts2\nE1\tA\t10.5\t20\nE2\tB\t100\t100\n")
    found = read_values(section("intake"), str(counts))
    assert found.record == "tximport: rounded"
    lengths = tmp_path / "salmon.merged.gene_lengths.tsv"
    lengths.write_text("gene_id\tgene_name\ts1\ts2\nE1\tA\t100\t300\nE2\tB\t50\t50\n")
    found = read_values(section("intake"), str(counts))
    # 10.5 x 200/100 = 21 and 100, to 110.5 in all; 20 x 200/300 = 13.3 and 100, to 120
    assert found.table["s1"].tolist() == [19, 91]
    assert found.table["s2"].tolist() == [14, 106]
    lengths.write_text("gene_id\ts1\ts2\nE1\t100\t300\n")
    with pytest.raises(StudyError, match=r"gene_lengths.tsv: other genes or samples than"):
        read_values(section("intake"), str(counts))


def test_faults(tmp_path: Path) -> None:
    def fails(words: str, **options: str) -> None:
        with pytest.raises(StudyError, match=words):
            read_values(section("intake", **options), str(tmp_path))

    fails("a folder without files of counts")
    (tmp_path / "a.tsv").write_text(_htseq([1, 2, 3]))
    fails("holds nothing like intake.layout star", layout="star")
    fails("unknown layout 'strar'; choose one of auto, cufflinks, featurecounts", layout="strar")
    (tmp_path / "b.tsv").write_text("MX1\t3\nSTAT1\t2\n")
    fails("b.tsv: other features than a.tsv")
    (tmp_path / "b.tsv").write_text(_htseq([1, 2, 3]).replace("IFI44", "MX1"))
    fails("b.tsv: feature 'MX1' twice")
    (tmp_path / "b.tsv").unlink()
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.txt").write_text(_htseq([1, 2, 3]))
    fails("sample 'a' occurs more than once")
    (tmp_path / "x" / "a.txt").write_text(_rsem([1, 2, 3]))
    fails(r"several layouts: htseq \('a.tsv'\); rsem \('a.txt'\); set intake.layout")
    assert read_values(section("intake", layout="rsem"), str(tmp_path)).table.shape == (3, 1)


def test_transcripts_are_not_genes(tmp_path: Path) -> None:
    rows = "".join(f"ENST{n:011}.1\t100\t80\t5\t1\n" for n in range(600))
    (tmp_path / "abundance.tsv").write_text(
        "target_id\tlength\teff_length\test_counts\ttpm\n" + rows
    )
    with pytest.raises(StudyError, match="counts of transcripts .* sum them to genes first"):
        read_values(section("intake"), str(tmp_path / "abundance.tsv"))


def test_layouts_by_name() -> None:
    assert list(known()) == [
        "cufflinks", "featurecounts", "htseq", "htseq_named", "kallisto", "kallisto_genes", "ncbi",
        "prepde", "rsem", "rsem_matrix", "salmon", "star", "stringtie", "tximport",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "symbol",
    ["1-Mar", "2-Sep", "Mar-01", "43891", "44075.0", "2019-03-01", "2020-09-02 00:00:00",
     "3/1/2020", "1-Mar-20", "2.31E+19", "1. Mrz", "10-sept", "Sep-02"],
)  # fmt: skip
def test_damaged_symbol(symbol: str) -> None:
    assert damaged(pd.Series([symbol])).tolist() == [True]


@pytest.mark.parametrize(
    "symbol",
    ["MARCHF1", "SEPTIN2", "DEC1", "7SK", "OCT4", "1060P11.3", "AUG1", "HLA-DRB1", "12", ""],
)
def test_whole_symbol(symbol: str) -> None:
    assert damaged(pd.Series([symbol, np.nan])).tolist() == [False, False]


def test_damaged_symbols_are_said(case: Any) -> None:
    names = case.matrix.index.to_numpy(dtype=object).copy()
    names[[3, 7]] = ["1-Mar", "43891"]
    case.matrix.index = names
    with pytest.warns(UserWarning, match=r"2 gene symbols were turned .* \('1-Mar', '43891'\)"):
        adata = case.load().adata
    assert adata.uns["intake"]["symbols_damaged"] == "1-Mar, 43891"
    assert adata.var.loc[["1-Mar", "43891"], "symbol"].isna().all()
    assert adata.var["symbol"].notna().sum() == 38
    kept, none = without_damaged(pd.Series(["MX1"]), "x")
    assert (kept.tolist(), none) == (["MX1"], [])
