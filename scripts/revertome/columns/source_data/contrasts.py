"""Columns of the tables behind the figures of genes in many contrasts."""

from revertome.columns.source_data.figure import figure

TABLES = (
    figure(
        "contrasts",
        "Volcano plots of every contrast.",
        """
contrast    text     -         contrast of the panel
visit       text     -         earlier follow-up that a drug effect is of; else missing
order       integer  -         place of the panel, from 0
n_up        integer  genes     genes called and higher, or risen
n_down      integer  genes     genes called and lower, or fallen
n_tested    integer  genes     genes tested
p_at_alpha  number   0 to 1    largest P that is called; missing where none is
gene        text     -         gene symbol
logFC       number   log2      log2 fold change
P.Value     number   0 to 1    two-sided P
direction   text     -         up, down or none
label       text     -         name printed beside the point
alpha       number   0 to 1    false discovery rate
""",
    ),
    figure(
        "overlap",
        "Genes that contrasts and classes have in common.",
        """
order      integer  -      place of the set from the top, from 0
contrast   text     -      contrast whose genes called are the set
class      text     -      class whose genes are the set
n          integer  genes  genes of the set, or of just the pattern
n_up       integer  genes  genes called and higher, or risen
n_down     integer  genes  genes called and lower, or fallen
pattern    integer  -      place of the pattern from the left, from 0
n_sets     integer  -      sets that a gene of the pattern is in
direction  text     -      up, down, or called (of a class)
gene       text     -      gene symbol
""",
    ),
)
