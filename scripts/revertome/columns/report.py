"""Columns of the tables of `report`."""

from revertome.columns.form import table

TABLES = (
    table(
        "report/alarms.tsv",
        """What the stages warned of, alarms first: one row per sentence. The report opens with the
        alarms, and a run ends with them on the terminal.""",
        """
severity  text  -  alarm: results may be wrong; warning: something was assumed or left out; flag: a sample stands apart
stage     text  -  stage that said it
text      text  -  what was found, and what to do
""",
    ),
    table(
        "report/contrasts.tsv",
        """What every contrast found, at every follow-up: one row per contrast and follow-up, in the
        order of the report. `differential/` holds the tests, for earlier follow-ups
        `visits/<visit>/differential/`.""",
        """
contrast      text     -      contrast
visit         text     -      follow-up it is about; the baseline where the study has none
n_up          integer  genes  called and higher, or risen, at an adjusted P below trajectories.alpha
n_down        integer  genes  called and lower, or fallen
n_tested      integer  genes  tested; 0 where the contrast was not estimated
leading_up    text     -      of those up, the five with the smallest P, comma-separated
leading_down  text     -      of those down, the five with the smallest P, comma-separated
""",
    ),
    table(
        "report/patients.tsv",
        """One row per patient: who carries the signature (`figures.module`), how far from health, what
        response and clinic say; the page `patients.html` shows it. A signature is carried at a visit
        where the score lies above the mean of the healthy people + 2 of their SD, nothing is told
        with fewer than 5 of them. All values in healthy SD are (x - healthy mean) / healthy SD, by
        the first score method; follow-up is the last visit of the design. With `suppress_below` the file
        is not written. Columns named by the study: `response_<visit>`; `<variable>_baseline` and `_followup` for each clinical variable of
        `association.variables`; `<module>_z_baseline` and `_followup` for each module.""",
        """
patient                text     -           patient id
arm                    text     -           arm of the trial
label                  text     -           responder, nonresponder, unlabelled or treated
signature              text     -           still, no_longer, newly or neither (baseline and follow-up known); carried or not_carried (follow-up alone known, or one visit); missing: cannot be told
signature_baseline     number   healthy SD  score of the signature at baseline
signature_followup     number   healthy SD  score of the signature at follow-up; above 2 it is carried
distance_z_baseline    number   healthy SD  distance to health at baseline; above 2 further than healthy people
distance_z_followup    number   healthy SD  distance to health at follow-up
n_above                integer  modules     modules above the healthy mean + 2 SD at follow-up (of one visit: at baseline)
flags                  text     -           what quality control says of the patient's samples, by visit
note                   text     -           why the signature cannot be told, or not for both visits
n_reverted_normalised  integer  genes       reverted genes within healthy mean +- 2 SD at follow-up
n_reverted             integer  genes       reverted genes of the study
response_<visit>       text     -           response at this visit
<module>_z_baseline    number   healthy SD  module score at baseline
<module>_z_followup    number   healthy SD  module score at follow-up
<variable>_baseline    number   of it       clinical variable at baseline
<variable>_followup    number   of it       clinical variable at follow-up
""",
    ),
)
