"""What of the sets is left beyond composition, in words beside the sets."""

import pandas as pd
import pytest

import small_study
from revertome.report import methods
from revertome.report.composition import by_composition, composition_facts, surviving
from revertome.report.composition_methods import FULLER, LINSLEY, composition_methods
from revertome.report.contrast_words import counts_of
from revertome.report.summary import facts, findings
from revertome.report.tables import tables as report_tables
from revertome.source_data import build
from revertome.trajectories.composition_summary import DECOMPOSED, counted
from revertome.visits import in_order
from split_genes import split_genes

ASKED = small_study.CONFIG | {"design": in_order(small_study.DESIGN)}


def tables(claimed=True):
    found = small_study.results()
    found |= {name: build(name, found) for name in ("flow", "interferon", "volcano")}
    return found | split_genes(found["genes"], claimed)


def test_numbers_in_words_are_those_of_the_tables():
    made = tables()
    words = by_composition(made, ASKED)
    summary = made["composition_summary"].set_index("set")
    genes = made["beyond_composition"]
    assert len(words) == 3
    for text, name in zip(words, ("reverted", "induced"), strict=False):
        n, both = summary.loc[name, ["n_genes", "n_both"]].astype(int)
        own = genes[genes["class"].eq(name)]
        left = own[own["class_beyond"].ne(f"{name} beyond composition")]
        assert n == len(own) and both == n - len(left)
        assert f"Of {n} genes {name}, {both} are {name} beyond composition" in text
        assert "(neutrophils, NK cells); for the others that is not shown." in text
        half = int(left["change_share"].ge(0.5).sum())
        assert f"change follows the cells in {half} of the {n - both} others (median" in text
    assert words[0].startswith("Cells or regulation: Of ")
    assert words[2] == (
        "Of the white cells from before to week 12, in percentage points: neutrophils 12.3 above "
        f"healthy and then 9.9 down (reverted). {DECOMPOSED}"
    )


def test_modules_that_survive_are_named_and_listed():
    sets = {
        "module": ["ISG6", "neutrophil", "M1", "M2"],
        "class": ["induced", "reverted", "reverted", "partial"],
        "class_beyond": ["induced beyond composition", "unresolved", "reverted beyond composition",
                         "partly reverted beyond composition"],
        "change": [3.0, -2.0, 1.0, 0.5], "method": "zscore",
    }  # fmt: skip
    made = tables() | {"module_composition": pd.DataFrame(sets)}
    assert surviving(made["module_composition"])["module"].tolist() == ["neutrophil", "M1", "ISG6"]
    assert (
        "Whole modules with a class, reverted beyond composition: M1; not shown to be reverted "
        "beyond composition: Neutrophils; induced beyond composition: Interferon (6 genes)."
    ) in by_composition(made, ASKED)
    made |= {"counts": counts_of(made, ASKED)}
    shown = next(t for t in report_tables(made, ASKED["design"]) if t.key == "module_composition")
    assert len(shown.rows) == 3
    nothing = made["module_composition"].assign(class_beyond=None)
    said = by_composition(made | {"module_composition": nothing}, ASKED)
    assert not any("Whole modules" in text for text in said)


def test_what_is_not_claimed_is_only_shown_and_why():
    words = by_composition(tables(claimed=False), ASKED)
    assert "shown but not claimed: the reliability of neutrophils is not known." in words[0]
    assert "of these (median share" in words[0]
    assert composition_facts(tables(claimed=False)) == []
    assert words[-1].endswith(DECOMPOSED)


def test_cells_are_told_where_no_gene_is_in_a_set():
    made = tables(claimed=False)
    made["composition_summary"]["n_genes"] = 0
    [said] = by_composition(made, ASKED)
    assert said.startswith("Cells or regulation: Of the white cells from before to week 12, in per")
    made["cell_trajectories"] = made["cell_trajectories"].head(1)  # none that is in the model
    assert by_composition(made, ASKED) == []


def test_estimates_are_told_to_be_no_more_reliable_than_their_halves_agree():
    made = tables(claimed=False)
    cells = made["cell_trajectories"].assign(split_half_reliability=[0.9, 0.984])
    assert (
        "By how halves of the marker genes agree, the reliability of the estimates is at most: "
        "neutrophils 0.98. What moves all markers of a type together is not in it."
    ) in by_composition(made | {"cell_trajectories": cells}, ASKED)
    assert not any("halves" in text for text in by_composition(made, ASKED))


def test_they_stand_beside_the_sets():
    made = tables()
    said = findings(made, ASKED)
    place = next(k for k, text in enumerate(said) if text.startswith("Cells or regulation: "))
    assert any("are reverted in" in text for text in said[:place])
    assert place <= 3
    names = [fact.name for fact in facts(made, ASKED["design"])]
    at = names.index("Genes induced")
    assert names[at + 1 : at + 3] == [
        "Genes reverted beyond composition",
        "Genes induced beyond composition",
    ]


@pytest.mark.parametrize("gone", [None, "split"])
def test_no_split_is_said_to_be_none(gone):
    made = tables()
    if gone is None:
        del made["composition_summary"]
        assert by_composition(made, ASKED) == []
        return
    why = "no sample of healthy has the percentages of neutrophils"
    made["composition_summary"] = made["composition_summary"].assign(claimed=False, not_claimed=why)
    made["beyond_composition"] = made["beyond_composition"].head(0)
    assert by_composition(made, ASKED) == [
        f"Cells or regulation: the sets are not split by cells: {why}."
    ]


@pytest.mark.parametrize(
    ("n", "both", "beyond", "said"),
    [
        (1, 1, 1, "Of 1 gene reverted, 1 is reverted beyond composition (neutrophils). About 0 of"),
        (3, 3, 3, "Of 3 genes reverted, all 3 are reverted beyond composition (neutrophils). Abo"),
        (3, 1, 1, "Of 3 genes reverted, 1 is reverted beyond composition (neutrophils); for the o"),
        (2, 0, 0, "Of 2 genes reverted, none is reverted beyond composition (neutrophils); for th"),
    ],
)
def test_words_hold_for_all_some_and_none(n, both, beyond, said):
    row = {"set": "reverted", "n_genes": n, "n_both": both, "n_beyond": beyond, "claimed": True}
    row |= {"cell_types": "neutrophils", "expected_false": 0.2}
    row |= {"inflation_disease": 1.0, "inflation_change": 1.0}
    text = counted(row)
    assert text.startswith(said)
    nothing = counted(row | {"n_genes": 0, "n_both": 0, "n_beyond": 1})
    assert nothing.startswith("0 genes reverted. 1 more comes out reverted beyond composition only")
    assert ("for the others" in text) == (both < n) and ("expected" in text) == (beyond > 0)


def test_one_gene_that_is_lost_is_one_other():
    made = tables()
    genes = made["beyond_composition"]
    lost = genes["class"].eq("reverted") & genes["class_beyond"].ne("reverted beyond composition")
    made["beyond_composition"] = genes.drop(index=genes.index[lost][1:])
    assert "of the 1 other (median share" in by_composition(made, ASKED)[0]


@pytest.mark.parametrize(
    ("reliability", "claimed", "said"),
    [
        (0.734, True, "Fuller 1987; reliability 0.73 where it is least). What is beyond"),
        (1.0, True, "The percentages were taken as exact. What is beyond composition was classed"),
        (float("nan"), False, "not known; they were taken as exact, and nothing was claimed of"),
        (0.1, False, "reliability 0.10 where it is least), and nothing was claimed of either"),
    ],
)
def test_methods_say_how_effects_were_split(reliability, claimed, said):
    made = tables()
    summary = made["composition_summary"]
    made["composition_summary"] = summary.assign(reliability=reliability, claimed=claimed)
    cells = composition_methods(made)
    [text] = methods.paragraph(ASKED, small_study.MODELS, {}, cells)
    assert "Percentages of white cells are counts of the sheets." in text
    assert "model with the percentages of neutrophils and NK cells: one part" in text
    assert said in text
    cited = methods.references(ASKED, small_study.MODELS, cells)
    assert (FULLER in cited) == (reliability < 1)


def test_methods_cite_the_signature_of_estimated_cells_only_where_they_split():
    made = tables()
    made["cell_trajectories"]["source"] = "estimated"
    assert composition_methods(made)[0].references == (LINSLEY,)
    made["composition_summary"]["n_samples"] = 0
    assert composition_methods(made) == composition_methods({}) == []


@pytest.mark.parametrize(("inflation", "told"), [(4.0, True), (3.9, False)])
def test_methods_tell_of_the_adjustment_where_cells_and_label_go_together(inflation, told):
    made = tables()
    made["composition_summary"]["inflation_change"] = inflation
    assert ("adjusted over all genes" in composition_methods(made)[1].text) == told
