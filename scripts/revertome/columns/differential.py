"""Columns of the tables of `differential`."""

from revertome.columns.form import table
from revertome.differential.engines import agreement, engine_names

CONTRAST = """
gene       text     -        gene symbol
logFC      number   log2     log2 fold change: the contrast's estimate
CI.L       number   log2     lower 95% limit of logFC
CI.R       number   log2     upper 95% limit of logFC
AveExpr    number   log2     mean over the samples of the model
t          number   -        moderated t (deseq2: the Wald statistic; edger_ql: the root of F with the sign of logFC)
P.Value    number   0 to 1   two-sided P
adj.P.Val  number   0 to 1   Benjamini-Hochberg over genes
B          number   ln odds  log odds that the gene differs; missing with deseq2, edger_ql and where `lfc` is set
n          integer  samples  samples of the model
engine     text     -        engine that fitted the model
"""

VISITS = table(
    "differential/visits.tsv",
    """With several follow-ups: whether a contrast differs from 0 at any of them, by limma's
    moderated F; sorted by P within a contrast. With `response.groups` at each follow-up also
    `groups` (whether the changes of the groups differ) and `groups_baseline` (whether the groups
    differed before treatment).""",
    """
contrast   text     -        name of the contrast
visits     text     -        follow-ups at which it could be estimated, joined by commas; none of `groups_baseline`
gene       text     -        gene symbol
AveExpr    number   log2     mean over the samples of the model
F          number   -        moderated F of the contrast at all these visits
df1        number   -        its first degrees of freedom: visits, or groups - 1
df2        number   -        its second: residual and prior; inf: one variance for all
P.Value    number   0 to 1   P
adj.P.Val  number   0 to 1   Benjamini-Hochberg over genes
n          integer  samples  samples of the model
engine     text     -        engine that fitted the model
""",
)
TABLES = (
    table(
        "differential/<contrast>.tsv",
        """One row per gene, sorted by P, in the columns of limma's topTable. Contrasts: `disease`
        (baseline - healthy), `change_all`, `change_responders`, `change_nonresponders` (follow-up -
        baseline), `residual_all` and `residual_responders` (follow-up - healthy), `interaction`
        (change of responders - change of non-responders); with `design.arm` `change_treated`,
        `change_control`, `drug_effect` (treated - control at the visit, from one baseline of all
        arms) and `change_since_switch` (control arm - itself at `until`); with `design.dose`
        `dose_trend`; with `design.time_control` `change_time_control` and `change_beyond_time`
        (`change_all` beyond it); with `response.groups` `change_<group>`, `baseline_<group>` (the
        group - the first of the groups, at baseline) and, where they are in order,
        `response_trend` (slope of the mean changes on the places of the groups); with
        `response.value` `change_by_response` and `baseline_by_response` (log2 per unit of the
        response); and those of `differential.custom`.""",
        CONTRAST,
    ),
    table(
        "differential/<engine>/<contrast>.tsv",
        "The same contrasts by a further engine of `differential.engines`. "
        + agreement(engine_names()),
        CONTRAST,
    ),
    table(
        "differential/design.tsv",
        "The models: one row per contrast and engine.",
        """
contrast           text     -         name of the contrast
engine             text     -         engine that fitted it
blocking           text     -         fixed (patients as columns), random (patients as blocks) or none (one sample a person)
trend              boolean  -         the prior variance follows mean expression
robust             boolean  -         the prior variance is fitted robustly
weights            text     -         array (samples are weighted by their precision) or none
lfc                number   log2      log2 fold change that is tested against; 0: any change
covariates         text     -         covariates that the contrast is adjusted for; none
absorbed           text     -         covariates that are constant within every patient, whose effects hold them; none
confounded         text     -         covariates that cannot be told apart from the contrast, which is not estimated; none
carried_by         text     -         the one or two people without whom it could not be told apart from the covariates in brackets; none
n_samples          integer  samples   samples of the model
n_patients         integer  people    people of the model, healthy people included
n_pairs            integer  patients  patients with samples at both visits; missing of one visit
compared_samples   integer  samples   samples the contrast is about, without those that only lend strength
compared_patients  integer  people    people the contrast is about
df_residual        integer  -         residual degrees of freedom of a gene with a value in every sample
values_missing     number   0 to 1    share of values missing; each gene is fitted to the samples in which it has one
correlation        number   -1 to 1   correlation of samples of one patient, with random blocking
df_prior           number   -         prior degrees of freedom of the moderation (d0); inf: one variance for all
detectable_logFC   number   log2      change found with 80% power in the median gene (two-sided 5%)
dropped            text     -         covariates and patients that were left out, or why there is no estimate; none
formula            text     -         the model as an R formula
""",
    ),
    VISITS,
    table(
        "differential/variance_shares.tsv",
        """Where the variance of each gene lies, in the samples at hand: one row per gene. Shares of a
        mixed model of the log2 values with a random intercept for each patient (REML), as
        variancePartition defines them (Hoffman & Schadt 2016): fixed effects by the variance of
        their fitted values over the samples, patient and rest by their variance components, over
        the sum of all. They sum to 1; a source that the model has not is missing. They describe and
        test nothing: who was sampled, and how many of them are healthy, is in every share, and
        chance alone gives some (`by_chance` of `variance_sources.tsv`). Of counts they are those of
        log2 counts per million without weights, so that of rarely read genes the noise of counting
        is in the rest.""",
        """
gene              text    -           gene symbol
mean              number  log2        mean over the samples
variance          number  log2 × log2  sum of the variances of all sources
patient           number  0 to 1      between patients, and healthy people, beyond all the rest; missing where nobody was seen twice
disease           number  0 to 1      patients against healthy people, over all visits
response          number  0 to 1      response labels of patients, over all visits
arm               number  0 to 1      arms, over all visits
visit             number  0 to 1      visits of patients
interaction       number  0 to 1      what the sum of these leaves of the means of the groups: changes that differ between labels or arms
composition       number  0 to 1      cell content, all cell types together
covariate_<name>  number  0 to 1      a covariate of `design.covariates`, such as batch
rest              number  0 to 1      within patients, beyond all of these
""",
    ),
    table(
        "differential/variance_sources.tsv",
        "The shares of `variance_shares.tsv` over genes: one row per source of variance in the model.",
        """
source        text     -        column of `variance_shares.tsv`
coefficients  integer  -        coefficients of the source; missing of patient and rest
mean          number   0 to 1   mean share over genes
q05           number   0 to 1   5% of genes have less
q25           number   0 to 1   25% of genes have less
median        number   0 to 1   half of genes have less
q75           number   0 to 1   75% of genes have less
q95           number   0 to 1   95% of genes have less
by_chance     number   0 to 1   mean share in genes without any such effect, drawn for the same samples; missing of rest
n_genes       integer  genes    genes with shares
n_samples     integer  samples  samples of the model
n_people      integer  people   people of the model, healthy people included
details       text     -        cell types in the model
""",
    ),
    table(
        "differential/estimands.tsv",
        """What each contrast estimates, in the attributes of an estimand (ICH E9 R1): one row per
        visit and contrast.""",
        """
contrast             text  -  name of the contrast
visit                text  -  visit it is about
population           text  -  people it is about
treatment            text  -  treatment, and what it is set beside
variable             text  -  what is measured
intercurrent_events  text  -  how stopping, switching and other treatments are handled, and covariates
summary              text  -  the number that is estimated for each gene
assumption           text  -  what is assumed of patients without a sample, and of the comparison
sentence             text  -  the same in words
""",
    ),
)
