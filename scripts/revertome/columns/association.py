"""Columns of the tables of `association`."""

from revertome.columns.form import table

TIMES = {
    "baseline": "at baseline",
    "followup": "at follow-up",
    "change": "follow-up - baseline",
}


def thrice(name: str, kind: str, unit: str, meaning: str) -> str:
    """A column at baseline, at follow-up, and its change."""
    return "".join(
        f"{name}_{time}  {kind}  {unit}  {meaning}, {words}\n" for time, words in TIMES.items()
    )


TABLES = (
    table(
        "association/patients.tsv",
        """One row per patient: clinic and blood side by side. Columns named by the study:
        `response_<visit>` and `level_<visit>` for each visit judged; `<name>_baseline`,
        `<name>_followup` and `<name>_change` for each clinical variable of
        `association.variables` and for each module (first score method).""",
        """
patient           text     -  patient id
arm               text     -  arm of the trial
label             text     -  responder, nonresponder, unlabelled or treated
response_<visit>  text     -  response at this visit
level_<visit>     integer  -  highest level reached at this visit
"""
        + thrice("<variable or module>", "number", "of it", "clinical variable or module score")
        + thrice("distance", "number", "healthy SD", "molecular distance to health")
        + thrice("genes_outside", "number", "genes", "genes beyond 2 healthy SD")
        + """
n_reverted_normalised  integer  genes  reverted genes within healthy mean +- 2 SD at follow-up
n_reverted_recovered   integer  genes  reverted genes whose point in this patient lies in the wedge
n_reverted             integer  genes  reverted genes of the study
""",
    ),
    table(
        "association/tests.tsv",
        """One row per question: `change_with_change` (Spearman's correlation of the change of a
        module and of a clinical variable), `baseline_with_baseline` (of the two at baseline),
        `baseline_with_response` and `change_by_response` (AUC:
        the chance that a responder lies above a non-responder). At least 5 patients are needed, in
        each group.""",
        """
question   text     -         which question
x          text     -         column of association/patients.tsv
y          text     -         column it is set against
module     text     -         module; distance for the distance to health
method     text     -         score method
group      text     -         patients who take part
estimate   number   -         Spearman's correlation (-1 to 1), or AUC (0 to 1)
CI.L       number   -         lower 95% limit
CI.R       number   -         upper 95% limit
statistic  number   -         t of the correlation, or Mann-Whitney U
P.Value    number   0 to 1    two-sided P
adj.P.Val  number   0 to 1    Benjamini-Hochberg over modules within question and y
n          integer  patients  patients who take part
note       text     -         what cannot be said, and why
DeLong.L   number   0 to 1    lower 95% limit of an AUC after DeLong
DeLong.R   number   0 to 1    upper 95% limit of an AUC after DeLong
n_responders     integer  patients  responders who are compared
n_nonresponders  integer  patients  non-responders who are compared
""",
    ),
    table(
        "association/visits.tsv",
        """Scores with clinical variables over all visits. Questions: `at_visit` (Spearman's
        correlation over patients at a visit), `change` (of the changes from baseline to a
        follow-up), `within_patients` (repeated-measures correlation over all visits: Bakdash and
        Marusich 2017; what moves together over time, for whatever reason). Visits of the samples
        and of the visits sheet are matched by name; `response.visit` stands for the main follow-up
        alone. At least 5 patients are needed.""",
        """
question   text     -         at_visit, change or within_patients
module     text     -         module; distance for the distance to health
method     text     -         score method
variable   text     -         clinical variable
visit      text     -         visit; all visits within patients
estimate   number   -1 to 1   correlation
CI.L       number   -1 to 1   lower 95% limit
CI.R       number   -1 to 1   upper 95% limit
statistic  number   -         t of the correlation
P.Value    number   0 to 1    two-sided P
adj.P.Val  number   0 to 1    Benjamini-Hochberg over modules within question, variable and visit
n          integer  patients  patients who take part; within patients those with both values twice
n_samples  integer  samples   their samples
note       text     -         what cannot be said, and why
""",
    ),
    table(
        "association/courses.tsv",
        """Mean course of each module (first score method), of the genes shown one by one and of each
        type of white cell, over the patients who have the visit.""",
        """
kind   text     -         module, gene or cell_type
item   text     -         module, gene by current symbol, or type of white cell
arm    text     -         all, an arm, or active (several arms with the drug together)
label  text     -         all, or a response label
visit  text     -         visit
mean   number   as drawn  mean score (log2 where it is a ratio), log2 expression, or percent of the white cells
CI.L   number   as drawn  lower 95% limit (t with n - 1 degrees of freedom, of this visit alone)
CI.R   number   as drawn  upper 95% limit
n      integer  patients  patients
""",
    ),
    table(
        "association/flow.tsv",
        "Patients from randomisation to each contrast, by arm.",
        """
stage       text     -         randomised, treated, visit reached, blood drawn, passed QC, complete pair or contrast
detail      text     -         visit or contrast
arm         text     -         arm; all for everyone, healthy for healthy people
n_patients  integer  people    people; missing where nothing records it
n_samples   integer  samples   samples
n_pairs     integer  patients  patients with samples at both visits; missing of one visit
note        text     -         why a number is missing, or the size of the model
""",
    ),
    table(
        "association/absent.tsv",
        """Who has no sample at each visit, by arm and response label (`all` for everybody), as far
        as is recorded. Reasons come from the columns `reason` and `discontinued` of the visits
        sheet or the sample sheet, from `intake.exclude` and from quality control.""",
        """
visit       text     -         visit
arm         text     -         arm; all for everybody
label       text     -         response label; all for everybody
n_expected  integer  patients  at baseline all patients of the study, later those with a used sample at baseline
n_present   integer  patients  of these, with a used sample at the visit
n_absent    integer  patients  of these, without
n_failed    integer  patients  absent because the sample failed quality control
n_recorded  integer  patients  absent for another reason that is recorded
n_stopped   integer  patients  present, though recorded to have stopped the treatment by then
n_added     integer  patients  with a used sample at the visit and none at baseline
note        text     -         the reasons, with the number of patients
statement   text     -         the visit in words, in the row of everybody
""",
    ),
    table(
        "association/absent_severity.tsv",
        """How ill the absent were at baseline beside those present: one row per visit, arm, response
        label and variable. Nobody absent, no rows.""",
        """
visit         text     -         visit at which they are absent or present
arm           text     -         arm; all for everybody
label         text     -         response label; all for everybody
variable      text     -         clinical variable; distance (to health, healthy SD); reverted_genes (their mean disease in the patient, log2)
n_present     integer  patients  present, with a value
n_absent      integer  patients  absent, with a value
mean_present  number   of it     mean at baseline of those present
mean_absent   number   of it     mean at baseline of the absent
difference    number   of it     absent - present
CI.L          number   of it     lower 95% limit (Welch); missing with one patient in either
CI.R          number   of it     upper 95% limit
standardised  number   SD        difference over the standard deviation of all of them
""",
    ),
)
