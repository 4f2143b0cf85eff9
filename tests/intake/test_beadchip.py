"""BeadChip intensities: neqc against limma's numbers (reference/neqc.R), and the files' forms."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import beadchip
from options import load
from revertome.errors import StudyError
from revertome.intake.arrays.beadchip import read_beadchip, read_profile
from revertome.intake.arrays.normexp import neqc_by_detection, normexp_signal

REFERENCE = Path(__file__).parent / "reference"
IDS = [f"ILMN_{1650000 + i}" for i in range(beadchip.PROBES)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "samples.txt").write_text(beadchip.sample_profile(), encoding="utf-8")
    (tmp_path / "controls.txt").write_text(beadchip.control_profile(), encoding="utf-8")
    (tmp_path / "geo.txt").write_text(beadchip.geo_profile(), encoding="utf-8")
    return tmp_path


def expected(name):
    return pd.read_csv(REFERENCE / f"neqc_{name}.tsv", sep="\t", index_col=0)


def test_neqc_with_control_probes_equals_limma(folder):
    """neqc(rbind(regular, controls), status)."""
    found, method = read_beadchip(folder / "samples.txt", folder / "controls.txt")
    assert method == "neqc, background by 80 negative control probes"
    assert list(found) == beadchip.SAMPLES
    np.testing.assert_allclose(found.loc[IDS], expected("controls"), rtol=0, atol=1e-10)


@pytest.mark.parametrize("name", ["samples.txt", "geo.txt"])
def test_neqc_with_detection_p_equals_limma(name, folder):
    """neqc(read.ilmn(files, other.columns = "Detection"))."""
    found, method = read_beadchip(folder / name)
    assert method == "neqc, background by detection p-values"
    np.testing.assert_allclose(found.loc[IDS], expected("detection"), rtol=0, atol=1e-10)


def test_detection_as_probability_of_being_expressed_is_turned_round():
    regular, _, _, p = beadchip.signals()
    np.testing.assert_allclose(
        neqc_by_detection(regular.T, 1 - p.T), neqc_by_detection(regular.T, p.T), rtol=1e-12
    )


def test_signal_by_hand():
    """mu 100, sigma 10, alpha 50: at x = 102 m is 0 and the signal sigma sqrt(2/pi)."""
    found = normexp_signal(np.array([102.0]), np.array([150.0]), 100.0, 10.0)
    np.testing.assert_allclose(found, 10 * np.sqrt(2 / np.pi))


def test_a_column_of_ids_can_be_chosen(folder):
    found, _ = read_beadchip(folder / "samples.txt", identifier="ProbeID")
    assert found.index[0] == "10000"
    with pytest.raises(
        StudyError, match="no column 'Probe' .*found 'TargetID', 'ProbeID', 'PROBE_ID'"
    ):
        read_beadchip(folder / "samples.txt", identifier="Probe")


def test_a_study_of_beadchips(tmp_path):
    patients = [f"P{i}" for i in range(5) for _ in range(2)] + [f"H{i}" for i in range(4)]
    sheet = pd.DataFrame({"sample": [f"S{i}" for i in range(14)], "patient": patients})
    sheet["visit"] = ["before", "after"] * 5 + [""] * 4
    sheet["group"] = ["patient"] * 10 + ["healthy"] * 4
    sheet.to_csv(tmp_path / "samples.tsv", sep="\t", index=False)
    rng = np.random.default_rng(8)
    table = pd.DataFrame({"ID_REF": [f"G{i}" for i in range(60)]})
    negative = rng.normal(90, 8, (40, 14))
    for j in range(14):
        signal = rng.normal(90, 8, 60) + np.exp(rng.normal(3, 2, 60))
        table[f"S{j}"] = signal
        table[f"Detection{j}"] = (negative[:, j] > signal[:, None]).mean(axis=1)
    header = ["Detection Pval" if c.startswith("Detection") else c for c in table]
    table.to_csv(tmp_path / "raw.txt", sep="\t", index=False, header=header)
    intake = {
        "source": "beadchip", "matrix": str(tmp_path / "raw.txt"),
        "samples": str(tmp_path / "samples.tsv"),
    }  # fmt: skip
    design = {"baseline": "before", "followup": "after", "healthy": "healthy", "covariates": []}
    adata = load(intake, design).adata
    values, _ = read_beadchip(tmp_path / "raw.txt")
    assert (values.loc[adata.var_names, adata.obs_names] == adata.to_df().T).all().all()
    assert adata.uns["scale"]["normalised"] == "neqc, background by detection p-values"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Detection Pval", "P", "no column of detection p-values"),
        ("4811_B.AVG_Signal", "4811_A.AVG_Signal", "4811_A.*every sample needs one"),
        ("\t1.5\n", "\n", "cells, the header"),
    ],
)
def test_faults_of_the_sample_profile(folder, old, new, words):
    path = folder / "samples.txt"
    path.write_text(path.read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match=words):
        read_beadchip(path)


def test_faults_of_numbers_and_controls(folder):
    path = folder / "geo.txt"
    path.write_text(path.read_text("utf-8").replace(".", ","), encoding="utf-8")
    with pytest.raises(StudyError, match="is no number"):
        read_profile(path)
    controls = folder / "controls.txt"
    text = controls.read_text("utf-8")
    controls.write_text(text.replace("NEGATIVE", "negativ"), encoding="utf-8")
    with pytest.raises(StudyError, match="fewer than two rows say NEGATIVE"):
        read_beadchip(folder / "samples.txt", controls)
    controls.write_text(text.replace("4811_C", "4811_E"), encoding="utf-8")
    with pytest.raises(StudyError, match="no control probes of sample '4811_C'"):
        read_beadchip(folder / "samples.txt", controls)


def test_probes_with_a_missing_value_stay_missing_in_that_sample(folder):
    path = folder / "geo.txt"
    whole, _ = read_beadchip(path)
    lines = path.read_text("utf-8").splitlines()
    cells = lines[5].split("\t")
    lines[5] = "\t".join([cells[0], "NA", *cells[2:]])
    path.write_text("\n".join(lines), encoding="utf-8")
    found, _ = read_beadchip(path)
    assert len(found) == beadchip.PROBES
    assert np.isnan(found.to_numpy()).sum() == 1
    assert np.isnan(found.loc[cells[0]].iloc[0])
    np.testing.assert_allclose(found, whole.where(found.notna()), atol=0.03)


def test_an_empty_array_does_not_sway_the_others(folder):
    """Its column is missing, and the others are as if it were not in the file."""
    path = folder / "geo.txt"
    lines = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    at = next(i for i, cells in enumerate(lines) if "Detection" in "".join(cells))
    emptied = [
        cells if i <= at else [cells[0], "", "", *cells[3:]] for i, cells in enumerate(lines)
    ]
    without = [cells if i < at else [cells[0], *cells[3:]] for i, cells in enumerate(lines)]
    path.write_text("\n".join("\t".join(c) for c in emptied), encoding="utf-8")
    found, _ = read_beadchip(path)
    path.write_text("\n".join("\t".join(c) for c in without), encoding="utf-8")
    expected, _ = read_beadchip(path)
    assert found.iloc[:, 0].isna().all()
    pd.testing.assert_frame_equal(found.iloc[:, 1:], expected)
