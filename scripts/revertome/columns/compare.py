"""Columns of the tables of a comparison of studies."""

from revertome.columns import compare_pooled
from revertome.columns.form import table

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
left_out   text     -      what its folder lacks, or what of it cannot be used, in words; missing where nothing
changed    text     -      files that were read and are not those of its manifest (sha256), comma-separated
held_against  text  -      what each contrast's logFC were held against, slope and correlation; nothing where they could not be
""",
    ),
    table(
        "compare/independence.tsv",
        "Whether studies share people: one row per pair.",
        """
study_a          text     -        first study
study_b          text     -        second study
verdict          text     -        shared patients (and perhaps healthy people), shared healthy, none found, or not known
known_by         text     -        sample names (accession numbers), profiles (of expression), effects, or not known; comma-joined
shared_samples   integer  samples  samples of the first study that are in the second; missing where not known
shared_patients  integer  people   patients of the first study who are in the second, at whatever visit
shared_healthy   integer  people   healthy people of both
contrasts        text     -        contrasts in which the studies are not independent, comma-joined
correlation      number   -1 to 1  largest correlation of a sample of one with a sample of the other, without leading axes
genes            integer  genes    genes behind it
fact             text     -        the same in a sentence
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
pearson          number   -1 to 1  Pearson correlation of logFC, errors and all
CI.L             number   -1 to 1  lower 95% limit of pearson in as many other patients of the same kind
CI.R             number   -1 to 1  upper 95% limit
genes_effective  number   genes    number of independent genes that the shared ones are worth as to noise
axes_effective   number   axes     number of independent directions that the two effects are spread over
axes_df          number   -        degrees of freedom of the test by directions
P.Value          number   0 to 1   P of pearson: the larger of noise alone, and of effects along common axes of co-expression with random signs
adj.P.Val        number   0 to 1   Benjamini-Hochberg over the pairs of a contrast
reliability_a    number   0 to 1   share of the spread of logFC that is no error, first study
reliability_b    number   0 to 1   the same of the second study
disattenuated    number   -1 to 1  correlation of the true effects: pearson / sqrt(reliability_a reliability_b); missing where a reliability cannot be told from 0
disattenuated_CI.L  number  -1 to 1  its lower 95% limit (Fieller)
disattenuated_CI.R  number  -1 to 1  its upper 95% limit
spearman         number   -1 to 1  Spearman correlation of logFC
sign_agreement   number   0 to 1   share of genes with the same sign
df               number   -        degrees of freedom of the interval of pearson
uncertainty      text     -        what the interval rests on, or why there is none
verdict          text     -        agree, opposite, axis (not to be told from a shared axis), open (not shown), dependent (they share people) or untested
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
P.Value   number   0 to 1  one-sided P of more overlap than expected in this quadrant, one test for all its depths
adj.P.Val  number  0 to 1  Benjamini-Hochberg over the pairs and quadrants of a contrast
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
t             number   -        camera's t, its error from the target's own people; missing without the target's expression
P.Value       number   0 to 1   its two-sided P
adj.P.Val     number   0 to 1   adjusted
NES           number   -        normalised enrichment score, a description without a P
permutations  integer  -        random sets behind it
""",
    ),
    *compare_pooled.TABLES,
    table(
        "compare/joint.tsv",
        """Joint classes: one row per group of studies and gene that any of them classes. With three or
        more studies their pairs list `all` (up to six studies) and `contradicted` only.""",
        """
studies    text     -        studies taken together, comma-separated
gene       text     -        gene symbol
verdict    text     -        all (shown in all), contradicted, some (shown in some, or in several tables) or one_only
class      text     -        class that is shown; missing where contradicted
at_least   integer  studies  number of studies in at least which a test shows the class; missing without
shown      text     -        studies whose own table shows a class
P.Value    number   0 to 1   P of the class in at least that many studies, or of the contradiction; missing where untested
adj.P.Val  number   0 to 1   adjusted by AdaFilter
classes    text     -        class and direction in each study
""",
    ),
    table(
        "compare/joint_summary.tsv",
        "How many genes get each verdict.",
        """
studies      text     -        studies taken together, comma-separated
n_studies    integer  studies  how many they are
n_shared     integer  genes    genes that all of them measured
class        text     -        class; any for contradicted
verdict      text     -        verdict; at_least_<r>: shown in at least r of the studies
n_genes      integer  genes    genes; missing where contradiction could not be tested
n_in_others  integer  genes    one_only, of two studies: how many are estimated to be of the class in the other too
""",
    ),
    table(
        "compare/findings.tsv",
        "The findings of the comparison in words, one per row.",
        "text  text  -  a finding",
    ),
)
