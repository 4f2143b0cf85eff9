"""Names for people in the table of a figure: rows `name`, one for each id written otherwise.

A figure is drawn from its table alone, so the names travel in it.
"""

from collections.abc import Callable, Mapping

import pandas as pd

from revertome import naming

# What the columns of source data hold, and how it is named.
HOLD: Mapping[str, tuple[str, ...]] = {
    "visits": ("visit", "baseline", "followup"),
    "groups": ("group", "label"),
    "arms": ("arm", "control"),
    "modules": ("module",),
    "variables": ("variable", "covariate"),
    "contrasts": ("contrast",),
}
NAMED: Mapping[str, Callable[[str], str]] = {
    "visits": naming.visit,
    "groups": naming.group,
    "arms": naming.arm,
    "modules": naming.module,
    "variables": naming.variable,
    "contrasts": naming.contrast,
}


def with_names(table: pd.DataFrame) -> pd.DataFrame:
    """Add the rows `name` before the words that close a table.

    Returns
    -------
    DataFrame
        With columns `of` (a kind of `naming.KINDS`) and `id`; the name is in `text`.
    """
    found = []
    for kind, columns in HOLD.items():
        held = [table[column].dropna().astype(str) for column in columns if column in table]
        for name in dict.fromkeys(pd.concat(held)) if held else ():
            if (text := NAMED[kind](name)) != name:
                found.append({"element": "name", "of": kind, "id": name, "text": text})
    if not found:
        return table
    closing = table["element"].isin(["caption", "alt"])
    joined = pd.concat([table[~closing], pd.DataFrame(found), table[closing]], ignore_index=True)
    rest = [name for name in joined if name != "text"]
    return joined[[*rest, "text"]]


def names_of(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Read the names in the table of a figure, by kind and id."""
    if "of" not in table:
        return {}
    rows = table[table["element"].eq("name")]
    return {
        str(kind): dict(zip(part["id"].astype(str), part["text"].astype(str), strict=True))
        for kind, part in rows.groupby("of")
    }
