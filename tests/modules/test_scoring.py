"""The score table."""

import anndata
import numpy as np
import pandas as pd
import pytest

from revertome.errors import StudyError
from stages import modules

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy"}
OPTIONS = {"methods": ["zscore", "median_fold_change"], "min_genes": 2}
SETS = {"ab": ["b", "a", "old"], "few": ["a", "x", "y"]}


def study() -> anndata.AnnData:
    obs = pd.DataFrame(
        {
            "sample": ["h1", "h2", "h3", "p1", "p2"],
            "patient": ["H1", "H2", "H3", "P", "P"],
            "visit": [None, None, None, "before", "after"],
            "group": ["healthy"] * 3 + ["patient"] * 2,
        }
    ).set_index("sample", drop=False)
    x = np.array([[1, 4], [2, 4], [3, 10], [5, 6], [2.0, 6]])
    return anndata.AnnData(x, obs.rename_axis(None), pd.DataFrame(index=["a", "b"]))


def test_threshold_and_genes_by_hand():
    table = modules.score(study(), SETS, OPTIONS, DESIGN).set_index(["module", "method", "sample"])
    table = table.sort_index()
    z = table.loc[("ab", "zscore")]
    healthy = np.array([-1 - 2 / 12**0.5, -2 / 12**0.5, 1 + 4 / 12**0.5]) / 2
    assert z.loc["p1", "score"] == pytest.approx(1.5)
    assert z["healthy_mean"].to_list() == pytest.approx([0] * 5, abs=1e-12)
    assert z["threshold"].to_list() == pytest.approx([2 * healthy.std(ddof=1)] * 5)
    assert z["above_threshold"].to_dict() == dict(
        zip(["h1", "h2", "h3", "p1", "p2"], [False] * 5, strict=True)
    )
    assert z.loc["p1", ["genes_found", "genes_total", "genes_constant"]].to_list() == [2, 3, 0]
    assert z.loc["p1", "genes_missing"] == "old"
    assert set(z["reference"]) == {"healthy"}
    assert table.loc[("few", "zscore"), ["score", "threshold", "above_threshold"]].isna().all(None)
    assert table.loc[("few", "zscore", "p1"), "genes_missing"] == "x,y"


def test_without_healthy_the_reference_is_baseline():
    adata = study()
    adata.obs["visit"] = ["before"] * 3 + [None, "after"]
    table = modules.score(adata, SETS, OPTIONS, DESIGN | {"healthy": None})
    assert set(table["reference"]) == {"baseline"}
    chosen = (table["module"] == "ab") & (table["method"] == "zscore")
    z = table[chosen].set_index("sample")["score"]
    assert z["p1"] == pytest.approx(1.5)


def test_order_of_samples_and_genes_changes_nothing():
    adata = study()
    expected = modules.score(adata, SETS, OPTIONS, DESIGN)
    shuffled = adata[[3, 0, 4, 2, 1], [1, 0]].copy()
    pd.testing.assert_frame_equal(
        modules.score(shuffled, SETS, OPTIONS, DESIGN), expected, check_exact=True
    )


def test_one_healthy_sample_is_no_reference():
    with pytest.raises(StudyError, match="at least 2 healthy samples as reference, found 1"):
        modules.score(study()[[0, 3, 4]].copy(), SETS, OPTIONS, DESIGN)
