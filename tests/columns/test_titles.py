"""Headings for people: by rule, and no two alike in a table."""

from collections import Counter

import pytest

from revertome.columns import TABLES, column_of, table_of
from revertome.columns.titles import title


@pytest.mark.parametrize(
    ("file", "name", "text"),
    [
        ("trajectories/genes.tsv", "change_nonresponders", "change in non-responders (log2)"),
        ("trajectories/genes.tsv", "adj_p_reverted", "adjusted p, reverted"),
        ("trajectories/genes.tsv", "recovered_low", "recovered fraction from"),
        ("trajectories/genes.tsv", "sd_ratio_followup", "SD ratio follow-up"),
        ("trajectories/sensitivity.tsv", "n_lost", "genes, lost"),
        ("differential/design.tsv", "n_patients", "number of patients"),
        ("trajectories/summary.tsv", "n_genes_common", "genes common"),
        ("differential/disease.tsv", "logFC", "log2 fold change"),
        ("differential/disease.tsv", "adj.P.Val", "adjusted p"),
        ("differential/disease.tsv", "CI.L", "95% CI from (log2)"),
        ("response/trial.tsv", "p_fisher", "p (Fisher)"),
        ("response/continuous.tsv", "median_percent_change", "median change (%)"),
        ("modules/tests.tsv", "estimate", "estimate"),
    ],
)
def test_by_rule(file, name, text):
    assert title(name, column_of(table_of(file), name)) == text


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_no_two_columns_of_a_table_have_one_heading(table):
    titles = Counter(title(column.name, column) for column in table.columns)
    assert [text for text, n in titles.items() if n > 1] == []
    # What a study names stands in `<...>`, and is put in words by it.
    assert [text for text in titles if "_" in text] == []


def test_a_column_of_no_result_table_is_put_in_words():
    assert title("adj_p_my_claim") == "adjusted p, my claim"
    assert title("_") == "_"
