"""h5ad files as scanpy writes them: where the counts, the symbols and the samples are."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from options import section
from revertome.errors import StudyError
from revertome.intake.layouts import Values, read_values

GENES = ["MX1", "STAT1", "IFI44", "OAS1"]
IDS = [f"ENSG0000000000{n}" for n in range(4)]
COUNTS = np.array([[7, 30, 0, 250], [9, 41, 3, 80], [0, 2, 1, 33]], dtype=float)
LOGS = np.log1p(COUNTS / COUNTS.sum(axis=1, keepdims=True) * 1e4)
SAMPLES = ["s1", "s2", "s3"]


def written(folder: Path, x: Any = None, raw: Any = None, **parts: Any) -> str:
    import anndata

    obs = pd.DataFrame({"patient": list("aab")}, index=SAMPLES)
    filled: dict[str, Any] = {
        "obs": obs, "var": pd.DataFrame(index=pd.Index(GENES)), "shape": None, **parts
    }  # fmt: skip
    if x is None:
        filled["shape"] = COUNTS.shape
    data = anndata.AnnData(X=x, **{k: v for k, v in filled.items() if v is not None})
    if raw is not None:
        whole = anndata.AnnData(X=raw[0], obs=data.obs.copy(), var=raw[1])
        data.raw = whole
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data.write_h5ad(folder / "m.h5ad")
    return str(folder / "m.h5ad")


def read(path: str, **intake: Any) -> Values:
    return read_values(section("intake", **{"assay": "rnaseq", **intake}), path)


@pytest.mark.parametrize("shape", [np.asarray, sparse.csr_matrix, sparse.csc_matrix, np.int32])
@pytest.mark.parametrize("place", ["counts", "raw_counts", "X", "raw", "alone"])
def test_counts_are_found(tmp_path: Path, place: str, shape: Any) -> None:
    """Beside log-normalised or scaled values, or as the only layer with X empty."""
    counts = shape(COUNTS)
    var = pd.DataFrame(index=pd.Index(GENES))
    path = {
        "X": lambda: written(tmp_path, counts, layers={"logs": LOGS}),
        "raw": lambda: written(tmp_path, LOGS, (counts, var)),
        "alone": lambda: written(tmp_path, layers={"kept": counts}),
    }.get(place, lambda: written(tmp_path, LOGS - 1, layers={place: counts, "logs": LOGS}))()
    found = read(path)
    expected = pd.DataFrame(COUNTS.T, GENES, SAMPLES)
    pd.testing.assert_frame_equal(found.table, expected)
    assert found.table.loc["MX1", "s2"] == 9
    said = {"X": "h5ad: X", "alone": "h5ad: kept, all it holds"}
    assert found.record.startswith(said.get(place, f"h5ad: {place}, the counts among 'X', "))


def test_raw_has_more_genes_than_x(tmp_path: Path) -> None:
    """`raw` keeps all genes, X the variable ones."""
    var = pd.DataFrame({"gene_name": GENES}, index=pd.Index(IDS))
    path = written(tmp_path, LOGS[:, :2], (COUNTS, var), var=pd.DataFrame(index=IDS[:2]))
    found = read(path)
    assert found.table.loc[IDS[3]].tolist() == [250, 80, 33]
    assert found.symbols is not None
    assert found.symbols[IDS[3]] == "OAS1"


def test_several_layers_of_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layers = {"spliced": COUNTS, "unspliced": COUNTS + 1, "logs": LOGS}
    path = written(tmp_path, LOGS, layers=layers)
    with pytest.raises(
        StudyError, match=r"'spliced', 'unspliced' hold whole numbers that differ; set intake.layer"
    ):
        read(path)
    assert read(path, layer="unspliced").table.loc["MX1", "s1"] == 8
    assert "read as h5ad: unspliced, set by intake.layer" in capsys.readouterr().out
    assert read(path, layer="X").table.loc["MX1", "s1"] == LOGS[0, 0]
    with pytest.raises(
        StudyError, match=r"no 'count' \(intake.layer\); it holds 'X', 'logs', 'spli"
    ):
        read(path, layer="count")
    # twice the same is no question
    same = written(tmp_path, COUNTS, layers={"counts": sparse.csr_matrix(COUNTS)})
    assert read(same).record == "h5ad: X"


def test_no_counts_at_all(tmp_path: Path) -> None:
    path = written(tmp_path, LOGS, layers={"estimated": COUNTS + 0.25})
    with pytest.raises(StudyError, match="none of 'X', 'estimated' holds counts .* intake.layer"):
        read(path)
    assert read(path, layer="estimated").table.loc["STAT1", "s1"] == 30.25
    assert read(path, assay="abundance").table.loc["STAT1", "s1"] == LOGS[0, 1]
    assert read(written(tmp_path, LOGS)).record == "h5ad: X"  # the scale is judged later
    with pytest.raises(StudyError, match="has no X, but 'a', 'b'; set intake.layer"):
        read(written(tmp_path, layers={"a": LOGS, "b": COUNTS}), assay="microarray")
    with pytest.raises(StudyError, match="holds no values, neither X nor layers nor raw"):
        read(written(tmp_path))


@pytest.mark.parametrize("column", ["gene_name", "gene_symbols", "feature_name", "SYMBOL", "name"])
def test_symbols_in_var(tmp_path: Path, column: str) -> None:
    var = pd.DataFrame({column: pd.Categorical(GENES)}, index=[f"{n}.4" for n in IDS])
    found = read(written(tmp_path, COUNTS, var=var))
    assert found.table.loc[f"{IDS[2]}.4", "s2"] == 3
    assert found.symbols is not None
    assert found.symbols.to_dict() == dict(zip(IDS, GENES, strict=True))


def test_symbols_are_the_index(tmp_path: Path) -> None:
    """Ensembl ids beside symbols, and full names that are no symbols."""
    var = pd.DataFrame({"gene_ids": IDS, "name": ["MX dynamin like GTPase 1", *"bcd"]}, index=GENES)
    path = written(tmp_path, COUNTS, var=var)
    found = read(path)
    assert found.symbols is None
    assert found.table.loc["OAS1"].tolist() == [250, 80, 33]
    assert read(path, feature="gene_ids").table.loc[IDS[3]].tolist() == [250, 80, 33]
    with pytest.raises(StudyError, match=r"no column 'ids' in var \(intake.feature\); it has"):
        read(path, feature="ids")


def test_genes_in_rows(tmp_path: Path) -> None:
    import anndata

    obs, var = pd.DataFrame(index=IDS), pd.DataFrame(index=SAMPLES)
    anndata.AnnData(COUNTS.T, obs=obs, var=var).write_h5ad(tmp_path / "m.h5ad")
    with pytest.raises(StudyError, match=r"genes are in rows \('ENSG0.*adata\.T"):
        read(str(tmp_path / "m.h5ad"))


def _as_h5ad(case: Any, obs: pd.DataFrame) -> None:
    import anndata

    values = case.matrix.to_numpy(dtype=float).T
    path = case.folder / "study.h5ad"
    anndata.AnnData(values, obs=obs, var=pd.DataFrame(index=case.matrix.index)).write_h5ad(path)
    case.intake["matrix"] = str(path)


def test_samples_named_by_a_column(case: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """The index holds barcodes, a column of `obs` the samples of the sheet."""
    names = list(case.matrix.columns)
    obs = pd.DataFrame({"donor_visit": names, "one": "x"}, index=[f"LIB{n}" for n in range(14)])
    _as_h5ad(case, obs)
    study = case.load()
    expected = case.matrix.loc["GENE07", "P3_after"]
    assert study.adata["P3_after", "GENE07"].X.item() == expected
    assert "such as 'LIB10' for 'H0'" in capsys.readouterr().out
    obs["other"] = names[::-1]
    _as_h5ad(case, obs)
    with pytest.raises(
        StudyError, match="'donor_visit', 'other' of obs name the samples differently"
    ):
        case.load()


def test_repeated_genes_and_samples(tmp_path: Path) -> None:
    """Genes may repeat as in any matrix; samples may not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        twice = written(tmp_path, COUNTS, var=pd.DataFrame(index=["MX1", "MX1", "A", "B"]))
    assert read(twice).table.loc["MX1", "s1"].tolist() == [7, 30]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = written(tmp_path, COUNTS, obs=pd.DataFrame(index=["s1", "s1", "s2"]))
    with pytest.raises(StudyError, match="sample 's1' occurs more than once"):
        read(path)
