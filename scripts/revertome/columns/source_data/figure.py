"""What the tables behind the figures share.

A figure is built, and drawn from, as one table: `element` says what a row is, and a column is
filled in the rows whose element it belongs to. It is written as one table for each kind of rows.
"""

from revertome.columns.form import Table, table
from revertome.figure_rows import columns_in, kinds

ELEMENT = "element  text  -  which words: caption, alt (read out in the place of the picture), title, or absent (why there is nothing to draw)\n"
NAMES = """
of  text  -  of a row `name`, what it names: visits, groups, arms, modules, variables or contrasts
id  text  -  the name in the tables, whose name for people stands in `text`
"""
TEXT = "text  text  -  words of the row\n"
PERSON = """
sample   text  -  sample id
patient  text  -  patient id, or id of the healthy person
role     text  -  healthy, baseline or followup; other visits: other
visit    text  -  visit, as the figure prints it
"""
LABEL = "label    text  -  responder, nonresponder, unlabelled or treated; healthy\n"
ORDER = "order  integer  -  place from the top or the left, from 0\n"
TEST = """
estimate   number  of the score  mean change, or difference
CI.L       number  of the score  lower 95% limit
CI.R       number  of the score  upper 95% limit
statistic  number  -             t
df         number  -             degrees of freedom
P.Value    number  0 to 1        two-sided P
adj.P.Val  number  0 to 1        Benjamini-Hochberg over modules
n          integer  pairs        patients with both visits
"""
FORK = """
first         number  -             place of the first branch of a fork, from 0: rows, or places in the block
second        number  -             place of the second
first_height  number  as clustered  where the first branch begins; 0: one gene, or one person
second_height  number  as clustered  where the second begins
height        number  as clustered  distance at which they meet
"""
BAND = """
healthy_mean  number  as drawn  mean of the healthy (or reference) samples
healthy_sd    number  as drawn  their standard deviation
"""


def figure(name: str, about: str, columns: str, folder: str = "source_data") -> Table:
    """Describe all rows of one figure."""
    return table(f"{folder}/{name}", about, f"{ELEMENT}{columns.strip()}\n{NAMES.strip()}\n{TEXT}")


def parts(whole: Table) -> tuple[Table, ...]:
    """Describe the table of each kind of rows of a figure."""
    name = whole.file.rpartition("/")[2]
    known = {column.name: column for column in whole.columns}
    found = []
    for kind in kinds(name):
        named = columns_in(name, kind)
        if strange := set(named) - set(known):
            raise ValueError(f"{whole.file}: {kind}: no column {', '.join(sorted(strange))}")
        columns = tuple(column for column in whole.columns if column.name in named)
        found.append(Table(f"{whole.file}/{kind}.tsv", whole.about, columns))
    return tuple(found)
