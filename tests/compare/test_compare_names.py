"""Names of genes: brought up to date, and told apart."""

import pandas as pd
import pytest

from revertome.compare import FinishedStudy, compare
from revertome.compare.harmonise import harmonise, names_of, today_of
from revertome.errors import StudyError

NOTHING = pd.DataFrame()


def contrast(genes, average=7.0):
    return pd.DataFrame({"gene": genes, "logFC": 1.0, "P.Value": 0.1, "AveExpr": average})


@pytest.mark.parametrize(
    ("genes", "kind"),
    [
        (["IFI44L", "C1orf112", "HLA-A", "MT-ND1", "A1BG"], "human"),
        (["Gapdh", "Actb", "Ifi44l", "mt-Nd1", "H2-K1", "1700001O22Rik"], "mouse"),
        (["ENSG00000000003", "ENSG00000000005"], "ensembl"),
        (["1007_s_at", "ILMN_1762337", "200000_x_at"], "probe"),
        (["A_23_P100001", "AFFX-BioB-5_at", "TC0100006437.hg.1"], "probe"),
        (["7157", "672", "HGNC:1100"], "number"),
        (["NM_000546.6", "NR_046018"], "refseq"),
        (["ENST00000269305.9", "ENSP00000269305"], "transcript"),
        (["gapdh", "actb", "ifi44l"], "lower"),
        (["?", "*1*", "a b"], "unknown"),
    ],
)
def test_kinds_of_names(genes, kind):
    assert names_of(pd.Series(genes)) == kind


def test_old_symbols_become_current_and_doubles_are_merged():
    """DDX58 is RIGI today; the row of the higher average stays."""
    table = contrast(["DDX58", "RIGI", "MX1"], [6.0, 9.0, 8.0]).assign(logFC=[1.0, 2.0, 3.0])
    study = FinishedStudy({"disease": table}, NOTHING, NOTHING)
    found = harmonise("old", study, today_of({"old": study}, {"DDX58": "RIGI"}))
    now = found.contrasts["disease"].set_index("gene")["logFC"]
    assert now.to_dict() == {"RIGI": 2.0, "MX1": 3.0}
    assert {k: found.facts[k] for k in ("species", "n_genes", "n_renamed", "n_merged")} == {
        "species": "human", "n_genes": 2, "n_renamed": 1, "n_merged": 1,
    }  # fmt: skip


def test_mouse_symbols_are_refused_with_the_way_on():
    human = FinishedStudy({"disease": contrast(["GAPDH", "ACTB", "MX1"])}, NOTHING, NOTHING)
    mouse = FinishedStudy({"disease": contrast(["Gapdh", "Actb", "Mx1"])}, NOTHING, NOTHING)
    with pytest.raises(StudyError, match="study mice: its genes are mouse symbols .*orthologs"):
        compare({"people": human, "mice": mouse}, alpha=0.05)
