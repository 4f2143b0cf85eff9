"""Figures of samples, modules and clinic on studies that outgrow a page, and what they tell."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import small_study
from revertome.figures import draw, fitted, style, theme
from revertome.figures.visit_colours import kinds
from revertome.quality.identity import ODDS, UNLIKE
from revertome.source_data import build
from words import misplaced

PAGE = 247  # mm
MODULES = [f"blood_module_of_many_{i:03d}" for i in range(358)]
# Simulation of colour blindness at full strength (Machado, Oliveira & Fernandes 2009), linear RGB.
BLIND = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


@pytest.fixture(scope="module")
def study():
    return small_study.results()


def element(table, name):
    return table[table["element"] == name].dropna(axis="columns", how="all")


def caption(table):
    return element(table, "caption")["text"].iloc[0]


def many(table, names=MODULES):
    """The rows of one module for each of many names, p-values of their own."""
    one = table[table["module"] == table["module"].iloc[0]]
    parts = [one.assign(module=name, **{"P.Value": (7 * i % 358) / 358}) for i, name in
             enumerate(names)]  # fmt: skip
    made = pd.concat(parts, ignore_index=True)
    return made.assign(**{"P.own": made["P.Value"]}) if "P.own" in made else made


def lab(colour, blindness):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    seen = np.clip(np.asarray(BLIND[blindness]) @ linear, 0, 1)
    xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                    [0.0193339, 0.1191920, 0.9503041]]) @ seen / [0.95047, 1, 1.08883]  # fmt: skip
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("blindness", BLIND)
def test_arms_are_unlike_visits_groups_and_each_other(blindness):
    """CIE 1976 differences; 2.3 is just noticeable."""
    arms = [lab(colour, blindness) for colour in theme.ARM.values()]
    others = [lab(colour, blindness) for colour in (*theme.ROLE.values(), *theme.LABEL.values())]
    assert min(np.linalg.norm(a - b) for a in arms for b in others) > 9
    pairs = [np.linalg.norm(arms[i] - arms[j]) for i in range(6) for j in range(i)]
    assert min(pairs) > 9
    assert min(pairs[:3]) > 21  # of the first three arms
    assert not {*theme.ARM.values()} & {*theme.ROLE.values(), *theme.LABEL.values()}


def test_an_arm_has_one_colour_whichever_arms_a_figure_shows():
    assert style.arm_colours(["placebo", "drug"]) == style.arm_colours(["drug", "placebo", "drug"])
    assert style.arm_colours(["placebo", "drug"])["drug"] == theme.ARM["arm1"]


@pytest.mark.parametrize(
    ("name", "parts", "left"),
    [
        ("modules", ("scores", "module_tests"), 322),
        ("sets", ("sets",), 322),
        ("fingerprint", ("fingerprint",), 322),
        ("association", ("association_tests",), 344),
    ],
)
def test_of_358_modules_the_leading_are_drawn_in_their_order_and_the_rest_told(
    name, parts, left, study
):
    table = build(name, study | {part: many(study[part]) for part in parts})
    shown = element(table, "module").sort_values("order")["module"].tolist()
    assert len(shown) == 358 - left
    assert shown == sorted(shown)
    assert f"Not drawn: {left} modules" in caption(table)
    figure = draw(name, table)
    assert figure.get_size_inches()[1] * 25.4 <= PAGE
    assert misplaced(figure) == []


def test_modules_stand_in_one_order_in_every_figure(study):
    order = list(dict.fromkeys(study["scores"]["module"]))
    for name in ("modules", "sets", "fingerprint", "association"):
        shown = element(build(name, study), "module").sort_values("order")["module"].tolist()
        assert [m for m in shown if m in order] == [m for m in order if m in shown], name


def test_engagement_follows_the_files_and_puts_differences_last(study):
    files = ["IFN2_ONLY", "IFN1_ONLY", "H_TNFA_NFKB", "R_IL1_SIGNALING"]
    scores = pd.concat([study["scores"].query("module == 'ISG6'").assign(module=m) for m in files])
    table = build("engagement", study | {"scores": scores})
    assert element(table, "module")["module"].tolist() == [*files, "IFN1_ONLY - IFN2_ONLY"]


def test_forty_variables_behind_the_components_are_the_twenty_strongest(study):
    one = study["components"][study["components"]["variable"] == "sex"]
    wide = pd.concat(
        [one.assign(variable=f"a_clinical_variable_{i:02d}", **{"P.Value": 10.0**-i}) for i in
         range(41)]
    )  # fmt: skip
    table = build("pca", study | {"components": wide})
    shown = list(dict.fromkeys(element(table, "association")["variable"]))
    assert shown == [f"a_clinical_variable_{i:02d}" for i in range(40, 20, -1)]
    assert "the 20 with the smallest p; the other 21 are in quality/comp" in caption(table)
    figure = draw("pca", table)
    (grid,) = [ax for ax in figure.axes if len(ax.get_yticklabels()) == 20]
    rows = grid.get_window_extent().height / figure.dpi * 25.4 / 20
    assert rows > 2.6  # mm, room for 6 points
    assert misplaced(figure) == []


def test_followups_are_drawn_in_their_order_paler_the_earlier():
    visits = [f"week {i}" for i in range(1, 15)]
    design = pd.DataFrame({"role": ["baseline", *["between"] * 13, "followup"],
                           "visit": ["start", *visits]})  # fmt: skip
    shown = kinds(design)
    light = [lab(shown[name].colour, "none")[0] for name in (*visits[:-1], "followup")]
    assert np.all(np.diff(light) < -1)
    assert light[0] < 90  # still seen on white


def test_followups_between_have_names_in_the_legend(study):
    names = {"before": "before", "week 12": "week 12"}
    visit = study["pca"]["visit"].map(names)
    pca = study["pca"].assign(visit=visit.where(np.arange(len(visit)) % 3 > 0, "week 4"))
    design = study["design"] | {"followups": ["week 4", "week 12"]}
    table = build("pca", study | {"pca": pca, "design": design})
    legend = [t.get_text() for t in draw("pca", table).axes[0].get_legend().get_texts()]
    n = (pca["visit"].eq("week 4") & pca["group"].ne("healthy")).sum()
    assert f"week 4 ({n})" in legend
    assert not [text for text in legend if text.startswith("other visit")]
    assert "paler the earlier they are, from week 4 to week 12" in caption(table)


def test_the_rule_of_doubt_in_the_picture_is_that_of_the_stage(study):
    table = build("quality", study)
    rule = element(table, "rule").iloc[0]
    assert (rule["match_own"], rule["match_other"], rule["unlike"]) == (0, ODDS, -UNLIKE)
    matched = element(table, "match").set_index("sample")
    inside = matched["match_own"].lt(0) & matched["match_other"].gt(ODDS)
    inside |= matched["match_own"].lt(-UNLIKE)
    assert inside.eq(matched["doubtful"].astype(bool)).all()
    assert "(above 7)" in caption(table)
    assert "(below −20" in caption(table)


def test_samples_are_named_or_the_flagged_ones_are(study):
    few = [t.get_text() for t in draw("quality", build("quality", study)).axes[0].texts]
    assert {*study["rle"]["sample"]} <= {*few}
    large = small_study.results(responders=220, nonresponders=80, healthy=60)
    table = build("quality", large)
    flagged = large["samples"].query("flag == 'flag'")["sample"]
    named = [t.get_text() for t in draw("quality", table).axes[0].texts]
    assert {*flagged} <= {*named}
    assert len(named) < 60
    assert "Named: those flagged." in caption(table)


def test_letters_of_panels_are_those_of_the_caption(study):
    names = ["xist", "y_genes", "match_own", "match_other"]
    blind = study["samples"].assign(**dict.fromkeys(names[:2], np.nan))
    for samples, letters in (
        (study["samples"], "ABC"),
        (blind, "AB"),
        (blind.assign(**dict.fromkeys(names, np.nan)), ""),
    ):
        table = build("quality", study | {"samples": samples})
        heads = [t.get_text() for ax in draw("quality", table).axes for t in ax.texts
                 if t.get_weight() == "bold" and t.get_text()]  # fmt: skip
        assert "".join(heads) == letters
        assert [letter for letter in "ABC" if f"{letter}, " in caption(table)] == list(letters)


def test_response_without_endpoints_is_one_panel(study):
    table = build("response", study | {"trial": study["trial"].head(0)})
    assert len(draw("response", table).axes) == 1
    assert "A, " not in caption(table)
    both = build("response", study)
    assert len(draw("response", both).axes) == 2
    assert "A, share of responders" in caption(both)
    assert "B, endpoints at week 4" in caption(both)


def test_of_eighty_questions_those_with_the_smallest_p_are_drawn(study):
    one = study["association_tests"]
    one = one[one["question"] == one["question"].iloc[0]]
    parts = [one.assign(y=f"variable_{i:02d}_change", **{"P.Value": (i + 1) / 100}) for i in
             range(80)]  # fmt: skip
    table = build("association", study | {"association_tests": pd.concat(parts)})
    panels = element(table, "panel")["panel"].str.extract(r"variable_(\d\d)")[0].astype(int)
    assert panels.tolist() == list(range(9))
    assert "71 further questions with larger p: association/tests.tsv" in caption(table)
    figure = draw("association", table)
    assert figure.get_size_inches()[1] * 25.4 <= PAGE
    assert misplaced(figure) == []


def test_flow_keeps_all_its_words_on_one_page(study):
    flow = study["flow"].assign(
        groups="; ".join(f"disease {i} of many words (subset {i}) {i}" for i in range(9))
    )
    table = build("flow", study | {"flow": flow})
    figure = draw("flow", table)
    words = " ".join(t.get_text() for t in figure.axes[0].texts).replace("\n", " ")
    assert "disease 8 of many words (subset 8) 8" in words
    assert misplaced(figure) == []
    long = pd.concat([flow.assign(stage=[f"step {k} {i}" for i in range(len(flow))],
                                  groups=flow["groups"] + f"; {k}") for k in range(5)])  # fmt: skip
    figure = draw("flow", build("flow", study | {"flow": long}))
    assert figure.get_size_inches()[1] * 25.4 <= PAGE
    assert misplaced(figure) == []


@pytest.mark.parametrize("font", ["DejaVu Sans", "Liberation Sans"])
def test_words_are_cut_and_broken_to_their_room_in_any_type(font):
    text = "a_name_of_sixty_letters_that_somebody_gave_to_a_module_no_07"
    with theme.restyled({"font": font}), style.look():
        for room in (30, 80, 150):
            assert fitted.wide(fitted.cut(text, room)) <= room
            parts = fitted.lines(f"{text} and more words", room)
            assert all(fitted.wide(part) <= room for part in parts)
            assert "".join(parts).replace(" ", "") == f"{text}andmorewords"
            assert len(fitted.lines(text, room, most=2)) <= 2
            many = [f"{text[:-2]}{i} and an end that none lacks" for i in range(40)]
            told = fitted.apart([*many, "short"], room)
            assert len({*told}) == 41
            assert told[-1] == "short"
            assert all(fitted.wide(part) <= room + 12 for part in told)
        short = fitted.cut(text, 100)
        assert short.startswith("a_")
        assert short.endswith("07")


def test_names_of_contrasts_stand_clear_of_each_other(study):
    one = study["sets"][study["sets"]["contrast"] == "disease"]
    names = ["disease", "interaction", *(f"change_with_a_long_variable_no_{i}" for i in range(18))]
    sets = pd.concat([one.assign(contrast=name) for name in names])
    cells = study["fingerprint"].query("contrast == 'disease'")
    cells = pd.concat([cells.assign(contrast=name) for name in names])
    for name, given in (("sets", {"sets": sets}), ("fingerprint", {"fingerprint": cells})):
        for few in (3, 5, 8, 20):
            kept = {part: table[table["contrast"].isin(names[:few])] for part, table in
                    given.items()}  # fmt: skip
            table = build(name, study | kept)
            assert misplaced(draw(name, table)) == [], (name, few)
            assert ("8 further contrasts" in caption(table)) == (few == 20)


def test_one_visit_shows_how_patients_differ_from_healthy_people(study):
    disease = study["module_tests"].assign(test="disease")
    design = study["design"] | {"followup": None, "followups": []}
    table = build("modules", study | {"module_tests": disease, "design": design})
    assert caption(table).startswith("Difference from healthy people of 8 module scores")
    assert "less that of healthy people" in draw("modules", table).axes[0].get_xlabel()
