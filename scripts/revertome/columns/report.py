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
)
