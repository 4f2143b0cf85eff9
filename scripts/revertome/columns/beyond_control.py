"""Columns of the tables on what the drug does beyond control."""

from revertome.columns.form import table
from revertome.gene_classes import BEYOND

BEYOND_CONTROL = table(
    "trajectories/beyond_control.tsv",
    """Only with `design.arm`: what the drug does beyond control, in all who were randomised. One row
    per follow-up that has a control, active arm (and all of them together where there are several)
    and gene. Without healthy samples the drug effect alone is known, and no class is claimed.""",
    """
visit                text     -         follow-up
arm                  text     -         active arm, or `all active arms`
control              text     -         the arm it is compared with
gene                 text     -         gene symbol
disease              number   log2      all randomised patients at baseline - healthy
drug_effect          number   log2      arm - control at the visit, adjusted for the values at baseline: by how much more the gene changes on the drug
drug_effect_low      number   log2      lower 95% limit of the drug effect
drug_effect_high     number   log2      upper 95% limit
recovered            number   -         share of the disease effect that the drug takes back beyond control: -drug_effect / disease
recovered_low        number   -         lower end of its 95% Fieller interval
recovered_high       number   -         upper end of its 95% Fieller interval
recovered_interval   text     -         bounded; unbounded (outside of high..low where high < low); whole line (nothing excluded)
p_disease            number   0 to 1    two-sided P of disease
adj_p_disease        number   0 to 1    Benjamini-Hochberg
p_drug_effect        number   0 to 1    two-sided P of the drug effect
adj_p_drug_effect    number   0 to 1    Benjamini-Hochberg
"""
    + "".join(
        f"p_{name}  number  0 to 1  P of the claim that it is {words} (intersection-union test)\n"
        f"adj_p_{name}  number  0 to 1  adjusted among the genes that pass the screen; 1 outside\n"
        for name, words in BEYOND.items()
    )
    + """
class                text     -         reverted, induced, partly reverted or exacerbated beyond control, little beyond control, unresolved or unchanged
stability            number   0 to 1    share of bootstrap resamples of patients (by arm) and healthy people that give the same class
n_patients           integer  patients  patients of the arm with a sample at the visit
n_control            integer  patients  patients of the control with a sample at the visit
""",
)

BEYOND_SUMMARY = table(
    "trajectories/beyond_control_summary.tsv",
    """Only with `design.arm`: how many genes are claimed beyond control, for every follow-up and
    active arm; a follow-up without control says so.""",
    """
visit                    text     -         follow-up
arm                      text     -         active arm, or `all active arms`; missing at a visit without control
control                  text     -         the arm it is compared with; missing at a visit without control
n_patients               integer  patients  patients of the arm with a sample at the visit
n_control                integer  patients  patients of the control with a sample at the visit
drug_effects             integer  genes     genes with a drug effect (adjusted P)
reverted_up              integer  genes     genes reverted beyond control that were above healthy
reverted_down            integer  genes     genes reverted beyond control that were below healthy
induced_up               integer  genes     genes induced beyond control, upwards
induced_down             integer  genes     genes induced beyond control, downwards
expected_false_reverted  number   genes     number of the reverted expected to be false
expected_false_induced   number   genes     number of the induced expected to be false
statement                text     -         the same in words
""",
)

BY_RESPONSE = table(
    "trajectories/beyond_control_by_response.tsv",
    """Only with `design.arm`: how the genes claimed beyond control changed in each group of response,
    arm by arm. A description: response comes after randomisation, which protects none of these
    comparisons.""",
    """
visit             text     -       follow-up
claimed_for       text     -       the active arm (or `all active arms`) for which the set is claimed
set               text     -       reverted beyond control or induced beyond control
arm               text     -       arm of the patients described
label             text     -       their response label
n_pairs           integer  pairs   patients of them with samples at baseline and at the visit
n_genes           integer  genes   genes of the set
median_change     number   log2    median over the genes of their mean change, in the direction of the drug effect
median_recovered  number   -       median over the genes of -change / disease; missing for induced genes
comparison        text     -       always: not a randomised comparison
""",
)

TABLES = (BEYOND_CONTROL, BEYOND_SUMMARY, BY_RESPONSE)
