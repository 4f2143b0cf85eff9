"""The numbers and paragraphs of the report: what was found, in words made from the numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from revertome import naming
from revertome.class_groups import classed, induced_end
from revertome.gene_classes import READ
from revertome.report import smaller
from revertome.report.association import clinic_and_blood
from revertome.report.beyond import beyond_control, beyond_facts
from revertome.report.composition import by_composition, composition_facts
from revertome.report.contrast_words import cards
from revertome.report.course_words import over_visits
from revertome.report.headline import in_whom
from revertome.report.module_words import engaged
from revertome.report.people import Fact, groups_of
from revertome.report.uncontrolled import uncontrolled
from revertome.report.untestable import beside_covariates, untestable
from revertome.small_cells import size
from revertome.source_data.interferon import changes
from revertome.source_data.tidy import count, expected_false, p_text
from revertome.visits import in_order

Tables = Mapping[str, pd.DataFrame]

UNRESOLVED = (
    "Unresolved is an answer. These genes differ from healthy or change under treatment, but the "
    "data do not show their class. Do not count them as reverted or as not reverted."
)
RESPONDERS = (
    "“In responders” is a claim about a difference only where the interaction test supports it. A "
    "gene that is significant in responders and not in non-responders has not been shown to differ "
    "between them."
)


def facts(tables: Tables, design: Mapping[str, Any]) -> list[Fact]:
    """Return the numbers to see first: people by group, the two sets, and the main contrasts."""
    found = groups_of(tables["flow"], design) + beyond_facts(tables)
    armed = ", uncontrolled" if design.get("arm") is not None else ""
    summary = tables["summary"].set_index("class")
    for name in ("reverted", "induced"):
        if not classed(design) or name not in summary.index:
            continue
        note = expected_false(summary["expected_false"][name]) if summary["n_genes"][name] else ""
        found.append(Fact(f"Genes {name}{armed}", f"{int(summary['n_genes'][name]):,}", note))
    found += composition_facts(tables)
    return found + (cards(tables["counts"], design) if "counts" in tables else [])


def findings(tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Word what was found.

    Parameters
    ----------
    tables
        flow (source data of that figure), labels, genes, summary, trial, interferon (source data),
        module_classes, sets, engagement, association_tests.
    config
        Configuration as run.

    Returns
    -------
    list of str
        One paragraph each: what is claimed beyond control, the reverted set, the induced set, what
        of them is left beyond composition, what holds over several follow-ups, the chosen module,
        whole modules, target engagement, clinical response, what is associated with it; those that
        the study supports.
    """
    alpha = config["trajectories"]["alpha"]
    found = [*beyond_control(tables, config), *_sets(tables, config)]
    found += by_composition(tables, config)
    found += smaller.effects(tables, config)
    found += _specificity(tables, enough=True)
    found += over_visits(tables, config)
    module = tables["interferon"]
    if "test" in set(module["element"]):
        band = module[module["element"] == "band"].iloc[0]
        tests = module[module["element"] == "test"]
        found.append(
            f"{changes(tests, band, alpha)} The score is "
            f"{naming.method(band['method'])} over {band['genes_found']:.0f} of "
            f"{count(band['genes_total'], 'gene')}."
        )
    if "module_classes" in tables and len(tables["module_classes"]):
        found += _modules(tables["module_classes"])
    if "engagement" in tables:
        found += engaged(tables["engagement"], alpha)
    if len(tables["trial"]):
        found.append(_trial(tables["trial"]))
    if "association_tests" in tables:
        found += clinic_and_blood(tables["association_tests"], alpha)
    return found


def limits(tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Word what cannot be claimed: the study's own caveats first, then the general ones."""
    general = smaller.limits(config, uncontrolled(tables, config))
    n = _classes(tables["summary"])
    if n.get("unresolved", 0):
        general.append(f"{count(n['unresolved'], 'gene')} unresolved. {UNRESOLVED}")
    if tables["genes"]["change_nonresponders"].notna().any():
        general.append(RESPONDERS)
    general += [*untestable(tables), *_specificity(tables, enough=False), *_hidden(tables)]
    general += beside_covariates(tables["models"]) if "models" in tables else []
    if config.get("suppress_below", 0) > 1:
        general.append(
            f"Counts of fewer than {config['suppress_below']} people are withheld, and with them "
            "those from which they could be worked out."
        )
    return [*config["caveats"], *general]


def _specificity(tables: Tables, enough: bool) -> list[str]:
    """Statements on responders against non-responders, of studies large enough or too small."""
    if "statements" not in tables:
        return []
    table = tables["statements"]
    return list(table.loc[table["enough"].eq(enough), "statement"])


def _hidden(tables: Tables) -> list[str]:
    """What is said of hidden factors, where the study asked for them."""
    table = tables.get("statements")
    if table is None or "topic" not in table:
        return []
    return list(table.loc[table["topic"].eq("hidden_factors"), "statement"])


def _visits(config: Mapping[str, Any]) -> dict[str, str]:
    design = in_order(config["design"])
    return {name: naming.visit(design[name]) for name in ("baseline", "followup")}


def _classes(summary: pd.DataFrame) -> dict[str, int]:
    counted = summary.dropna(subset="n_genes")
    return {str(k): int(v) for k, v in counted.set_index("class")["n_genes"].items()}


def _sets(tables: Tables, config: Mapping[str, Any]) -> list[str]:
    """Word the two sets, and what the conventional rule would list beside them."""
    genes, options = tables["genes"], config["trajectories"]
    if not classed(config["design"]):
        return []
    summary = tables["summary"].set_index("class")
    visits = _visits(config)
    words: list[str] = []
    effects = {"reverted": "disease", "induced": f"change{induced_end(genes)}"}
    lead = "Without a control: " if config["design"].get("arm") is not None else ""
    healthy = naming.group("healthy")
    for name, effect in effects.items():
        members = genes[genes["class"] == name]
        if members.empty:  # said in the first sentences
            continue
        up = int((members[effect] > 0).sum())
        meaning = {
            "reverted": f"differ from {healthy} at {visits['baseline']} ({up} higher, "
            f"{len(members) - up} lower) and return at least "
            f"{_part(options['recovered_at_least'])} the way by {visits['followup']}",
            "induced": f"change under treatment ({up} up, {len(members) - up} down), and "
            f"before treatment they differed from {healthy} by less than "
            f"{_part(options['induced_disease_at_most'])} that change",
        }[name]
        genes_are = f"{count(len(members), 'gene is', 'genes are')} {name}"
        text = f"{lead}{genes_are} in {in_whom(tables, config, name)}: they {meaning}."
        text += _doubt(summary.loc[name], explained=any(HOLDING in text for text in words))
        words.append(text + _specific(members, options["alpha"]))
    return [*words, *_conventional(summary, effects)]


def _specific(members: pd.DataFrame, alpha: float) -> str:
    """How many genes of a set are shown to change differently in responders."""
    if members["responder_specific"].isna().all():
        return ""
    return (
        f" {_were(int(members['responder_specific'].eq(True).sum()))} shown to change differently "
        f"in {naming.group('responders')} and {naming.group('nonresponders')} (interaction, "
        f"false discovery rate {100 * alpha:g}%)."
    )


def _conventional(summary: pd.DataFrame, sets: Iterable[str]) -> list[str]:
    """What the rule of two thresholds would list, for readers of older papers."""
    if "n_genes_thresholds" not in summary:
        return []
    listed = " and ".join(f"{summary['n_genes_thresholds'][n]:,} {n}" for n in sets)
    return [
        "The conventional two-threshold rule, which does not control the false discovery rate, "
        f"would list {listed} genes."
    ]


HOLDING = ": without any one person, with each further covariate, and in 80% of resamples"


def _doubt(row: pd.Series, explained: bool) -> str:
    """How many genes of a set are expected to be false, and how many hold in every analysis."""
    if not row["n_genes"] or pd.isna(row["expected_false"]):
        return ""
    words = expected_false(row["expected_false"]).removesuffix(" expected false")
    text = f" Of these, {words} are expected to be false."
    if pd.notna(row["n_holding"]):
        holding = int(row["n_holding"])
        text += f" {holding:,} {'holds' if holding == 1 else 'hold'} in every sensitivity analysis"
        text += "." if explained else f"{HOLDING}."
    return text


def _part(share: float) -> str:
    """Word a share of something: `half of`, `20% of`."""
    return f"{'half' if share == 0.5 else f'{100 * share:g}%'} of"


def _were(n: int) -> str:
    """Begin a sentence on so many of the genes of a set."""
    return f"{f'{n:,}' if n else 'None'} of these genes {'were' if n > 1 else 'was'}"


def _modules(classes: pd.DataFrame) -> list[str]:
    """Modules whose class is shown, with the recovered fraction where the disease moved them."""
    words = []
    for name in READ:
        members = [
            naming.module(row["module"])
            + (
                f" ({row['recovered']:.0%} recovered, {row['recovered_low']:.0%} to "
                f"{row['recovered_high']:.0%})"
                if row["recovered_interval"] == "bounded" and name != "induced"
                else ""
            )
            for row in classes[classes["class"] == name].to_dict("records")
        ]
        if members:
            words.append(f"{name}: {', '.join(members)}")
    shown = "; ".join(words) or "none could be placed in a class"
    return [f"Whole modules, classed by the same rule with one test each: {shown}."]


def _trial(trial: pd.DataFrame) -> str:
    first = trial.iloc[0]
    rows = trial[(trial["endpoint"] == first["endpoint"]) & (trial["visit"] == first["visit"])]
    if "set" in rows:
        rows = rows[rows["set"] == "itt"]
    arms = " against ".join(
        f"{size(row.responders)} of {size(row.n)} ({naming.arm(row.arm)})"
        for row in rows.itertuples()
    )
    gap = ""
    if "difference" in rows and len(compared := rows.dropna(subset="difference")) == 1:
        points = 100 * compared[["difference", "CI.L", "CI.R"]].iloc[0]
        gap = "a difference of {:.0f} percentage points, 95% CI {:.0f} to {:.0f}; ".format(*points)
    return (
        f"Clinical response ({naming.endpoint(first['endpoint'])}, "
        f"{naming.visit(first['visit'])}): {arms}; {gap}Pearson {p_text(first['p_pearson'])}, "
        f"Yates {p_text(first['p_yates'])}, Fisher {p_text(first['p_fisher'])}."
    )
