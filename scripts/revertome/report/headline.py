"""What was found in one line, and the three sentences that a clinician reads.

Who was studied; what returns to normal; what the treatment adds, and how sure all this is. Every
shape of study has them: what it cannot say is said to be so.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.class_groups import classed
from revertome.report import headline_arms as arms
from revertome.report.contrast_modules import chosen_of, returned
from revertome.report.contrast_words import called_in, told
from revertome.report.people import either, listed, studied
from revertome.report.sureness import expected, how_sure
from revertome.source_data.tidy import count, p_text

Tables = Mapping[str, Any]

ONE_VISIT = "Whether anything returns to normal cannot be said: the study has one visit, {baseline}"
NO_HEALTHY = "Whether anything returns to normal cannot be said: no healthy people were measured"
UNTESTED = "Whether anything returns to normal was not tested: there are too few complete pairs"
BETWEEN = ("interaction", "baseline")  # contrasts of the groups of response
CAUSE = "as there was no control, what of this is the treatment's cannot be told"
ALONE = "there was no control, so time and chance may have done as much"


def headline(tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Return the line on what was found, then the three sentences.

    Parameters
    ----------
    tables
        counts (`contrast_words.counts_of`), flow (source data), labels, genes, summary, sets,
        module_tests, sensitivity, and, with arms, beyond_summary.
    config
        Configuration as run, its design in order.
    """
    design = config["design"]
    lines = [
        found(tables, config),
        studied(tables["flow"], design, tables.get("beyond_summary")),
        normal(tables, config),
        adds(tables, config),
    ]
    return [_one_line(line) for line in lines]


def _one_line(text: str) -> str:
    """Text that a terminal may print: a name in a sheet can hold whatever it likes."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def found(tables: Tables, config: Mapping[str, Any]) -> str:
    """What was found, in one line."""
    if line := arms.found(tables, config):
        return line
    parts = _sets_in_short(tables, config)
    effects = _effects(tables, config, brief=bool(parts))
    if not parts:
        text = effects or "no contrast of genes could be estimated"
    elif _n(tables, "reverted") or _n(tables, "induced") or not effects:
        text = parts
    else:
        text = (
            f"{parts}, although {effects}"
            if _any(tables, config["design"])
            else f"{parts}; {effects}"
        )
    return f"{text[:1].upper()}{text[1:]}{_module(tables, config)}."


def normal(tables: Tables, config: Mapping[str, Any]) -> str:
    """What returns to normal."""
    design = config["design"]
    visits = {key: naming.visit(design[key]) for key in ("baseline", "followup") if design[key]}
    if design["followup"] is None:
        return f"{ONE_VISIT.format(**visits)}."
    if design["healthy"] is None:
        return f"{NO_HEALTHY}."
    if (n := _n(tables, "reverted")) is None:
        return f"{UNTESTED}."
    who, share = in_whom(tables, config, "reverted"), config["trajectories"]["recovered_at_least"]
    lead = arms.reverted(tables, config)
    text = f"no gene is shown to return to normal in {who} by {visits['followup']}"
    if n:
        way = "half" if share == 0.5 else f"{100 * share:g}% of the"
        place = f"from {naming.group('healthy')} at {visits['baseline']}"
        genes = f"1 gene that differs {place} returns"
        if n > 1:
            genes = f"{n:,} genes that differ {place} return"
        text = (
            f"{genes} at least {way} way to normal in {who} by {visits['followup']}"
            f"{expected(tables, config, 'reverted')}"
        )
    text = f"{lead}without a control, {text}" if lead else f"{text[:1].upper()}{text[1:]}"
    return f"{text}.{returned(tables, bool(lead))}{_undecided(tables)}"


def adds(tables: Tables, config: Mapping[str, Any]) -> str:
    """What the treatment adds, and how sure the sets are."""
    design = config["design"]
    if design["followup"] is None:
        text = "What a treatment adds cannot be said either"
    elif not classed(design) or _n(tables, "induced") is None:
        text = _unclassed(tables, config)
    else:
        text = _induced(tables, config)
    return f"{text}. {how_sure(tables, config)}"


def _induced(tables: Tables, config: Mapping[str, Any]) -> str:
    """The induced set, after what is induced beyond control."""
    n, visit = _n(tables, "induced"), naming.visit(config["design"]["followup"])
    place = f"under treatment (induced) in {in_whom(tables, config, 'induced')} by {visit}"
    apart = f"hardly differed from {naming.group('healthy')}"
    text = f"no gene that {apart} is shown to change {place}"
    if n:
        genes = f"{n:,} genes that {apart} change"
        genes = f"1 gene that {apart} changes" if n == 1 else genes
        text = f"{genes} {place}{expected(tables, config, 'induced')}"
    if lead := arms.induced(tables, config):
        return f"{lead}without a control, {text}"
    alone = f"; {CAUSE}" if n and not config["design"].get("arm") else ""
    return f"{text[:1].upper()}{text[1:]}{alone}"


def _unclassed(tables: Tables, config: Mapping[str, Any]) -> str:
    """What a change is worth in a study that cannot say what is normal."""
    if not config["design"].get("arm"):
        return f"What the treatment adds cannot be told: {ALONE}"
    control = naming.arm(config["design"]["arm"]["control"])
    return (
        f"Without a control, {_effects(tables, config)}; only what changes beyond {control} is "
        "shown to be the treatment's"
    )


def in_whom(tables: Tables, config: Mapping[str, Any], name: str) -> str:
    """In whom a set is claimed."""
    split = "responder" in set(tables["labels"]["label"])
    return naming.group(config["trajectories"][f"{name}_in"] if split else "all")


def _n(tables: Tables, name: str) -> int | None:
    """Genes of a class; None where the study has no classes."""
    counted = tables["summary"].set_index("class")["n_genes"].dropna()
    return int(counted[name]) if name in counted else None


def _undecided(tables: Tables) -> str:
    """Genes that stay, and those that are undecided, in a sentence of their own."""
    parts, n = [], _n(tables, "unresolved")
    if stay := _n(tables, "persistent"):
        were = "it was" if stay == 1 else "they were"
        parts.append(f"{count(stay, 'gene is', 'genes are')} shown to stay as {were}")
    if n:
        genes = f"{n:,} more" if parts else count(n, "gene")
        parts.append(f"{genes} {'is' if n == 1 else 'are'} unresolved: the data do not decide")
    return f" {'; '.join(parts)}." if parts else ""


def _sets_in_short(tables: Tables, config: Mapping[str, Any]) -> str:
    """Both sets in a line; empty where nothing is classed."""
    design = config["design"]
    n = {name: _n(tables, name) for name in ("reverted", "induced")}
    if not classed(design) or None in n.values():
        return ""
    visit = naming.visit(design["followup"])
    if not any(n.values()):
        return f"no gene is shown to return to normal or to be induced by {visit}"
    does = {
        "reverted": ("returns to normal (reverted)", "return to normal (reverted)"),
        "induced": ("is induced", "are induced"),
    }
    parts = [
        f"{count(k or 0, 'gene')} {does[name][k != 1]} in {in_whom(tables, config, name)}"
        for name, k in n.items()
        if k
    ]
    none = {"reverted": "to return to normal", "induced": "to be induced"}
    missing = [f"; none is shown {none[name]}" for name, k in n.items() if not k]
    return f"{' and '.join(parts)} by {visit}, without a control{''.join(missing)}"


def _any(tables: Tables, design: Mapping[str, Any]) -> bool:
    """Whether any gene is called in any of the contrasts that `_effects` words in brief."""
    rows = _main(tables, design)
    rows = rows[~rows["contrast"].isin(BETWEEN)]
    return bool((rows["n_up"] + rows["n_down"]).gt(0).any())


def _main(tables: Tables, design: Mapping[str, Any]) -> pd.DataFrame:
    """The contrasts that say most of a study: disease, change, and what sets responders apart."""
    counts = tables["counts"]
    names = ["disease", "change_all", "change_responders", "interaction", "baseline"]
    rows = told(counts, design)
    rows = rows[rows["contrast"].isin(names)]
    if "change_all" in set(rows["contrast"]):
        return rows[~rows["contrast"].isin(["change_responders", "baseline"])]
    return rows


def _effects(tables: Tables, config: Mapping[str, Any], brief: bool = False) -> str:
    """How many genes differ and change; those contrasts without one are left for the page.

    `brief` leaves out how many on either side, and what differs between groups of response.
    """
    rows, parts = _main(tables, config["design"]), []
    if brief:
        rows = rows[~rows["contrast"].isin(BETWEEN)]
    if rows.empty:
        return ""
    for row in rows.to_dict("records"):
        n = row["n_up"] + row["n_down"]
        if n:
            sides = "" if brief else f" ({called_in(row)})"
            parts.append(f"{count(n, 'gene')} {_does(row, config, n == 1)}{sides}")
    if parts:
        return listed(parts)
    none = [_does(row, config, True).split(" ", 1) for row in rows.to_dict("records")]
    return f"no gene is shown to {either([f'{_bare(verb)} {rest}' for verb, rest in none])}"


def _bare(verb: str) -> str:
    return verb.removesuffix("s")


def _does(row: Mapping[str, Any], config: Mapping[str, Any], one: bool) -> str:
    """What a gene does that is called in one of the main contrasts."""
    design, s = config["design"], "s" if one else ""
    visits = {key: naming.visit(design[key]) for key in ("baseline", "followup") if design[key]}
    words = {
        "disease": "differ{s} between patients at {baseline} and {healthy}",
        "baseline": "differ{s} at {baseline} between later {responders} and {nonresponders}",
        "change_all": "change{s} from {baseline} to {followup} in all patients",
        "change_responders": "change{s} from {baseline} to {followup} in {responders}",
        "interaction": "change{s} differently in {responders} and {nonresponders}",
    }[row["contrast"]]
    groups = {name: naming.group(name) for name in ("responders", "nonresponders")}
    return words.format(s=s, healthy=naming.healthy(), **groups, **visits)


def _module(tables: Tables, config: Mapping[str, Any]) -> str:
    """The chosen module, where patients have it up or down, and where it changes."""
    parts = []
    for contrast, words in (("disease", "in patients"), ("change_all", "from baseline")):
        if (found := chosen_of(contrast, tables, config)) is not None:
            parts.append(f"{found.way} {words} (adjusted {p_text(found.adjusted)})")
    if not parts:
        return ""
    return f"; {naming.module(config['figures']['module'])} is {' and '.join(parts)}"
