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
)
