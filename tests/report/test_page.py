"""The report: what it says, that it stands alone, and that nothing in it can run."""

import re
from html import escape, unescape
from html.parser import HTMLParser
from urllib.request import urlopen

import pandas as pd
import pytest

import small_study
from options import section
from revertome import naming
from revertome.columns import table_of
from revertome.differential.engines import engine_names, get_engine
from revertome.figure_list import FIGURES
from revertome.figures import draw
from revertome.figures.style import encode
from revertome.report import methods, summary
from revertome.report.page import page, picture
from revertome.source_data import build

HOSTILE = "<script>alert(1)</script>"
NOT_DRAWN = ("control_arm",)  # no arms
SAID = small_study.said(f"warned {HOSTILE}")


def images(name, source):
    """The files of a figure; the PNG stands for one larger than the SVG."""
    return {"svg": encode(draw(name, source), "svg"), "png": b"0" * 10**7, "pdf": b""}


class Reader(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def study():
    found = small_study.results()
    found["trial"] = found["trial"].replace("drug", HOSTILE)
    return found, {name: build(name, found) for name in FIGURES}


@pytest.fixture(scope="module")
def pictures(study):
    return [picture(name, source, images(name, source)) for name, source in study[1].items()]


def hostile_page(study, pictures):
    """The page of a study whose texts try to run."""
    found, sources = study
    beside = {
        "finding": f"Found {HOSTILE}",
        "number": 984,
        "source": HOSTILE,
        "contrast": [HOSTILE],
    }
    config = small_study.CONFIG | {"title": f"Title {HOSTILE}", "published": [beside]}
    return page(config, found, sources, pictures, {"numpy": "2.0"}, SAID)


@pytest.fixture(scope="module")
def html(study, pictures):
    return hostile_page(study, pictures)


def test_asks_for_nothing_outside_itself(html):
    addresses = [
        value
        for _, attributes in Reader(html).tags
        for key, value in attributes.items()
        if key in ("src", "href", "srcset", "data", "action")
    ]
    assert len(addresses) > len(FIGURES)
    assert [a for a in addresses if re.match(r"(https?:)?//", a or "")] == []
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_shows_every_figure_with_its_words_and_source(html):
    tags = Reader(html).tags
    shown = [name for name in FIGURES if name not in NOT_DRAWN]
    assert [a["id"] for tag, a in tags if tag == "figure"] == shown
    pictures = [a for tag, a in tags if tag == "img" and "src" in a]
    assert len(pictures) == len(shown)
    assert all(a["src"].startswith("data:image/") and len(a["alt"]) > 60 for a in pictures)
    links = {a.get("href") for tag, a in tags if tag == "a"}
    assert {f"source_data/{name}/words.tsv" for name in shown} <= links
    assert {"source_data/volcano/gene.tsv", "source_data/flow/stage.tsv"} <= links


def test_pictures_are_those_that_were_drawn(study):
    words = """Anna's 50% <b>"é"</b> #1 & more? x²; a+b"""
    svg = f'<svg width="80pt"><text x="1">{escape(words)}</text>\n  <path d="M 0 1 \nL 2 3"/></svg>'
    large = b"0" * 10 * len(svg)
    for images in ({"svg": svg.encode(), "png": large}, {"svg": large, "png": b"\x89PNG'\""}):
        made = picture("volcano", study[1]["volcano"], images)
        html = page(small_study.CONFIG, *study, [made], {}, small_study.said())
        (address,) = [a["src"] for tag, a in Reader(html).tags if tag == "img" and "src" in a]
        with urlopen(address) as read:
            shown = read.read()
        assert shown == min(images.values(), key=len).replace(b"\n  ", b" ").replace(b" \n", b" ")


def test_escapes_what_studies_write(html):
    assert HOSTILE not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert [tag for tag, _ in Reader(html).tags].count("script") == 2


def test_alarms_stand_before_the_summary_and_warnings_at_the_end(study):
    found, sources = study
    alarms = small_study.said(f"all 8 stand apart {HOSTILE}", severity="alarm")
    both = pd.concat([alarms, small_study.said("read as Windows-1252")])
    told = page(small_study.CONFIG, found, sources, [], {}, both)
    box = told[told.index('<section id="alarms"') : told.index('<section id="summary">')]
    assert "Look at this first" in box
    assert "<li>quality: all 8 stand apart &lt;script&gt;" in box
    assert '<a href="#warnings">1 further warning</a>' in box
    assert "Windows" not in box
    end = told[told.index('<section id="warnings">') :]
    assert "<li>quality: read as Windows-1252</li>" in end
    assert "stand apart" not in end


def test_no_box_without_an_alarm(html):
    assert 'id="alarms"' not in html
    assert "Alarms (" not in html


def test_first_numbers(study):
    found, sources = study
    told = summary.facts({**found, "flow": sources["flow"]}, small_study.DESIGN)
    by_name = {fact.name: (fact.value, fact.note) for fact in told}
    assert by_name["Responders"] == ("9", "8 with both visits")
    assert by_name["Healthy"] == ("8", "")
    n = int((found["genes"]["class"] == "reverted").sum())
    assert by_name["Genes reverted"] == (str(n), "1 or fewer expected false")


def test_page_is_the_same_every_time(study, pictures, html):
    assert hostile_page(study, pictures) == html


def test_summary_counts_sets_and_states_limits():
    genes = pd.DataFrame(
        {
            "gene": list("ABCDE"),
            "class": ["reverted", "reverted", "reverted", "induced", "unresolved"],
            "disease": [2.0, 1.5, -1.0, 0.1, 0.4],
            "change": [-2.0, -1.4, 1.0, 1.8, -0.1],
            "change_nonresponders": [0.0] * 5,
            "responder_specific": [True, False, False, False, False],
        }
    )
    classes = pd.DataFrame(
        {
            "class": ["reverted", "induced", "unresolved"],
            "n_genes": [3, 1, 1],
            "expected_false": [1.7, None, None],
            "n_holding": [2, None, None],
        }
    )
    group = {"element": "group", "label": "responder", "name": "responders"}
    flow = pd.DataFrame([group | {"n_patients": 9.0, "n_pairs": 8.0}])
    absent = pd.DataFrame({"element": ["absent", "caption"], "text": ["no score", "no score"]})
    told = {"genes": genes, "summary": classes, "flow": flow, "interferon": absent}
    told["trial"], told["labels"] = pd.DataFrame(), pd.DataFrame({"label": ["responder"]})
    reverted, induced = summary.findings(told, small_study.CONFIG)
    assert reverted.startswith("3 genes are reverted in responders")
    assert "(2 higher, 1 lower)" in reverted
    assert "at least half of the way by week 12" in reverted
    assert "Of these, about 2 are expected to be false. 2 hold in every sensitivity" in reverted
    assert reverted.endswith(
        " 1 of these genes was shown to change differently in responders and non-responders "
        "(interaction, false discovery rate 5%)."
    )
    treated = told | {"labels": pd.DataFrame({"label": ["treated"]})}
    assert "reverted in all patients" in summary.findings(treated, small_study.CONFIG)[0]
    few = told | {"summary": classes.assign(expected_false=0.2)}
    sentence = "Of these, 1 or fewer are expected to be false."
    assert sentence in summary.findings(few, small_study.CONFIG)[0]
    assert induced.startswith(
        "1 gene is induced in all patients: they change under treatment (1 up"
    )
    assert (
        "before treatment they differed from healthy by less than half of that change." in induced
    )
    assert induced.endswith(
        " None of these genes was shown to change differently in responders and non-responders "
        "(interaction, false discovery rate 5%)."
    )
    assert "to be false" not in induced
    limits = summary.limits(told, small_study.CONFIG)
    assert limits[0] == "Steroids were tapered over the same time."
    assert "uncontrolled before/after contrast" in limits[1]
    assert limits[2].endswith("does not rest on them.")
    assert limits[3].startswith("1 gene unresolved. Unresolved is an answer")
    for enough in (True, False):
        more = told | {"statements": pd.DataFrame({"statement": ["Power."], "enough": [enough]})}
        assert ("Power." in summary.findings(more, small_study.CONFIG)) == enough
        assert ("Power." in summary.limits(more, small_study.CONFIG)) == (not enough)


def test_summary_names_the_older_rule_and_whole_modules():
    genes = pd.DataFrame(
        {"class": ["persistent"], "disease": [2.0], "change": [-0.4], "change_nonresponders": 0.1}
    ).assign(responder_specific=False)
    classes = pd.DataFrame({"class": ["reverted", "induced"], "n_genes": 0})
    classes = classes.assign(expected_false=0.0, n_holding=0, n_genes_thresholds=[1492, 3])
    told = {"genes": genes, "summary": classes, "trial": pd.DataFrame()}
    told["labels"] = pd.DataFrame({"label": ["responder"]})
    told["flow"] = pd.DataFrame({"element": ["stage"]})
    told["interferon"] = pd.DataFrame({"element": ["absent", "caption"], "text": ["", ""]})
    told["module_classes"] = small_study.MODULE_CLASSES
    conventional, modules = summary.findings(told, small_study.CONFIG)
    assert conventional == (
        "The conventional two-threshold rule, which does not control the false discovery rate, "
        "would list 1,492 reverted and 3 induced genes."
    )
    assert modules.endswith(
        "partial: Interferon (6 genes) (25% recovered, 16% to 36%); induced: M2."
    )
    with naming.named_as({"modules": {"M2": "Neutrophils"}}):
        assert summary.findings(told, small_study.CONFIG)[1].endswith("induced: Neutrophils.")


@pytest.mark.parametrize(
    ("share", "part"),
    [(0.5, "less than half of that change"), (0.2, "less than 20% of that change")],
)
def test_bounds_are_worded_as_configured(share, part):
    genes = pd.DataFrame({"class": ["induced"], "disease": [0.1], "change": [2.0]})
    genes = genes.assign(change_nonresponders=float("nan"), responder_specific=float("nan"))
    classes = pd.DataFrame({"class": ["reverted", "induced"], "n_genes": [0, 1]})
    told = {"genes": genes, "summary": classes.assign(expected_false=None, n_holding=None)}
    told |= {"labels": pd.DataFrame({"label": ["treated"]}), "trial": pd.DataFrame()}
    told["flow"] = pd.DataFrame({"element": ["stage"]})
    told["interferon"] = pd.DataFrame({"element": ["absent", "caption"], "text": ["", ""]})
    trajectories = small_study.CONFIG["trajectories"] | {"induced_disease_at_most": share}
    config = small_study.CONFIG | {"trajectories": trajectories}
    assert summary.findings(told, config)[0].endswith(f"{part}.")


def test_no_claim_without_healthy_samples():
    genes = pd.DataFrame({"disease": [float("nan")], "change_nonresponders": [float("nan")]})
    told = {"genes": genes, "trial": pd.DataFrame()}
    told["summary"] = pd.DataFrame({"class": ["unchanged"], "n_genes": [1]})
    told["flow"] = pd.DataFrame({"element": ["stage"]})
    told["interferon"] = pd.DataFrame({"element": ["absent", "caption"], "text": ["", ""]})
    config = small_study.CONFIG | {"design": small_study.DESIGN | {"healthy": None}}
    assert summary.findings(told, config) == []
    assert summary.limits(told, config)[-1].startswith("Without healthy samples")


def test_references_follow_what_was_run():
    models = small_study.MODELS.assign(engine=["voom", "deseq2"])
    found = " ".join(methods.references(small_study.CONFIG, models))
    for name in ("Law CW", "Love MI", "Muzellec", "Berger RL", "Fieller", "Giannini", "Benjamini"):
        assert name in found
    plain = small_study.CONFIG | {"response": {"source": "none"}}
    limma = " ".join(methods.references(plain, models.assign(engine="limma")))
    assert "Giannini" not in limma
    assert "Love MI" not in limma
    assert "Hoffman GE" not in limma
    assert "Hoffman GE" in " ".join(methods.references(plain, models.assign(engine="mixed")))


@pytest.mark.parametrize("second", ["deseq2", "edger_ql", "mixed"])
def test_an_engine_that_follows_r_is_said_how_near_it_is(study, second):
    """Above the table of models, in the methods and on the page of results, in the same words."""
    found, sources = study
    models = small_study.MODELS.assign(engine=["voom", second])
    said = small_study.said("read as Windows-1252")
    told = unescape(page(small_study.CONFIG, {**found, "models": models}, sources, [], {}, said))
    above = told[told.index('id="table-models"') :]
    above = above[: above.index("<table")]
    notes = {name: get_engine(name).AGREEMENT for name in engine_names()}
    assert bool(notes[second]) == (second != "mixed")
    described = table_of("differential/deseq2/change_all.tsv").about
    for name, note in notes.items():
        if note:
            assert (note in above) == (name == second)
            assert note in described
            assert (told.count(note) == 2) == (name == second)


def test_methods_name_subset_and_further_contrasts():
    chosen = {
        "subset": {"sex": ["female"], "batch": [1, 2]},
        "custom": {"excess": "change_all - disease"},
    }
    config = small_study.CONFIG | {"differential": section("differential", **chosen)}
    [text] = methods.paragraph(config, small_study.MODELS, {})
    assert "limited to samples with sex female; batch 1, 2." in text
    assert (
        "Further contrasts: “excess” is “change in all patients” - “patients against healthy "
        "people”." in text
    )


def test_methods_say_in_whom_classes_were_tested():
    models = small_study.MODELS
    [text] = methods.paragraph(small_study.CONFIG, models, {})
    assert "Induction was tested in all patients, every other class in responders." in text
    everyone = small_study.CONFIG["trajectories"] | {"reverted_in": "all"}
    for rule in ("tests", "thresholds"):
        config = small_study.CONFIG | {"trajectories": everyone | {"rule": rule}}
        assert "Classes were tested in all patients." in methods.paragraph(config, models, {})[0]


def test_methods_of_a_study_without_healthy_samples_name_no_class():
    models = small_study.MODELS
    config = small_study.CONFIG | {"design": small_study.DESIGN | {"healthy": None}}
    [text] = methods.paragraph(config, models, {})
    assert "Without healthy samples no gene was classed" in text
    assert "intersection-union" not in text
    assert "Berger RL" not in " ".join(methods.references(config, models))


def test_what_numbers_and_claims_rest_on_is_printed(html):
    """Hints on the use of the page are left out of print; what its sentences rest on is not."""
    hidden = re.search(r"@media print \{.*?display: none", html, re.DOTALL)[0]
    assert ".hint:not(.kept)" in hidden
    assert '<p class="hint kept">Genes are counted at an adjusted p below' in html
    for words in ("A heading sorts", "All "):
        assert f'<p class="hint">{words}' in html
