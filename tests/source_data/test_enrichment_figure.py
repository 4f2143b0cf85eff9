"""Running sums: from the tables of contrasts to what is drawn."""

import numpy as np
import pandas as pd
import pytest

from revertome.figures import draw
from revertome.figures.style import rows
from revertome.modules.gsea import curves
from revertome.source_data import build
from revertome.statistics.preranked import enrichment_score

GENES = [f"G{i:03d}" for i in range(300)]


def contrast(seed):
    rng = np.random.default_rng(seed)
    t = np.round(rng.normal(0, 2, 300), 1)  # with ties
    return pd.DataFrame({"gene": GENES, "t": t, "logFC": rng.normal(size=300)})


CONTRASTS = {name: contrast(i) for i, name in enumerate(("change_all", "disease", "custom"))}
MODULES = {"few": GENES[:2], "first": GENES[:20], "nearly first": GENES[:12] + GENES[50:60],
           "other": GENES[100:140], "none here": ["X1", "X2", "X3"]}  # fmt: skip


def built(modules=None, contrasts=CONTRASTS, **columns):
    modules = MODULES if modules is None else modules
    pairs = [(c, m) for c in contrasts for m in modules if m not in ("few", "none here")]
    sets = pd.DataFrame(pairs, columns=["contrast", "module"])
    sets = sets.assign(**({"NES": 1.5, "P.own": 0.01, "adj.P.own": 0.02} | columns))
    asked = {"sets": sets, "contrasts": contrasts, "modules": modules}
    return build("enrichment", asked | {"trajectories": {"alpha": 0.05}})


def caption(table):
    return table.set_index("element").loc["caption", "text"]


def test_peaks_are_the_enrichment_scores_of_the_ranking():
    table = CONTRASTS["disease"]
    found = curves(table, MODULES)
    assert list(dict.fromkeys(found["module"])) == ["first", "nearly first", "other"]
    ordered = table.sort_values(["t", "logFC"], ascending=False, ignore_index=True)
    for module, mine in found.groupby("module"):
        at = np.flatnonzero(ordered["gene"].isin(MODULES[module])).astype(np.int32)
        peak = mine["sum"].iloc[np.argmax(mine["sum"].abs())]
        expected = enrichment_score(ordered["t"].abs().to_numpy(), at)
        assert peak == pytest.approx(expected, abs=1e-12)
        hits = mine.dropna(subset="gene")
        assert hits["gene"].tolist() == ordered.loc[at, "gene"].tolist()
        assert hits["passed"].tolist() == (at + 1).tolist()
        assert mine[["passed", "sum"]].iloc[[0, -1]].to_numpy().tolist() == [[0, 0], [300, 0]]
    shuffled = curves(table.sample(frac=1, random_state=1), MODULES)
    pd.testing.assert_frame_equal(shuffled, found)
    assert curves(table.assign(t=0.0), MODULES).empty


def test_contrasts_stand_as_they_are_read_and_modules_that_share_genes_once():
    table = built()
    assert rows(table, "line")["contrast"].tolist() == ["disease", "change_all", "custom"]
    panels = rows(table, "panel")
    assert panels["module"].tolist() == ["first", "other"]
    assert panels["n_found"].tolist() == [20, 40]
    assert "1 module of which a drawn one has more than half of the genes." in caption(table)
    corners = rows(table, "corner")
    for panel, module in enumerate(["first", "other"]):
        for line, name in enumerate(["disease", "change_all", "custom"]):
            mine = corners[corners["panel"].eq(panel) & corners["line"].eq(line)]
            own = curves(CONTRASTS[name], {module: MODULES[module]})
            np.testing.assert_array_equal(mine["sum"], own["sum"])


def test_a_score_is_bold_where_the_test_that_counts_patients_is_sure():
    table = built(**{"adj.P.own": [0.01, 0.2, np.nan] * 3})  # of each contrast, module by module
    for ax, weight in zip(draw("enrichment", table).axes, ("bold", "normal"), strict=True):
        scores = [text.get_weight() for text in ax.texts if text.get_text() == "1.5"]
        assert scores == [weight] * 3


def test_of_many_modules_and_contrasts_the_leading_are_drawn():
    modules = {f"M{i}": GENES[10 * i : 10 * i + 10] for i in range(20)}
    contrasts = {f"change_with_{i}": contrast(i) for i in range(9)}
    p = [(7 * i % 20 + 1) / 100 for i in range(20)] * 9
    table = built(modules, contrasts, **{"P.own": p})
    first = sorted(range(20), key=lambda i: 7 * i % 20)[:6]
    assert rows(table, "panel")["module"].tolist() == [f"M{i}" for i in sorted(first)]
    assert "Not drawn: 14 modules with larger p (in modules/sets.tsv)." in caption(table)
    assert len(rows(table, "line")) == 4
    assert caption(table).endswith("and 2 more.")


def test_nothing_to_rank_is_said():
    for table in (built({"few": GENES[:2]}), built(contrasts={}), built(NES=np.nan)):
        assert table.loc[0, "text"].startswith("No module has three measured genes")
