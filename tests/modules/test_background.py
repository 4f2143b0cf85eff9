"""Scales that scores refuse, and genes that are mostly at background."""

import anndata
import numpy as np
import pandas as pd
import pytest

from revertome.errors import StudyError
from revertome.modules.background import below_background
from stages import modules

DESIGN = {"baseline": "before", "followup": "after", "healthy": "healthy"}
OPTIONS = {"methods": ["zscore", "ssgsea"], "min_genes": 2}
SETS = {"low": ["g0", "g1", "g2", "g50"], "high": ["g51", "g52", "g2"]}
LOG2 = {"normalise": {"scale": "log2", "expressed_above": "none", "floor": "none"}}


def study(x: np.ndarray, uns: dict, **layers: np.ndarray) -> anndata.AnnData:
    """Five healthy samples and five of patients."""
    names = [f"h{k}" for k in range(5)] + [f"p{k}" for k in range(5)]
    obs = pd.DataFrame(
        {
            "patient": names,
            "visit": [None] * 5 + ["before"] * 5,
            "group": ["healthy"] * 5 + ["patient"] * 5,
        },
        index=names,
    )
    var = pd.DataFrame(index=[f"g{k}" for k in range(x.shape[1])])
    return anndata.AnnData(x.astype(float), obs, var, uns=uns, layers=layers)


def floored() -> np.ndarray:
    """60 genes; g0 and g1 at the sample's floor throughout, g2 in the healthy only."""
    x = np.random.default_rng(2).normal(9, 1, (10, 60)).clip(6.5)
    floor = np.linspace(5, 6, 10)[:, None]
    x[:, :2], x[:5, 2:3] = floor, floor[:5]
    return x


def below(x: np.ndarray, record: dict, **layers: np.ndarray) -> list[str]:
    hidden = below_background(study(x, {"normalise": record}, **layers))
    return list(hidden.index[hidden])


def test_genes_at_a_floor_in_both_groups_are_below_background():
    assert below(floored(), LOG2["normalise"]) == ["g0", "g1"]


def test_a_limit_in_the_configuration_is_background():
    x = floored() + np.random.default_rng(3).uniform(0, 0.1, (10, 60))  # no floor is left
    assert below_background(study(x, LOG2)) is None
    assert below(x, {"expressed_above": 6.3, "floor": "none"}) == ["g0", "g1"]
    x[5:8, 1] = 9  # expressed in 3 of 5 patients
    assert below(x, {"expressed_above": "none", "floor": 6.3}) == ["g0"]


def test_few_reads_are_background():
    counts = np.full((10, 60), 40.0)
    counts[:, 4], counts[:5, 5], counts[[0, 1, 5, 6], 6] = 9, 9, 9
    assert below(np.log2(counts), {"min_count": 10}, counts=counts) == ["g4"]


def test_the_table_counts_them_and_a_warning_names_the_module():
    sets = SETS | {"half": ["g0", "g51"]}
    with pytest.warns(UserWarning, match=r"most genes of low are at background") as caught:
        table = modules.score(
            study(floored(), LOG2), sets | {"low": ["g0", "g1", "g2"]}, OPTIONS, DESIGN
        )
    assert len(caught) == 1
    found = table.drop_duplicates("module").set_index("module")["genes_below_background"]
    assert found.to_dict() == {"low": 2, "high": 0, "half": 1}


def test_without_any_background_the_count_is_missing():
    x = np.random.default_rng(4).normal(8, 1, (10, 60))
    table = modules.score(study(x, LOG2), SETS, OPTIONS, DESIGN)
    assert table["genes_below_background"].isna().all()


def test_counts_that_were_not_normalised_are_refused():
    raw = study(np.ones((10, 60)), {"scale": {"scale": "counts"}})
    with pytest.raises(StudyError, match=r"\(zscore, ssgsea\) take log2 values, found counts"):
        modules.score(raw, SETS, OPTIONS, DESIGN)


def test_values_no_logarithm_reaches_are_refused_with_their_place():
    x = floored()
    x[7, 31] = 5321.5
    with pytest.raises(StudyError, match=r"found 5322 \(g31 in sample p2\), as in counts, TPM or"):
        modules.score(study(x, LOG2), SETS, OPTIONS, DESIGN)
