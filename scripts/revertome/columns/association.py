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
)
