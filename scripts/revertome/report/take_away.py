"""What a reader can take away from a study: links, with what each is for."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from revertome import naming


class Taken(NamedTuple):
    """Files of one kind: what they are, and the name and path of each."""

    what: str
    links: list[tuple[str, str]]


def taken_away(config: Mapping[str, Any], results: Mapping[str, Any]) -> list[Taken]:
    """List the files for other programs.

    Parameters
    ----------
    config
        Configuration; with `suppress_below` above 1 no expression is written.
    results
        Differential tables as contrasts; beyond_control and composition_summary where there are.
    """
    found = []
    if config.get("suppress_below", 0) < 2:
        files = {"TSV": "expression.tsv.gz", "GCT": "expression.gct.gz", "CLS": "classes.cls"}
        links = [(name, f"exports/{file}") for name, file in files.items()]
        found.append(Taken("Expression (log2), and the class of each sample", links))
    ranked = results.get("contrasts", {})
    links = [(naming.contrast(name), f"exports/{name}.rnk") for name in ranked]
    found.append(Taken("Genes by their statistic (RNK)", links))
    sets = {"reverted and induced": "sets"}
    if results.get("beyond_control") is not None:
        sets["beyond control"] = "beyond_control"
    if results.get("composition_summary") is not None:
        sets["beyond composition"] = "beyond_composition"
    links = [(name, f"trajectories/{file}.gmt") for name, file in sets.items()]
    found.append(Taken("Gene sets (GMT)", links))
    found.append(Taken("Main tables as a workbook", [("XLSX", "exports/tables.xlsx")]))
    return [each for each in found if each.links]
