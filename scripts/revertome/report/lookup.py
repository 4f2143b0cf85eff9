"""Every gene for the look-up of the report: its numbers, its old names, its values by visit."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from revertome import naming
from revertome.report.cells import heading
from revertome.report.explore import members, placed_samples
from revertome.report.numbers import recoverable
from revertome.report.packed import Packed
from revertome.report.pages import embedded
from revertome.report.patients_drawn import MOST, STEP, drawn_samples, leading

FILE = "trajectories/genes.tsv"
COLUMNS = ["class", "disease", "change", "residual", "recovered", "recovered_low"]
COLUMNS += ["recovered_high", "adj_p_reverted", "adj_p_induced", "stability"]
COLUMNS += ["change_nonresponders", "adj_p_interaction"]
CONTRAST = ["logFC", "CI.L", "CI.R", "P.Value", "adj.P.Val"]


def lookup(
    genes: pd.DataFrame,
    contrasts: Mapping[str, pd.DataFrame] | None = None,
    aliases: Mapping[str, str] | None = None,
    expression: Any = None,
    labels: pd.DataFrame | None = None,
    design: Mapping[str, Any] | None = None,
    suppress_below: int = 0,
    alpha: float | None = None,
    modules: Mapping[str, Sequence[str]] | None = None,
    order: Sequence[str] = (),
    pca: pd.DataFrame | None = None,
) -> str:
    """Return what the script of the page looks up, as JSON that is safe inside a script.

    Parameters
    ----------
    genes
        `trajectories/genes.tsv`.
    contrasts
        Differential tables by contrast.
    aliases
        Current symbol by old symbol.
    expression : AnnData
        log2, samples x genes; without it no gene is drawn.
    labels, design, suppress_below
        Whose the values are, and what is withheld (`drawn_samples`).
    alpha
        False discovery rate at which a disease effect is shown; without one there is nothing of
        which a fraction could have recovered.
    modules, order
        Genes by module, and modules in the order of their interest (`members`).
    pca
        Source data of the principal components (`placed_samples`); not used where single people
        are withheld.

    Returns
    -------
    str
        `genes`; `aliases`, number of the gene by old symbol; `columns` and `contrasts`, each with
        the place of its numbers in `packed`; `drawn`: people, the place of their values and how
        many genes have them; `alpha`, `modules` and `samples` for the plot. The numbers are rounded
        to those digits that are shown.
    """
    packed, names = Packed(), genes["gene"].astype(str)
    record = {
        "genes": names.tolist(),
        "aliases": _old_names(names, aliases or {}),
        "columns": _columns(genes, packed, alpha),
        "contrasts": [
            _contrast(name, table.set_index("gene").reindex(names), packed)
            for name, table in (contrasts or {}).items()
        ],
        "drawn": None,
        "alpha": alpha,
        "modules": members(modules or {}, names, order),
        "samples": placed_samples(pca) if pca is not None and suppress_below < 2 else None,
    }
    if expression is not None and labels is not None and design is not None:
        people, values = drawn_samples(expression, labels, design, suppress_below)
        known = names[names.isin(expression.var_names)]
        chosen = leading(contrasts or {}, known, MOST // max(len(values), 1))
        columns = expression.var_names.get_indexer(chosen)
        place = packed.numbers(values[:, columns].T, STEP)
        index = {name: i for i, name in enumerate(names)}
        of = [index[name] for name in chosen]
        whole = of == list(range(len(names)))
        record["drawn"] = {
            **people,
            "values": place,
            "n": len(values),
            "genes": None if whole else of,
        }
    record["packed"] = packed.text()
    return embedded(record)


def _old_names(genes: pd.Series, aliases: Mapping[str, str]) -> dict[str, int]:
    """Numbers of the study's genes by symbols that nothing else is called now."""
    index = {gene: i for i, gene in enumerate(genes)}
    return {
        old: index[current]
        for old, current in aliases.items()
        if current in index and old not in index
    }


def _columns(genes: pd.DataFrame, packed: Packed, alpha: float | None) -> list[dict[str, Any]]:
    """Numbers of the classes; a recovered fraction only where a disease effect was shown."""
    fraction = [name for name in COLUMNS if name.startswith("recovered") and name in genes]
    if fraction:
        sure = recoverable(genes)
        if alpha is not None and "adj_p_disease" in genes:
            sure &= genes["adj_p_disease"] <= alpha
        genes = genes.assign(**{name: genes[name].where(sure) for name in fraction})
    found = []
    for name in COLUMNS:
        if name in genes and genes[name].notna().any():
            head = heading(FILE, name)
            about = {"id": name, "name": head.name, "help": head.help}
            found.append(about | _packed(name, genes[name], packed))
    return found


def _packed(name: str, values: pd.Series, packed: Packed) -> dict[str, Any]:
    if name == "class":
        return packed.words(values)
    if name.startswith("adj_p"):
        return packed.p_values(values)
    return packed.numbers(values, 0.01 if name.startswith("recovered") else None)


def _contrast(name: str, table: pd.DataFrame, packed: Packed) -> dict[str, Any]:
    """One contrast: its estimates and limits share a step, so that they can be compared."""
    estimate = packed.numbers(table["logFC"])
    rest = [packed.numbers(table[column], estimate["step"]) for column in CONTRAST[1:3]]
    tests = [packed.p_values(table[column]) for column in CONTRAST[3:]]
    return {"id": name, "name": naming.contrast(name), "values": [estimate, *rest, *tests]}
