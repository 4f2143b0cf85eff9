"""What the drug did beyond control comes first, and the uncontrolled sets are called so."""

import pandas as pd
import pytest

import small_study
from revertome.naming import named_as
from revertome.report.beyond import beyond_facts
from revertome.report.page import page
from revertome.report.summary import facts, findings, limits
from revertome.source_data import build
from revertome.trajectories.beyond_words import DISEASE, LEAD, counted, ended
from revertome.visits import in_order

ARM = {"column": "arm", "control": "placebo", "until": "week 4"}
DESIGN = small_study.DESIGN | {"followup": ["week 4", "week 12"], "arm": ARM}
CONFIG = small_study.CONFIG | {"design": DESIGN}
ASKED = CONFIG | {"design": in_order(DESIGN)}
ROW = {
    "visit": "week 4", "arm": "drug", "control": "placebo", "n_patients": 12, "n_control": 11,
    "drug_effects": 40, "reverted_up": 30, "reverted_down": 1, "induced_up": 0, "induced_down": 0,
    "expected_false_reverted": 1.6, "expected_false_induced": 0.0,
}  # fmt: skip
SUMMARY = pd.DataFrame(
    [ROW | {"statement": counted(ROW)}, {"visit": "week 12", "statement": ended("week 12", DESIGN)}]
)


@pytest.fixture(scope="module")
def tables():
    found = small_study.results()
    found |= {name: build(name, found) for name in ("flow", "interferon", "volcano")}
    beyond = pd.DataFrame(
        {"visit": "week 4", "arm": "drug", "gene": found["genes"]["gene"], "class": "unresolved"}
    )
    return found | {"beyond_control": beyond, "beyond_summary": SUMMARY}


def test_sets_beyond_control_stand_before_the_uncontrolled_ones(tables):
    shown = {fact.name: fact for fact in facts(tables, ASKED["design"])}
    assert shown["Responders"].note.endswith("with samples at before and week 12")
    names = [name for name in shown if name.startswith("Genes")]
    assert names == ["Genes reverted beyond control", "Genes induced beyond control",
                     "Genes reverted, uncontrolled", "Genes induced, uncontrolled",
                     "Genes reverted beyond composition",
                     "Genes induced beyond composition"]  # fmt: skip
    reverted = shown["Genes reverted beyond control"]
    assert (reverted.value, reverted.note) == (
        "31",
        "drug, week 4; about 2 expected false",
    )
    assert shown["Genes induced beyond control"].note == "drug, week 4"


def test_sentences_come_in_the_same_order_and_name_the_last_visit(tables):
    words = findings(tables, ASKED)
    assert words[:3] == [f"{LEAD} {DISEASE}", counted(ROW), ended("week 12", DESIGN)]
    alone = [k for k, text in enumerate(words) if text.startswith("Without a control: ")]
    assert len(alone) == 2 and alone[0] > 3
    assert "are reverted in" in words[alone[0]]


def test_statements_have_the_names_of_the_study_and_keep_what_is_withheld(tables):
    few = SUMMARY.assign(n_patients=float("nan"), statement=["withheld here", "x"])
    named = {"arms": {"drug": "anakinra"}, "visits": {"week 4": "month 1"}}
    with named_as(named, ASKED["design"]):
        words = findings(tables, ASKED)
        assert words[1].startswith("month 1, arm anakinra (12 patients with a sample) against")
        assert words[2].startswith("week 12: no control. Patients of placebo were without the drug")
        assert "up to month 1 only" in words[2]
        assert findings(tables | {"beyond_summary": few}, ASKED)[1] == "withheld here"


def test_drug_effects_without_healthy_people_are_a_line_a_visit(tables):
    config = ASKED | {"design": ASKED["design"] | {"healthy": None}}
    rows = pd.DataFrame(
        [ROW | {"arm": arm, "drug_effects": n, "reverted_up": float("nan")}
         for arm, n in (("drug", 40), ("all active arms", 1234))]
    ).assign(statement="not this")  # fmt: skip
    words = findings(tables | {"beyond_summary": rows}, config)
    assert words[:2] == [
        LEAD,
        "Genes that change beyond placebo by week 4: 40 with drug, 1,234 with all active arms.",
    ]


def test_arms_have_a_number_each():
    both = pd.DataFrame([ROW, ROW | {"arm": "all active arms", "reverted_up": 7}])
    found = beyond_facts({"beyond_summary": both})
    assert [fact.value for fact in found] == ["31", "0", "8", "0"]
    assert found[2].note.startswith("all active arms, week 4")


def test_without_healthy_people_no_set_is_counted():
    none = SUMMARY.assign(reverted_up=float("nan"))
    assert beyond_facts({"beyond_summary": none}) == []
    assert beyond_facts({}) == []


def test_the_caveat_says_where_the_control_ended(tables):
    [caveat] = [text for text in limits(tables, ASKED) if "without “beyond control”" in text]
    assert (
        "At week 12 there is no control, as placebo was without the drug to week 4 only" in caveat
    )
    assert caveat.index("reverted set") < caveat.index("known to week 4, and nothing of it")
    assert "without an untreated group" not in caveat


def test_the_page_lists_the_genes_beyond_control(tables):
    sources = {name: tables[name] for name in ("flow", "interferon", "volcano")}
    claimed = tables["beyond_control"].assign(drug_effect=-1.5, adj_p_reverted=0.01)
    claimed.loc[claimed.index[:3], "class"] = "reverted beyond control"
    html = page(CONFIG, tables | {"beyond_control": claimed}, sources, [], {}, small_study.said())
    rows = html[html.index('id="rows-beyond_control"') :].partition("</table>")[0]
    assert rows.count("<tr>") == 4
    assert html.index('id="table-beyond_control"') < html.index('id="table-reverted"')
