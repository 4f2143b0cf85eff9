"""The allow-list: columns of the sheets that leave intake under `privacy: pseudonymise`.

Imports nothing heavy, so that the Snakefile can ask cheaply.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from revertome.asked import columns_named
from revertome.errors import StudyError

ROLES = ("sample", "patient", "visit", "group", "arm", "sex", "age", "batch", "response")
# Columns that later stages look for by their names, without a key that names them:
# `quality.clinic.COUNTS`, `trajectories.covariates.COUNTS`, `count_columns.MAIN`,
# `association.patient_flow`.
BLOOD = (
    "leukocytes", "neutrophils", "lymphocytes", "monocytes", "eosinophils", "basophils",
    "platelets", "haemoglobin",
)  # fmt: skip
SHARES = (
    "neutrophil_percent", "neutrophils", "reticulocyte_percent", "reticulocytes",
    "lymphocyte_percent", "monocyte_percent", "eosinophil_percent", "basophil_percent",
)  # fmt: skip
TREATED = "treated"


def check_privacy(config: Mapping[str, Any]) -> None:
    """Refuse a table of identifiers that lies in the results, and age bands without privacy.

    Raises
    ------
    StudyError
        Naming the key.
    """
    if Path(config["private"]).resolve().is_relative_to(Path(config["results"]).resolve()):
        raise StudyError(
            f"configuration: private: {config['private']} lies in the results folder, which is "
            "handed on; name a folder outside"
        )
    if config["age_bands"] and config["privacy"] == "none":
        raise StudyError(
            "configuration: age_bands: ages leave in bands with privacy: pseudonymise only; set "
            "it, or leave age_bands out"
        )


def leaving(config: Mapping[str, Any], clinical: Iterable[str]) -> dict[str, Any]:
    """What may leave intake, and how.

    Parameters
    ----------
    config : mapping
        Completed configuration.
    clinical : iterable of str
        Columns of the visits sheet behind the definition of response.

    Returns
    -------
    dict
        `samples` and `visits`, the columns of each sheet; `baseline` and `baseline_visit`, from
        which days are counted in each; `age_bands`, in years, None where ages stay as they are.
    """
    differential, response = config["differential"], config["response"]
    either = [*config["association"]["variables"], *differential["change_with"]]
    either += [str(name) for name in config["composition"]["measured"]]
    named = [name for own in columns_named(config["design"]).values() for name in own]
    either += [response["value"]] if response.get("value") else []
    samples = [
        *ROLES, *named, *config["intake"]["fields"],
        *map(str, differential["subset"]), *config["trajectories"]["sensitivity"], *either,
        response["activity"]["column"], *SHARES, *BLOOD,
    ]  # fmt: skip
    first = config["design"]["baseline"]
    return {
        "samples": sorted({name for name in samples if name}),
        "visits": sorted({"patient", "arm", "visit", *clinical, *either, *BLOOD, TREATED}),
        "baseline": first,
        "baseline_visit": response["baseline_visit"] or first,
        "age_bands": config["age_bands"],
    }
