"""Study codes in the place of people's identifiers, before anything is written."""

import random
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from revertome.intake import StudyData

KEPT = ("sample", "patient", "visit", "group", "arm", "sex", "age", "batch", "response")
SHORTEST = 3  # shorter identifiers are found as whole words only


def assign(
    identifiers: Mapping[str, Iterable[str]],
    known: Mapping[str, Mapping[str, str]],
    rng: random.Random,
) -> dict[str, dict[str, str]]:
    """Give every identifier a code: those it has, and new ones drawn without order.

    Parameters
    ----------
    identifiers : dict
        Identifiers by kind, `patient` and `sample`.
    known : dict
        Codes given before, by kind: a study keeps its codes when it grows.
    rng : random.Random
        `random.SystemRandom()`: a code must not be had from the identifier, its rank among the
        others or a seed that is printed.

    Returns
    -------
    dict of dict
        Code by identifier, by kind: `P` or `S` and four or more digits.
    """
    codes = {}
    for kind, found in identifiers.items():
        mine = dict(known.get(kind, {}))
        new = [name for name in dict.fromkeys(found) if name not in mine]
        highest = 10 ** max(4, len(str(2 * (len(mine) + len(new))))) - 1
        free = sorted({f"{kind[0].upper()}{i:04d}" for i in range(1, highest)} - set(mine.values()))
        mine |= dict(zip(new, rng.sample(free, len(new)), strict=True))
        codes[kind] = mine
    return codes


def identifiers(study: StudyData, excluded: Iterable[str] = ()) -> dict[str, list[str]]:
    """Return the identifiers a study holds: patients, samples, and samples that were left out."""
    obs = study.adata.obs
    patients = [*obs["patient"].astype(str), *study.visits["patient"].astype(str)]
    return {"patient": patients, "sample": [*obs.index.astype(str), *map(str, excluded)]}


def pseudonymise(
    study: StudyData, codes: Mapping[str, Mapping[str, str]], needed: Sequence[str] = ()
) -> StudyData:
    """Replace identifiers by codes; rows are sorted anew, so that their order tells nothing.

    Text columns that nothing needs and that hold an identifier (a title, a file name) are left
    out with a warning.

    Parameters
    ----------
    study : StudyData
    codes : dict of dict
        From `assign`.
    needed : sequence of str
        Covariates and variables of the study.

    Returns
    -------
    StudyData
    """
    adata = study.adata.copy()
    find = finder(codes)
    samples = [codes["sample"][name] for name in adata.obs_names.astype(str)]
    obs = adata.obs.drop(columns=_telling(adata.obs, find, needed))
    obs = obs.assign(sample=samples, patient=_coded(obs["patient"], codes["patient"]))
    obs["patient"] = obs["patient"].astype("category")
    adata.obs = obs.set_index(pd.Index(samples, name=adata.obs_names.name))
    adata = adata[np.argsort(samples)].copy()
    visits = study.visits.drop(columns=_telling(study.visits, find, needed))
    visits = visits.assign(patient=_coded(visits["patient"], codes["patient"]))
    order = [name for name in ("patient", "visit") if name in visits]
    visits = visits.sort_values(order, kind="stable", ignore_index=True)
    told = [name for name in ("note", "groups") if name in study.flow]
    flow = study.flow.assign(**{n: [redacted(t, codes) for t in study.flow[n]] for n in told})
    return replace(study, adata=adata, visits=visits, flow=flow)


def _coded(column: pd.Series, codes: Mapping[str, str]) -> list[str]:
    return [codes[name] for name in column.astype(str)]


def finder(codes: Mapping[str, Mapping[str, str]]) -> re.Pattern[str]:
    """Pattern of all identifiers, longest first; short ones as whole words."""
    names = sorted({n for kind in codes.values() for n in kind}, key=lambda n: (-len(n), n))
    parts = [
        re.escape(name) if len(name) >= SHORTEST else rf"(?<!\w){re.escape(name)}(?!\w)"
        for name in names
    ]
    return re.compile("|".join(parts) or r"(?!)")


def redacted(text: Any, codes: Mapping[str, Mapping[str, str]]) -> Any:
    """Return the text with every identifier replaced by its code; other values as they are."""
    if not isinstance(text, str):
        return text
    every = {name: code for kind in codes.values() for name, code in kind.items()}
    return finder(codes).sub(lambda found: every[found.group()], text)


def _telling(table: pd.DataFrame, find: re.Pattern[str], needed: Sequence[str]) -> list[str]:
    """Columns of text beside the known ones in which an identifier occurs."""
    rest = [name for name in table if name not in KEPT and name not in needed]
    text = [name for name in rest if not pd.api.types.is_numeric_dtype(table[name])]
    found = [n for n in text if table[n].dropna().astype(str).map(find.search).notna().any()]
    if found:
        warnings.warn(
            f"privacy: column {', '.join(map(str, found))} holds identifiers and is left out",
            stacklevel=3,
        )
    return found
