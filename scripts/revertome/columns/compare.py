"""Columns of the tables of a comparison of studies."""

from revertome.columns.form import table

COUNTED = """
k                integer  studies         studies pooled
studies          text     -               their names, comma-separated
"""
APART = """
adj.P.Val        number   0 to 1          Benjamini-Hochberg over modules, or over the genes of a contrast
PI.L             number   of the effect   lower 95% limit for another study (prediction interval)
PI.R             number   of the effect   upper 95% limit for another study
tau2             number   effect squared  variance between studies (restricted maximum likelihood)
I2               number   0 to 1          share of the variance that is between studies
Q                number   -               Cochran's heterogeneity
p_Q              number   0 to 1          P of Q (Welch's F, as the errors are estimated)
estimate_common  number   of the effect   inverse-variance mean, which speaks of these studies only
p_common         number   0 to 1          P of no effect in any of these studies (Stouffer's normal score)
"""
POOLED = (
    COUNTED
    + """
estimate         number   of the effect   mean over studies, each counted once
CI.L             number   of the effect   lower 95% limit (t with k - 1 degrees of freedom)
CI.R             number   of the effect   upper 95% limit
statistic        number   -               t with k - 1 degrees of freedom
P.Value          number   0 to 1          two-sided P
"""
    + APART
)
POOLED_GENES = (
    COUNTED
    + """
estimate         number   of the effect   random-effects mean; tau2 has the distribution of all genes as prior
CI.L             number   of the effect   lower 95% limit
CI.R             number   of the effect   upper 95% limit
statistic        number   -               normal score of the P, with the sign of the estimate
P.Value          number   0 to 1          two-sided P of a mean over studies of 0
"""
    + APART
    + """
tau2_moderated   number   effect squared  variance between studies, moderated over genes
"""
)
WHICH = """
module  text  -  module
method  text  -  score method
test    text  -  paired_change or disease
group   text  -  patients: all, responders, nonresponders; treated: responders, or all where response is not known
"""
PAIR = """
contrast  text  -  contrast; change_treated: responders, or all where response is not known
study_a   text  -  first study
study_b   text  -  second study
"""

TABLES = (
    table(
        "compare/studies.tsv",
        "One row per study that takes part.",
        """
study      text     -      name in the comparison
title      text     -      title of the study
assay      text     -      microarray or rnaseq
baseline   text     -      name of the baseline visit
followup   text     -      name of the follow-up visit
folder     text     -      result folder that was read
species    text     -      what its gene names are: human, or unknown
n_genes    integer  genes  genes of its largest table, by current symbol
n_renamed  integer  genes  genes that have another symbol today
n_merged   integer  genes  names that are one gene with another today
contrasts  text     -      contrasts found there, comma-separated
residuals  text     -      residual expression found there, with its degrees of freedom
""",
    ),
    table(
        "compare/effects.tsv",
        "Log fold changes side by side, for genes of two or more studies.",
        """
gene      text    -     gene symbol
contrast  text    -     disease, or the change that most studies share
<study>   number  log2  logFC in this study, one column per study
""",
    ),
    table(
        "compare/concordance.tsv",
        "Agreement of log fold changes: one row per contrast and pair of studies.",
        PAIR
        + """
n_genes_a        integer  genes    genes of the first study
n_genes_b        integer  genes    genes of the second study
n_shared         integer  genes    genes of both
pearson          number   -1 to 1  Pearson correlation of logFC
CI.L             number   -1 to 1  lower 95% limit, for other patients of the same kind
CI.R             number   -1 to 1  upper 95% limit
genes_effective  number   genes    number of independent genes that the shared ones are worth
P.Value          number   0 to 1   t test of the correlation with genes_effective - 2 degrees of freedom
adj.P.Val        number   0 to 1   Benjamini-Hochberg over the pairs of a contrast
reliability_a    number   0 to 1   share of the spread of logFC that is no error, first study
reliability_b    number   0 to 1   the same of the second study
disattenuated    number   -1 to 1  pearson / sqrt(reliability_a reliability_b)
spearman         number   -1 to 1  Spearman correlation of logFC
sign_agreement   number   0 to 1   share of genes with the same sign
df               number   -        degrees of freedom of the interval
uncertainty      text     -        what the interval rests on, or why there is none
""",
    ),
    table(
        "compare/rank_overlap.tsv",
        "Overlap of the strongest genes of two studies at several depths.",
        PAIR
        + """
quadrant  text     -       direction in the first and in the second study, such as up_down
share_a   number   0 to 1  share of the genes of the first study that is taken
share_b   number   0 to 1  share of the genes of the second study
n_shared  integer  genes   genes of both studies
overlap   integer  genes   genes taken from both
expected  number   genes   what chance gives
ratio     number   -       overlap / expected
z         number   -       (overlap - expected) / SD, the SD with regard to correlated genes
P.Value   number   0 to 1  one-sided P of more overlap than expected
""",
    ),
    table(
        "compare/transfer.tsv",
        """The reverted and induced genes of one study in the changes of another. `_others`: all other
        shared genes; `_matched`: expected by chance, from genes of like expression.""",
        """
source                   text     -       study whose set it is
target                   text     -       study in which it is followed
set                      text     -       reverted or induced
contrast                 text     -       contrast of the target
n_set                    integer  genes   genes of the set
n_shared                 integer  genes   genes of the set that the target measured
n_same_sign              integer  genes   genes that change the same way
share_same_sign          number   0 to 1  n_same_sign / n_shared
share_same_sign_others   number   0 to 1  the same share of all other genes
share_same_sign_matched  number   0 to 1  share expected by chance
n_replicated             integer  genes   genes whose one-sided P passes Benjamini-Hochberg within the set
share_replicated         number   0 to 1  n_replicated / n_shared
p_cutoff                 number   0 to 1  largest one-sided P that passed
share_at_cutoff_others   number   0 to 1  share of all other genes at or below that P
share_at_cutoff_matched  number   0 to 1  share expected by chance
""",
    ),
    table(
        "compare/transfer_sets.tsv",
        """The sets of one study as gene sets in the contrasts of another: camera, and preranked
        enrichment. Adjusted P values are Benjamini-Hochberg over all rows.""",
        """
source        text     -        study whose set it is
target        text     -        study in which it is tested
set           text     -        class and direction of change, such as reverted_falling
contrast      text     -        contrast of the target
n_set         integer  genes    genes of the set
n_shared      integer  genes    genes of the set that the target measured
difference    number   SD       mean normal score inside the set minus outside
correlation   number   -1 to 1  mean correlation of the genes of the set in the target's own people
t             number   -        camera's t with that correlation; missing without the target's expression
P.Value       number   0 to 1   its two-sided P
adj.P.Val     number   0 to 1   adjusted
NES           number   -        normalised enrichment score, a description without a P
permutations  integer  -        random sets behind it
""",
    ),
    table(
        "compare/modules.tsv",
        "Module effects pooled over studies, in units of the score.",
        WHICH + POOLED,
    ),
    table(
        "compare/module_studies.tsv",
        "Module effects study by study, and the pooled effect without each study.",
        WHICH
        + """
study            text     -                 study
estimate         number   of the score      effect in this study
CI.L             number   of the score      lower 95% limit
CI.R             number   of the score      upper 95% limit
error            number   of the score      standard error
weight           number   0 to 1            share of the study in estimate_common
n                integer  pairs or samples  size of the study's test
without          number   of the score      pooled mean without this study
without_CI.L     number   of the score      its lower 95% limit
without_CI.R     number   of the score      its upper 95% limit
without_P.Value  number   0 to 1            its P
""",
    ),
    table(
        "compare/genes.tsv",
        "Log2 fold changes pooled over studies: one row per gene and contrast.",
        """
gene      text  -  gene symbol
contrast  text  -  contrast
"""
        + POOLED_GENES
        + """
without_low        number  of the effect  smallest pooled mean when one study is left out
without_high       number  of the effect  largest pooled mean when one study is left out
without_largest_p  number  0 to 1         largest P when one study is left out
""",
    ),
    table(
        "compare/joint.tsv",
        "Joint classes: one row per group of studies and gene that any of them classes.",
        """
studies    text    -       studies taken together, comma-separated
gene       text    -       gene symbol
verdict    text    -       all (shown in all), some, one_only or contradicted
class      text    -       class that is shown
shown      text    -       studies whose own table shows a class
P.Value    number  0 to 1  largest P of the studies (intersection-union test); missing where untested
adj.P.Val  number  0 to 1  Benjamini-Hochberg among the genes that pass every screen
classes    text    -       class and direction in each study
""",
    ),
    table(
        "compare/joint_summary.tsv",
        "How many genes get each verdict.",
        """
studies   text     -      studies taken together, comma-separated
n_shared  integer  genes  genes that all of them measured
class     text     -      class; any for contradicted
verdict   text     -      verdict
n_genes   integer  genes  genes
""",
    ),
    table(
        "compare/findings.tsv",
        "The findings of the comparison in words, one per row.",
        "text  text  -  a finding",
    ),
)
