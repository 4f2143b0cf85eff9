"""Columns of the tables behind the figures of cell content."""

from revertome.columns.source_data.figure import BAND, figure

TABLES = (
    figure(
        "cells",
        "Cell content against healthy people. Rows: point, healthy, mean, panel, visit, group.",
        """
panel      integer  -         place of the panel, from 0
cell_type  text     -         type of white cell
source     text     -         measured or estimated
class      text     -         class of the type by the tests that class genes, on percentage points
patient    text     -         patient id, or id of the healthy person
group      integer  -         line that the patient belongs to, from 0
arm        text     -         arm of the line; all
label      text     -         response label of the line; all
words      text     -         words of the line
visit      text     -         visit
x          number   -         place of the visit, from 1; 0: healthy
value      number   0 to 100  percent of the white cells
mean       number   0 to 100  mean of the group
CI.L       number   0 to 100  lower 95% limit
CI.R       number   0 to 100  upper 95% limit
n          integer  patients  patients behind the mean
"""
        + BAND,
    ),
)
