"""Columns of the tables behind the figures.

Each is one long table: `element` says what a row is, and a column is filled in the rows whose
element it belongs to.
"""

from revertome.columns.form import Table, table

ELEMENT = (
    "element  text  -  what the row is; caption, alt and absent hold the words of the figure\n"
)
TEXT = "text  text  -  words of the row\n"
PERSON = """
sample   text  -  sample id
patient  text  -  patient id, or id of the healthy person
role     text  -  healthy, baseline or followup; other visits: other
visit    text  -  visit, as the figure prints it
"""
LABEL = "label    text  -  responder, nonresponder, unlabelled or treated; healthy\n"
ORDER = "order  integer  -  place from the top or the left, from 0\n"
TEST = """
estimate   number  of the score  mean change, or difference
CI.L       number  of the score  lower 95% limit
CI.R       number  of the score  upper 95% limit
statistic  number  -             t
df         number  -             degrees of freedom
P.Value    number  0 to 1        two-sided P
adj.P.Val  number  0 to 1        Benjamini-Hochberg over modules
n          integer  pairs        patients with both visits
"""
BAND = """
healthy_mean  number  as drawn  mean of the healthy (or reference) samples
healthy_sd    number  as drawn  their standard deviation
"""


def figure(name: str, about: str, columns: str) -> Table:
    """Describe the table of one figure."""
    return table(f"source_data/{name}.tsv", about, f"{ELEMENT}{columns.strip()}\n{TEXT}")


TABLES = (
    figure(
        "flow",
        "Sample flow. Rows: stage, group, contrast.",
        """
stage       text     -         step
n_patients  integer  people    people at this step
note        text     -         what was left out; patients by arm or visit
n_samples   integer  samples   samples at this step
n_pairs     integer  patients  patients with samples at both visits
lost        integer  samples   samples fewer than at the step before
label       text     -         label of a group of patients
name        text     -         the label in words
contrast    text     -         contrast
""",
    ),
    figure(
        "quality",
        "Quality of samples. Rows: sample, sex, match, design.",
        PERSON.replace("visit    text  -  visit, as the figure prints it\n", "")
        + ORDER
        + """
median              number   log2     median of the relative log expression
q25                 number   log2     lower quartile
q75                 number   log2     upper quartile
low                 number   log2     5% quantile
high                number   log2     95% quantile
flag                text     -        flag or pass
reason              text     -        reasons for the flag
xist                number   log2     expression of XIST
y_genes             number   log2     mean of the two highest genes of the Y chromosome
recorded_sex        text     -        sex in the sample sheet
expressed_sex       text     -        sex told from expression
agrees              boolean  -        whether recorded and expressed sex do not contradict each other
match_own           number   ln odds  evidence for the sample's own patient
match_other         number   ln odds  evidence for the best other patient
best_match_patient  text     -        patient whose other samples match best
doubtful            boolean  -        whether the identity of the pair is in doubt
visit               text     -        visit of a role
""",
    ),
    figure(
        "pca",
        "Principal components. Rows: sample, axis, association, design.",
        PERSON
        + "group    text  -  value of `group` in the sample sheet\n"
        + LABEL
        + """
batch               text    -       batch of the sample sheet
PC1                 number  log2    score on the first component
PC2                 number  log2    score on the second component
component           text    -       component
variance_explained  number  0 to 1  share of the variance that it explains
variable            text    -       recorded variable
statistic           number  -       F of its test
P.Value             number  0 to 1  P of the F test
adj.P.Val           number  0 to 1  Benjamini-Hochberg over all rows
""",
    ),
    figure(
        "response",
        "Clinical response. Rows: proportion, endpoint.",
        """
arm         text     -         arm of the trial; all patients where there are none
visit       text     -         visit
responders  integer  patients  responders
n           integer  patients  patients who count
share       number   0 to 1    responders / n
low         number   0 to 1    lower 95% limit of the share (Wilson)
high        number   0 to 1    upper 95% limit of the share
endpoint    text     -         endpoint of the definition
n_assessed  integer  patients  patients who were assessed
p_pearson   number   0 to 1    chi-square test over the arms
p_yates     number   0 to 1    the same with Yates' continuity correction
p_fisher    number   0 to 1    Fisher's exact test
set         text     -         itt: everybody counts
versus      text     -         arm this one is compared with
difference  number   -1 to 1   share of responders minus that of `versus`
CI.L        number   -1 to 1   lower 95% limit of the difference
CI.R        number   -1 to 1   upper 95% limit of the difference
odds_ratio  number   -         conditional odds ratio against `versus`
odds_low    number   -         lower exact 95% limit of the odds ratio
odds_high   number   -         upper exact 95% limit of the odds ratio
""",
    ),
    figure(
        "volcano",
        "Volcano of the paired change. Rows: gene, count, study.",
        """
gene        text     -         gene symbol
logFC       number   log2      log2 fold change
P.Value     number   0 to 1    two-sided P
adj.P.Val   number   0 to 1    Benjamini-Hochberg over genes
direction   text     -         up, down or none
label       text     -         name printed beside the point
n           integer  genes     genes of a direction
contrast    text     -         contrast that is drawn
n_pairs     integer  patients  patients with both visits
engine      text     -         engine that fitted it
alpha       number   0 to 1    false discovery rate
p_at_alpha  number   0 to 1    largest P that is called; missing where none is
baseline    text     -         name of the baseline visit
followup    text     -         name of the follow-up visit
""",
    ),
    figure(
        "trajectory_plane",
        "The trajectory plane. Rows: gene, ellipse, panel, class, study.",
        """
panel                    text     -         panel A or B
gene                     text     -         gene symbol
disease                  number   log2      disease effect; of an ellipse, its centre
change                   number   log2      change under treatment; of an ellipse, its centre
class                    text     -         class of the gene
label                    text     -         name printed beside the point
width                    number   log2      full axis of the 95% confidence ellipse
height                   number   log2      its other full axis
angle                    number   degrees   its turn
patients                 text     -         patients of the panel
claim                    text     -         class that is tested in them; empty for both
n_pairs                  integer  patients  patients with both visits
n_genes                  integer  genes     genes of the class
expected_by_chance       number   genes     mean over permutations
p_by_chance              number   0 to 1    share of permutations with at least as many
n_genes_thresholds       integer  genes     genes by the conventional two-threshold rule
recovered_at_least       number   -         recovered fraction at which reverted begins
recovered_at_most        number   -         recovered fraction at which it ends
induced_disease_at_most  number   -         disease / change at which induced ends
alpha                    number   0 to 1    false discovery rate
rule                     text     -         tests or thresholds
baseline                 text     -         name of the baseline visit
followup                 text     -         name of the follow-up visit
""",
    ),
    figure(
        "heatmap",
        "Heat map of the sets. Rows: cell, gene, column, set, study.",
        """
set        text     -             reverted or induced
gene       text     -             gene symbol
column     integer  -             column of the map, from 0
z          number   reference SD  (value - mean) / SD of the reference samples
row        integer  -             row of the set, from 0 on top
block      text     -             block of columns: label and role
role       text     -             healthy, baseline or followup
visit      text     -             visit
label      text     -             label of the patients
patient    text     -             patient id
position   integer  -             place in the block; the same for both visits of a patient
sample     text     -             sample id; missing where the patient has no such sample
n_genes    integer  genes         genes of the set
n_shown    integer  genes         genes drawn
reference  text     -             healthy or baseline
limit      number   reference SD  z at full colour
""",
    ),
    figure(
        "sensitivity",
        "Sensitivity of the sets. Rows: analysis, intersection, member, patient.",
        """
analysis      text     -       analysis in words
order         integer  -       place from the top, from 0
n_genes       integer  genes   genes of the set, or of the intersection
set           text     -       reverted or induced
intersection  integer  -       number of the intersection, 0 the largest
patient       text     -       person left out
n_lost        integer  genes   genes lost without this person
n_gained      integer  genes   genes gained without this person
jaccard       number   0 to 1  genes in both sets / genes in either
""",
    ),
    figure(
        "genes",
        "Chosen genes, patient by patient. Rows: sample, gene.",
        PERSON
        + LABEL
        + """
gene   text    -     gene symbol
value  number  log2  expression
"""
        + ORDER
        + BAND
        + """
class  text  -  class of the gene
note   text  -  the test behind the class
""",
    ),
    figure(
        "interferon",
        "The chosen module, patient by patient. Rows: sample, band, test.",
        PERSON
        + LABEL
        + """
score      number  of the score  module score
module     text    -             module
method     text    -             score method
reference  text    -             samples behind the band: healthy or baseline
"""
        + BAND
        + """
threshold    number   of the score  mean + 2 SD
genes_found  integer  genes         genes that were measured
genes_total  integer  genes         genes of the module
scale        text     -             log2 where the score is a ratio, else score
test         text     -             paired_change or change_interaction
group        text     -             patients who take part
"""
        + TEST,
    ),
    figure(
        "modules",
        "Paired change of every module. Rows: change, module, study.",
        """
module  text  -  module
group   text  -  patients who take part
scale   text  -  log2 where the score is a ratio, else score
"""
        + TEST
        + ORDER
        + """
genes_found  integer  genes   genes that were measured
genes_total  integer  genes   genes of the module
method       text     -       score method
alpha        number   0 to 1  adjusted P below which a point is filled
""",
    ),
    figure(
        "fingerprint",
        "Module fingerprint. Rows: cell, module, contrast.",
        """
contrast    text     -        contrast
module      text     -        module
n_genes     integer  genes    genes of the module that were tested
n_up        integer  genes    genes that rise
n_down      integer  genes    genes that fall
share_up    number   0 to 1   n_up / n_genes
share_down  number   0 to 1   n_down / n_genes
net         number   -1 to 1  share_up - share_down
"""
        + ORDER,
    ),
    figure(
        "gsea",
        "Gene set enrichment. Rows: dot, module, contrast.",
        """
contrast   text     -       contrast
module     text     -       module
ES         number   -       enrichment score
NES        number   -       normalised enrichment score
P.Value    number   0 to 1  share of random sets as far out
adj.P.Val  number   0 to 1  Benjamini-Hochberg over modules within the contrast
size       integer  genes   genes of the module that were tested
"""
        + ORDER,
    ),
    figure(
        "distance",
        "Distance to health. Rows: sample, band, test.",
        PERSON
        + LABEL
        + """
distance       number   healthy SD  molecular distance to health
genes_outside  integer  genes       genes beyond 2 healthy SD
healthy_mean   number   healthy SD  mean of the healthy samples
threshold      number   healthy SD  their mean + 2 SD
healthy_sd     number   healthy SD  their standard deviation
n              integer  patients    patients with both visits
fell           integer  patients    patients closer to health at follow-up
median_change  number   healthy SD  median of follow-up - baseline
P.Value        number   0 to 1      Wilcoxon's signed ranks, two-sided
""",
    ),
    figure(
        "association",
        "Association with the clinic. Rows: estimate, panel, module.",
        """
panel      text     -         question and variable
module     text     -         module
estimate   number   -         Spearman's correlation, or AUC
CI.L       number   -         lower 95% limit
CI.R       number   -         upper 95% limit
P.Value    number   0 to 1    two-sided P
adj.P.Val  number   0 to 1    Benjamini-Hochberg over modules
n          integer  patients  patients who take part
order      integer  -         place from the top or the left, from 0
title      text     -         title of the panel
null       number   -         value without association: 0 or 0.5
scale      text     -         Spearman correlation or AUC
note       text     -         why nothing can be said
""",
    ),
    figure(
        "diagnostics",
        "Checks of the model. Rows: bin, contrast, cloud, trend.",
        """
contrast    text     -       contrast
low         number   0 to 1  lower end of a bin of P values
high        number   0 to 1  upper end of the bin
n_genes     integer  genes   genes in the bin, contrast or cell
order       integer  -       place from the left, from 0
n_below     integer  genes   genes with an adjusted P below 0.05
engine      text     -       engine that fitted it
uniform     number   genes   genes in a bin if none differed
mean        number   log2    mean of genes
sd          number   log2    standard deviation within groups
mean_width  number   log2    width of a cell
sd_width    number   log2    height of a cell
q25         number   log2    lower quartile of the standard deviation
q75         number   log2    upper quartile
""",
    ),
)
