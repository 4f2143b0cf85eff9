"""In whom classes are claimed, and wedges that never overlap."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from paired_trial import DESIGN, LIMMA, OPTIONS, simulate
from revertome.class_groups import check_claims, induced_end
from revertome.compare.transfer import directions
from revertome.errors import StudyError
from revertome.gene_classes import CLAIMED
from revertome.source_data.trajectory_plane import table as plane_table
from revertome.trajectories import run
from revertome.trajectories.plane import Bounds, in_wedge


@pytest.fixture(scope="module")
def trial():
    """Genes reverted in all (60), induced in responders alone (40), without any effect (300)."""
    rng = np.random.default_rng(8)
    disease = np.repeat([3.0, 0.0, 0.0], [60, 40, 300])
    change = np.repeat([-3.0, 3.0, 0.0], [60, 40, 300])
    return simulate(disease, change, rng, responders=15, nonresponders=10)


@pytest.fixture(scope="module")
def found(trial):
    claims = [("all", "responders"), ("responders", "all"), ("all", "all")]
    claims += [("responders", "responders")]
    return {
        (first, second): run(*trial, LIMMA, OPTIONS | {"reverted_in": first, "induced_in": second})
        for first, second in claims
    }


SPREAD = ("disease", "change", "p_change", "adj_p_change", "se_disease", "se_change", "df")


@pytest.mark.parametrize(("first", "second"), [("all", "responders"), ("responders", "all")])
def test_columns_hold_the_patients_they_name(found, first, second):
    """Estimates of each group of patients are the same wherever they stand."""
    both, alone = found[first, second].genes, found[second, second].genes
    for name in SPREAD:
        pd.testing.assert_series_equal(both[f"{name}_{second}"], alone[name], check_names=False)
        pd.testing.assert_series_equal(both[name], found[first, first].genes[name])
        assert f"{name}_{first}" not in both
    for name, same in (("reverted", first), ("induced", second)):
        pd.testing.assert_series_equal(both[f"p_{name}"], found[same, same].genes[f"p_{name}"])


@pytest.mark.parametrize(("first", "second"), [("all", "responders"), ("responders", "all")])
def test_whoever_reads_an_induced_gene_takes_its_own_patients(trial, found, first, second):
    result, (expression, labels) = found[first, second], trial
    genes = result.genes
    assert induced_end(genes) == f"_{second}"
    assert induced_end(found[second, second].genes) == ""
    induced = genes[genes["class"] == "induced"]
    assert len(induced) > 10
    up = induced.loc[induced[f"change_{second}"] > 0, "gene"]
    assert result.sets["induced_up"] == sorted(up)
    change = genes.set_index("gene")[f"change_{second}"]
    assert directions(genes, "induced").equals(change)
    obs = expression.obs.rename_axis("sample").reset_index()
    shown = expression[expression.obs.index]
    shown.obs = obs.set_index("sample", drop=False).rename_axis(None)
    options = OPTIONS | {"reverted_in": first, "induced_in": second}
    made = plane_table(genes, result.summary, DESIGN, {"genes": []}, options, labels, shown)
    panels = made[made["element"] == "panel"].set_index("panel")
    assert panels["patients"].to_list() == [first, second]
    assert panels["n_pairs"].to_list() == [25 if who == "all" else 15 for who in (first, second)]
    points = made[(made["element"] == "gene") & (made["panel"] == "B")].set_index("gene")
    assert points["change"].astype(float).equals(change.reindex(points.index).rename("change"))


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5, 0.75, 0.9])
@pytest.mark.parametrize("least", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("most", [1.05, 4 / 3, 2.0, 5.0, 10.0])
def test_no_two_wedges_overlap(share, least, most):
    """2,000 directions: none in two wedges but partial, which lies inside persistent; where two
    wedges would overlap the study is refused, and only there."""
    bounds = Bounds(least, most, share)
    angle = (np.arange(2000) + 0.5) * 2 * np.pi / 2000
    d, t = np.cos(angle)[None], np.sin(angle)[None]
    inside = {
        name: in_wedge(d, t, np.sign(t if name == "induced" else d)[0], name, bounds)[0]
        for name in CLAIMED
    }
    assert all(where.any() for where in inside.values())
    two = {pair for pair in combinations(CLAIMED, 2) if (inside[pair[0]] & inside[pair[1]]).any()}
    options = {"reverted_in": "all", "induced_in": "all", "recovered_at_most": most}
    config = {"trajectories": options | {"induced_disease_at_most": share}}
    if most * share > 1:
        assert two == {("partial", "persistent"), ("reverted", "induced")}
        with pytest.raises(StudyError, match="would be reverted and induced"):
            check_claims(config)
    else:
        assert two == {("partial", "persistent")}
        check_claims(config)
    assert (inside["persistent"] >= inside["partial"]).all()
