"""Columns of the tables behind the figures of modules."""

from revertome.columns.source_data.figure import BAND, LABEL, ORDER, PERSON, TEST, figure

# What is told of each association.
ASSOCIATED = """estimate   number   -         Spearman's correlation, or AUC
CI.L       number   -         lower 95% limit
CI.R       number   -         upper 95% limit
P.Value    number   0 to 1    two-sided P
adj.P.Val  number   0 to 1    Benjamini-Hochberg over modules
n          integer  patients  patients who take part
"""

TABLES = (
    figure(
        "interferon",
        "The chosen module, patient by patient.",
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
test         text     -             paired_change or change_interaction; of one visit disease or baseline
group        text     -             patients who take part
covariates   text     -             covariates of the test; missing: none
"""
        + TEST,
    ),
    figure(
        "modules",
        "Paired change of every module.",
        """
module      text  -  module
group       text  -  patients who take part
test        text  -  paired_change; of one visit disease or baseline
scale       text  -  log2 where the score is a ratio, else score
covariates  text  -  covariates of the test; missing: none
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
        "Module fingerprint.",
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
        "waterfall",
        "Every patient: distance to health, and modules.",
        """
patient     text    -           patient id
label       text    -           responder, nonresponder, unlabelled or treated
arm         text    -           arm of the trial
z           number  healthy SD  distance to health, or score of the module, at the visit, from the healthy mean
z_baseline  number  healthy SD  distance to health at baseline, from the healthy mean
module      text    -           module
visit       text    -           visit that is drawn
baseline    text    -           baseline, where it is another visit
limit       number  healthy SD  distance from the healthy mean beyond which a value is outside
scale       number  healthy SD  value at the ends of the scale of colours
marked      boolean  -          whether modules beyond the limit have a dot
"""
        + ORDER,
    ),
    figure(
        "sets",
        "Tests of modules that count patients.",
        """
contrast        text     -       contrast
module          text     -       module
n_found         integer  genes   genes of the module that were tested
logFC           number   log2    mean log2 fold change of its genes
CI.L            number   log2    lower 95% limit
CI.R            number   log2    upper 95% limit
P.own           number   0 to 1  two-sided P that the genes do not change
adj.P.own       number   0 to 1  Benjamini-Hochberg over the modules of a file in the contrast
P.camera        number   0 to 1  two-sided P that they change as other genes do
adj.P.camera    number   0 to 1  adjusted
alpha           number   0 to 1  adjusted P below which a dot has a ring
"""
        + ORDER,
    ),
    figure(
        "enrichment",
        "Running sums of preranked enrichment.",
        """
panel      integer  -         place of the panel, from 0
line       integer  -         line of the contrast, from 0
passed     integer  genes     genes of the ranking that were passed
sum        number   -1 to 1   running sum after them; straight between two rows
gene       text     -         gene of the module that was passed last; missing before one
NES        number   -         normalised enrichment score
adj.P.own  number   0 to 1    adjusted P that the genes do not change, in which patients count
module     text     -         module
n_found    integer  genes     genes of the module that were measured
contrast   text     -         contrast
alpha      number   0 to 1    adjusted P below which a score is bold
""",
    ),
    figure(
        "engagement",
        "Target engagement.",
        """
module       text     -             module
line         integer  -             line of the panel, from 0
n            integer  patients      patients with both visits
change       number   of the score  mean change, or that of the patient
CI.L         number   of the score  lower 95% limit
CI.R         number   of the score  upper 95% limit
P.Value      number   0 to 1        two-sided P
adj.P.Val    number   0 to 1        Benjamini-Hochberg over modules
label        text     -             response label of the patient
name         text     -             group of patients, or level of response
words        text     -             words of the line
order        integer  -             place of the panel, from 0
genes_found  integer  genes         genes that were measured
genes_total  integer  genes         genes of the module
method       text     -             score method
""",
    ),
    figure(
        "course",
        "Courses over all visits.",
        """
panel    integer  -         place of the panel, from 0
kind     text     -         module or gene
item     text     -         module or gene
note     text     -         test over visits of a module (adj.P.own), class of a gene
patient  text     -         patient id
group    integer  -         line that the patient belongs to, from 0
arm      text     -         arm of the line; all
label    text     -         response label of the line; all
words    text     -         words of the line
visit    text     -         visit
x        number   -         time of the visit where the names of visits say it, else its place
tick     text     -         words of the visit on the axis
unit     text     -         unit of the time
until    number   -         time or place of the last visit at which arms were as randomised, where that is not the last
value    number   as drawn  score (log2 where it is a ratio), or log2 expression
mean     number   as drawn  mean of the group
CI.L     number   as drawn  lower 95% limit
CI.R     number   as drawn  upper 95% limit
n        integer  patients  patients behind the mean
method   text     -         score method
"""
        + BAND,
    ),
    figure(
        "distance",
        "Distance to health.",
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
        "Association with the clinic.",
        """
panel      text     -         question and variable
module     text     -         module
"""
        + ASSOCIATED
        + """order      integer  -         place from the top or the left, from 0
title      text     -         title of the panel
null       number   -         value without association: 0 or 0.5
scale      text     -         Spearman correlation or AUC
note       text     -         why nothing can be said
alpha      number   0 to 1    adjusted P below which a point is filled
""",
    ),
    figure(
        "association_scatter",
        "Associations patient by patient.",
        """
panel      integer  -         place of the panel, from 0
patient    text     -         patient id
label      text     -         response label of the patient
x          number   as drawn  clinical value; missing where groups are compared
y          number   as drawn  score, or its change; of a line, the correlation of ranks
low        number   as drawn  the line at the lower 95% limit of the correlation
high       number   as drawn  the line at the upper limit
q25        number   as drawn  lower quartile
median     number   as drawn  median
q75        number   as drawn  upper quartile
question   text     -         question, as in `association/tests.tsv`
module     text     -         module, or distance
variable   text     -         clinical variable; missing where groups are compared
"""
        + ASSOCIATED
        + """scale      text     -         ρ or AUC
xlabel     text     -         words of the horizontal axis
ylabel     text     -         words of the vertical axis
""",
    ),
)
