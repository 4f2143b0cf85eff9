"""Columns of the tables behind the figures of samples and patients."""

from revertome.columns.source_data.figure import LABEL, ORDER, PERSON, figure

TABLES = (
    figure(
        "flow",
        "Sample flow.",
        """
stage       text     -         step; of an arm allocated (or enrolled), sampled, analysed
n_patients  integer  people    people at this step
note        text     -         what was left out; patients by arm or visit; who is absent and why
arm         text     -         arm; all of one arm
visit       text     -         visit of the samples of an arm
n_samples   integer  samples   samples at this step
n_pairs     integer  patients  patients with samples at both visits
groups      text     -         samples of each group, where they changed
lost        integer  samples   samples fewer than at the step before
label       text     -         label of a group of patients
name        text     -         the label in words
contrast    text     -         contrast
""",
    ),
    figure(
        "quality",
        "Quality of samples.",
        PERSON
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
unlike              number   ln odds  of the row `rule`: below this for its own patient a sample is in doubt, whoever else matches
""",
    ),
    figure(
        "pca",
        "Principal components.",
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
n_patients          integer  patients  patients of the response with a sample
""",
    ),
    figure(
        "response",
        "Clinical response.",
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
)
