"""Columns of a sheet that say how or where a sample was handled, told by their names."""

import re

HANDLED = re.compile(
    r"\b(batch(es)?|(bead ?)?chip|plate|run|scan|scanner|slide|lane|lot|kit|cent(er|re)|site|"
    r"hospital|lab|laboratory|platform|protocol|flow ?cell|cartridge|hybridi[sz]ation|extraction|"
    r"library( prep)?|reagent|tube|isolation|pool|experimenter|"
    r"sequencer|machine|instrument|barcode|sentrix|operator|technician|shipment|"
    r"data ?set|(array|scan|run|processing|hybridi[sz]ation|extraction) ?(date|day))"
    r"s? ?(id|no|nr|name|code|number|\d+)?\b",
    re.IGNORECASE,
)


def spaced(name: str) -> str:
    """Words of a name apart: `scanDate`, `scan_date` and `scan.date` as `scan date`."""
    return re.sub(r"[\W_]+|(?<=[a-z])(?=[A-Z])", " ", name)


def says_handling(name: object) -> bool:
    """Whether a column of this name says how samples were handled: batch, chip, centre, kit."""
    return HANDLED.search(spaced(str(name))) is not None
