"""Received folders in every state of damage: one sentence, or a stated omission."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import damages as d
from finished import read_studies
from revertome.compare import compare
from revertome.errors import StudyError

HOME = Path(__file__).parents[2]
OPTIONS = {"permutations": 10, "seed": 1}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return d.good(tmp_path_factory.mktemp("good"))


def met(folders):
    """What a comparison of folders comes to: its tables, or the sentence that stops it."""
    compared = {n: str(p) for n, p in folders.items() if n != "another"}
    try:
        studies = read_studies(compared, {"study": "all"}, 1)
        return compare(studies, {}, OPTIONS, alpha=0.05)
    except StudyError as error:
        return str(error)


def told(result, name="theirs"):
    """What is said of a study in the table of studies, in one text."""
    row = result.studies.set_index("study").loc[name, ["left_out", "changed"]]
    return "; ".join(row.dropna())


# What is wrong, and what the sentence must hold beside the study: the file, and what to look at.
WRONG = {
    "decimal commas": (
        d.column(d.DISEASE, "logFC", lambda x: x.replace(".", ",")),
        f"{d.DISEASE}: column logFC, row 2: .*decimal commas",
    ),
    "text among numbers": (
        d.cell(d.CHANGE, "P.Value", "n.s."),
        f"{d.CHANGE}: column P.Value, row 9: found 'n.s.', expected a number",
    ),
    "an error of a spreadsheet": (d.cell(d.GENES, "p_disease", "#DIV/0!"), f"{d.GENES}: .*row 9"),
    "infinite logFC": (
        d.cell(d.DISEASE, "logFC", "inf"), f"{d.DISEASE}: .*expected a finite number",
    ),
    "infinite limit": (d.cell(d.DISEASE, "CI.R", "-Infinity"), f"{d.DISEASE}: column CI.R, row 9"),
    "p above 1": (
        d.cell(d.DISEASE, "P.Value", "1.2"), f"{d.DISEASE}: .*found 1.2, .*from 0 to 1",
    ),
    "p below 0": (d.cell(d.GENES, "p_change", "-0.01"), f"{d.GENES}: column p_change, row 9"),
    "p in percent": (
        d.numbers(d.DISEASE, lambda x: 100 * x, "P.Value"), f"{d.DISEASE}: .*and [0-9]+ more",
    ),
    "a negative error": (
        d.table(d.GENES, lambda t: t.assign(se_disease="-0.1")),
        f"{d.GENES}: column se_disease, row 2: found -0.1",
    ),
    "a limit on the wrong side": (
        d.cell(d.DISEASE, "CI.L", lambda x: "9"), "logFC is not between CI.L and CI.R in 1 of 120",
    ),
    "limits exchanged": (
        d.table(d.CHANGE, lambda t: t.rename(columns={"CI.L": "CI.R", "CI.R": "CI.L"})),
        f"{d.CHANGE}: logFC is not between",
    ),
    "t of another sign": (
        d.numbers(d.DISEASE, lambda x: -x, "t"), f"{d.DISEASE}: t and logFC have other signs",
    ),
    "a module outside its limits": (d.cell(d.MODULES, "estimate", "99"), f"{d.MODULES}: estimate"),
    "logFC sorted alone": (d.shuffled(d.DISEASE, "logFC"), f"{d.DISEASE}: .*sorted one by one"),
    "P sorted alone": (d.shuffled(d.DISEASE, "P.Value"), "P.Value does not fall where t rises"),
    "p of a class sorted alone": (d.shuffled(d.GENES, "p_reverted"), "is below p_disease"),
    "names of genes sorted alone": (
        d.shuffled(d.DISEASE, "gene"), f"{d.DISEASE}: its logFC does not follow {d.EXPRESSION}",
    ),
    "classes of genes sorted alone": (
        d.shuffled(d.GENES, "gene"), f"{d.GENES}: its disease does not follow {d.DISEASE}",
    ),
    "a gene twice": (
        d.table(d.DISEASE, lambda t: pd.concat([t, t.head(2)])),
        f"{d.DISEASE}: 'GENE[0-9]+' is there more than once .2 rows too many",
    ),
    "a module twice": (
        d.table(d.MODULES, lambda t: pd.concat([t, t.head(1)])), f"{d.MODULES}: 'M0 zscore",
    ),
    "a class of no such name": (d.cell(d.GENES, "class", "cured"), "found 'cured', expected reve"),
    "half a patient": (d.cell(d.MODULES, "n", "12.5"), f"{d.MODULES}: .*a whole number"),
    "no file but a folder": (d.folder_for(d.DISEASE), f"{d.DISEASE}: is no file"),
    "a link to itself": (d.loop, f"{d.DISEASE}: "),
    "an empty file": (d.content(d.DISEASE, lambda x: b""), f"{d.DISEASE}: is empty"),
    "cut within a line": (d.content(d.DISEASE, lambda x: x[: len(x) // 2]), "ends within a line"),
    "a line too short": (
        d.content(d.GENES, lambda x: b"\n".join([*x.split(b"\n")[:9], b"GENE1\tx", b""])),
        f"{d.GENES}: line 10 has 2 columns where the header has ",
    ),
    "commas between columns": (
        d.content(d.DISEASE, lambda x: x.replace(b"\t", b",")), "set apart by ','; save it with t",
    ),
    "semicolons between columns": (
        d.content(d.GENES, lambda x: x.replace(b"\t", b";")), f"{d.GENES}: its columns are set ap",
    ),
    "UTF-16": (d.content(d.DISEASE, lambda x: x.decode().encode("utf-16")), "is in UTF-16"),
    "UTF-16 without a mark": (
        d.content(d.DISEASE, lambda x: x.decode().encode("utf-16-le")), "is no text",
    ),
    "Latin-1": (
        d.content(d.MODULES, lambda x: x.replace(b"M3", b"M\xe4")), "line [0-9]+ is not UTF-8",
    ),
    "packed": (d.content(d.DISEASE, d.packed), "is packed .gzip.; unpack it"),
    "a workbook": (d.content(d.DISEASE, lambda x: b"PK\x03\x04" + x), "is a spreadsheet"),
    "an open quotation mark": (
        d.content(d.DISEASE, lambda x: x.replace(b"\nGENE", b'\n"GENE', 1)), f"{d.DISEASE}: ",
    ),
    "names in capitals": (
        d.table(d.DISEASE, lambda t: t.rename(columns=str.upper)),
        f"{d.DISEASE}: its column gene is written 'GENE'",
    ),
    "names of R": (
        d.table(d.DISEASE, lambda t: t.rename(columns={"P.Value": "P Value"})),
        "its column P.Value is written 'P Value'",
    ),
    "names with blanks": (
        d.table(d.GENES, lambda t: t.rename(columns={"class": " class "})), "is written ' class '",
    ),
    "a column twice": (
        d.content(d.DISEASE, lambda x: x.replace(b"AveExpr", b"logFC", 1)), "two columns 'logFC'",
    ),
    "the header once more": (
        d.content(d.DISEASE, lambda x: x + x.split(b"\n")[0] + b"\n"),
        f"{d.DISEASE}: its header stands once more in row 122",
    ),
    "a name of 400 letters": (d.cell(d.DISEASE, "gene", "A" * 400), f"{d.DISEASE}: column gene"),
    "a name that cannot be seen": (d.cell(d.GENES, "gene", "A\u200bB"), f"{d.GENES}: column gene"),
    "no contrast": (
        d.gone(*(f"differential/{n}.tsv" for n in d.CONTRASTS)), "differential: holds no contrast",
    ),
    "no logFC in any gene": (
        d.both(*(d.column(f"differential/{n}.tsv", "logFC", lambda x: "NA") for n in d.CONTRASTS)),
        "holds no contrast that can be compared: .*no gene has a logFC",
    ),
    "tables of another tool": (
        d.both(*(d.table(f"differential/{n}.tsv", lambda t: t.rename(
            columns={"gene": "gene_id", "logFC": "log2FoldChange", "P.Value": "pvalue_"})
        ) for n in d.CONTRASTS)),
        "theirs: differential",
    ),
    "signs turned": (d.scaled(-1.0), f"{d.DISEASE}: its logFC goes against {d.EXPRESSION}"),
    "natural logarithms": (d.scaled(np.log(2)), "its logFC is 0.69 times .*as of natural logar"),
    "logarithms to the base 10": (d.scaled(np.log10(2)), "0.30 times .*logarithms to the base 10"),
    "signs turned, no expression": (
        d.both(d.scaled(-1.0), d.gone(d.EXPRESSION)),
        f"{d.GENES}: its disease goes against {d.DISEASE}",
    ),
    "no manifest": (d.gone("manifest.json"), "manifest.json: is not in "),
    "a manifest that is cut": (
        d.content("manifest.json", lambda x: x[:50]), "manifest.json: cannot be read as JSON",
    ),
    "a manifest of another tool": (
        d.manifest(lambda m: ["x"]), "manifest.json: is not of a study of this workflow",
    ),
    "a manifest without config": (
        d.manifest(lambda m: {"study": "x"}), "manifest.json: is not of a study of this workflow",
    ),
    "a manifest of a comparison": (
        d.manifest(lambda m: {"config": {"study": "x", "design": {}, "compare": {"a": "b"}}}),
        "manifest.json: is of a comparison",
    ),
    "Entrez ids": (d.renamed(lambda x: x[4:]), "its genes are numbers, such as Entrez ids .such"),
    "probes of Affymetrix": (d.renamed(lambda x: f"{x[4:]}_s_at"), "its genes are ids of probes"),
    "probes of Illumina": (d.renamed(lambda x: f"ILMN_{x[4:]}"), "its genes are ids of probes"),
    "RefSeq": (d.renamed(lambda x: f"NM_00{x[4:]}.2"), "its genes are RefSeq ids"),
    "Ensembl genes": (d.renamed(lambda x: f"ENSG{int(x[4:]):011}"), "its genes are Ensembl ids"),
    "Ensembl transcripts": (
        d.renamed(lambda x: f"ENST{int(x[4:]):011}.3"), "its genes are ids of transcripts",
    ),
    "symbols of a mouse": (d.renamed(str.capitalize), "its genes are mouse symbols"),
    "small letters": (d.renamed(str.lower), "its genes are names in small letters"),
    "other names in one table": (
        d.renamed(lambda x: f"{x}X", [d.GENES]), "genes names other genes .such as GENE",
    ),
}  # fmt: skip

# What is lacking, and what is said of it in the table of studies.
LEFT_OUT = {
    "no gene": (d.without(d.DISEASE, "gene"), f"{d.DISEASE}: left out, as it lacks gene"),
    "no P": (d.without(d.DISEASE, "P.Value"), f"{d.DISEASE}: left out, as it lacks P.Value"),
    "no class": (d.without(d.GENES, "class"), f"{d.GENES}: left out, as it lacks class"),
    "no disease": (d.without(d.GENES, "disease"), f"{d.GENES}: left out, as it lacks disease"),
    "no p of a class": (d.without(d.GENES, "p_partial"), f"{d.GENES}: lacks p_partial"),
    "no average": (d.without(d.CHANGE, "AveExpr"), f"{d.CHANGE}: lacks AveExpr"),
    "no t": (d.without(d.DISEASE, "t"), f"{d.DISEASE}: lacks t"),
    "no limits": (d.without(d.DISEASE, "CI.L", "CI.R"), f"{d.DISEASE}: lacks CI.L, CI.R"),
    "neither t nor limits": (
        d.both(*(d.without(f"differential/{n}.tsv", "t", "CI.L", "CI.R") for n in d.CONTRASTS)),
        f"{d.DISEASE}: lacks t, CI.L, CI.R",
    ),
    "no limits of modules": (d.without(d.MODULES, "CI.L"), f"{d.MODULES}: left out, as it lacks"),
    "an empty table": (d.table(d.DISEASE, lambda t: t.head(0)), "left out, as it has no rows"),
    "no logFC in one contrast": (
        d.column(d.DISEASE, "logFC", lambda x: "NA"), f"{d.DISEASE}: left out, as no gene has a",
    ),
    "some logFC missing": (
        d.both(d.cell(d.DISEASE, "logFC", "NA"), d.cell(d.DISEASE, "logFC", "NA", 8)),
        f"{d.DISEASE}: 2 of 120 genes without logFC left out",
    ),
    "blank cells": (d.cell(d.DISEASE, "P.Value", ""), "1 of 120 genes without P.Value left out"),
    "rows without a gene": (d.cell(d.GENES, "gene", ""), f"{d.GENES}: 1 rows without gene"),
    "dates": (d.cell(d.DISEASE, "gene", "1-Mar"), "1 names that a spreadsheet turned to dates"),
    "dates by name": (d.cell(d.DISEASE, "gene", "Sep-02"), "turned to dates .* 'Sep-02'"),
    "numbers of a spreadsheet": (d.cell(d.GENES, "gene", "2.31E+13"), f"{d.GENES}: 1 names that"),
    "no modules": (d.gone(d.MODULES), f"{d.MODULES}: is not there"),
    "no trajectories": (d.gone(d.GENES), f"{d.GENES}: is not there"),
    "no expression": (d.gone(d.EXPRESSION), f"{d.EXPRESSION}: is not there"),
    "no labels": (d.gone(d.LABELS), f"{d.LABELS}: is not there; {d.EXPRESSION}: not used"),
    "labels of nobody": (d.table(d.LABELS, lambda t: t.head(0)), "left out, as it has no rows"),
    "expression that is cut": (
        d.content(d.EXPRESSION, lambda x: x[: len(x) // 2]), f"{d.EXPRESSION}: not used, as it can",
    ),
    "expression that is none": (d.content(d.EXPRESSION, lambda x: b"no"), "not used, as it cannot"),
    "expression of other samples": (
        d.column(d.SAMPLES, "sample", lambda x: f"x{x}"), f"{d.EXPRESSION}: not used, as it cannot",
    ),
    "expression without visits": (
        d.h5ad(lambda a: a.obs.pop("visit") is None), "have no visit",
    ),
    "expression of other genes": (
        d.h5ad(lambda a: setattr(a, "var_names", [f"Z{i}" for i in range(a.n_vars)])),
        "it holds less than half of the genes",
    ),
    "infinite expression": (
        d.h5ad(lambda a: a.X.__setitem__((0, 0), np.inf)), "it holds infinite values",
    ),
    "a covariate that is not there": (
        d.manifest(lambda m: m["config"]["design"].update(covariates=["age"])), "covariate age",
    ),
    "a design of another version": (
        d.manifest(lambda m: m["config"]["design"].update(baseline={"visit": 1}, arm=7)),
        f"{d.EXPRESSION}: not used, as it cannot",
    ),
    "no checksums": (d.manifest(lambda m: m.pop("results") and None), "checksums: its man"),
    "a table that the manifest names": (d.gone(d.CHANGE), f"{d.CHANGE}: is not there"),
    "one row": (d.table(d.DISEASE, d.one_row), "left out, as fewer than 3 genes have a logFC"),
    "labels of other patients": (
        d.column(d.LABELS, "patient", lambda x: f"Z{x}"), "names none of its patients",
    ),
    "a changed table": (d.cell(d.DISEASE, "AveExpr", "8.5"), d.DISEASE),
    "a mark before UTF-8": (d.content(d.DISEASE, lambda x: b"\xef\xbb\xbf" + x), d.DISEASE),
    "line ends of Windows": (d.content(d.GENES, lambda x: x.replace(b"\n", b"\r\n")), d.GENES),
    "text in quotation marks": (
        d.content(d.DISEASE, lambda x: x.replace(b"gene", b'"gene"', 1)), d.DISEASE,
    ),
    "names of two kinds": (
        d.renamed(lambda x: f"ENSG{int(x[4:]):011}" if x.endswith("7") else x),
        "[0-9]+ names of genes are Ensembl ids, and are found in no study",
    ),
}  # fmt: skip


def is_one_sentence(sentence, folder):
    """Short, on the study that is meant, and nothing of the insides of a program."""
    assert re.match("compare: (study )?theirs: ", sentence), sentence
    assert len(sentence.replace(str(folder), "")) < 300, sentence
    assert "\n" not in sentence
    assert not re.search("Error|Traceback|dtype|NoneType|ufunc", sentence), sentence


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_stops_with_one_sentence(kind, folders, tmp_path):
    damage, words = WRONG[kind]
    copy = d.copied(folders, tmp_path)
    damage(copy["theirs"])
    sentence = met(copy)
    assert isinstance(sentence, str), told(sentence)
    assert re.search(words, sentence), sentence
    is_one_sentence(sentence, tmp_path)


@pytest.mark.parametrize("kind", LEFT_OUT)
def test_what_is_lacking_is_left_out_in_words(kind, folders, tmp_path):
    damage, words = LEFT_OUT[kind]
    copy = d.copied(folders, tmp_path)
    damage(copy["theirs"])
    result = met(copy)
    assert not isinstance(result, str), result
    assert re.search(words, told(result)), told(result)
    assert result.concordance["pearson"].notna().all()
    assert told(result, "ours") == ""


def test_good_folders_are_held_against_their_expression(folders):
    result = met(folders)
    assert result.studies[["left_out", "changed"]].isna().all(axis=None)
    held = result.studies["held_against"].str.count("slope 1.00, correlation 1.00")
    assert held.tolist() == [4, 4]


def damaged_at_random(seed, folders, target, sealed=False):
    """What two folders come to of which one was damaged, and how it was."""
    rng, copy = np.random.default_rng(seed), d.copied(folders, target)
    how = d.at_random(rng, copy["theirs"], copy["another"])
    if sealed and (copy["theirs"] / "manifest.json").exists():
        d.seal(copy["theirs"])
    return met(copy), how


@pytest.mark.parametrize(
    "seeds", [range(8), pytest.param(range(8, 108), marks=pytest.mark.slow, id="hundred")]
)
def test_damage_at_random_is_told_or_changes_nothing(seeds, folders, tmp_path):
    good = met(folders)
    for seed in seeds:
        found, how = damaged_at_random(seed, folders, tmp_path / str(seed))
        if isinstance(found, str):
            is_one_sentence(found, tmp_path / str(seed))
            continue
        assert found.concordance["pearson"].notna().any(), how
        tables = [name for name in vars(good) if name != "studies"]
        if not told(found):  # nothing that is read was changed
            for name in tables:
                pd.testing.assert_frame_equal(getattr(found, name), getattr(good, name))


def test_rows_in_any_order_are_the_same_study(folders, tmp_path):
    copy, good = d.copied(folders, tmp_path), met(folders)
    for file in (d.DISEASE, d.CHANGE, d.GENES, d.MODULES, d.LABELS):
        d.table(file, lambda t: t.iloc[::-1])(copy["theirs"])
    found = met(copy)
    assert told(found).count(".tsv") == 5
    for name in ("concordance", "genes", "modules", "joint"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(good, name))


ENTRY = """
import sys
from pathlib import Path
sys.path[:0] = {paths}
from benchmarks.travel import compare_studies
compare_studies(Path(sys.argv[1]), 1)
"""


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (d.content(d.DISEASE, lambda x: x[:99]), "ends within a line"),
        (d.gone("manifest.json"), "manifest.json: is not in "),
        (d.without(d.DISEASE, "gene"), ""),
    ],
)
def test_through_the_entry_script(damage, words, folders, tmp_path):
    """As a job: a status, a sentence on standard error, and tables only where all went well."""
    copy = d.copied(folders, tmp_path)
    damage(copy["theirs"])
    paths = [str(HOME / "tests"), str(HOME / "scripts")]
    done = subprocess.run(
        [sys.executable, "-c", ENTRY.format(paths=paths), str(tmp_path)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if line.startswith("revertome: ")]
    assert "Traceback" not in done.stderr
    assert (done.returncode, len(said)) == ((1, 1) if words else (0, 0)), done.stderr
    if words:
        assert words in said[0]
        assert said[0].startswith("revertome: compare: study00: ")
        assert not (tmp_path / "compare").exists()
        return
    table = pd.read_csv(tmp_path / "compare/studies.tsv", sep="\t").set_index("study")
    assert "left out, as it lacks gene" in table.loc["study00", "left_out"]
    assert table["left_out"].notna().sum() == 1
    assert "warning: study00: left out: " in (tmp_path / "logs/compare.log").read_text()
