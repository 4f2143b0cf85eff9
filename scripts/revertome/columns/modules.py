"""Columns of the tables of `modules`."""

from revertome.columns.form import table
from revertome.columns.quality import WHO
from revertome.columns.trajectories import plane

TABLES = (
    table(
        "modules/scores.tsv",
        "Module scores: one row per module, method and sample.",
        """
sample                  text     -             sample id
patient                 text     -             patient id, or id of the healthy person
visit                   text     -             visit of the sample; missing for healthy people
module                  text     -             module
method                  text     -             score method, such as zscore
score                   number   of the score  the score; zscore: healthy SD; median_fold_change: a ratio
reference               text     -             healthy, or baseline in a study without healthy samples
healthy_mean            number   of the score  mean over the reference samples
healthy_sd              number   of the score  standard deviation over the reference samples (n - 1)
threshold               number   of the score  healthy_mean + 2 healthy_sd
above_threshold         boolean  -             whether the score is above the threshold
genes_found             integer  genes         genes of the module that were measured
genes_total             integer  genes         genes of the module
genes_constant          integer  genes         measured genes that do not vary in the reference
genes_missing           text     -             genes that were not measured, comma-separated
genes_below_background  integer  genes         measured genes at background in most samples of every group; missing where no background is known
values_missing          integer  genes         measured genes without a value in the sample
""",
    ),
    table(
        "modules/tests.tsv",
        """Tests of module scores: one row per module, method, test and group. Tests:
        `paired_change` (paired t), `disease` and `residual` (baseline and follow-up against
        healthy, Welch's t), `change_interaction` (Welch's t of changes; both tests of changes are
        regressions where covariates differ between the visits), `mixed` (follow-up effect
        or its interaction with response in a mixed model with covariates; degrees of freedom by
        `modules.degrees`, where those of genes by the engine `mixed` are always
        Satterthwaite's). Of one visit: `disease`, and `baseline` (responders against
        non-responders, Welch's t).""",
        """
module      text     -                  module
method      text     -                  score method
test        text     -                  which test
group       text     -                  all, responders, nonresponders or responders_vs_nonresponders
scale       text     -                  log2 where the score is a ratio, else score
estimate    number   of the score       mean change, or difference
CI.L        number   of the score       lower 95% limit
CI.R        number   of the score       upper 95% limit
statistic   number   -                  t
df          number   -                  degrees of freedom of t
P.Value     number   0 to 1             two-sided P
adj.P.Val   number   0 to 1             Benjamini-Hochberg over modules within test, method and group
n           integer  pairs or people    pairs (changes), people (against healthy), or samples (mixed)
note        text     -                  why there is no estimate, or which covariate was left out
covariates  text     -                  covariates of the test, comma-separated; those against healthy take none
degrees     text     -                  rule of df in the mixed model: nlme or satterthwaite
""",
    ),
    table(
        "modules/visits.tsv",
        """Module scores over all visits: mixed models score ~ visit x arm x response + covariates
        + (1 | patient) of all samples of patients, by REML, with Satterthwaite's degrees of freedom
        as lmerTest has them (for F: Fai and Cornelius), whatever `modules.degrees` says. The
        model has one variance and one correlation for all visits and groups. Where they vary
        unequally its P are wrong (of scores that do not change up to 21% have P.Value below 5%
        with twice the SD in an arm of 6 beside one of 18, up to 34% for F); P.own hold their level (4%
        to 6%; up to 9% where three or four patients of an arm have the visit), and sentences and figures use them. One row per module, method, contrast
        and visit; `all visits` is the F test over the visits.""",
        """
module        text     -             module
method        text     -             score method
contrast      text     -             change, change_responders, change_nonresponders, interaction; with arms change_treated, change_control, change_<arm>, drug_effect, drug_effect_<arm> (one baseline mean of all arms), drug_effect_interaction (drug effect on the change of responders - of non-responders; not a randomised comparison)
arm           text     -             whose change it is: all, active (arms with the drug) or an arm
visit         text     -             follow-up, set against baseline; or all visits
scale         text     -             log2 where the score is a ratio, else score
estimate      number   of the score  mean change, or difference; missing for F
CI.L          number   of the score  lower 95% limit
CI.R          number   of the score  upper 95% limit
statistic     number   -             t; F over all visits
df_numerator  number   -             degrees of freedom of the numerator of F; missing for t
df            number   -             degrees of freedom of t, or of the denominator of F
P.Value       number   0 to 1        two-sided P
adj.P.Val     number   0 to 1        Benjamini-Hochberg over modules within contrast, visit and method
own.L         number   of the score  lower 95% limit with variances of the compared groups and visits of their own (cluster-robust, CR2)
own.R         number   of the score  upper 95% limit
df.own        number   -             its degrees of freedom (Bell and McCaffrey, Welch)
P.own         number   0 to 1        two-sided P with these variances; over all visits Simes' P of those of the visits
adj.P.own     number   0 to 1        Benjamini-Hochberg over modules within contrast, visit and method
n_samples     integer  samples       samples in the model
n_patients    integer  patients      patients in the model
n_compared    integer  patients      patients compared: with baseline and the visit; for drug effects with the visit
covariates    text     -             covariates of the model, comma-separated
note          text     -             why there is no estimate, or what has to be said beside it
""",
    ),
    table(
        "modules/trajectories.tsv",
        """Whole modules classed by the tests that class genes, by the first score method. No rows
        without healthy samples.""",
        """
module  text  -  module
method  text  -  score method
"""
        + plane("of the score"),
    ),
    table(
        "modules/sets.tsv",
        """Every module in every contrast, tested on the fit of the contrast (pairs or blocks,
        weights, covariates), so that patients count and not genes. Rotation takes one variance of
        all people: where patients vary twice as much as healthy people it calls up to a fifth of
        modules that do not change, P.own does not. NES and leading_edge describe; they have no P. A
        module with too few genes found has no tests.""",
        """
contrast        text     -        contrast
module          text     -        module
n_genes         integer  genes    genes of the module
n_found         integer  genes    of these, with a test in the contrast
logFC           number   log2     mean over the genes of their log2 fold change
CI.L            number   log2     lower 95% limit
CI.R            number   log2     upper 95% limit
correlation     number   -1 to 1  mean correlation between the residuals of two genes of the module
P.rotation      number   0 to 1   two-sided P that the genes do not change (rotation, as limma's fry)
adj.P.rotation  number   0 to 1   Benjamini-Hochberg over the modules of one file in the contrast
P.flip          number   0 to 1   the same by sign flips of the changes within pairs; missing for contrasts between people, with so few pairs that no P reaches trajectories.alpha, and where these pairs alone cannot tell the change from the covariates
P.camera        number   0 to 1   two-sided P that they change as other genes do (camera with that correlation, at least 0)
adj.P.camera    number   0 to 1   Benjamini-Hochberg over the modules of one file in the contrast
NES             number   -        normalised enrichment score of the genes ranked by t, of the 200 modules of a contrast with the smallest P
leading_edge    text     -        genes that make it, comma-separated, strongest first
difference      number   SD       mean normal score of its genes less that of other genes, which P.camera tests
P.own           number   0 to 1   two-sided P that the genes do not change, as P.rotation, but with variances of responders, non-responders and healthy people of their own; rings and sentences use it
adj.P.own       number   0 to 1   Benjamini-Hochberg over the modules of one file in the contrast
""",
    ),
    table(
        "modules/leading_edge.tsv",
        """Which genes make the score of a module in a sample: those on the side of the mean that
        together make half of what lies there, at most 10.""",
        """
sample   text     -             sample id
patient  text     -             patient id, or id of the healthy person
visit    text     -             visit of the sample; missing for healthy people
module   text     -             module
mean_z   number   reference SD  mean over the genes, each standardised by the reference samples
n_genes  integer  genes         genes with a value in the sample that vary in the reference
genes    text     -             genes with their standardised value, comma-separated, strongest first
""",
    ),
    table(
        "modules/engagement.tsv",
        """Target engagement: change of the modules of `modules.engagement` in groups of patients, at
        each level of response, and in each patient, by the first score method. The module
        `IFN1_ONLY - IFN2_ONLY` is the change of type I less that of type II interferon.""",
        """
module     text     -             module
of         text     -             group, level (of response), arm, drug_effect (at visits with a randomised control) or patient
name       text     -             all, responders or nonresponders; the level; the arm; the patient
label      text     -             response label of the patient
level      number   -             level of response of the patient
n          integer  patients      patients with both visits
change     number   of the score  mean change, follow-up - baseline; the drug effect is the difference from the control (see modules/visits.tsv)
CI.L       number   of the score  lower 95% limit (paired t, adjusted for covariates that differ between visits; of the drug effect own.L of modules/visits.tsv)
CI.R       number   of the score  upper 95% limit
P.Value    number   0 to 1        two-sided P (paired t); missing for a patient
adj.P.Val  number   0 to 1        Benjamini-Hochberg over modules within the group or level; missing for the difference of types
""",
    ),
    table(
        "modules/fingerprint.tsv",
        "The share of each module's genes that each contrast moves.",
        """
contrast    text     -       contrast
module      text     -       module
n_genes     integer  genes   genes of the module that were tested
n_up        integer  genes   genes that rise (adj.P.Val at most alpha, logFC above 0)
n_down      integer  genes   genes that fall
share_up    number   0 to 1  n_up / n_genes
share_down  number   0 to 1  n_down / n_genes
""",
    ),
    table(
        "modules/agreement.tsv",
        "How far score methods, and rival lists of genes, agree in the same patients.",
        """
kind          text     -         method (two methods, one module) or list (two modules)
module        text     -         module whose methods are compared; missing for lists
first         text     -         method or module
second        text     -         method or module it is compared with
of            text     -         baseline or change
spearman      number   -1 to 1   Spearman's correlation over patients
CI.L          number   -1 to 1   lower 95% limit (Bonett and Wright)
CI.R          number   -1 to 1   upper 95% limit
n             integer  patients  patients with both
shared_genes  integer  genes     genes on both lists; missing for methods
""",
    ),
    table(
        "modules/distance.tsv",
        """Molecular distance to health of each sample (after Pankla 2009). No rows with fewer than 5
        healthy people.""",
        WHO
        + """
distance       number   healthy SD  sum of |z| over genes at least 2 healthy SD from the healthy mean
genes_outside  integer  genes       number of these genes
healthy_mean   number   healthy SD  mean distance of healthy samples, each against the others
threshold      number   healthy SD  that mean + 2 SD
""",
    ),
    table(
        "modules/distance_tests.tsv",
        """Paired change of the distance to health by response label (Wilcoxon's signed-rank test).
        One row per label with complete pairs.""",
        """
label          text     -           responder, nonresponder, treated or unlabelled
n              integer  patients    patients with both visits
fell           integer  patients    of these, with a smaller distance at follow-up
median_change  number   healthy SD  median of follow-up - baseline
statistic      number   -           sum of the ranks of the positive changes or of the negative ones, the smaller
P.Value        number   0 to 1      two-sided P
method         text     -           how P was computed
""",
    ),
    table(
        "modules/over_representation.tsv",
        """Which modules the reverted and induced genes come from. A description: genes of a module
        rise and fall together, which the P does not know.""",
        """
set          text     -       reverted_up, reverted_down, induced_up or induced_down; without classes changed_ or disease_
module       text     -       module
overlap      integer  genes   genes in both
set_size     integer  genes   genes of the set
module_size  integer  genes   genes of the module that were tested
background   integer  genes   all genes that were tested
odds_ratio   number   -       sample odds ratio; inf where a cell is empty
P.Value      number   0 to 1  chance of at least this overlap if genes were drawn one by one (hypergeometric); orders modules
genes        text     -       the shared genes, comma-separated
""",
    ),
)
