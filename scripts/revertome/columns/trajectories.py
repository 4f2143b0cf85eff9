"""Columns of the tables of `trajectories`."""

from revertome.columns.form import table
from revertome.gene_classes import CLASSES

# Shared with the table of modules; disease and change are in log2, or in units of the score.
PLACE = """
disease             number  {unit}   patients at baseline - healthy, in the patients in whom reversion is claimed
change              number  {unit}   follow-up - baseline, within these patients
residual            number  {unit}   follow-up - healthy: disease + change
residual_low        number  {unit}   lower 95% limit of the residual
residual_high       number  {unit}   upper 95% limit of the residual
recovered           number  -        recovered fraction: -change / disease; 1 is back to normal
recovered_low       number  -        lower end of its 95% Fieller interval
recovered_high      number  -        upper end of its 95% Fieller interval
recovered_interval  text    -        bounded; unbounded (outside of high..low where high < low); whole line (nothing excluded)
se_disease          number  {unit}   standard error of disease
se_change           number  {unit}   standard error of change
correlation         number  -1 to 1  correlation of the two estimates
df                  number  -        degrees of freedom of their variance
joint_limit         number  -        the joint 95% region of (disease, change) is (x - v)' V^-1 (x - v) up to this: 2 F(0.95; 2, df)
p_disease           number  0 to 1   two-sided P of disease
adj_p_disease       number  0 to 1   Benjamini-Hochberg
p_change            number  0 to 1   two-sided P of change
adj_p_change        number  0 to 1   Benjamini-Hochberg
p_reverted          number  0 to 1   P of the claim that it is reverted (intersection-union test)
adj_p_reverted      number  0 to 1   adjusted among those that pass the screen on disease; 1 outside
p_induced           number  0 to 1   P of the claim that it is induced
adj_p_induced       number  0 to 1   adjusted among those that pass the screen on change; 1 outside
p_partial           number  0 to 1   P of the claim that it is partly reverted
adj_p_partial       number  0 to 1   adjusted among those that pass the screen on disease
p_exacerbated       number  0 to 1   P of the claim that it is exacerbated
adj_p_exacerbated   number  0 to 1   adjusted among those that pass the screen on disease
p_persistent        number  0 to 1   P of the claim that it is persistent
adj_p_persistent    number  0 to 1   adjusted among those that pass the screen on disease
class               text    -        reverted, induced, partial, exacerbated, persistent, unresolved or unchanged
recovered_fcr_low   number  -        lower limit of the recovered fraction, adjusted for selection (false coverage rate 5% among those called); missing for others
recovered_fcr_high  number  -        upper limit of the same; below the lower one, all fractions beyond either are possible
"""
STABILITY = """
class_common        text     -        class by the model of one variance for all cells, for comparison; missing with `variance: common`
stability           number   0 to 1   share of bootstrap resamples of patients and healthy people that give the same class
holds               boolean  -        called, in 80% of resamples, without any one person and with every further covariate; missing where it is not called
"""
RATIOS = """
sd_ratio_baseline  number  -  standard deviation of patients at baseline over that of healthy people, within labels and less covariates
sd_ratio_followup  number  -  the same at follow-up
"""
OTHERS = """
change_nonresponders  number   {unit}  change in non-responders, by the same model
interaction           number   {unit}  change of responders - change of non-responders
p_interaction         number   0 to 1  two-sided P of the interaction
adj_p_interaction     number   0 to 1  Benjamini-Hochberg over all
adj_p_specific        number   0 to 1  Benjamini-Hochberg among those put in a class that moves; missing for others, or with fewer than 3 non-responders
responder_specific    boolean  -       put in a class that moves, and moves more in responders (adj_p_specific); missing with fewer than 3 non-responders
"""
INDUCED = """
disease{end}      number  {unit}   disease in {who}; filled where induction is claimed in them and reversion in others
change{end}       number  {unit}   change in {who}
p_change{end}     number  0 to 1   two-sided P of that change
adj_p_change{end}  number  0 to 1   Benjamini-Hochberg
se_disease{end}   number  {unit}   standard error of disease in {who}
se_change{end}    number  {unit}   standard error of change in {who}
correlation{end}  number  -1 to 1  correlation of the two estimates
df{end}           number  -        degrees of freedom of their variance
joint_limit{end}  number  -        limit of their joint 95% region
"""
CARRIED = """
patients_carrying  integer  patients  patients whose own point lies in the wedge of the gene's class
n_patients         integer  patients  patients with both visits, in whom the class is claimed
"""
PEOPLE = {"_all": "all patients", "_responders": "responders"}


def plane(unit: str, stability: str = "") -> str:
    """Columns of a point on the trajectory plane, with its class and the other patients."""
    induced = "".join(INDUCED.format(end=end, who=who, unit=unit) for end, who in PEOPLE.items())
    return PLACE.format(unit=unit) + stability + OTHERS.format(unit=unit) + induced


COUNTS = "".join(f"{name}  integer  genes  genes put in this class\n" for name in CLASSES)

GENES = table(
    "trajectories/genes.tsv",
    """One row per gene: its place on the trajectory plane, the test of every class, its class
    and how sure that is. [trajectories.md](trajectories.md) explains the classes. Without
    healthy people the change and the interaction of all patients are known, of one visit the
    disease; the class is then missing ([smaller studies](smaller.md)).""",
    "gene  text  -  gene symbol" + plane("log2", STABILITY) + CARRIED + RATIOS,
)

VARIANCES = table(
    "trajectories/variances.tsv",
    """How much patients vary beside healthy people: the model's pattern of all genes, and the genes
    themselves. A row for each visit of the contrasts; none without healthy samples.""",
    """
role         text    -        baseline or followup
visit        text    -        name of the visit
df           number  -        degrees of freedom of the variance of patients in a gene
df_healthy   number  -        of that of healthy people
sd_ratio     number  -        standard deviation of patients over that of healthy people in the model; 1 with `variance: common`
correlation  number  -1 to 1  correlation of the two visits of a patient in the model
observed_05  number  -        5% quantile over genes of their own ratio of standard deviations
expected_05  number  -        the same if all genes had the ratio of the model (F distribution)
observed_50  number  -        median over genes
expected_50  number  -        median if all genes had that ratio
observed_95  number  -        95% quantile over genes
expected_95  number  -        95% quantile if all genes had that ratio
""",
)

TABLES = (
    GENES,
    VARIANCES,
    table(
        "trajectories/summary.tsv",
        """Number of genes in each class, beside what chance gives and the older rule. Missing in a
        study in which no gene has a class.""",
        """
class               text     -       class
n_genes             integer  genes   genes in the class
expected_false      number   genes   number of these expected to be false, from the p-values near the edges of the class
n_holding           integer  genes   genes of the class that hold in every sensitivity analysis
n_genes_common      integer  genes   genes of the class by the model of one variance for all cells (`variance: common`)
expected_by_chance  number   genes   mean over permutations of visits within patients and of people (as if nothing had any effect) of n_genes_common
p_by_chance         number   0 to 1  (1 + permutations with at least n_genes_common) / (1 + permutations)
n_genes_thresholds  integer  genes   genes by the conventional two-threshold rule, which controls no error rate
""",
    ),
    table(
        "trajectories/sensitivity.tsv",
        "How the reverted and induced sets change without each person and with further covariates.",
        """
analysis      text     -       leave_one_out or covariate
detail        text     -       who was left out, or which covariate was added
set           text     -       reverted or induced
n_genes       integer  genes   genes of the set in this analysis
n_kept        integer  genes   genes in both sets
n_lost        integer  genes   genes of the run that this analysis loses
n_gained      integer  genes   genes that only this analysis has
jaccard       number   0 to 1  genes in both sets / genes in either
lost          text     -       the lost genes, comma-separated
gained        text     -       the gained genes, comma-separated
not_compared  text     -       markers of the covariate itself, which are not compared
""",
    ),
    table(
        "trajectories/tipping.tsv",
        """How many genes of a set are left if the patients without a sample at the visit changed
        less than those present: one row per visit, set and shortfall. No rows where nobody is
        absent.""",
        """
visit      text     -      follow-up
set        text     -      reverted or induced; with _beyond_control the sets beyond control
group      text     -      responders, all or an arm: patients in whom the set is claimed
shortfall  number   -      0: the absent changed as those present did; 1: not at all; 2: as far the other way
n_genes    integer  genes  genes of the set
n_kept     integer  genes  genes that are left of it, by the same tests over all genes
""",
    ),
    table(
        "trajectories/tipping_points.tsv",
        """The smallest shortfalls at which a set is lost, to 0.05: one row per visit and set.
        Missing where it is not lost up to 2, or nobody is absent.""",
        """
visit       text     -         follow-up
set         text     -         reverted or induced; with _beyond_control the sets beyond control
group       text     -         responders, all or an arm: patients in whom the set is claimed
n_present   integer  patients  patients with samples at baseline and at the visit
n_absent    integer  patients  patients of the group with a sample at baseline and none at the visit
n_unlabelled  integer  patients  further such patients without a response label, who may be of the group
n_genes     integer  genes     genes of the set
first_lost  number   -         shortfall at which it loses its first gene
half_lost   number   -         shortfall at which it has lost more than half
all_lost    number   -         shortfall at which none is left
half_lost_at_most  number  -   half_lost if those without a label were of the group too
statement   text     -         the same in words
""",
    ),
    table(
        "trajectories/tipping_genes.tsv",
        "The tipping point of each gene of the sets: one row per visit, set and gene.",
        """
visit    text    -  follow-up
set      text    -  reverted or induced; with _beyond_control the sets beyond control
group    text    -  responders, all or an arm: patients in whom the set is claimed
gene     text    -  gene symbol
lost_at  number  -  smallest shortfall at which the set no longer holds it, to 0.05; missing where it does up to 2
""",
    ),
    table(
        "trajectories/statements.tsv",
        """What the study can say, in numbers and words. responder_specificity: whether there are
        enough non-responders to speak of responders (none in a study without labels).
        regression_to_the_mean: how many of the reverted genes it could explain (only without a
        randomised control, and with reverted genes). hidden_factors: how many there are, and what
        they go with (only where `trajectories.sensitivity` asks for them).""",
        """
topic                text     -         responder_specificity, regression_to_the_mean or hidden_factors
n_responders         integer  patients  responders with both visits
n_nonresponders      integer  patients  non-responders with both visits
detectable           number   log2      difference of change found with 80% power in the median gene
median_change        number   log2      median size of the change of reverted genes
power                number   0 to 1    power to see that change if non-responders did not change at all
enough               boolean  -         whether that power is at least 0.8
n_genes              integer  genes     reverted genes; of hidden factors, genes without sign of disease or change
recovered            number   -         median over them of the recovered fraction in all patients
recovered_low        number   -         median over them of the lower limit of its 95% interval
repeatability        number   -1 to 1   correlation of two measurements before treatment (`trajectories.pretreatment`)
expected_regression  number   0 to 1    largest share of the disease effect expected to go without treatment: 1 - repeatability
n_explained          integer  genes     reverted genes whose 95% interval reaches down to that share
n_factors            integer  factors   hidden factors that chance does not explain
explained            number   0 to 1    their share in the variance within patients of the genes in which they were sought
statement            text     -         the same in words
""",
    ),
    table(
        "trajectories/resamples_<part>of<parts>.tsv",
        "One share of the bootstrap, removed when the stage is done.",
        """
gene       text     -          gene symbol
class      text     -          class of the gene in the run
first      integer  -          number of the first resample of this share
resamples  integer  resamples  resamples in this share
kept       integer  resamples  resamples in which the gene keeps its class
""",
    ),
    table(
        "trajectories/permutations_<part>of<parts>.tsv",
        "One share of the permutations, removed when the stage is done.",
        "permutation  integer  -  number of the permutation\n" + COUNTS,
    ),
)
