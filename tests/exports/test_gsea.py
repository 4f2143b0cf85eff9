"""GCT, CLS and RNK: read by a program that reads them, and told apart from look-alikes."""

import gzip

import numpy as np
import pandas as pd
import pytest

from passed_on import write_gct, write_matrix, write_rank
from revertome.exports.gsea import cls, rnk

EXPRESSION = pd.DataFrame(
    [[7.25, 8.5, np.nan], [3.12345678, 3.0, 2.5]], index=["IFI27", "MX1"], columns=["a", "b", "c"]
)


def test_gct_has_its_size_and_empty_cells_for_missing_values(tmp_path):
    write_gct(EXPRESSION, tmp_path / "x.gct.gz")
    lines = gzip.decompress((tmp_path / "x.gct.gz").read_bytes()).decode().split("\n")
    assert lines == [
        "#1.2",
        "2\t3",
        "NAME\tDescription\ta\tb\tc",
        "IFI27\tna\t7.25\t8.5\t",
        "MX1\tna\t3.1235\t3.0\t2.5",
        "",
    ]


def test_the_matrix_is_genes_by_samples(tmp_path):
    write_matrix(EXPRESSION, tmp_path / "x.tsv.gz")
    found = pd.read_csv(tmp_path / "x.tsv.gz", sep="\t", index_col="gene")
    pd.testing.assert_frame_equal(found, EXPRESSION.round(4), check_names=False)


def test_the_same_bytes_twice(tmp_path):
    for name in ("one", "two"):
        write_gct(EXPRESSION, tmp_path / f"{name}.gct.gz")
    assert (tmp_path / "one.gct.gz").read_bytes() == (tmp_path / "two.gct.gz").read_bytes()


def test_classes_are_listed_as_they_first_occur_and_have_no_blank():
    text = cls(["healthy", "responder.week 4", "healthy", "#other"])
    assert text == (
        "4 3 1\n# healthy responder.week_4 _other\nhealthy responder.week_4 healthy _other\n"
    )


def test_a_ranking_leaves_out_what_was_not_tested_and_orders_ties_by_name(tmp_path):
    table = pd.DataFrame({"gene": ["B", "A", "C", "D"], "t": [1.5, 1.5, -3.0, np.nan], "n": 4})
    assert rnk(table)["gene"].tolist() == ["A", "B", "C"]
    write_rank(table, tmp_path / "x.rnk")
    assert (tmp_path / "x.rnk").read_text() == "A\t1.5\nB\t1.5\nC\t-3.0\n"


def test_gseapy_takes_all_three(tmp_path):
    gseapy = pytest.importorskip("gseapy")
    rng = np.random.default_rng(1)
    genes = [f"G{i}" for i in range(60)]
    values = pd.DataFrame(rng.normal(8, 1, (60, 8)), genes, [f"s{i}" for i in range(8)])
    values.iloc[:15, 4:] += 4
    write_gct(values, tmp_path / "x.gct.gz")
    # Its own reader of GCT files takes the line of sizes for the header.
    data = pd.read_csv(tmp_path / "x.gct.gz", sep="\t", skiprows=2).drop(columns="Description")
    (tmp_path / "x.cls").write_text(cls(["healthy"] * 4 + ["patient.before"] * 4))
    sets = {"up": genes[:15], "other": genes[20:40]}
    found = gseapy.gsea(
        data, sets, str(tmp_path / "x.cls"), outdir=None, method="t_test",
        permutation_num=20, min_size=5, threads=1, seed=1, no_plot=True,
    ).res2d.set_index("Term")["ES"].astype(float)  # fmt: skip
    assert abs(found["up"]) > 0.9 > abs(found["other"])  # its genes lead the ranking
    contrast = pd.DataFrame(
        {"gene": genes, "t": np.r_[np.linspace(9, 5, 15), rng.normal(0, 1, 45)]}
    )
    write_rank(contrast, tmp_path / "x.rnk")
    found = gseapy.prerank(
        str(tmp_path / "x.rnk"), sets, outdir=None, permutation_num=20, min_size=5,
        threads=1, seed=1,
    ).res2d.set_index("Term")["ES"].astype(float)  # fmt: skip
    assert found["up"] == pytest.approx(1.0)
