"""Columns of the tables behind the figures of cell content."""

from revertome.columns.source_data.figure import BAND, figure

TABLES = (
    figure(
        "cells",
        "Cell content against healthy people.",
        """
panel      integer  -         place of the panel, from 0
cell_type  text     -         type of white cell
source     text     -         measured or estimated
class      text     -         class of the type by the tests that class genes, on percentage points
patient    text     -         patient id, or id of the healthy person
group      integer  -         line that the patient belongs to, from 0
arm        text     -         arm of the line; all
label      text     -         response label of the line; all
words      text     -         words of the line
visit      text     -         visit
x          number   -         place of the visit, from 1; 0: healthy
value      number   0 to 100  percent of the white cells
mean       number   0 to 100  mean of the group
CI.L       number   0 to 100  lower 95% limit
CI.R       number   0 to 100  upper 95% limit
n          integer  patients  patients behind the mean
"""
        + BAND,
    ),
    figure(
        "composition_plane",
        "The trajectory plane by what follows composition.",
        """
panel                    text     -        panel A or B
gene                     text     -        gene symbol
disease                  number   log2     disease effect, in the model with composition
change                   number   log2     change under treatment, in the same model
class                    text     -        class of the gene without composition in the model
share                    number   -        share of the change that follows composition; missing where the change is not shown
mark                     text     -        of the set of the panel: survives (beyond composition too), lost, gained (beyond composition only), or shown where nothing is claimed
label                    text     -        name printed beside the point
patients                 text     -        patients of a panel
claim                    text     -        set of a panel; missing for both
group                    text     -        patients of a panel; the reference group of the study
set                      text     -        reverted or induced
n_genes                  integer  genes    genes of the set without composition in the model
n_both                   integer  genes    of these, genes that are so beyond composition; missing where nothing is claimed
n_gained                 integer  genes    genes that are so beyond composition only
recovered_at_least       number   0 to 1   least recovered fraction that is reverted
recovered_at_most        number   -        largest recovered fraction that is reverted
induced_disease_at_most  number   -        largest disease effect, as a share of the change, that is induced
alpha                    number   0 to 1   false discovery rate
rule                     text     -        trajectories.rule
baseline                 text     -        name of the baseline visit
followup                 text     -        name of the follow-up visit
cell_types               text     -        types of cells in the model
n_samples                integer  samples  samples in the model
""",
    ),
)
