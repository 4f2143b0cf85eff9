"""Principal components against numpy, associations against scipy."""

import numpy as np
import pandas as pd
from scipy import stats

from revertome.quality.components import associations, most_variable, principal_components


def test_most_variable() -> None:
    x = np.array([[0.0, 5, 1, 2], [0, 1, 2, 8], [0, 3, 3, 2]])
    assert most_variable(x, 2).tolist() == [1, 3]


def test_principal_components() -> None:
    x = np.random.default_rng(4).normal(size=(12, 30)) * np.linspace(1, 3, 30)
    scores, share, *_ = principal_components(x)
    u, s, vt = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    sign = np.sign(vt[np.arange(12), np.abs(vt).argmax(axis=1)])
    assert list(scores) == [f"PC{i}" for i in range(1, 12)]
    np.testing.assert_allclose(scores, (u * s * sign)[:, :11], atol=1e-9)
    np.testing.assert_allclose(share, (s**2 / (s**2).sum())[:11])


def test_associations() -> None:
    rng = np.random.default_rng(9)
    scores = pd.DataFrame(rng.normal(size=(20, 7)), columns=[f"PC{i}" for i in range(1, 8)])
    variables = pd.DataFrame({"age": rng.uniform(5, 15, 20), "batch": [*"aabbc"] * 4})
    variables.loc[[2, 11], "age"] = np.nan
    variables["constant"], variables["id"] = "x", [f"s{i}" for i in range(20)]
    found = associations(scores, np.linspace(0.4, 0.1, 7), variables)
    assert found["component"].tolist() == [f"PC{i}" for i in range(1, 6) for _ in range(2)]
    assert found["variable"].tolist() == ["age", "batch"] * 5
    known = variables["age"].notna()
    line = stats.linregress(variables["age"][known], scores["PC2"][known])
    row = found.iloc[2]
    np.testing.assert_allclose(row["P.Value"], line.pvalue)
    np.testing.assert_allclose(row["statistic"], (line.slope / line.stderr) ** 2)
    groups = [scores["PC2"][variables["batch"] == b] for b in "abc"]
    f = stats.f_oneway(*groups)
    np.testing.assert_allclose(found.iloc[3][["statistic", "P.Value"]].tolist(), f)
    np.testing.assert_allclose(found["adj.P.Val"], stats.false_discovery_control(found["P.Value"]))
    np.testing.assert_allclose(found["variance_explained"].iloc[2], 0.35)


def test_components_without_variables_keep_their_share() -> None:
    scores = pd.DataFrame(np.eye(6)[:, :3], columns=["PC1", "PC2", "PC3"])
    found = associations(scores, np.array([0.5, 0.3, 0.2]), pd.DataFrame({"c": [1.0] * 6}))
    assert found["variance_explained"].tolist() == [0.5, 0.3, 0.2]
    assert found[["variable", "P.Value", "adj.P.Val"]].isna().all().all()
