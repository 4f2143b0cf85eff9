"""Columns of the tables behind the figures of genes."""

from revertome.columns.source_data.figure import BAND, FORK, LABEL, ORDER, PERSON, figure

TWO_EFFECTS = """
x                        number   log2      first effect, or mean expression
y                        number   log2      second effect
xlabel                   text     -         what x is, in words
ylabel                   text     -         what y is, in words
diagonal                 boolean  -         whether x and y can be compared
"""

TABLES = (
    figure(
        "volcano",
        "Volcano of the paired change, else of another contrast.",
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
        "variance_shares",
        "Shares of variance by source, and the genes with most of each.",
        """
source     text     -        source of variance, as in `differential/variance_sources.tsv`
order      integer  -        place of the source from the top, from 0
q05        number   0 to 1   5% of genes have less
q25        number   0 to 1   25% of genes have less
median     number   0 to 1   half of genes have less
q75        number   0 to 1   75% of genes have less
q95        number   0 to 1   95% of genes have less
mean       number   0 to 1   mean share over genes
by_chance  number   0 to 1   mean share in genes without any such effect
n_genes    integer  genes    genes with shares; of a bin, genes in it
n_samples  integer  samples  samples of the model
n_people   integer  people   people of the model
low        number   0 to 1   lower end of a bin
high       number   0 to 1   its upper end
most_of    text     -        of a part, the source of which the gene has most
rank       integer  -        place of the gene among these, from 0
gene       text     -        gene symbol
share      number   0 to 1   share of the source in the variance of the gene
""",
    ),
    figure(
        "trajectory_plane",
        "The trajectory plane; without it two effects.",
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
group                    text     -         the same, and healthy people, by the names that are shown
claim                    text     -         class that is tested in them; empty for both
n_pairs                  integer  patients  patients with both visits
n_genes                  integer  genes     genes of the class or mark
mark                     text     -         of a point: up, down, either or none
note                     text     -         how many of them are expected to be false
recovered_at_least       number   -         recovered fraction at which reverted begins
recovered_at_most        number   -         recovered fraction at which it ends
induced_disease_at_most  number   -         disease / change at which induced ends
alpha                    number   0 to 1    false discovery rate
rule                     text     -         tests or thresholds
baseline                 text     -         name of the baseline visit
followup                 text     -         name of the follow-up visit
"""
        + TWO_EFFECTS,
    ),
    figure(
        "control_arm",
        "The plane without control beside that of the drug effect; without healthy people the changes "
        "of the arms.",
        """
panel                    text     -         A without control, B beyond control
gene                     text     -         gene symbol
disease                  number   log2      disease effect
change                   number   log2      change under treatment; in B the drug effect
class                    text     -         class of the gene in the panel
mark                     text     -         set of the panel, else of A; passing: simulated to fall back without drug; of a point: up, down, either or none
n_genes                  integer  genes     genes of a mark
claimed                  boolean  -         whether the panel claims the gene for a set
label                    text     -         name printed beside the point
set                      text     -         reverted or induced
n_without                integer  genes     genes of the set without control
n_beyond                 integer  genes     genes of the set beyond control
n_both                   integer  genes     genes of both
passing_without          integer  genes     genes of the set without control that are simulated to fall back
passing_beyond           integer  genes     genes of the set beyond control that are simulated to fall back
patients                 text     -         patients of the panel
group                    text     -         the same, and healthy people, by the names that are shown
n_patients               integer  patients  patients of the active arm at the visit
n_control                integer  patients  patients of the control arm at the visit
recovered_at_least       number   -         recovered fraction at which reverted begins
recovered_at_most        number   -         recovered fraction at which it ends
induced_disease_at_most  number   -         disease / change at which induced ends
alpha                    number   0 to 1    false discovery rate
baseline                 text     -         name of the baseline visit
followup                 text     -         name of the follow-up visit of A
visit                    text     -         name of the follow-up visit of B
arm                      text     -         active arm
control                  text     -         control arm
"""
        + TWO_EFFECTS,
    ),
    figure(
        "heatmap",
        "Heat map of the sets.",
        """
set        text     -             reverted or induced
kind       text     -             class: genes of the set; leading or smallest p: of its effect
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
arm        text     -             arm of the sample, or of the patient
n_samples  integer  samples       samples of the block
variable   text     -             what a bar shows beside visit, response and arm
value      number   -             its value, as recorded
level      text     -             its value in words
n_genes    integer  genes         genes of the set, or that show its effect
n_shown    integer  genes         genes drawn
reference  text     -             healthy or baseline
limit      number   reference SD  z at full colour
"""
        + FORK,
    ),
    figure(
        "sensitivity",
        "Sensitivity of the sets.",
        """
analysis      text     -       analysis in words
order         integer  -       place from the top, from 0
n_genes       integer  genes   genes of the set, or of the intersection
set           text     -       reverted or induced
intersection  integer  -       number of the intersection, 0 the largest
n_all         integer  -       intersections of the set, drawn or not
n_all_genes   integer  genes   genes of all of them
patient       text     -       person left out
n_lost        integer  genes   genes lost without this person
n_gained      integer  genes   genes gained without this person
jaccard       number   0 to 1  genes in both sets / genes in either
""",
    ),
    figure(
        "tipping",
        "Tipping point of the sets.",
        """
visit      text     -         follow-up
set        text     -         reverted or induced; with _beyond_control the sets beyond control
group      text     -         responders, all or an arm: patients in whom the set is claimed
percent    number   %         change of the absent, of the mean change of those present; of a set the smallest at which it keeps at least half
n_genes    integer  genes     genes of the set
n_kept     integer  genes     genes that are left of it
arm        text     -         the arm, of a set beyond control
order      integer  -         number of the line, from 0
n_present  integer  patients  patients with samples at baseline and at the visit
n_absent   integer  patients  patients with a sample at baseline and none at the visit
""",
    ),
    figure(
        "genes",
        "Chosen genes, patient by patient.",
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
        "diagnostics",
        "Checks of the model.",
        """
contrast    text     -       contrast
low         number   0 to 1  lower end of a bin of P values
high        number   0 to 1  upper end of the bin
n_genes     integer  genes   genes in the bin, contrast or cell
order       integer  -       place from the left, from 0
n_below     integer  genes   genes with an adjusted P below alpha
engine      text     -       engine that fitted it
uniform     number   genes   genes in a bin if none differed
mean        number   log2    mean of genes
sd          number   log2    standard deviation within groups
mean_width  number   log2    width of a cell
sd_width    number   log2    height of a cell
q25         number   log2    lower quartile of the standard deviation
q75         number   log2    upper quartile
alpha       number   0 to 1  false discovery rate asked for
""",
    ),
    figure(
        "variances",
        "How much patients vary beside healthy people.",
        """
role         text     -      baseline or followup
visit        text     -      name of the visit
low          number   -      lower end of a bin of ratios of standard deviations
high         number   -      upper end of the bin
n_genes      integer  genes  genes in the bin, or of the visit
expected     number   genes  genes in the bin if all had the ratio of the model
sd_ratio     number   -      ratio of the model
observed_05  number   -      5% quantile over genes
observed_50  number   -      median over genes
observed_95  number   -      95% quantile over genes
""",
    ),
)
