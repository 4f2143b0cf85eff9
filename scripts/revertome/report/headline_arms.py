"""What an arm did beyond control, in the first sentences of the report."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.report.people import arms_of, either, listed
from revertome.source_data.tidy import count, expected_false
from revertome.trajectories.beyond_words import SIDES
from revertome.trajectories.randomised import ALL_ACTIVE

Tables = Mapping[str, Any]

ARMS = 3  # named one by one up to so many; beyond them all active arms together


def found(tables: Tables, config: Mapping[str, Any]) -> str:
    """What was found beyond control, in one line; empty where nothing was compared with it."""
    control = _control(config)
    if (rows := _classed(tables)) is not None:
        parts = [f"{_arm(row)} {_both(row)}" for row in rows]
        return f"Beyond {control}, by {naming.visit(rows[0]['visit'])} {listed(parts)}."
    lead = _effects(tables, config)
    return f"{lead}." if lead else ""


def reverted(tables: Tables, config: Mapping[str, Any]) -> str:
    """Begin the sentence on what returns to normal."""
    share = config["trajectories"]["recovered_at_least"]
    way = "half" if share == 0.5 else f"{100 * share:g}% of the"
    return _lead(tables, config, "reverted", ("bring", f" at least {way} way back to normal"))


def induced(tables: Tables, config: Mapping[str, Any]) -> str:
    """Begin the sentence on what the treatment adds."""
    lead = _lead(tables, config, "induced", ("induce", ""))
    return lead or (f"{found}; " if (found := _effects(tables, config)) else "")


def _both(row: Mapping[str, Any]) -> str:
    """Both sets of an arm."""
    n, more = _n(row, "reverted"), _n(row, "induced")
    if not n + more:
        return "is not shown to return any gene toward normal or to induce any"
    genes = count(n, "gene") if n else "no gene"
    return f"returns {genes} toward normal and induces {f'{more:,}' if more else 'none'}"


def _lead(tables: Tables, config: Mapping[str, Any], name: str, does: tuple[str, str]) -> str:
    """Word one set of every arm; `does`, a verb and what follows the genes."""
    if (rows := _classed(tables)) is None:
        return ""
    (verb, way), parts = does, []
    for row in rows:
        if n := _n(row, name):
            false = expected_false(row[f"expected_false_{name}"])
            text = f"{verb}s {count(n, 'gene')}{way}{f' ({false})' if false else ''}"
        else:
            text = f"is not shown to {verb} any gene{way}"
        parts.append(f"{_arm(row)} {text}")
    return f"Beyond {_control(config)}, {listed(parts)} by {naming.visit(rows[0]['visit'])}; "


def _effects(tables: Tables, config: Mapping[str, Any]) -> str:
    """Genes with a drug effect at each controlled visit, of a study that cannot class them."""
    summary = tables.get("beyond_summary", pd.DataFrame())
    if "drug_effects" not in summary or _classed(tables) is not None:
        return ""
    rows = _shown(summary.dropna(subset="drug_effects"), summary)
    if not rows:
        return ""
    visits = list(dict.fromkeys(naming.visit(row["visit"]) for row in rows))
    names = list(dict.fromkeys(_arm(row) for row in rows))
    lead = f"Beyond {_control(config)}, "
    if not any(row["drug_effects"] for row in rows):
        return f"{lead}no gene is shown to change with {either(names)} by {either(visits)}"
    parts = [
        f"{int(row['drug_effects']):,} with {_arm(row)} by {naming.visit(row['visit'])}"
        for row in rows
    ]
    return f"{lead}genes change: {listed(parts)}"


def _classed(tables: Tables) -> list[dict[str, Any]] | None:
    """Rows of the last visit at which genes are classed beyond control; None without one."""
    summary = tables.get("beyond_summary", pd.DataFrame())
    columns = [f"{name}_{way}" for name in SIDES for way in ("up", "down")]
    if not set(columns) <= set(summary):
        return None
    rows = summary.dropna(subset=columns)
    if rows.empty:
        return None
    return _shown(rows[rows["visit"].eq(rows["visit"].iloc[-1])], summary)


def _shown(rows: pd.DataFrame, summary: pd.DataFrame) -> list[dict[str, Any]]:
    """The arms one by one, or together where they are many."""
    together = rows["arm"].eq(ALL_ACTIVE)
    many = len(arms_of(summary)) > ARMS and together.any()
    return list(rows[together if many else ~together].to_dict("records"))


def _n(row: Mapping[str, Any], name: str) -> int:
    return int(row[f"{name}_up"] + row[f"{name}_down"])


def _arm(row: Mapping[str, Any]) -> str:
    return row["arm"] if row["arm"] == ALL_ACTIVE else naming.arm(row["arm"])


def _control(config: Mapping[str, Any]) -> str:
    return naming.arm(config["design"]["arm"]["control"]) if config["design"].get("arm") else ""
