"""No name of a file stands in what people read: of small studies whose names are all raw."""

from functools import cache

import pandas as pd
import pytest

import odd_studies
import small_study
from prose import of_picture, parts, raw_names
from revertome import naming
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.figures.style import encode
from revertome.naming.own import labels_of
from revertome.report.page import page, picture
from revertome.source_data import build

# The names of the small study, and ones that nobody would write in a sentence.
RAW = {
    "before": "day_1",
    "week 4": "month1",
    "week 12": "month6",
    "drug": "drug_a",
    "placebo": "arm_b",
    "IRG28": "b_cell",
    "M1.2": "G2_M1.2",
    "M3.4": "H_TNFA_NFKB",
    "M1": "LI_M53_INFLAMMASOME",
    "neutrophils": "nk_cell",
    "monocytes": "IFN1_ONLY",
    "age": "steroid_dose",
}
KNOWN = {*RAW.values(), "crp", "esr", "zscore", "ssgsea", "deseq2", "nonresponder", "followup"}
MADE = {
    "responders": small_study.results,
    "no healthy": odd_studies.no_healthy,
    "no response": odd_studies.no_response,
}
STUDIES = [
    "responders",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("no healthy", "no response")),
]
WARNED = "deseq2: too few at month6"


def _renamed(value):
    if isinstance(value, pd.DataFrame):
        return value.replace(RAW)
    if isinstance(value, dict):
        return {name: _renamed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    return RAW.get(value, value) if isinstance(value, str) else value


@cache
def study(name, own=""):
    """Page of a study, and the texts of its figures by name; `own` is its name for everything."""
    found = _renamed(MADE[name]())
    found["expression"].obs = found["expression"].obs.replace(RAW)
    models = found["models"].replace({"none": "batch, crp"}, regex=False)
    found["models"] = models.assign(confounded="none", carried_by="none", dropped="none")
    found["tipping_points"]["statement"] = "month6: arm drug_a keeps 5 of 9 from day_1 on."
    labels = {kind: {raw: f"{own}{raw}" for raw in RAW.values()} for kind in naming.KINDS}
    config = small_study.CONFIG | {"design": found["design"], "labels": labels if own else {}}
    with naming.named_as(labels_of(config), found["design"]):
        sources = {figure: build(figure, found) for figure in FIGURES}
    images = {
        figure: b"<svg/>" if own else encode(draw(figure, sources[figure]), "svg")
        for figure in FIGURES
    }
    pictures = [
        picture(figure, sources[figure], {"svg": images[figure], "png": b"0" * 10**7})
        for figure in FIGURES
    ]
    alarms = small_study.said(WARNED, "S1 (low_correlation)")
    text = page(config, found, sources, pictures, {"numpy": "2.0"}, alarms)
    return text, images


def _raw(texts):
    return {text[:300]: names for text in texts if (names := raw_names(text, KNOWN))}


@pytest.mark.parametrize("name", STUDIES)
def test_sections(name):
    text, _ = study(name)
    # The help of a column tells what stands in the file.
    said = [each for part, each in parts(text) if part not in (*FIGURES, "tables")]
    assert len(said) > 40
    assert _raw(said) == {}


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("name", STUDIES)
def test_captions(name, figure):
    text, _ = study(name)
    assert _raw(each for part, each in parts(text) if part == figure) == {}


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("name", STUDIES)
def test_pictures(name, figure):
    texts = of_picture(study(name)[1][figure])
    assert texts
    assert _raw(texts) == {}


def test_what_a_study_writes_is_shown_and_never_run():
    own = "<script>alert(1)</script>$x_1$&"
    text, _ = study("responders", own)
    assert own not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;$x_1$&amp;") > 10


def test_a_raw_name_is_found():
    html = (
        '<section id="summary"><p>Change in b_cell at month6, <code>a_b</code>; '
        '<a href="x/y_z.tsv">y_z.tsv</a> association/absent_severity.tsv</p>'
        '<figure id="pca"><img alt="PC1 with crp"><figcaption>log2, CRP</figcaption></figure>'
        "<table><tr><th>adj_p</th><td>a_cell</td></tr></table></section>"
    )
    found = [(part, raw_names(text, KNOWN)) for part, text in parts(html)]
    assert [each for each in found if each[1]] == [
        ("summary", ["b_cell", "month6"]),
        ("pca", ["crp"]),
        ("summary", ["adj_p"]),
    ]
    assert raw_names("(Smyth 2005; ~ 0 + label_visit + (1 | patient)). drug_a", KNOWN) == ["drug_a"]
    assert raw_names("trajectories.recovered_at_least: 2; gene_a", KNOWN) == ["gene_a"]
    assert of_picture(b'<svg><text x="1">a &amp; b_c</text></svg>') == ["a & b_c"]
