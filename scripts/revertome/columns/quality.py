"""Columns of the tables of `quality`."""

from revertome.columns.form import table
from revertome.columns.intake import FLOW

WHO = """
sample   text  -  sample id
patient  text  -  patient id, or id of the healthy person
visit    text  -  visit of the sample; missing for healthy people
group    text  -  value of `group` in the sample sheet
"""

TABLES = (
    table(
        "quality/samples.tsv",
        """One row per sample: measures, checks and the flag. A flagged sample is left out of the
        later stages only with `quality.exclude: flagged`.""",
        WHO
        + """
flag                text     -        flag or pass
reason              text     -        reasons for the flag, joined by `;`, such as low_correlation or sex_mismatch
used                boolean  -        whether later stages use the sample
library_size        number   reads    sum of counts (RNA-seq)
norm_factor         number   -        TMM factor by which the library size is multiplied (RNA-seq)
median              number   log2     median over features before normalisation
floor_share         number   0 to 1   share of features at the sample's most frequent value
saturated_share     number   0 to 1   share of features at the sample's highest value
missing_share       number   0 to 1   share of features without a value in the sample (microarrays, abundance)
rle_median          number   log2     median of the relative log expression
rle_iqr             number   log2     interquartile range of the relative log expression
median_correlation  number   -1 to 1  median Pearson correlation with the other samples
recorded_sex        text     -        sex in the sample sheet
expressed_sex       text     -        sex told from XIST and genes of the Y chromosome: female, male or unknown
sex_score           number   log2     xist minus y_genes
xist                number   log2     expression of XIST
y_genes             number   log2     mean of the two highest genes of the Y chromosome
best_match_patient  text     -        patient whose other samples match this one best
match_own           number   ln odds  evidence that the sample is of the same person as the best of the patient's other samples
match_other         number   ln odds  the same for the best sample of another patient
likely_patient      text     -        patient whose sample it probably is; only where the pair is in doubt
duplicate_of        text     -        sample that holds the same measurement
neutrophil_score    number   log2     mean of neutrophil genes
erythroid_score     number   log2     mean of red cell genes
globin_share        number   0 to 1   share of the signal that is in haemoglobin genes
""",
    ),
    table(
        "quality/rle.tsv",
        """Relative log expression: one row per sample. It is a gene's value minus the gene's median
        over samples, for the upper half of the genes.""",
        WHO
        + """
median  number  log2  median over genes
q25     number  log2  lower quartile
q75     number  log2  upper quartile
low     number  log2  5% quantile
high    number  log2  95% quantile
""",
    ),
    table(
        "quality/correlation.tsv",
        """Pearson correlation of every two samples over all genes; beyond 2,000 samples of every
        sample with the flagged ones, as the table would otherwise take gigabytes.""",
        """
sample         text    -        sample id
<sample id>    number  -1 to 1  one column per sample, under its id
""",
    ),
    table(
        "quality/pca.tsv",
        """Principal components of the samples, from the 2,000 most variable genes (log2, centred).
        Columns PC1 to PC5 are missing where there are fewer components.""",
        WHO
        + """
arm                text    -     arm of the trial
batch              text    -     batch of the sample sheet
PC1                number  log2  score on the first component
PC2                number  log2  score on the second component
PC3                number  log2  score on the third component
PC4                number  log2  score on the fourth component
PC5                number  log2  score on the fifth component
PC1_batch_removed  number  log2  first component once batch effects are removed; missing with a single batch
PC2_batch_removed  number  log2  second component once batch effects are removed
""",
    ),
    table(
        "quality/components.tsv",
        """Which recorded variables are associated with the components: one row per component and
        variable. Samples count as independent here, so the P values rank variables only.""",
        """
component           text    -       PC1 to PC5
variance_explained  number  0 to 1  share of the variance that the component explains
variable            text    -       column of the sample sheet, blood content or blood count
statistic           number  -       F of the linear regression (numbers) or analysis of variance (text)
P.Value             number  0 to 1  P of the F test
adj.P.Val           number  0 to 1  Benjamini-Hochberg over all rows
""",
    ),
    table(
        "quality/flow.tsv",
        "`intake/flow.tsv` with the steps of normalisation and quality control.",
        FLOW,
    ),
)
