"""Which sample a file or a column is of, told by its path and by the sheet."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from options import section
from revertome.errors import StudyError
from revertome.intake.layouts import read_values
from revertome.intake.match_samples import match_samples
from revertome.intake.read.sample_names import bare_name, names_of

BAM = "Aligned.sortedByCoord.out.bam"
HEAD = "Geneid\tChr\tStart\tEnd\tStrand\tLength"
PLACE = "chr1;chr1\t1;50\t9;99\t+;+\t59"


def counts(folder: Path, columns: list[str], extra: str = "", values: str = "") -> Any:
    """Counts of MX1 (7, 8, ...) and STAT1 (0) as featureCounts writes them."""
    text = f'# Program:featureCounts v2; Command:"featureCounts"\n{HEAD}{extra}\t'
    text += "\t".join(columns) + "\n"
    for gene, first in (("ENSG00000157601.14", 7), ("ENSG00000115415.20", 0)):
        row = "\t".join(str(first and first + n) for n in range(len(columns)))
        text += f"{gene}\t{PLACE}{values.format('MX1' if first else 'STAT1')}\t{row}\n"
    (folder / "counts.txt").write_text(text)
    return read_values(section("intake"), str(folder / "counts.txt"))


@pytest.mark.parametrize(
    "name",
    [f"S01_{BAM}", f"S01{BAM}", "S01.Aligned.out.bam", "S01Aligned.toTranscriptome.out.bam",
     "S01.sorted.markdup.bam", "S01_sorted_dedup.bam", "S01.hisat2.sorted.bam", "S01.BAM",
     "S01_rmdup.cram", "S01.markDuplicates.sorted.bam", "S01_quant", "S01.salmon", "S01_STAR",
     "S01.umi_dedup.sorted.bam", "S01_accepted_hits.bam", "S01_ReadsPerGene", "S01.bam.sorted.bam"],
)  # fmt: skip
def test_what_programs_add(name: str) -> None:
    assert bare_name(name) == "S01"


@pytest.mark.parametrize("name", ["DUP1", "MX-sort1", "bigstar", "P01_B", "7", "outcome", "S-1.5"])
def test_names_of_people_stay(name: str) -> None:
    assert bare_name(f"{name}.bam") == name


@pytest.mark.parametrize(
    "pattern",
    ["star/{}/" + BAM, "{}/star/Aligned.out.bam", "C:\\data\\{}\\Aligned.out.bam",
     "/data/x/{}.sorted.bam", "D:\\bam\\{}.bam", "{}Aligned.out.bam", "run 1/{}_quant/aln.bam",
     "{}/accepted_hits.bam", "{}/outs/possorted.bam", "./{}/sample.bam", "{}_" + BAM],
)  # fmt: skip
def test_bam_columns_of_featurecounts(tmp_path: Path, pattern: str) -> None:
    found = counts(tmp_path, [pattern.format(s) for s in ("P1-a", "P1-b", "H2")]).table
    assert found.columns.tolist() == ["P1-a", "P1-b", "H2"]
    assert found.loc["ENSG00000157601.14"].to_dict() == {"P1-a": 7, "P1-b": 8, "H2": 9}


@pytest.mark.parametrize(
    ("extra", "values", "ending"),
    [("\tgene_name", "\t{}", ".bam"), ("\tgene_name", "\t{}", ""),
     ("\tgene_name\tgene_biotype\tlevel", "\t{}\tprotein_coding\t2", ""),
     ("\tentrez_gene_id\tgene_name", "\t4599\t{}", ".cram"),
     ("\texon_number\tgene_name\ttag", "\t3\t{}\tNA", ""), ("\todd\tSymbol", "\tx1\t{}", ""),
     ("\tmy_number\tgene_name", "\t12\t{}", ".sam")],
)  # fmt: skip
def test_extra_attributes(tmp_path: Path, extra: str, values: str, ending: str) -> None:
    """A number of an unknown name is an attribute where the counts are named by BAM files."""
    found = counts(tmp_path, [f"s1{ending}", f"s2{ending}"], extra, values)
    assert found.table.loc["ENSG00000157601.14"].to_dict() == {"s1": 7, "s2": 8}
    assert found.symbols["ENSG00000157601"] == "MX1"


def test_one_file_of_featurecounts_a_sample(tmp_path: Path) -> None:
    """BAM files of one name, each counted in the folder of its sample."""
    for sample in ("S01", "S02"):
        (tmp_path / "all" / sample).mkdir(parents=True)
        counts(tmp_path / "all" / sample, [BAM], "\tgene_name", "\t{}")
    found = read_values(section("intake"), str(tmp_path / "all"))
    assert found.table.loc["ENSG00000157601.14"].to_dict() == {"S01": 7, "S02": 7}
    assert found.symbols is not None
    assert found.symbols.to_dict() == {"ENSG00000157601": "MX1", "ENSG00000115415": "STAT1"}


def test_the_table_is_named_by_the_sample_and_the_bam_file_is_not(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    for sample, bam in (("S01", "tmp.Qx1.bam"), ("S02", "tmp.7Zk.bam")):
        counts(tmp_path, [f"/scratch/{bam}"])
        (tmp_path / "counts.txt").rename(tmp_path / "all" / f"{sample}.featureCounts.txt")
    found = read_values(section("intake"), str(tmp_path / "all"))
    assert match_samples(
        pd.Index(["S01", "S02"]), ["S01", "S02"], found.table.columns, found.names, "s", "m"
    ) == {"tmp.Qx1": "S01", "tmp.7Zk": "S02"}


def test_two_files_of_one_sample(tmp_path: Path) -> None:
    with pytest.raises(
        StudyError,
        match=r"sample 'S1' occurs more than once, as 'a/S1.bam', 'b/S1.sorted.bam'; keep one",
    ):
        counts(tmp_path, ["a/S1.bam", "b/S1.sorted.bam", "a/S2.bam"])
    with pytest.raises(StudyError, match=r"'L1' .* 'S1/L1.bam', 'S2/L1.bam' \(and 1 more samples"):
        counts(tmp_path, ["S1/L1.bam", "S1/L2.bam", "S2/L1.bam", "S2/L2.bam"])


@pytest.mark.parametrize(
    ("ending", "paths"),
    [(r"\.?_?ReadsPerGene\.out\.tab", "x/{}ReadsPerGene.out.tab.gz"),
     (r"\.?_?ReadsPerGene\.out\.tab", "{}_STAR/ReadsPerGene.out.tab"),
     (r"[._]?quant(\.genes)?\.sf", "{}_quant/quant.sf"),
     (r"[._]?quant(\.genes)?\.sf", "salmon\\{}\\quant.genes.sf"),
     (r"\.genes\.results", "{}_rsem/{}.genes.results"),
     (r"\.genes\.results", "{}/rsem.genes.results"),
     (r"[._]?abundance\.tsv", "kallisto/{}/abundance.tsv"),
     (r"\.(txt|tsv)", "{}.Aligned.sortedByCoord.out.htseq_counts.txt")],
)  # fmt: skip
def test_folders_of_programs(ending: str, paths: str) -> None:
    assert names_of([paths.replace("{}", s) for s in ("S01", "S02")], ending) == ["S01", "S02"]


def matched(samples: list[str], columns: list[str], others: Any = None) -> dict[str, str]:
    return match_samples(pd.Index(samples), samples, pd.Index(columns), others, "s.tsv", "m.tsv")


@pytest.mark.parametrize(
    "pattern",
    ["{}.bam", "{}_counts", "{}.sorted.bam", "star/{}/" + BAM, "star.{}." + BAM, "X.data.{}.bam",
     "C..data.{}.Aligned.out.bam", "blood_{}", "{}_S12_L001", "raw.{}.txt", "C:\\x\\{}.bam",
     "GSM1-{}-run 2", "{}.genes.results"],
)  # fmt: skip
@pytest.mark.parametrize(
    "sample", [("P1_a", "P1_b", "H10"), ("1-a", "1-b", "22"), ("é 1", "é 2", "e")]
)
def test_the_sheet_tells_the_sample(pattern: str, sample: tuple[str, ...]) -> None:
    columns = [pattern.format(s) for s in sample]
    assert matched(list(sample), columns) == dict(zip(columns, sample, strict=True))
    # the same the other way round, but for a beginning or ending that is nobody's
    if pattern in ("{}.bam", "{}_counts", "{}.sorted.bam"):
        assert matched(columns, list(sample)) == dict(zip(sample, columns, strict=True))


@pytest.mark.parametrize("name", ["P1-a", "P1 a", "1a", "P1/a", "P1(a)"])
def test_names_that_r_changed(name: str) -> None:
    dotted = {"P1-a": "P1.a", "P1 a": "P1.a", "1a": "X1a", "P1/a": "P1.a", "P1(a)": "P1.a."}[name]
    assert matched([name, "H1"], [dotted, "H1"]) == {dotted: name}
    assert matched([dotted, "H1"], [name, "H1"]) == {name: dotted}


@pytest.mark.parametrize(
    ("samples", "columns"),
    [(["P-1", "P.1"], ["P.1", "P.1.1"]), (["S1", "S2"], ["S1", "S2_rerun"]),
     (["1", "2"], ["S1", "S2"]), (["S1", "S2"], ["S1.bam", "S3.bam"]), (["S1"], ["s1"]),
     (["S1", "S2"], ["S1.bam", "S1.sorted.bam"]), (["1", "2"], ["11", "12"])],
)  # fmt: skip
def test_nothing_is_guessed(samples: list[str], columns: list[str]) -> None:
    assert matched(samples, columns) == {}


def test_places_on_the_flow_cell_and_paths_in_the_sheet() -> None:
    columns = ["P1_S1_L001.bam", "P2_S12_L001.bam", "H1_S3_L002.bam"]
    assert matched(["P1", "P2", "H1"], columns) == dict(
        zip(columns, ["P1", "P2", "H1"], strict=True)
    )
    with pytest.raises(StudyError, match="'P1_S1', 'P1_S2' could all be sample 'P1'; keep one"):
        matched(["P1"], ["P1_S1", "P1_S2"])
    paths = ["star/P1/Aligned.out.bam", "star/P2/Aligned.out.bam"]
    assert matched(paths, ["P1", "P2"]) == dict(zip(["P1", "P2"], paths, strict=True))


def test_a_column_that_has_its_name_keeps_it() -> None:
    """The other file of S2 is left for the check of columns that the sheet does not list."""
    assert matched(["S1", "S2"], ["S1.bam", "S2", "S2.bam"]) == {"S1.bam": "S1"}


def test_several_columns_would_fit() -> None:
    columns = ["S1_before", "S2_before", "S1_after", "S2_after"]
    with pytest.raises(StudyError, match="'S1_before', 'S1_after' could all be sample 'S1'"):
        matched(["S1", "S2"], columns)


def test_matched_names_carry_their_values(case: Any, capsys: pytest.CaptureFixture[str]) -> None:
    expected = case.matrix.loc["GENE07", "P3_after"]
    case.matrix.columns = [f"{name}_Aligned.sortedByCoord.out.bam" for name in case.matrix]
    case.matrix = case.matrix[sorted(case.matrix, key=lambda name: name[::-1])]
    study = case.load()
    assert study.adata["P3_after", "GENE07"].X.item() == expected
    assert "14 names of samples taken as those of" in capsys.readouterr().out
    assert "14 samples named as programs wrote them" in study.flow["note"].tolist()
