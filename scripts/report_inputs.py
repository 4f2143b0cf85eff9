"""What the report words and looks up beside its tables, and what was found in short."""

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from disk import read_expression, read_table, read_tables, write_table
from files import write_text
from gene_files import read_aliases, read_gmt

SHORT = ("gene", "logFC", "CI.L", "CI.R", "P.Value", "adj.P.Val")  # of earlier follow-ups


def read_contrasts(files: Any, visits: list[str]) -> dict[str, Any]:
    """Tables by contrast, and of earlier follow-ups by follow-up and contrast."""
    earlier: dict[str, Any] = {}
    for path, visit in zip(files.visit_contrasts, visits, strict=True):
        earlier.setdefault(visit, {})[Path(path).stem] = read_table(path, SHORT)
    return {"contrasts": read_tables(files.contrasts), "visit_contrasts": earlier}


def read_genes(files: Any) -> dict[str, Any]:
    """The expression of the samples used, and current symbols by old ones."""
    from revertome.quality.used import used

    return {
        "expression": used(read_expression(files.expression), read_table(files.samples)),
        "aliases": read_aliases(files.aliases),
    }


def read_modules(files: Any, aliases: Mapping[str, str]) -> dict[str, list[str]]:
    """Genes by module, by current symbols."""
    from revertome.modules.gmt import gene_sets

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `modules` has told of names listed twice
        return gene_sets(read_gmt(files.gmt), aliases)


def read_people(files: Any) -> dict[str, Any]:
    """What the page of patients is made from; nothing where single people are withheld."""
    if not files.joined:
        return {}
    names = ("joined", "scores", "distance", "response", "visits", "samples")
    return {"people": {name: read_table(files[name]) for name in names}}


def read_rest(files: Any, visits: list[str]) -> dict[str, Any]:
    """All that the report reads beside its tables."""
    found = read_contrasts(files, visits) | read_genes(files) | read_people(files)
    return found | {"gene_sets": read_modules(files, found["aliases"])}


def write_pages(
    config: Any, results: Any, sources: Any, pictures: Any, rest: Iterable[Any], made: Any
) -> None:
    """Write the report, and where there is one the page of patients with its table.

    `rest` is what else the report is made from: versions, alarms, findings across studies.
    """
    from revertome.report import page, patients_page

    people, shown = results.pop("people", None), results
    if people is not None:
        people["obs"] = results["expression"].obs
        known = patients_page.gathered(config, people)
        shown = {**results, "found": known.found}
        drawn = [each for each in pictures if each.name in patients_page.FIGURES]
        write_table(known.table, made.patients_table)
        write_text(patients_page.page(config, people, known, drawn), made.patients)
    write_text(page.page(config, shown, sources, pictures, *rest), made.html)


def write_short(config: Any, results: Any, sources: Any, alarms: Any, made: Any) -> None:
    """Write the report in short: a line and three sentences, genes by contrast, and alarms."""
    from revertome.report.page import headline_text, reading

    write_text(headline_text(config, results, sources), made.headline)
    write_table(reading(config, results, sources)[1]["counts"], made.contrasts)
    write_table(alarms, made.alarms)
