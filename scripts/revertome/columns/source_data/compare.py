"""Columns of the tables behind the figures of a comparison."""

from revertome.columns.compare_pooled import OF_STUDY, WHICH
from revertome.columns.source_data.figure import figure

TABLES = (
    figure(
        "compare_matrix",
        "Correlation of effects of every pair of studies.",
        """
contrast   text     -        disease, or the change that most pairs share
study_a    text     -        first study
study_b    text     -        second study
line       integer  -        line of the matrix, from 0
column     integer  -        column of the matrix, from 0
r          number   -1 to 1  correlation of the true effects; of the measured ones where `freed` is 0
CI.L       number   -1 to 1  lower 95% limit
CI.R       number   -1 to 1  upper 95% limit
freed      integer  -        1 where r is freed of the noise of each study, else 0
pearson    number   -1 to 1  correlation of the measured effects
adj.P.Val  number   0 to 1   Benjamini-Hochberg over the pairs of a contrast
verdict    text     -        agree, opposite, axis (not to be told from a shared axis), open (not shown), dependent (they share people) or untested
label      text     -        words printed in the cell
study      text     -        study, in order of the median of its r with the others
side       text     -        half of the matrix: below or above the diagonal
title      text     -        its contrast in words
""",
        "compare/source_data",
    ),
    figure(
        "compare_concordance",
        "Effects of two studies against each other.",
        """
panel            text     -        letter of the panel
contrast         text     -        contrast
study_a          text     -        study across
study_b          text     -        study up
n                integer  genes    genes of both
pearson          number   -1 to 1  Pearson correlation of the measured logFC
r                number   -1 to 1  correlation of the true effects; of the measured ones where noise is not known
CI.L             number   -1 to 1  lower 95% limit
CI.R             number   -1 to 1  upper 95% limit
genes_effective  number   genes    number of independent genes that the shared ones are worth
P.Value          number   0 to 1   P of the correlation
adj.P.Val        number   0 to 1   Benjamini-Hochberg over the pairs of a contrast
reliability_a    number   0 to 1   share of the spread of logFC that is no error, first study
reliability_b    number   0 to 1   the same of the second study
verdict          text     -        agree, opposite, axis (not to be told from a shared axis), open (not shown), dependent (they share people) or untested
title            text     -        the contrast in words
gene             text     -        gene symbol
x                number   log2     logFC in the first study
y                number   log2     logFC in the second study
interferon       integer  -        1 for genes of the interferon module, else 0
label            text     -        name printed beside the point
""",
        "compare/source_data",
    ),
    figure(
        "compare_forest",
        "Interferon modules by study and pooled.",
        WHICH
        + """
study            text     -                 study
estimate         number   of the score      effect in the study, or pooled
"""
        + OF_STUDY
        + """
line             integer  -                 line of the figure, from 0
title            text     -                 title of the panel
k                integer  studies           studies pooled
studies          text     -                 their names, comma-separated
statistic        number   -                 t with k - 1 degrees of freedom
P.Value          number   0 to 1            two-sided P of the pooled mean
adj.P.Val        number   0 to 1            Benjamini-Hochberg over modules
PI.L             number   of the score      lower 95% limit for another study
PI.R             number   of the score      upper 95% limit for another study
tau2             number   effect squared    variance between studies
I2               number   0 to 1            share of the variance that is between studies
Q                number   -                 Cochran's heterogeneity
p_Q              number   0 to 1            P of Q
estimate_common  number   of the score      inverse-variance mean
p_common         number   0 to 1            P of no effect in any of these studies
""",
        "compare/source_data",
    ),
    figure(
        "compare_transfer",
        "Sets of each study in the contrasts of the others.",
        """
source      text     -       study whose set it is
set         text     -       class and direction of change
target      text     -       study in which it is tested
contrast    text     -       contrast of the target
n_shared    integer  genes   genes of the set that the target measured
t           number   -       camera's t; missing without the target's expression
difference  number   SD      mean normal score inside the set minus outside
adj.P.Val   number   0 to 1  Benjamini-Hochberg over all rows
n_set       integer  genes   genes of the set
line        integer  -       line of the matrix, from 0
column      integer  -       column of the matrix, from 0
label       text     -       words printed in the cell or above the column
""",
        "compare/source_data",
    ),
)
