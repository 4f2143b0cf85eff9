"""Columns of the tables of `intake`."""

from revertome.columns.form import table

FLOW = """
stage       text     -         step of the selection
n_samples   integer  samples   samples left after the step
n_patients  integer  people    people they come from, healthy people included
n_pairs     integer  patients  patients with samples at baseline and at follow-up; missing of one visit
note        text     -         what was left out, and why
groups      text     -         samples of each group, and in brackets what the sheet calls them
"""

TABLES = (
    table(
        "intake/fields.tsv",
        """Written by `snakemake sheet` alone: one row per field of the GEO series, likely roles
        first. It is the help for finishing `intake/draft.yaml`.""",
        """
field           text     -        name of the field in the series
characteristic  boolean  -        whether it is a characteristic of the sample, not of the record
n_samples       integer  samples  samples with a value
n_values        integer  -        different values
values          text     -        the most frequent values with their counts
likely          text     -        roles the field is likely to fill, such as patient or visit
""",
    ),
    table(
        "intake/visits.tsv",
        """The visits sheet as read: one row per patient and visit. Without a sheet it has no rows.
        After the first three columns come those of your own sheet (with `privacy`, those that the
        study asks for, and dates as days from the baseline).""",
        """
patient            text   -             patient id
arm                text   -             arm of the trial; from the sample sheet where the visits sheet has none
visit              text   -             name of the visit
<clinical column>  sheet  as in sheet   every other column of the sheet, under its own name
""",
    ),
    table(
        "intake/flow.tsv",
        "How many samples, people and pairs are left at each step from the sheet to the study.",
        FLOW,
    ),
    table(
        "intake/truth.tsv",
        "Simulated studies only: one row per gene, what was put into the data.",
        """
gene                         text     -     gene symbol
class                        text     -     class given: half_reverted lies on the edge of reverted, activity falls back without drug
disease                      number   log2  patients before treatment minus healthy
change                       number   log2  month 6 minus enrollment in responders
change_nonresponders         number   log2  month 6 minus enrollment in non-responders
change_month1                number   log2  month 1 minus enrollment in responders to anakinra
change_month1_nonresponders  number   log2  month 1 minus enrollment in those who do not respond to anakinra
natural_month1               number   log2  month 1 minus enrollment under placebo
drug_effect_month1           number   log2  change at month 1 of all on anakinra minus that under placebo
private                      boolean  -     whether the effect is this trial's own, with `intake.simulate.private`
""",
    ),
)
