"""Columns of the tables over visits of `trajectories`: the courses of genes."""

from revertome.columns.form import table
from revertome.gene_classes import CLAIMED

_CLASSES = "".join(
    f"p_{name}  number  0 to 1  P of {name} at this visit\n"
    f"adj_p_{name}  number  0 to 1  adjusted P of {name} at this visit\n"
    for name in CLAIMED
)

VISITS = table(
    "trajectories/visits.tsv",
    """One row per gene and follow-up, against healthy people: the place on the plane of this visit
    and its class, from one model of all visits. What is claimed over visits is a column of its own.
    Follow-ups at which nobody was paired have no rows. Without healthy samples only the change is
    known.""",
    f"""
gene                text     -         gene symbol
visit               text     -         follow-up
n_pairs             integer  patients  patients in whom reversion is claimed, with samples at baseline and at this visit
disease             number   log2      patients at baseline - healthy, in the patients in whom reversion is claimed
change              number   log2      this visit - baseline, within these patients; missing where the gene was not measured
residual            number   log2      this visit - healthy: disease + change
residual_low        number   log2      lower 95% limit of the residual
residual_high       number   log2      upper 95% limit of the residual
recovered           number   -         recovered fraction: -change / disease; 1 is back to normal
recovered_low       number   -         lower end of its 95% Fieller interval
recovered_high      number   -         upper end of its 95% Fieller interval
recovered_interval  text     -         bounded; unbounded (outside of high..low where high < low); whole line (nothing excluded)
p_disease           number   0 to 1    two-sided P of disease
p_change            number   0 to 1    two-sided P of change
{_CLASSES}class               text     -         class at this visit by itself, as in the table of the visit
p_from              number   0 to 1    largest P of reverted over this visit and all later ones
adj_p_from          number   0 to 1    the same at the level at which genes are called reverted at their last visit
reverted_from       boolean  -         whether the gene is shown to be reverted from this visit on
adj_p_reverted_at   number   0 to 1    adjusted P of reverted at this visit, among the genes that are ever reverted
reverted_at         boolean  -         whether it is shown to be reverted at this visit, with all visits allowed for
ever_reverted       boolean  -         of the gene: reverted at one visit at least
transient           boolean  -         of the gene: reverted, and at a later visit not
relapsed            boolean  -         of the gene: reverted, and at the last visit abnormal again
never_reverted      boolean  -         of the gene: less than half way back at every visit
course              text     -         of the gene: what is shown, see courses.tsv
""",
)

COURSES = table(
    "trajectories/courses.tsv",
    """One row per gene: what is shown over all visits against healthy people, each statement with
    its P and adjusted P. No rows without healthy samples.""",
    """
gene                    text     -       gene symbol
course                  text     -       reverted (to the last visit), relapsed, transient, ever reverted, never reverted or not decided: the first of these that is shown
in_words                text     -       the course in words
n_visits                integer  visits  follow-ups at which the gene was measured
last_visit              text     -       the last of them
reverted_from           text     -       first visit from which the gene is shown to be reverted at every visit
p_reverted_from         number   0 to 1  P of that; where nothing is shown, of reverted at the last visit
adj_p_reverted_from     number   0 to 1  adjusted over genes, then in fixed sequence from the last visit backwards
ever_reverted           boolean  -       whether it is shown to be reverted at one visit at least
reverted_at             text     -       the visits at which it is, comma-separated
p_ever                  number   0 to 1  Simes' P over the visits
adj_p_ever              number   0 to 1  Benjamini-Hochberg
transient               boolean  -       whether it is shown to be reverted at a visit and not so at a later one, with a change away from normal between
transient_reverted_at   text     -       the visit at which it was reverted, of the pair that shows it best
transient_lost_at       text     -       the later visit at which it was not
p_transient             number   0 to 1  Simes' P over the pairs of visits
adj_p_transient         number   0 to 1  Benjamini-Hochberg
relapsed                boolean  -       whether it is shown to be reverted at a visit and less than half way back at the last one, with a change towards disease between
relapsed_reverted_at    text     -       the visit at which it was reverted
p_relapsed              number   0 to 1  Simes' P over the earlier visits
adj_p_relapsed          number   0 to 1  Benjamini-Hochberg
never_reverted          boolean  -       whether it is shown to be less than half way back at every visit
p_never                 number   0 to 1  largest P over the visits
adj_p_never             number   0 to 1  Benjamini-Hochberg
""",
)

CHANGES = table(
    "trajectories/changes.tsv",
    """One row per gene, group of patients and follow-up: the change since the gene's own baseline,
    and what is claimed of it over visits. Needs no healthy people.""",
    """
gene          text     -         gene symbol
group         text     -         group of patients
visit         text     -         follow-up
n_pairs       integer  patients  patients of the group with samples at baseline and at this visit
change        number   log2      this visit - baseline, within patients
change_low    number   log2      lower 95% limit
change_high   number   log2      upper 95% limit
p_change      number   0 to 1    two-sided P
adj_p_change  number   0 to 1    adjusted P of the change at this visit, among the genes that change at one visit at least
p_from        number   0 to 1    largest P over this visit and all later ones, of a change with the sign of the last
adj_p_from    number   0 to 1    the same at the level at which genes are said to be changed at their last visit
changed_from  boolean  -         whether the change is shown at this visit and at every later one
p_plateau     number   0 to 1    largest P of more than half of the change at every other visit, over this visit and all later ones
adj_p_plateau  number  0 to 1    the same at the level at which genes are said not to be back
on_plateau    boolean  -         whether that is shown at this visit and at every later one
""",
)

CHANGE_COURSES = table(
    "trajectories/change_courses.tsv",
    """One row per gene and group of patients: whether it changes, from when on, and whether it is
    back at its own baseline at the last visit. Needs no healthy people.""",
    """
gene            text     -       gene symbol
group           text     -       group of patients
course          text     -       not back, back, undecided (it changes, neither is shown) or no change shown
in_words        text     -       the course in words
n_visits        integer  visits  follow-ups at which the gene was measured
p_changed       number   0 to 1  Simes' P of a change at one visit at least
adj_p_changed   number   0 to 1  Benjamini-Hochberg
changed_at      text     -       the visits at which a change is shown, comma-separated
changed_from    text     -       first visit from which the change is shown at every visit
plateau_from    text     -       first visit from which the change is more than half of that at every other visit
peak_visit      text     -       visit of the largest estimated change
peak_change     number   log2    change there
last_visit      text     -       last visit at which the gene was measured
last_change     number   log2    change there
last_low        number   log2    lower 95% limit
last_high       number   log2    upper 95% limit
share_left      number   -       last_change / peak_change
share_left_low  number   -       lower end of its Fieller interval, 95% for all visits together, so it holds although the peak was looked for
share_left_high  number  -       upper end
share_left_interval  text  -     bounded; unbounded (outside of high..low where high < low); whole line (nothing excluded); missing where the peak is the last visit
p_back          number   0 to 1  Simes' P over the earlier visits of: less than half of the change is left, on either side
adj_p_back      number   0 to 1  Benjamini-Hochberg among the genes that change
p_not_back      number   0 to 1  largest P of: more than half of the change at every earlier visit is left
adj_p_not_back  number   0 to 1  Benjamini-Hochberg among the genes that change
rise_excluded   number   log2    a rise above this is excluded at every visit (95%)
fall_excluded   number   log2    a change below this is excluded at every visit (95%)
""",
)

TABLES = (VISITS, COURSES, CHANGES, CHANGE_COURSES)
