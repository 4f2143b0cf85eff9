"""Columns of the tables of `composition`."""

from revertome.columns.form import table
from revertome.columns.quality import WHO
from revertome.columns.trajectories import plane

TABLES = (
    table(
        "composition/cells.tsv",
        """One row per sample and type of white cell. Without rows where the sheets have no counts
        and samples do not look like whole blood ([how](composition.md)).""",
        WHO
        + """
cell_type  text    -         type of white cell: neutrophils, monocytes, b_cells, cd4_t_cells, ... or as the study names it
percent    number  0 to 100  percent of the white cells; missing where there is no count or no estimate
se         number  0 to 100  standard error of an estimate, percentage points; missing for counts
apart      number  percent   by one half of the marker genes less by the other, percentage points; missing for counts
source     text    -         measured (counts of the sheets) or estimated (by marker genes)
""",
    ),
    table(
        "composition/fit.tsv",
        "One row per sample and source: what speaks against its counts or its estimate.",
        WHO
        + """
source       text     -         measured or estimated
total        number   0 to 100  sum of the types counted, percent of the white cells
n_markers    integer  genes     marker genes behind the estimate
residual_sd  number   log2      robust SD of the marker genes around what the cells explain
correlation  number   -1 to 1   Pearson correlation of the marker genes with what the cells explain, both over healthy
note         text     -         why the sample has no counts or no estimate; missing where it has
""",
    ),
    table(
        "composition/agreement.tsv",
        "Measured beside estimated percent: one row per cell type that has both in five samples.",
        """
cell_type      text     -          type of white cell; lymphocytes are the sum of their types
n              integer  samples    samples with both
spearman       number   -1 to 1    rank correlation of both
difference     number   percent    mean of estimated less measured, percentage points
difference_sd  number   percent    standard deviation of it between samples
""",
    ),
    table(
        "composition/trajectories.tsv",
        """Types of cells classed by the tests that class genes, on percentage points: do they revert?
        One row per type; no rows without healthy people or follow-up.""",
        """
cell_type  text     -        type of white cell
source     text     -        measured or estimated
n_samples  integer  samples  samples in which it is known
split_half_reliability  number  0 to 1  of an estimate: the most of its variance within groups and visits that can be true, by how two halves of the marker genes agree; missing for counts
"""
        + plane("percent")
        + """
note       text     -        why there is no estimate; missing where there is one
""",
    ),
)
