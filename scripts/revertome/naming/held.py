"""What a study's tables call its visits, groups, arms, modules, variables and contrasts."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from revertome.naming import Own, named_as
from revertome.naming.cells import TIMES
from revertome.naming.checks import label_warnings
from revertome.naming.own import with_units
from revertome.naming.stored import names_in


@contextmanager
def named_and_told(
    labels: Own, units: bool, results: Mapping[str, Any], design: Mapping[str, Any]
) -> Iterator[None]:
    """Write the names of a study (`naming.named_as`), and warn of those that name nothing.

    Parameters
    ----------
    labels
        `labels` of the configuration.
    units
        Of `naming.own.units_known`.
    results, design
        See `held`.
    """
    own = with_units(labels, units)
    with named_as(own, design):
        for text in label_warnings(own, held(results, design)):
            warnings.warn(text, stacklevel=3)
        yield


def held(results: Mapping[str, Any], design: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Gather names by kind from all that figures are made of.

    Parameters
    ----------
    results
        Of `source_data.build`: result tables, `expression` (AnnData) with the columns of the
        sample sheet, `contrasts` (tables by contrast).
    design
        Design of the study.
    """
    sheet = results["expression"].obs
    found = names_in({**results, "sheet": sheet}, design)
    if arm := design.get("arm"):
        found["arms"] += list(sheet[arm["column"]].dropna().unique())
    found["contrasts"] += list(results["contrasts"])
    found["variables"] += [*sheet.columns, *_measured(results["association_tests"])]
    return found


def _measured(tests: Any) -> list[str]:
    """Clinical variables of `association/tests.tsv`, whose columns say when as well."""
    names = tests["y"].dropna().unique() if "y" in tests else ()
    return [name.removesuffix(end) for name in names for end in TIMES if name.endswith(end)]
