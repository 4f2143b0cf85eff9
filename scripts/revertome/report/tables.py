"""The tables of the report: which results they show."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from revertome import naming
from revertome.differential.engines import agreement
from revertome.modules.course_models import ALL_VISITS
from revertome.report.beyond import claimed_beyond
from revertome.report.cells import Table, table
from revertome.report.composition import surviving
from revertome.report.contrast_tables import leading

MODULE_COLUMNS = ["module", "method", "class", "disease", "change", "residual", "recovered"]
MODULE_COLUMNS += ["recovered_low", "recovered_high", "recovered_interval", "adj_p_reverted"]
MODULE_COLUMNS += ["adj_p_partial", "adj_p_induced", "change_nonresponders", "adj_p_interaction"]
COURSE_COLUMNS = ["visit", "variable", "arm", "n", "baseline_mean", "value_mean"]
COURSE_COLUMNS += ["mean_percent_change", "median_percent_change", "versus", "P.Value", "method"]
VISIT_COLUMNS = ["module", "contrast", "visit", "estimate", "own.L", "own.R", "P.own", "adj.P.own"]
VISIT_COLUMNS += ["n_compared", "note"]
TOP = 500  # genes of each set, and tests of module scores
SETS = 300  # rows of modules and contrasts shown


def tables(results: Mapping[str, Any], design: Mapping[str, Any]) -> list[Table]:
    """Return the key tables that have rows.

    Parameters
    ----------
    results
        trial, continuous, summary, genes, models, module_tests, module_classes, association_tests,
        sensitivity, agreement, over_representation, estimands; contrasts with their counts.
    design
        Design of the study, its visits in order.
    """
    found = [
        table(
            "summary",
            "Classes of genes",
            "trajectories/summary.tsv",
            results["summary"].dropna(subset="n_genes"),
        ),
        _beyond(results),
        *_sets(results["genes"]),
        *(table(*each) for each in leading(results, design)),
        table(
            "sensitivity",
            "How the sets change without each patient and with further covariates",
            "trajectories/sensitivity.tsv",
            results["sensitivity"].drop(
                columns=["lost", "gained", "not_compared"], errors="ignore"
            ),
        ),
        table(
            "trial", "Clinical endpoints by arm", "response/trial.tsv", _everyone(results["trial"])
        ),
        table(
            "continuous",
            "Change of clinical variables by arm",
            "response/continuous.tsv",
            results["continuous"].filter(COURSE_COLUMNS),
        ),
        *_modules(results),
        _survivors(results),
        table(
            "association",
            "Clinical response and blood",
            "association/tests.tsv",
            results["association_tests"].drop(columns=["x", "method"], errors="ignore"),
        ),
        _models(results["models"]),
        table(
            "estimands",
            "What each contrast estimates",
            "differential/estimands.tsv",
            results.get("estimands", pd.DataFrame()).filter(["contrast", "visit", "sentence"]),
        ),
    ]
    return [each for each in found if each.rows]


def _models(models: pd.DataFrame) -> Table:
    """The contrasts and models, and how near the engines' numbers are to R's."""
    shown = table("models", "Contrasts and models", "differential/design.tsv", models)
    return replace(shown, note=agreement(models["engine"].dropna().astype(str).unique()))


def _everyone(trial: pd.DataFrame) -> pd.DataFrame:
    """Rows that count every patient; those of the assessable are in the file."""
    if "set" not in trial:
        return trial
    return trial[trial["set"] == "itt"].drop(columns=["set", "versus"])


def _modules(results: Mapping[str, pd.DataFrame]) -> list[Table]:
    return [
        table(
            "module_classes",
            "Classes of modules",
            "modules/trajectories.tsv",
            results["module_classes"].filter(MODULE_COLUMNS),
        ),
        table(
            "modules",
            f"Tests of module scores{_of(results['module_tests']['P.Value'], TOP)}",
            "modules/tests.tsv",
            _smallest(results["module_tests"]).drop(columns=["df"], errors="ignore"),
        ),
        table(
            "engagement",
            "Target engagement",
            "modules/engagement.tsv",
            results["engagement"].query("of != 'patient'"),
        ),
        table(
            "module_visits",
            "Module scores over all visits, and the drug effect",
            "modules/visits.tsv",
            _over_visits(results["module_visits"]),
        ),
        table(
            "sets",
            f"Modules as sets of genes, patients counted{_of(results['sets']['P.own'], SETS)}",
            "modules/sets.tsv",
            _surest(results["sets"]),
        ),
        table(
            "over_representation",
            f"Modules over-represented among {_named(results['over_representation'])}",
            "modules/over_representation.tsv",
            _overlapping(results["over_representation"]),
        ),
        table(
            "agreement",
            "Agreement between score methods and between lists",
            "modules/agreement.tsv",
            results["agreement"],
        ),
    ]


def _survivors(results: Mapping[str, pd.DataFrame]) -> Table:
    return table(
        "module_composition",
        "Which modules keep their class beyond the cell content of the samples",
        "modules/beyond_composition.tsv",
        surviving(results.get("module_composition")),
    )


def _over_visits(tested: pd.DataFrame) -> pd.DataFrame:
    """Tests over all visits and drug effects, by the first method; each visit is in the file."""
    own = tested[tested["method"].isin(tested["method"].head(1))].dropna(subset="P.own")
    effect = own["contrast"].str.startswith("drug_effect")
    return own[own["visit"].eq(ALL_VISITS) | effect].filter(VISIT_COLUMNS)


def _named(found: pd.DataFrame) -> str:
    """Say which genes the sets hold."""
    if found["set"].str.startswith(("changed", "disease")).any():
        return f"genes that change, or differ from {naming.group('healthy')}"
    return "reverted and induced genes"


def _surest(sets: pd.DataFrame) -> pd.DataFrame:
    """The tests that count patients, the smallest P first; what describes is in the file."""
    tested = sets.dropna(subset=["P.own"]).drop(columns=["NES", "leading_edge"])
    return tested.sort_values(["P.own", "contrast", "module"]).head(SETS)


def _smallest(tests: pd.DataFrame) -> pd.DataFrame:
    """The tests with the smallest P in the order of the file; all where they fit."""
    if tests["P.Value"].notna().sum() <= TOP:
        return tests
    return tests.loc[tests["P.Value"].sort_values(kind="stable").index[:TOP].sort_values()]


def _of(p: pd.Series, most: int) -> str:
    """Say where not all fit."""
    n = int(p.notna().sum())
    return f", {most} with the smallest p of {n:,}" if n > most else ""


def _overlapping(found: pd.DataFrame) -> pd.DataFrame:
    """Pairs that share a gene, those that chance explains least first."""
    shared = found[found["overlap"] > 0].sort_values(["P.Value", "set", "module"])
    return shared.drop(columns=["background", "P.Value"])


def _beyond(results: Mapping[str, pd.DataFrame]) -> Table:
    return table(
        "beyond_control",
        "Genes reverted or induced beyond control",
        "trajectories/beyond_control.tsv",
        claimed_beyond(results.get("beyond_control", pd.DataFrame()), TOP),
    )


def _sets(genes: pd.DataFrame) -> Iterable[Table]:
    fraction = ["recovered", "recovered_low", "recovered_high"]
    for name, special in (("reverted", fraction), ("induced", [])):
        p = f"adj_p_{name}"
        shown = [
            "gene",
            "disease",
            "change",
            *special,
            p,
            "stability",
            "change_nonresponders",
            "adj_p_interaction",
        ]
        shown = [column for column in shown if column in genes]
        members = genes[genes["class"] == name]
        if p in genes:
            members = members.sort_values([p, "gene"])
        more = f", {TOP} with the smallest adjusted p of {len(members):,}"
        title = f"Genes {name}{more if len(members) > TOP else ''}"
        yield table(name, title, "trajectories/genes.tsv", members[shown].head(TOP))
