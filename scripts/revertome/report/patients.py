"""One row a patient: who carries the signature, how far from health, response, clinic, flags."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from revertome.modules.carrying import (
    DISTANCE,
    carried,
    healthy_people,
    place,
    standing,
    values_at,
)
from revertome.modules.distance import LEAST

FILE = "report/patients.tsv"


def patients(
    config: Mapping[str, Any], people: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gather what is known of each patient.

    Parameters
    ----------
    config
        Configuration; its design in order.
    people
        joined (`association/patients.tsv`), scores, distance, samples.

    Returns
    -------
    table : DataFrame
        `report/patients.tsv`: one row a patient of `joined`. Columns of which the study has
        nothing are left out.
    z : DataFrame
        Of `standing`: patient and visit by module, in healthy SD.
    """
    design, joined = config["design"], people["joined"]
    z = standing(people["scores"], people["distance"], people["samples"], design)
    names = joined["patient"].astype(str)
    times = {"baseline": str(design["baseline"])}
    times |= {} if design["followup"] is None else {"followup": str(design["followup"])}
    own = {time: values_at(z, visit).reindex(list(names)).reset_index(drop=True)
           for time, visit in times.items()}  # fmt: skip
    why = _why(config, people, z, times)
    variables = [f"{each}_{time}" for each in config["association"]["variables"] for time in times]
    parts = [
        joined[["patient", "arm", "label"]],
        *_standing(own, config["figures"]["module"]),
        _flags(people["samples"], names),
        pd.Series([why(patient) or pd.NA for patient in names], name="note"),
        joined.filter(["n_reverted_normalised", "n_reverted"]).astype("Int64"),
        joined.filter(regex="^response_"),
        joined.filter(variables),
        *(own[time][name].rename(f"{name}_z_{time}")
          for name in z if name != DISTANCE for time in times),
    ]  # fmt: skip
    whole = pd.concat([part.reset_index(drop=True) for part in parts], axis=1)
    return whole.dropna(axis="columns", how="all"), z


def _standing(own: Mapping[str, pd.DataFrame], module: str) -> list[pd.Series]:
    """Columns of the signature, of the distance and of how many modules are above."""
    now, parts = own[list(own)[-1]], []
    if module in now:
        before = own["baseline"][module] if len(own) > 1 else [None] * len(now)
        states = [carried(*pair) or pd.NA for pair in zip(before, now[module], strict=True)]
        parts.append(pd.Series(states, name="signature", dtype=object))
    for name, column in ((module, "signature"), (DISTANCE, "distance_z")):
        if name in now:
            parts += [values[name].rename(f"{column}_{time}") for time, values in own.items()]
    modules = now.drop(columns=DISTANCE, errors="ignore")
    if modules.shape[1]:
        above = modules.map(place).eq("above").sum(axis=1).astype("Int64")
        parts.append(above.where(modules.notna().any(axis=1)).rename("n_above"))
    return parts


def _why(
    config: Mapping[str, Any],
    people: Mapping[str, pd.DataFrame],
    z: pd.DataFrame,
    times: Mapping[str, str],
) -> Any:
    """Why of a patient nothing, or less than wanted, can be told; empty where all is known."""
    if (reason := untold(config, people, z)) is not None:
        return lambda patient: reason
    samples = people["samples"].astype({"visit": object})
    drawn = {(str(p), str(v)) for p, v in zip(samples["patient"], samples["visit"], strict=True)}
    known = set(z.index)

    def why(patient: str) -> str:
        missing = [
            f"{'sample not used' if (patient, visit) in drawn else 'no sample'} at {visit}"
            for visit in times.values()
            if (patient, visit) not in known
        ]
        return "; ".join(missing)

    return why


def untold(
    config: Mapping[str, Any], people: Mapping[str, pd.DataFrame], z: pd.DataFrame
) -> str | None:
    """Why the study cannot tell of anybody who carries its module; None where it can."""
    design, module = config["design"], config["figures"]["module"]
    if design["healthy"] is None:
        return "no healthy people in the study"
    if healthy_people(people["samples"], design) < LEAST:
        return f"fewer than {LEAST} healthy people"
    if module not in z or z[module].isna().all():
        return f"{module} has no score"
    return None


def _flags(samples: pd.DataFrame, names: pd.Series) -> pd.Series:
    """What quality control says of the samples of each patient, with their visits."""
    marked = samples[samples["flag"].ne("pass")]
    said = [
        (str(row["patient"]), f"{row['visit']}: {row['reason']}".replace(";", ", "))
        for row in marked.to_dict("records")
    ]
    found = pd.DataFrame(said, columns=["patient", "flags"]).groupby("patient")["flags"]
    return names.map(found.agg("; ".join)).rename("flags")
