"""The scale of each sample: agreement of samples, odd cells, numbers that stand for missing."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from options import load
from revertome.errors import StudyError
from revertome.intake.read.series_matrix import read_series_matrix
from revertome.intake.sample_evidence import sample_evidence
from revertome.intake.values import check_signals, check_values
from revertome.simulate import trial
from spoiled import GOOD, OTHER_BASE, PER_MILLION, SPOILT, UNLOGGED, Table
from studies import ROOT, SHARED, real


def refusal(
    values: Table, assay: str = "microarray", scale: str = "auto", missing: Any = None
) -> str:
    """What a table is refused with; empty where it passes."""
    options = {"assay": assay, "scale": scale, "missing_values": missing}
    try:
        check_values(values, options, "m.tsv")
    except StudyError as error:
        assert len(str(error).splitlines()) <= 2
        assert str(error).startswith("m.tsv: ")
        return str(error)
    return ""


def drawn(name: str, seed: int = 0, genes: int = 300, n: int = 24) -> Table:
    return GOOD[name][2](np.random.default_rng([seed, len(name)]), genes, n)


def spoilt(values: Table, change: Any, samples: list[str]) -> Table:
    changed = values.astype(float).copy()
    changed[samples] = change(changed[samples])
    return changed


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("genes", [150, 400])
def test_good_tables_pass(name: str, genes: int) -> None:
    """0 of 84 tables refused: libraries of unequal size, spikes, floors, gaps, negatives."""
    assay, scale, _ = GOOD[name]
    said = [refusal(drawn(name, seed, genes), assay, scale) for seed in range(3)]
    assert said == ["", "", ""]


@pytest.mark.parametrize("name", GOOD)
def test_every_spoilt_table_is_refused(name: str) -> None:
    """472 of 472: 1, 3, all but half and half of the samples spoilt in each way, told by name."""
    assay, scale, _ = GOOD[name]
    rng = np.random.default_rng(17)
    values = drawn(name)
    n = values.shape[1]
    for what, change in SPOILT[name].items():
        for k in (1, 3, n // 2 - 1, n // 2):
            # The first sample of counts is a small library, to which little can be done.
            bad = sorted(rng.choice(values.columns[1:], k, replace=False))
            said = refusal(spoilt(values, change, bad), assay, scale)
            assert said, (what, k)
            if "no scale holds most" in said:
                assert 2 * k >= n - 1, (what, k, said)
                assert f"'{bad[0]}'" in said, (what, k)
            elif "every value of sample" in said:
                assert f"'{bad[0]}'" in said, (what, k)
            else:
                named = set(said.replace("'", " ").split()) & set(values.columns)
                assert named <= set(bad) or (2 * k >= n - 1 and scale != "auto"), (what, k, said)
                assert f"{k} of {n} samples" in said or scale != "auto", (what, k, said)


def test_one_sample_that_is_not_logged() -> None:
    values = drawn("log2 intensities")
    said = refusal(spoilt(values, UNLOGGED["2^x"], ["S07"]))
    q = np.quantile(2 ** values["S07"], [0.01, 0.5], method="nearest")
    assert "1 of 24 samples is on another scale than the rest: 'S07' (1/25/50/75/99% of the" in said
    assert f"values: {q[0]:.3g}, " in said
    assert f" {q[1]:.3g}, " in said
    assert "): not logged, the others are log2. The other 23 have " in said
    assert said.endswith("leave them out with intake.exclude: {S07: other scale}")


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("log2 intensities", UNLOGGED["e^x"], "not logged, the others are ln"),
        ("log2 intensities", OTHER_BASE["as ln"], "as ln where the others are log2"),
        ("log2 intensities", OTHER_BASE["as log10"], "as log10 where the others are log2"),
        ("log2 intensities", lambda x: x - x.median(), "lower, as of other units"),
        ("log2 intensities", lambda x: (x - x.mean()) / x.std(), "centred on 0, as log ratios"),
        ("log2 intensities", lambda x: x + 9.97, "higher, as of other units"),
        ("intensities", lambda x: np.log2(x), "log2 of what the others are"),
        ("intensities", lambda x: x * 1000, "times as large as the others"),
        ("intensities", lambda x: x / 1000, "times as large as the others"),
        ("counts", PER_MILLION, "of the values are not whole, as TPM or CPM"),
        ("counts", lambda x: x * 0.73, "of the values are not whole, no counts"),
        ("counts", lambda x: np.log10(x + 1), "log10 of what the others are"),
        ("counts", lambda x: x * 10, "every value is a multiple of 10"),
        ("counts", lambda x: PER_MILLION(x).round(), "they sum to a million, as TPM or CPM"),
        ("TPM", lambda x: (x * 7).round(), "whole numbers, as counts"),
        ("log2 TPM", lambda x: 2**x - 1, "not logged, the others are log2"),
    ],
)
def test_what_the_sample_looks_like(name: str, change: Any, words: str) -> None:
    said = refusal(spoilt(drawn(name), change, ["S09"]), *GOOD[name][:2])
    assert "'S09' (1/25/50/75/99% of the values: " in said
    assert words in said.splitlines()[0]


def test_half_of_the_samples_decide_nothing() -> None:
    values = drawn("log2 intensities")
    half = list(values.columns[::2])
    mixed = spoilt(values, UNLOGGED["2^x"], half)
    said = refusal(mixed)
    assert "the samples are on 2 scales, and no scale holds most of them: 12 samples, " in said
    assert "'S00', 'S02', 'S04', 'S06', 'S08' and 7 more (" in said
    assert "'S01', 'S03', 'S05', 'S07', 'S09' and 7 more (" in said
    assert "set intake.scale to the right one" in said
    for stated, wrong in (("log2", "'S00', 'S02'"), ("linear", "'S01', 'S03'")):
        said = refusal(mixed, scale=stated)
        assert "12 of 24 samples are on another scale than the rest, and " in said
        assert f"rest, and intake.scale says {stated}: {wrong}" in said
    bases = spoilt(values, OTHER_BASE["as ln"], half)
    assert "no scale holds most of them" in refusal(bases)
    assert "and intake.scale says log2: 'S00', 'S02'" in refusal(bases, scale="log2")


def test_a_stated_scale_hides_no_sample() -> None:
    said = refusal(spoilt(drawn("log2 intensities"), UNLOGGED["2^x"], ["S03"]), scale="log2")
    assert "1 of 24 samples is on another scale than the rest, and intake.scale says log2: 'S03'"\
        in said  # fmt: skip
    most = [f"S{i:02}" for i in range(20)]
    said = refusal(spoilt(drawn("log2 intensities"), UNLOGGED["2^x"], most), scale="log2")
    assert "20 of 24 samples are on another scale than the rest, and intake.scale says log2" in said


def test_a_sample_without_measurements() -> None:
    for value in (0.0, 6.64):
        values = spoilt(drawn("log2 intensities"), lambda x, v=value: x * 0 + v, ["S05", "S06"])
        said = refusal(values)
        assert f"every value of sample 'S05', 'S06' is the same ('{value:g}')" in said
        assert said.endswith("intake.exclude: {S05: not measured, S06: not measured}")


def test_a_sample_without_any_value_is_not_judged() -> None:
    assert refusal(spoilt(drawn("log2 intensities"), lambda x: x * np.nan, ["S05"])) == ""


def cell(values: Table, value: float, row: int = 7, sample: str = "S04", rows: int = 1) -> Table:
    changed = values.astype(float).copy()
    changed.iloc[row : row + rows, changed.columns.get_loc(sample)] = value
    return changed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log2 intensities", 874.0),
        ("log2 intensities", 87.4),
        ("log2 intensities", 29.5),
        ("log2 intensities", 6.5e4),
        ("log2 intensities", -31.0),
        ("log2 intensities with missing values", 874.0),
        ("log2 TPM", 913.0),
        ("log ratios", 640.0),
        ("intensities", 9.1e8),
        ("intensities", 1e30),
        ("intensities", -3e9),
        ("counts", 12.5),
        ("counts", -4.0),
        ("counts", 1e12),
        ("TPM", 4e12),
    ],
)
def test_one_odd_cell(name: str, value: float) -> None:
    """The cell is named, it is no scale of the table, and it can be declared missing."""
    assay, scale, _ = GOOD[name]
    values = cell(drawn(name), value)
    said = refusal(values, assay, scale)
    assert f"1 cell does not fit the scale of the rest: feature 'G0007', sample 'S04' is {value:g}"\
        in said  # fmt: skip
    others = drawn(name).loc["G0007"].drop("S04").dropna()
    assert f"the others of the feature are {others.min():.3g} to {others.max():.3g}" in said
    assert "or count it as missing with intake.missing_values: [" in said
    if name.startswith("log2 int") and value > 0:
        assert f"(log2 of {value:g} is {np.log2(value):.3g})" in said
    assert refusal(values.replace(value, np.nan), assay, scale) == ""


def test_many_odd_cells() -> None:
    values = drawn("log2 intensities")
    scattered = np.random.default_rng(2).random(values.shape) < 0.04
    said = refusal(values.mask(scattered, 2**values))
    assert "cells more, in all of 24 samples" in said
    assert said.endswith("Correct the table; part of it seems to be on another scale")
    row, one = values.copy(), values.mean(axis=1).idxmax()
    row.loc[one] = 2 ** row.loc[one]
    said = refusal(row)
    assert f"24 cells do not fit the scale of the rest: feature '{one}', sample 'S00' is" in said


@pytest.mark.parametrize(
    ("name", "code", "rows"),
    [
        ("log2 intensities", -999, 1),
        ("log2 intensities", -9, 6),
        ("log2 intensities", -1, 40),
        ("log2 intensities", 0, 9),
        ("log2 intensities", 0, 120),
        ("log2 intensities with missing values", 0, 20),
        ("log2 intensities", 99, 1),
        ("log2 intensities", 9999, 30),
        ("log2 intensities", 99999, 1),
        ("log2 intensities", 1e30, 9),
        ("log2 TPM", -9, 4),
        ("log2 TPM", 999, 4),
        ("ln intensities", 0, 10),
        ("intensities", -1, 1),
        ("intensities", -999, 2),
        ("intensities", 0, 15),
        ("intensities", 9999, 6),
        ("intensities", 99999, 9),
        ("intensities less background", -999, 9),
        ("counts", -9, 1),
        ("counts", 99999, 30),
        ("TPM", -99, 3),
    ],
)
def test_numbers_that_stand_for_missing(name: str, code: float, rows: int) -> None:
    assay, scale, _ = GOOD[name]
    values = cell(drawn(name), code, row=0, rows=rows)
    said = refusal(values, assay, scale)
    assert f"m.tsv: {code:g} stands {rows} times in 1 of " in said
    assert "first: feature 'G0000', sample 'S04'" in said
    assert f"Set intake.missing_values: [{code:g}], or [] if it was measured" in said
    assert refusal(values.replace(float(code), np.nan), assay, scale) == ""


def test_every_number_was_measured() -> None:
    values = cell(drawn("log2 intensities"), 0.0, rows=12)
    assert "0 stands 12 times" in refusal(values)
    assert refusal(values, missing=[]) == ""
    # What no logarithm can be is none, whatever is said.
    assert "1 cell does not fit" in refusal(cell(drawn("log2 intensities"), 874.0), missing=[])


def test_zeros_that_are_measurements() -> None:
    """Zeros of counts and TPM, and of intensities clipped at 1 before the logarithm."""
    clipped = np.log2((2 ** drawn("log2 intensities") - 90).clip(lower=1))
    assert (clipped == 0).sum().sum() > 100
    assert refusal(clipped) == ""
    never = drawn("log2 intensities")
    never.iloc[:4] = 0  # features never measured tell nothing
    assert refusal(never) == ""


def test_evidence_is_that_of_the_bulk() -> None:
    """Hand-worked: neither missing values nor single cells move the quantiles."""
    values = pd.DataFrame({"a": np.arange(101.0), "b": np.arange(101.0) * 2})
    values.iloc[100, 0] = 1e9
    values.iloc[90:, 1] = np.nan
    found = sample_evidence(values)
    assert found.loc["a", [1, 25, 50, 75, 99]].tolist() == [2, 25, 50, 75, 98]
    assert found.loc["a", ["high", "maximum", "step"]].tolist() == [97, 1e9, 1]
    assert found.loc["b", [1, 50, 99, "high"]].tolist() == [4, 88, 174, 172]
    assert found.loc["b", ["step", "share_integer", "total"]].tolist() == [2, 1, 89 * 90]


def test_a_study_with_an_odd_cell(case: Any) -> None:
    """The cell stops the study; declared missing, the others are as if it had never been there."""
    case.matrix.iloc[6, 2] = 874.0
    sample = case.matrix.columns[2]
    with pytest.raises(StudyError) as raised:
        case.load()
    assert f"feature 'GENE06', sample '{sample}' is 874, the others" in str(raised.value)
    assert "intake.missing_values: [874]" in str(raised.value)
    case.intake["missing_values"] = [874]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the feature has a missing value
        adata = case.load().adata
    assert adata.uns["scale"]["scale"] == "log2"
    assert np.nanmax(adata.X) < 20
    case.intake["missing_values"] = [874, -3]
    with pytest.raises(StudyError, match="missing_values: -3 does not occur in the samples of the"):
        case.load()


def test_a_study_with_an_odd_sample(case: Any) -> None:
    """The sample stops the study; excluded, the study runs."""
    sample = "P5_after"
    case.matrix[sample] = 2 ** case.matrix[sample].astype(float)
    with pytest.raises(StudyError, match=f"{sample}.*: not logged, "):
        case.load()
    case.intake["exclude"] = {sample: "other scale"}
    adata = case.load().adata
    assert adata.uns["scale"]["scale"] == "log2"
    assert sample not in adata.obs_names


def test_raw_signals_of_one_sample_logged() -> None:
    signals = drawn("intensities")
    check_signals(signals, "probes.txt")
    with pytest.raises(StudyError) as raised:
        check_signals(spoilt(signals, np.log2, ["S02"]), "probes.txt")
    said = str(raised.value)
    assert "'S02' (" in said
    assert ": log2 of what the others are" in said
    assert said.endswith("give their values anew, or remove their columns from the file")


def test_simulated_trials_pass() -> None:
    symbols = pd.read_csv(ROOT / "resources" / "genes.tsv", sep="\t")["symbol"]
    for assay in ("microarray", "rnaseq"):
        adata, _, _ = trial(17590, 3000, 22, assay, symbols.tolist())
        assert refusal(adata.to_df().T, assay) == ""


@real
@pytest.mark.real
def test_real_tables_pass_and_are_told_when_spoilt() -> None:
    """GSE65391 (log2 with a floor), GSE4107 and GSE5583 (MAS5), the flu challenge (log2)."""
    folder = SHARED / "data"
    flu = pd.read_csv(folder / "flu_challenge" / "GSE30550_eset_4147genes.tsv.gz", sep="\t",
                      index_col=0)  # fmt: skip
    centred = flu.sub(flu.median(axis=1), axis=0)
    lupus = folder / "gse65391_sle_blood" / "GSE65391_small_reserialised_series_matrix.txt.gz"
    tables = {"flu": flu, "lupus": read_series_matrix(lupus).expression}
    for accession in ("GSE4107", "GSE5583"):
        path = folder / "geo_format_cases" / f"{accession}_series_matrix.txt.gz"
        tables[accession] = np.log2(read_series_matrix(path).expression.clip(lower=1))
    for name, log2 in tables.items():
        assert refusal(log2) == "", name
        assert refusal(2**log2) == "", name
        assert refusal(2**log2 - 60) == "", name
        for change in (*UNLOGGED.values(), *OTHER_BASE.values()):
            assert f"'{log2.columns[3]}'" in refusal(spoilt(log2, change, [log2.columns[3]])), name
    assert refusal(centred, scale="log2") == ""
    assert f"'{flu.columns[3]}'" in refusal(
        centred.assign(**{flu.columns[3]: flu[flu.columns[3]]}), scale="log2"
    )


@real
@pytest.mark.real
@pytest.mark.parametrize(
    "path",
    [
        "lemay_blood_rnaseq/fixed_combinedCounts.txt.gz",
        "gse60424_ifnb_blood_rnaseq/GSE60424_GEOSubmit_FC1to11_normalized_counts.txt.gz",
    ],
)
def test_real_counts_pass_and_are_told_when_spoilt(path: str) -> None:
    counts = pd.read_csv(SHARED / "data" / path, sep="\t", index_col=0).iloc[:, :40]
    bad = counts.columns[5]
    assert refusal(counts, "rnaseq") == ""
    small = np.random.default_rng(1).binomial(counts[bad], 0.005)
    assert refusal(counts.assign(**{bad: small}), "rnaseq") == ""
    tpm = counts / counts.sum() * 1e6
    for values, assay in ((tpm, "abundance"), (np.log2(tpm + 1), "abundance")):
        assert refusal(values, assay) == ""
    for what, change in SPOILT["counts"].items():
        if what == "whole per million" and counts.sum().median() < 4e6:
            continue  # as any library of that size
        assert f"'{bad}'" in refusal(spoilt(counts, change, [bad]), "rnaseq")
    for change in SPOILT["log2 TPM"].values():
        assert f"'{bad}'" in refusal(spoilt(np.log2(tpm + 1), change, [bad]), "abundance")


@pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="small studies are not in ../shared")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("i1_one_bad_cell", r"feature 'AKTIP', sample 'P02_A' is 874, the others of the feature"),
        ("i2_one_linear_sample", r"'P03_A' \(.*\): not logged, the others are log2"),
    ],
)
def test_small_studies(name: str, words: str) -> None:
    folder = SHARED / "cases" / name
    intake = {"source": "table", "matrix": str(folder / "m.tsv"), "samples": str(folder / "s.tsv")}
    with pytest.raises(StudyError, match=words):
        load(intake, {"baseline": "before", "followup": "after"})
