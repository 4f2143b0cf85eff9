"""Names that a study asks for: modules, columns of its sheets, genes; checked before statistics.

Imports nothing heavy, so that the Snakefile can ask cheaply.
"""

import warnings
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from revertome.count_columns import LYMPHOCYTES, MAIN, TOTAL
from revertome.errors import StudyError
from revertome.near_names import nearest, unknown

# Covariates made of marker genes where no column has the name: `quality.content.MARKERS`.
MADE = ("neutrophil_score", "erythroid_score", "hidden_factors")


def check_modules(config: Mapping[str, Any], known: Collection[str]) -> None:
    """Check the modules that a study names against those that there are.

    Raises
    ------
    StudyError
        Naming the key, the module and the nearest names.
    """
    named = {"figures.module": [config["figures"]["module"]]}
    named["modules.engagement"] = config["modules"]["engagement"]
    for key, modules in named.items():
        for module in modules:
            if module not in known:
                raise StudyError(f"configuration: {key}: {unknown('module', module, known)}")


def check_reliability(config: Mapping[str, Any]) -> None:
    """Check the cell types whose reliability a study states against those that there can be.

    Raises
    ------
    StudyError
        Naming the type and the nearest names.
    """
    composition = config["composition"]
    stated = composition["reliability"]
    types = dict.fromkeys((*MAIN, *LYMPHOCYTES, *composition["measured"].values()))
    known = [name for name in types if name != TOTAL]
    for name in stated if isinstance(stated, Mapping) else []:
        if name not in known:
            raise StudyError(
                f"configuration: composition.reliability: {unknown('cell type', name, known)}"
            )


def columns_named(design: Mapping[str, Any]) -> dict[str, list[str]]:
    """Columns of the sample sheet that the section `design` names, by the key that names them."""
    arm, dose = design.get("arm"), design.get("dose")
    return {
        "design.covariates": list(design["covariates"]),
        "design.arm.column": [] if arm is None else [arm["column"]],
        "design.dose": [] if dose is None else [dose],
    }


def columns_asked(config: Mapping[str, Any]) -> dict[str, list[str]]:
    """Columns of the sheets that a study names, by the key that names them."""
    differential = config["differential"]
    return {
        "association.variables": list(config["association"]["variables"]),
        "composition.measured": [str(name) for name in config["composition"]["measured"]],
        "differential.change_with": list(differential["change_with"]),
        "differential.subset": [str(name) for name in differential["subset"]],
        "trajectories.sensitivity": list(config["trajectories"]["sensitivity"]),
    }


def unknown_roles(config: Mapping[str, Any]) -> str:
    """Say which roles are still marked `unknown` and how to find them; empty where none is."""
    fields = config.get("intake", {}).get("fields", {})
    marked = {k: rule["unknown"] for k, rule in fields.items() if "unknown" in rule}
    if not marked:
        return ""
    needed = "; ".join(f"{role}: {text}" for role, text in marked.items())
    way = "run it without -n, and the message lists the columns"
    if config["intake"]["source"] == "geo":
        way = "`snakemake sheet --cores 1 --configfile ...` lists the fields of the series"
    return (
        f"configuration: intake.fields: still unknown in this study ({needed}); {way}: name one "
        "for each role in place of `unknown`"
    )


def check_columns(asked: Mapping[str, Iterable[str]], known: Iterable[str], where: str) -> None:
    """Check the columns that a study asks for.

    Parameters
    ----------
    asked : mapping
        Of `columns_asked`.
    known : iterable of str
        Columns of the sample sheet and of the visits sheet.
    where : str
        The sheets, for the message.

    Raises
    ------
    StudyError
        Naming the key, the column and what there is.
    """
    columns = list(dict.fromkeys(map(str, known)))
    for key, names in asked.items():
        made = MADE if key == "trajectories.sensitivity" else ()
        for name in names:
            if name not in columns and name not in made:
                raise StudyError(f"{key}: {unknown('column', name, [*columns, *made])} ({where})")


def genes_named(
    genes: Iterable[str], aliases: Mapping[str, str], measured: Collection[str]
) -> list[str]:
    """Current symbols of the genes of `figures.genes`, with a warning of those not measured.

    Parameters
    ----------
    genes : iterable of str
        As named by the study.
    aliases : mapping
        Old symbol to current symbol.
    measured : collection of str
        Genes of the study by current symbol.

    Raises
    ------
    StudyError
        None of the genes is measured.
    """
    today = {gene: aliases.get(gene, gene) for gene in genes}
    absent = [gene for gene, current in today.items() if current not in measured]
    told = []
    for gene in absent:
        near = nearest(gene, measured) if gene not in aliases else []
        hint = f"{today[gene]} today" if gene in aliases else f"nearest: {', '.join(near)}"
        told.append(f"{gene} ({hint})" if near or gene in aliases else gene)
    if absent and len(absent) == len(today):
        raise StudyError(
            f"figures.genes: none of the genes is measured here, or none passes the filter: "
            f"{', '.join(told)}; name genes by their current symbols"
        )
    if absent:
        warnings.warn(
            f"figures.genes: not measured here, or below the filter: {', '.join(told)}",
            stacklevel=2,
        )
    return list(dict.fromkeys(today.values()))
