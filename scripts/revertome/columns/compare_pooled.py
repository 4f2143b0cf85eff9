"""Columns of the effects of modules and genes pooled over studies."""

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
CI.L             number   of the effect   lower 95% limit; missing of two studies
CI.R             number   of the effect   upper 95% limit
statistic        number   -               normal score of the P, with the sign of the estimate
P.Value          number   0 to 1          two-sided P of a mean over studies of 0; missing of two studies
"""
    + APART
    + """
adj_p_common     number   0 to 1          Benjamini-Hochberg of p_common over the genes of a contrast
tau2_moderated   number   effect squared  variance between studies, moderated over genes
"""
)
WHICH = """
module  text  -  module
method  text  -  score method
test    text  -  paired_change or disease
group   text  -  patients: all, responders, nonresponders; treated: responders, or all where response is not known
"""
# Of one study, in its table and in the forest.
OF_STUDY = """
CI.L             number   of the score      lower 95% limit
CI.R             number   of the score      upper 95% limit
error            number   of the score      standard error
weight           number   0 to 1            share of the study in estimate_common
n                integer  pairs or samples  size of the study's test
without          number   of the score      pooled mean without this study
without_CI.L     number   of the score      its lower 95% limit
without_CI.R     number   of the score      its upper 95% limit
without_P.Value  number   0 to 1            its P
"""

TABLES = (
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
"""
        + OF_STUDY,
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
)
