"""The table of count models: a peer with known differences is found to have them."""

import sys

import numpy as np
import pandas as pd
import pytest

from benchmarks import count_models
from benchmarks.paired_counts import paired_counts, study_pairs


def table(folder, monkeypatch, *more):
    out = folder / "table.tsv"
    command = ["count_models.py", "--folder", folder, "--out", out, "--simulated", "300x12"]
    command += ["--runs", "1"]
    monkeypatch.setattr(sys, "argv", [*map(str, command), *more])
    count_models.main()
    return pd.read_csv(out, sep="\t").set_index("model")


def test_a_peer_is_compared_gene_by_gene(tmp_path, monkeypatch):
    alone = table(tmp_path, monkeypatch, "--peers", "")
    assert list(alone.reset_index()) == count_models.COLUMNS
    assert alone["r_cpu_s"].isna().all() and (alone["ours_cpu_s"] > 0).all()
    assert set(alone["genes"]) == {300} and set(alone["df_residual"]) == {5}
    # R as ours but for fold changes 0.01 higher, every tenth p 2% higher and the first adjusted p.
    place = tmp_path / "simulated_300_x_12"
    genes = pd.read_csv(f"{place}.deseq2.genes.tsv", sep="\t", index_col=0)
    genes["logFC"] += 0.01
    genes["p"] *= np.where(np.arange(300) % 10 == 0, 1.02, 1.001)
    genes["adj05"] = genes["adj05"].where(np.arange(300) > 0, 1e-9)
    genes.to_csv(f"{place}.r_deseq2.genes.tsv", sep="\t")
    pd.Series({"cpu": 100.0}, name="value").to_csv(
        f"{place}.r_deseq2.facts.tsv", sep="\t", index_label="fact"
    )
    monkeypatch.setattr(count_models.shutil, "which", lambda name: name)  # none is started
    found = table(tmp_path, monkeypatch, "--models", "deseq2", "--peers", "r_deseq2")
    found = found.loc["deseq2"]
    assert found["r_cpu_s"] == 100
    assert found["r_ratio"] == pytest.approx(100 / found["ours_cpu_s"], rel=0.2)  # of two digits
    assert found["lfc_max"] == pytest.approx(0.01) and found["dispersion_p99"] == 0
    assert found["p_within_1pc"] == pytest.approx(0.9, abs=0.02)
    assert found["p_p99"] == pytest.approx(1 - 1 / 1.02, rel=0.05)
    before = pd.read_csv(f"{place}.deseq2.genes.tsv", sep="\t", index_col=0)["adj05"].lt(0.05)
    assert found["calls_05_ours"] == before.sum() == found["calls_05_both"]
    assert found["calls_05_r"] == before.sum() + (not before.iloc[0])


def test_genes_without_counts_on_a_side_are_not_compared(tmp_path):
    counts, design = paired_counts(6, 12)
    counts.iloc[0, ::2], counts.iloc[1, 1::2] = 0, 0
    counts.iloc[2:] += 1
    counts.to_csv(tmp_path / "x.counts.tsv", sep="\t")
    one = pd.DataFrame({"converged": True}, counts.index)
    other = one.assign(converged=[True, True, None, False, True, True])
    kept = count_models.comparable(tmp_path / "x", design, one, other)
    assert kept.tolist() == [False, False, False, False, True, True]


def test_p_of_0_in_both_is_the_same():
    found = count_models.relative(pd.Series([0.0, 0.0, 0.2]), pd.Series([0.0, 0.1, 0.1]))
    assert found.tolist() == [0.0, 1.0, 1.0]


def test_pairs_of_a_finished_study(tmp_path):
    anndata = pytest.importorskip("anndata")
    patient = ["a", "a", "b", "b", "c", "h"]
    obs = pd.DataFrame({"patient": patient, "visit": ["v1", "v2", "v1", "v2", "v1", None]})
    obs.index = [f"s{i}" for i in range(6)]
    counts = np.arange(18).reshape(6, 3)
    found = anndata.AnnData(counts.astype(float), obs, layers={"counts": counts})
    (tmp_path / "normalise").mkdir()
    found.write_h5ad(tmp_path / "normalise/expression.h5ad")
    made, design = study_pairs(str(tmp_path), "v1", "v2")
    np.testing.assert_array_equal(made.to_numpy(), counts[:4].T)
    np.testing.assert_array_equal(design.to_numpy(), [[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
