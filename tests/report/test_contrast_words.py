"""Every contrast in numbers and words, whatever a study can class."""

import numpy as np
import pandas as pd
import pytest

from headline_study import classes, contrast, design, modules, people, study
from revertome.differential.called import called, counted, in_reading_order
from revertome.naming import named_as
from revertome.report.contrast_modules import modules_of, returned
from revertome.report.contrast_tables import FEWER, MANY, in_short, leading
from revertome.report.contrast_words import CARDS, SENTENCES, cards, sentences
from revertome.report.people import Fact, listed

FLOW = people(healthy=(8, 0), responder=(9, 8))
NOT_ESTIMATED = contrast(0, 0).assign(**{"P.Value": np.nan, "adj.P.Val": np.nan, "logFC": np.nan})


def words(tables, config):
    with named_as(None, config["design"]):
        return sentences(tables["counts"], tables, config)


def test_genes_are_called_below_the_rate_and_not_at_it():
    table = contrast(2, 1).assign(**{"adj.P.Val": [0.01, 0.05, 0.049, 1, 1, 1, 1, np.nan]})
    assert list(called(table, 0.05)) == ["up", "none", "down", *["none"] * 5]
    [row] = counted({"disease": table}, "before", 0.05).to_dict("records")
    assert (row["n_up"], row["n_down"], row["n_tested"]) == (1, 1, 8)
    assert (row["leading_up"], row["leading_down"]) == ("G1", "G3")
    assert counted({}, "before", 0.05).empty


def test_drug_effects_are_read_first_and_clinical_variables_last():
    given = ["disease", "change_with_crp", "change_all", "mine", "interaction", "drug_effect_a"]
    assert in_reading_order(given) == [
        "drug_effect_a", "disease", "change_all", "interaction", "mine", "change_with_crp",
    ]  # fmt: skip


def test_each_contrast_has_a_sentence_with_its_genes_and_modules():
    tables, config = study(
        design(),
        FLOW,
        {
            "disease": (4, 1),
            "change_all": (0, 1),
            "interaction": (0, 0),
            "change_with_crp": (1, 1),
        },
        classes(reverted=(0, 0, 0)),
        sets=modules(disease=(3.11, 0.001), change_all=(0.1, 0.4), interaction=(0.3, 0.01)),
    )
    assert words(tables, config) == [
        "Patients against healthy people: 5 of 8 genes differ, 4 higher (first G1, G2, G3) and 1 "
        "lower (G5). Interferon (6 genes) is higher by 3.11 log2, mean of its genes (adjusted "
        "p = 0.001). Of 3 other modules, 3 stand out (B cells lower, T cells lower, Monocytes "
        "lower).",
        "Change in all patients: 1 of 8 genes changes, 0 up and 1 down (G1). None of 4 modules "
        "stands out.",
        "Change in responders less that in non-responders: none of 8 genes is shown to differ. "
        "Interferon (6 genes) is up by 0.30 log2, mean of its genes (adjusted p = 0.01). Of 3 "
        "other modules, 3 stand out (B cells down, T cells down, Monocytes down).",
        "Change with that of CRP: 2 of 8 genes go with it, 1 with it (G1) and 1 against it (G2).",
    ]


def test_scores_speak_where_sets_have_no_test_of_their_own():
    rows = [("ISG6", -0.35, 0.09), ("b_cell", -1.2, 0.001)]
    scores = pd.DataFrame(rows, columns=["module", "estimate", "adj.P.Val"])
    scores = scores.assign(test="disease", group="all", method="zscore")
    scores["P.Value"] = scores["adj.P.Val"]
    other = scores.assign(method="ssgsea", estimate=9.0)
    untested = modules(disease=(3.0, 0.001)).assign(**{"P.own": np.nan})
    tables, config = study(
        design(),
        FLOW,
        {"disease": (0, 0)},
        sets=untested,
        module_tests=pd.concat([scores, other]),
    )
    assert words(tables, config) == [
        "Patients against healthy people: none of 8 genes is shown to differ. Interferon (6 genes) "
        "is not shown to be higher or lower (−0.35 in the mean of its score; adjusted p = 0.09). "
        "Of 1 other module, 1 stands out (B cells lower)."
    ]


def test_what_was_not_estimated_is_said_and_is_no_zero():
    tables, config = study(
        design(), FLOW, {}, contrasts={"drug_effect": NOT_ESTIMATED, "disease": contrast(1, 0)}
    )
    assert words(tables, config)[-1] == (
        "Not estimated at week 12: change in the treated arms less that in the control arm."
    )
    with named_as(None, config["design"]):
        assert cards(tables["counts"], config["design"]) == [
            Fact("Patients against healthy people", "1", "1 higher, 0 lower of 8 genes")
        ]


def many(n=14):
    """A study of three follow-ups and so many changes with clinical variables."""
    variables = {f"change_with_v{k}": (1, 0) for k in range(n)}
    earlier = {"change_all": contrast(2, 1), "disease": contrast(1, 0)}
    last = {"drug_effect": contrast(1, 2)} | earlier
    return study(
        design(("week 4", "week 8", "week 12")),
        FLOW,
        {"disease": (3, 1), "change_all": (0, 0)} | variables,
        visit_contrasts={"week 4": earlier, "week 8": last},
    )


def test_many_contrasts_have_cards_for_the_main_ones_and_one_table():
    tables, config = many()
    counts, own = tables["counts"], config["design"]
    with named_as(None, own):
        shown = cards(counts, own)
        *_, rows = in_short(counts, own)
    assert [fact.name for fact in shown[:3]] == [
        "Change in the treated arms less that in the control arm, week 8",
        "Patients against healthy people",
        "Change in all patients, week 12",
    ]
    assert (shown[2].value, shown[2].note) == ("0", "of 8 genes")
    assert len(shown) == CARDS and len(words(tables, config)) == SENTENCES
    assert len(rows) == 2 + 14 + 1 + 2
    # Disease is the same at every follow-up, and of the baseline.
    assert list(rows.loc[rows["contrast"] == "patients against healthy people", "visit"]) == [
        "baseline"
    ]
    changes = rows[rows["contrast"] == "change in all patients"]
    assert list(changes["visit"]) == ["week 12", "week 4", "week 8"]
    assert list(changes["leading_up"].fillna("")) == ["", "G1, G2", "G1, G2"]


def test_few_contrasts_need_no_table_of_all():
    tables, config = study(design(), FLOW, {"disease": (1, 0), "change_all": (1, 0)})
    assert in_short(tables["counts"], config["design"])[-1].empty


def test_each_contrast_has_a_table_that_says_what_it_leaves_out():
    tables, config = many()
    genes = [f"G{k:03d}" for k in range(300)]
    long = pd.DataFrame({"gene": genes, "logFC": 1.0, "P.Value": np.linspace(0.5, 0.001, 300)})
    tables["contrasts"]["change_all"] = long.assign(**{"adj.P.Val": 1.0, "t": 2.0})
    with named_as(None, config["design"]):
        found = list(leading(tables, config["design"]))
    assert len(found) == 3 + 14 > MANY
    key, title, source, rows = found[2]
    assert (key, source) == ("contrast_change_all", "differential/change_all.tsv")
    assert title == ("Change in all patients, week 12: the 20 genes with the smallest p of 300")
    assert list(rows["gene"]) == genes[: -FEWER - 1 : -1]
    assert list(rows) == ["gene", "logFC", "P.Value", "adj.P.Val"]
    assert found[0][0] == "contrast_week_8_drug_effect"
    assert found[0][2] == "visits/week_8/differential/drug_effect.tsv"
    assert found[1][1] == "Patients against healthy people: all genes"


@pytest.mark.parametrize(
    ("words_", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
     (list("abcdefghij"), "a, b, c, d, e, f, g and 3 more")],
)  # fmt: skip
def test_lists_are_joined_and_cut(words_, text):
    assert listed(words_) == text


def test_whole_modules_that_return_are_named_beside_genes_of_which_none_does():
    names = ["b_cell", "t_cell", "G2_M3.4", "neutrophil"]
    classes = pd.DataFrame({"module": [*names, "ISG6"], "class": ["reverted"] * 4 + ["partial"]})
    assert returned({"module_classes": classes.iloc[3:]}, armed=False) == (
        " 1 whole module returns at least as far (Neutrophils)."
    )
    assert returned({"module_classes": classes}, armed=True) == (
        " Without a control, 4 whole modules return at least as far (first B cells, T cells, "
        "Interferon (M3.4))."
    )
    assert returned({"module_classes": classes.iloc[4:]}, armed=False) == ""
    assert returned({}, armed=False) == ""


def test_a_module_of_a_level_is_neither_higher_nor_lower():
    sets = pd.DataFrame({"contrast": "disease", "module": ["ISG6"], "logFC": [0.1]})
    sets = sets.assign(**{"P.own": 0.4, "adj.P.own": 0.4})
    config = {"trajectories": {"alpha": 0.5}, "figures": {"module": "ISG6"}}
    assert "is higher by 0.10" in modules_of("disease", {"sets": sets}, config)
    other = pd.concat([sets.assign(**{"P.own": 0.9, "adj.P.own": 0.9}), sets.assign(module="M")])
    words = modules_of("disease", {"sets": other}, config)
    assert "Interferon (6 genes) is not shown to be higher or lower (0.10 log2" in words
