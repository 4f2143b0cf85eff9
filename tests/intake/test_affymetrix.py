"""CEL and CDF files in every format, and RMA against affy's numbers (reference/rma.R)."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import affymetrix
from options import load, normalise
from revertome.errors import StudyError
from revertome.intake.arrays.cdf import read_cdf
from revertome.intake.arrays.cel import cel_files, read_cel
from revertome.intake.arrays.rma import background_correct, density_mode, median_polish, rma

REFERENCE = Path(__file__).parent / "reference" / "rma.tsv"
CEL = {
    "text": affymetrix.cel_text,
    "binary": affymetrix.cel_binary,
    "console": affymetrix.cel_command_console,
}
CDF = {"text": affymetrix.cdf_text, "binary": affymetrix.cdf_binary}
DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": []}


@pytest.fixture(scope="module")
def layout(tmp_path_factory):
    path = tmp_path_factory.mktemp("cdf") / "revertest.cdf"
    path.write_bytes(affymetrix.cdf_text())
    return path


@pytest.mark.parametrize("form", CEL)
def test_every_cel_format_gives_the_same_cells(form, tmp_path):
    array = affymetrix.arrays()[2]
    for name, content in (
        ("a.CEL", CEL[form](array)),
        ("a.cel.gz", gzip.compress(CEL[form](array))),
    ):
        (tmp_path / name).write_bytes(content)
        found = read_cel(tmp_path / name)
        assert (found.columns, found.rows) == (affymetrix.SIDE, affymetrix.SIDE)
        np.testing.assert_array_equal(found.intensity, array.astype(float))


@pytest.mark.parametrize("form", CDF)
def test_every_cdf_format_gives_the_same_probes(form, tmp_path):
    (tmp_path / "a.cdf").write_bytes(CDF[form]())
    found = read_cdf(tmp_path / "a.cdf")
    sets = affymetrix.layout()
    assert found.probe_sets == sorted(sets)
    assert found.sizes.tolist() == [len(sets[name]) for name in sorted(sets)]
    cells = [y * affymetrix.SIDE + x for name in sorted(sets) for x, y, *_ in sets[name]]
    assert found.cells.tolist() == cells


def test_rma_equals_affy(layout):
    """affy::rma(ReadAffy(...)), background, quantile and median polish."""
    expected = pd.read_csv(REFERENCE, sep="\t", index_col=0)
    cdf = read_cdf(layout)
    probes = affymetrix.arrays().astype(float)[:, cdf.cells]
    found = pd.DataFrame(rma(probes, cdf.sizes).T, cdf.probe_sets).loc[expected.index]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


def test_median_polish_by_hand():
    """Rows 1 2 4 and columns 0 3 add up exactly; an outlier leaves the fit as it is."""
    table = 10 + np.array([[-1.0], [0], [2]]) + np.array([-1.5, 1.5])
    wild = table.copy()
    wild[2, 1] += 0.5
    found = median_polish(np.array([table, wild]))
    np.testing.assert_allclose(found[0], [8.5, 11.5])
    np.testing.assert_allclose(found[1].mean(), 10, atol=0.3)


def test_mode_of_a_density():
    """A grid of normal quantiles has its mode in the middle."""
    x = stats.norm.ppf((np.arange(4001) + 0.5) / 4001, 7, 2)
    assert abs(density_mode(x) - 7) < 0.02
    with pytest.raises(ValueError, match="two values"):
        density_mode(x[:1])


def test_background_correction_is_the_expected_signal():
    """E(s | s + b = x) by numerical integration over exponential signals."""
    x = affymetrix.arrays()[0].astype(float)
    corrected = background_correct(x)
    assert (corrected > 0).all()
    order = np.argsort(x)
    assert (np.diff(corrected[order]) >= -1e-9).all()
    mu = density_mode(x[x < density_mode(x)])
    below = x[x < mu] - mu
    sigma = np.sqrt((below**2).sum() / (len(below) - 1)) * np.sqrt(2)
    alpha = 1 / density_mode(x[x > mu] - mu)
    s = np.linspace(0, 2000, 400001)
    for i in order[[100, 1500, 2500]]:
        weight = np.exp(-alpha * s) * stats.norm.pdf(x[i] - s, mu, sigma)
        # affy leaves out the term of the truncation at x, which is nothing where x >> sigma.
        np.testing.assert_allclose(corrected[i], (s @ weight) / weight.sum(), rtol=1e-3)


def study(folder: Path, names) -> dict:
    """Five pairs and four healthy arrays; files named by `names`."""
    patients = [f"P{i}" for i in range(5) for _ in range(2)] + [f"H{i}" for i in range(4)]
    sheet = pd.DataFrame({"sample": [f"GSM{i}" for i in range(14)], "patient": patients})
    sheet["visit"] = ["before", "after"] * 5 + [""] * 4
    sheet["group"] = ["patient"] * 10 + ["healthy"] * 4
    sheet.to_csv(folder / "samples.tsv", sep="\t", index=False)
    (folder / "arrays").mkdir()
    for i, array in enumerate(affymetrix.arrays(14)):
        (folder / "arrays" / names(i)).write_bytes(affymetrix.cel_binary(array))
    (folder / "a.cdf").write_bytes(affymetrix.cdf_binary())
    symbols = pd.DataFrame({"id": sorted(affymetrix.layout())})
    symbols["symbol"] = [f"GENE{i}" for i in range(len(symbols))]
    symbols.to_csv(folder / "probes.tsv", sep="\t", index=False)
    annotation = {"path": str(folder / "probes.tsv"), "id": "id", "symbol": "symbol"}
    return {
        "source": "cel", "matrix": str(folder / "arrays"), "cdf": str(folder / "a.cdf"),
        "samples": str(folder / "samples.tsv"), "annotation": annotation,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["GSM{}.CEL", "GSM{}_blood.cel"])
def test_a_study_of_cel_files(name, tmp_path):
    adata = load(study(tmp_path, name.format), DESIGN).adata
    cdf = read_cdf(tmp_path / "a.cdf")
    order = sorted(range(14), key=str)
    expected = rma(affymetrix.arrays(14).astype(float)[:, cdf.cells], cdf.sizes)[order]
    found = adata[[f"GSM{i}" for i in order], cdf.probe_sets].X
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)
    assert adata.uns["scale"]["scale"] == "log2"
    assert adata.uns["scale"]["reason"] == "RMA of 14 arrays, layout a.cdf"
    normal = normalise(adata, {}, {})
    assert normal.uns["normalise"]["method"] == "none"  # RMA did it
    assert normal["GSM3", "GENE0"].X == adata["GSM3", cdf.probe_sets[0]].X


def damaged(case: str, folder: Path) -> None:
    """Write a.CEL with a fault."""
    array = affymetrix.arrays()[0]
    whole = affymetrix.cel_binary(array)
    contents = {
        "cut": whole[:-1000],
        "cut text": affymetrix.cel_text(array)[:20000],
        "cut console": affymetrix.cel_command_console(array)[:9000],
        "word": b"[CEL]\nVersion=3\nCols=a\n[INTENSITY]\n",
        "version": whole[:4] + b"\5\0\0\0" + whole[8:],
        "other": b"PK\3\4 something else",
        "empty": b"",
        "gzip": gzip.compress(whole)[:5000],
        "size": whole[:8] + b"\x10\0\0\0" + whole[12:],
        "negative": whole[:20] + b"\xff\xff\xff\xff" + whole[24:],
    }
    (folder / "a.CEL").write_bytes(contents[case])


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("cut", "cut or damaged"), ("cut text", "damaged"), ("cut console", "cut or damaged"),
        ("word", "expected Cols, Rows"), ("version", "version 5, expected 4"),
        ("other", "not an Affymetrix CEL file"), ("empty", "not an Affymetrix CEL file"),
        ("gzip", "gzip file is cut"), ("size", "cells for an array of 16 x 56"),
        ("negative", "damaged"),
    ],
)  # fmt: skip
def test_damaged_cel_files_are_refused_in_words(case, words, tmp_path):
    damaged(case, tmp_path)
    with pytest.raises(StudyError, match=words):
        read_cel(tmp_path / "a.CEL")


def test_mutated_files_never_end_in_a_traceback(tmp_path):
    """300 files with bytes changed or cut: read, or refused by a StudyError."""
    rng = np.random.default_rng(3)
    array = affymetrix.arrays()[0]
    whole = [(read_cel, form(array)) for form in CEL.values()]
    whole += [(read_cdf, form()) for form in CDF.values()]
    refused = 0
    for i in range(300):
        read, content = whole[i % 5]
        changed = bytearray(content[: rng.integers(1, len(content))] if i % 2 else content)
        for _ in range(8):
            changed[rng.integers(min(len(changed), 2000))] = rng.integers(256)
        (tmp_path / "a").write_bytes(bytes(changed))
        try:
            read(tmp_path / "a")
        except StudyError:
            refused += 1
    assert refused > 150


def test_faults_of_folder_and_layout(tmp_path, layout):
    with pytest.raises(StudyError, match="no such folder"):
        cel_files(tmp_path / "none")
    with pytest.raises(StudyError, match="no file ends in"):
        cel_files(tmp_path)
    for name in ("a.CEL", "a.cel.gz"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(StudyError, match="one array twice"):
        cel_files(tmp_path)
    other = tmp_path / "other.cdf"
    other.write_bytes(affymetrix.cdf_text().replace(b"Cols=56", b"Cols=60"))
    folder = tmp_path / "study"
    folder.mkdir()
    intake = study(folder, "GSM{}.CEL".format) | {"cdf": str(other)}
    with pytest.raises(StudyError, match="56 x 56 cells, .*other.cdf lays out 60 x 56"):
        load(intake, DESIGN)
    other.write_bytes(affymetrix.cdf_text().replace(b"Name=1007_at", b"Name=1000_at"))
    with pytest.raises(StudyError, match="probe set 1000_at occurs twice"):
        read_cdf(other)
