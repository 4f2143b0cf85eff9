"""What each kind of measurement can be: where it comes from, its scale, its normalisation.

The report words what was done by the assay, so a study in which the two differ must not begin.
Imports nothing heavy, so that the workflow can ask cheaply.
"""

from collections.abc import Mapping
from typing import Any

from revertome.errors import StudyError

LOGARITHMS = ("log2", "ln", "log10")
# By assay, the values of each key that fit it.
FITTING: dict[str, dict[str, tuple[str, ...]]] = {
    "microarray": {
        "intake.source": ("simulate", "geo", "table", "cel", "beadchip"),
        "intake.scale": ("auto", *LOGARITHMS, "linear"),
        "normalise.method": ("auto", "quantile", "none"),
    },
    "rnaseq": {
        "intake.source": ("simulate", "geo", "table"),
        "intake.scale": ("auto", "counts"),
        "normalise.method": ("auto", "tmm", "upper_quartile", "none"),
    },
    "abundance": {
        "intake.source": ("geo", "table"),
        "intake.scale": ("auto", *LOGARITHMS, "abundance"),
        "normalise.method": ("auto", "quantile", "none"),
    },
}


def check_assay(config: Mapping[str, Any]) -> None:
    """Refuse a source, scale or normalisation that the assay cannot have.

    Raises
    ------
    StudyError
        Naming the key, what was found and what fits.
    """
    assay = config["intake"]["assay"]
    for key, fitting in FITTING[assay].items():
        section, name = key.split(".")
        found = config[section][name]
        if found not in fitting:
            others = [other for other, keys in FITTING.items() if found in keys[key]]
            raise StudyError(
                f"configuration: {key}: {found} does not fit intake.assay: {assay}; choose one of "
                f"{', '.join(fitting)}, or set intake.assay to {' or '.join(others)}"
            )
