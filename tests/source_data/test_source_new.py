"""Source data of quality, sensitivity, fingerprint, distance and the plane's ellipses."""

import anndata
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.lines import TICKDOWN, TICKLEFT
from matplotlib.text import Text
from scipy import stats

import small_study
from revertome.figures import draw
from revertome.figures.style import LABEL
from revertome.source_data import build
from revertome.source_data.diagnostics import table as diagnostics
from revertome.source_data.distance import table as distance
from revertome.source_data.fingerprint import table as fingerprint
from revertome.source_data.quality import table as quality
from revertome.source_data.sensitivity import table as sensitivity
from revertome.source_data.trajectory_plane import table as plane

DESIGN = small_study.DESIGN


def element(table, name):
    return table[table["element"] == name].dropna(axis="columns", how="all")


@pytest.fixture(scope="module")
def study():
    return small_study.results()


def test_quality_orders_samples_and_names_doubt(study):
    made = quality(study["rle"][::-1], study["samples"], DESIGN)
    spread = element(made, "sample")
    assert spread["role"].drop_duplicates().tolist() == ["healthy", "baseline", "followup"]
    assert spread["order"].tolist() == list(range(len(study["rle"])))
    last = study["samples"]["sample"].iloc[-1]
    assert element(made, "sex").set_index("sample")["agrees"].eq(False).pipe(
        lambda wrong: wrong[wrong].index.tolist()
    ) == [last]
    matched = element(made, "match")
    assert matched.loc[matched["doubtful"].astype(bool), "sample"].tolist() == [last]
    assert len(matched) == study["samples"]["match_own"].notna().sum()
    caption = element(made, "caption")["text"].iloc[0]
    assert "1 sample not in agreement with the sheet" in caption
    assert caption.endswith("1 sample flagged (triangles).")


def test_sensitivity_intersections_by_hand():
    """Set {a b c d}; patient 1 loses a, patient 2 loses a and b; age loses c, gains e."""
    genes = pd.DataFrame({"gene": list("abcde"), "class": ["reverted"] * 4 + ["unchanged"]})
    genes["stability"] = [0.9, 0.9, 0.9, 0.1, 0.0]
    runs = pd.DataFrame(
        [
            ("leave_one_out", "P1", 3, 3, 1, 0, 0.75, "a", ""),
            ("leave_one_out", "P2", 2, 2, 2, 0, 0.5, "a,b", ""),
            ("covariate", "age", 4, 3, 1, 1, 0.6, "c", "e"),
        ],
        columns=["analysis", "detail", "n_genes", "n_kept", "n_lost", "n_gained", "jaccard",
                 "lost", "gained"],
    ).assign(set="reverted")  # fmt: skip
    made = sensitivity(runs, genes)
    sizes = element(made, "analysis").set_index("analysis")["n_genes"].astype(int)
    assert sizes[sizes > 0].to_dict() == {
        "as run": 4, "without any one patient": 2, "with age": 4, "in 80% of resamples": 3,
    }  # fmt: skip
    bars = element(made, "intersection")
    assert bars["n_genes"].sum() == 5
    member = element(made, "member")
    patterns = member.groupby("intersection")["analysis"].agg(frozenset)
    assert frozenset({"with age"}) in set(patterns)  # e
    assert frozenset({"as run", "without any one patient", "with age"}) in set(patterns)  # d
    assert "least agreement 0.50 without P2" in element(made, "caption")["text"].iloc[0]


def test_fingerprint_net_and_order(study):
    given = study["fingerprint"]
    made = fingerprint(given)
    cells = element(made, "cell").set_index(["contrast", "module"])
    raw = given.set_index(["contrast", "module"])
    np.testing.assert_allclose(cells["net"], (raw["n_up"] - raw["n_down"]) / 20)
    order = element(made, "contrast")["contrast"].tolist()
    assert order == ["disease", "change_responders", "interaction"]
    assert "no fingerprint" in fingerprint(given.head(0))["text"].iloc[0]
    many = pd.concat(
        [given.assign(module=f"m{i}", share_up=i / 100, share_down=0) for i in range(60)]
    )
    assert element(fingerprint(many), "module")["module"].tolist()[0] == "m24"


def test_distance_shows_the_tests_of_the_stage(study):
    made = distance(
        study["distance"], study["distance_tests"], study["expression"], study["labels"], DESIGN
    )
    tests = element(made, "test").set_index("label")
    given = study["distance_tests"].set_index("label")
    names = ["n", "fell", "median_change", "P.Value"]
    assert tests[names].astype(float).equals(given[names].astype(float))
    caption = element(made, "caption")["text"].iloc[0]
    assert "responders: smaller in 8 of 8, p = 0.0078" in caption
    assert element(made, "band")["healthy_sd"].iloc[0] == 1.0


def test_mean_variance_is_within_groups():
    """Groups differ by 10 and spread by 1: the standard deviation is that within groups."""
    rng = np.random.default_rng(2)
    n, genes = 60, 400
    obs = pd.DataFrame(
        {
            "patient": [f"P{i % 30}" for i in range(n)],
            "visit": ["before"] * 30 + ["week 12"] * 30,
            "group": "patient",
        },
        index=[f"S{i}" for i in range(n)],
    )
    x = rng.normal(0, 1, (n, genes)) + 10 * np.repeat([0, 1], 30)[:, None]
    labels = pd.DataFrame({"patient": sorted(set(obs["patient"])), "label": "treated"})
    tested = pd.DataFrame({"P.Value": [0.5], "adj.P.Val": [0.5], "engine": ["limma"]})
    made = diagnostics(
        {"change_all": tested}, anndata.AnnData(x, obs=obs), labels, DESIGN, {"alpha": 0.05}
    )
    np.testing.assert_allclose(element(made, "trend")["sd"], 1, atol=0.08)
    assert element(made, "cloud")["n_genes"].sum() == genes


def test_ellipse_is_the_joint_confidence_region(study):
    """Uncorrelated: half axes are sqrt(limit) standard errors. R: qf(0.95, 2, 40) = 3.231727."""
    genes = study["genes"].assign(correlation=0.0, correlation_all=0.0)
    named = ("summary", "design", "figures", "trajectories", "labels", "expression")
    made = plane(genes, *(study[name] for name in named))
    region = element(made, "ellipse").iloc[0]
    assert region["width"] == pytest.approx(2 * 0.15 * np.sqrt(2 * 3.231727), rel=1e-6)
    assert region["height"] == pytest.approx(2 * 0.12 * np.sqrt(2 * 3.231727), rel=1e-6)
    assert region["angle"] % 180 == pytest.approx(0, abs=1e-6)
    tilted = plane(study["genes"], *(study[name] for name in named))
    angle = np.radians(element(tilted, "ellipse")["angle"].iloc[0])
    # The long axis of a covariance: tan(2 angle) = 2 cov / (var_x - var_y).
    assert np.tan(2 * angle) == pytest.approx(2 * -0.4 * 0.15 * 0.12 / (0.15**2 - 0.12**2))
    assert stats.f.ppf(0.95, 2, 40) == pytest.approx(3.231727, rel=1e-6)


def test_components_by_response_count_patients_and_say_nothing_where_nobody_has_one(study):
    made = build("pca", study)
    people = study["pca"].loc[study["pca"]["group"] != "healthy"].drop_duplicates("patient")
    n = people["patient"].str[0].value_counts()
    groups = element(made, "group").set_index("label")["n_patients"]
    assert groups.to_dict() == {"responder": n["R"], "nonresponder": n["N"], "unlabelled": n["U"]}
    ax = draw("pca", made).axes[1]
    dots = [each for each in ax.collections if isinstance(each, PathCollection)]
    drawn_as = pd.Series([to_hex(c) for each in dots for c in each.get_facecolors()])
    samples = study["pca"].loc[study["pca"]["group"] != "healthy", "patient"].str[0].value_counts()
    for label, letter in (("responder", "R"), ("nonresponder", "N"), ("unlabelled", "U")):
        assert drawn_as.eq(LABEL[label].lower()).sum() == samples[letter]
    words = [text.get_text() for text in ax.get_legend().get_texts()]
    assert f"responders ({n['R']})" in words and f"non-responders ({n['N']})" in words
    few = build("pca", study | {"suppress_below": 5})
    assert "n_patients" not in element(few, "group")  # the unlabelled are two
    words = [text.get_text() for text in draw("pca", few).axes[1].get_legend().get_texts()]
    assert "responders" in words
    nobody = build("pca", study | {"labels": study["labels"].assign(label="treated")})
    assert element(nobody, "group").empty
    assert "by clinical response" not in element(nobody, "caption")["text"].iloc[0]


def test_flow_tells_the_clinic_before_the_samples_and_who_is_compared():
    """Steps without a number are left out; numbers are those of the flow of patients."""
    found = build("flow", small_study.results())
    stages = found[found["element"] == "stage"].set_index("stage")
    assert list(stages.index[:3]) == ["randomised", "visits reached", "read"]
    assert stages.loc["randomised", ["text", "note"]].tolist() == [
        "30 patients",
        "before: drug 14, placebo 16",
    ]
    assert stages.loc["visits reached", "text"] == "week 4 28, week 12 25"
    assert stages.loc["visits reached", "note"] == "week 12: drug 13"
    assert stages.loc["read", "note"] == "blood drawn: before 16, healthy 8"
    contrasts = found.loc[found["element"] == "contrast", "text"].tolist()
    assert contrasts == [
        "patients against healthy people: 24 persons",
        "change in all patients: 5 pairs",
    ]


def test_flow_names_contrasts_of_arms_and_leaves_out_those_without_a_fit():
    study = small_study.results()
    arms = pd.DataFrame(
        [("contrast", "change_control", "all", 7, 14, 7, "model of 61 samples"),
         ("contrast", "drug_effect", "all", np.nan, np.nan, np.nan, "not fitted: no control")],
        columns=["stage", "detail", "arm", "n_patients", "n_samples", "n_pairs", "note"],
    )  # fmt: skip
    flow = pd.concat([study["patient_flow"], arms], ignore_index=True)
    found = build("flow", study | {"patient_flow": flow})
    assert found.loc[found["element"] == "contrast", "text"].tolist()[2:] == [
        "change in the control arm: 7 pairs"
    ]
    assert "withheld" not in " ".join(found["text"].dropna())


@pytest.mark.parametrize("name", ["sets", "modules", "association", "diagnostics"])
def test_figures_mark_what_passes_the_alpha_of_the_study(name, study):
    stricter = study | {"trajectories": study["trajectories"] | {"alpha": 0.003}}
    made = build(name, stricter)
    assert element(made, "study")["alpha"].tolist() == [0.003]
    caption = element(made, "caption")["text"].iloc[0]
    assert "below 0.003" in caption
    assert "0.05" not in caption
    shown = [text.get_text() for text in draw(name, made).findobj(Text)]
    assert any("0.003" in words for words in shown)
    assert not any("0.05" in words for words in shown)


def drawn(ax):
    """Lines and dots without the marks of ticks, which are one line of markers an axis."""
    return [line for line in ax.get_lines() if line.get_marker() not in (TICKLEFT, TICKDOWN)]


def test_tipping_points_are_those_of_the_tables(study):
    made = build("tipping", study)
    kept, sets = element(made, "kept"), element(made, "set").set_index("set")
    curve = study["tipping"]
    np.testing.assert_allclose(kept["percent"], 100 - 100 * curve["shortfall"], atol=1e-9)
    assert kept["n_kept"].tolist() == curve["n_kept"].tolist()
    half = study["tipping_points"].set_index("set")["half_lost"]
    # the step before the one at which more than half is lost
    assert sets["percent"]["reverted"] == pytest.approx(100 * (1 - half["reverted"] + 0.05))
    assert np.isnan(sets["percent"]["induced"])
    # The sentences stand once on a page, under who is missing; the picture in words has them.
    assert "A sentence on the reverted set." in element(made, "alt")["text"].iloc[0]
    assert "A sentence on the reverted set." not in element(made, "caption")["text"].iloc[0]
    told = [text.get_text() for text in draw("tipping", made).findobj(Text)]
    assert f"week 12: half kept to {sets['percent']['reverted']:.0f}%".replace("-", "−") in told
    assert "week 12: more than half kept throughout" in told
    nobody = build("tipping", study | {"tipping": curve.head(0)})
    assert "absent" in set(nobody["element"])
    several = [curve.assign(visit=f"week {k}") for k in (4, 8, 12)]
    points = [study["tipping_points"].assign(visit=f"week {k}") for k in (4, 8, 12)]
    many = {"tipping": pd.concat(several), "tipping_points": pd.concat(points)}
    figure = draw("tipping", build("tipping", study | many))
    assert [len(drawn(ax)) for ax in figure.axes] == [7, 4]  # 3 lines, 3 dots, no change
    arms = [(name, arm) for name in ("reverted", "induced") for arm in ("high", "low")]
    several, points = (
        [
            whole[whole["set"].eq(name)].assign(set=f"{name}_beyond_control", group=arm)
            for name, arm in arms
        ]
        for whole in (curve, study["tipping_points"])
    )
    both = {"tipping": pd.concat([curve, *several])}
    both["tipping_points"] = pd.concat([study["tipping_points"], *points])
    figure = draw("tipping", build("tipping", study | both))
    assert [len(drawn(ax)) for ax in figure.axes] == [3, 2, 5, 3]
    told = [text.get_text() for text in figure.findobj(Text)]
    assert any(text.startswith("week 12, high: half kept to") for text in told)


@pytest.mark.parametrize("visits", [2, 3, 15])
def test_flow_counts_the_first_and_the_last_visit_however_many_there_are(visits):
    study = small_study.results()
    drawn = pd.DataFrame({"stage": "blood drawn", "detail": [f"week {k}" for k in range(visits)]})
    drawn = drawn.assign(arm="all", n_patients=range(40, 40 - visits, -1))
    clinic = study["patient_flow"][study["patient_flow"]["stage"].ne("blood drawn")]
    found = build("flow", study | {"patient_flow": pd.concat([clinic, drawn], ignore_index=True)})
    notes = element(found, "stage")["note"].dropna()
    (note,) = notes[notes.str.startswith("blood drawn")]
    assert note.startswith("blood drawn: week 0 40, ")
    assert note.endswith(f"week {visits - 1} {41 - visits}")
    assert ("…" in note) == (visits == 15)
