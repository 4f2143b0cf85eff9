"""Study codes in the place of people's identifiers, before anything is written."""

import random
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from revertome.disclosure.columns import Sheet, allowed
from revertome.disclosure.names import Names, names_of
from revertome.disclosure.rest import (
    RECORDS,
    WITHHELD,
    check_features,
    tells_more,
    without_names,
)
from revertome.intake.load import StudyData

# Numbers that count in the texts of `intake.sample_flow`, by column.
COUNTS = {
    "note": re.compile(r"^\d+(?= )|(?<= )\d+(?= (?:samples|people|healthy)\b)|(?<=\w )\d+(?=[,)])"),
    "groups": re.compile(r"(?<= )\d+(?= \(|[;,)]|$)"),
}
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
    """Return the names that were read: of patients and samples, of those too who were left out."""
    obs = study.adata.obs
    patients = [*obs["patient"].astype(str), *study.visits["patient"].astype(str)]
    samples = [*obs.index.astype(str), *map(str, excluded)]
    every = {"patient": patients, "sample": samples}
    return {
        kind: [*names, *chain.from_iterable(study.seen.get(kind, {}).values())]
        for kind, names in every.items()
    }


def pseudonymise(
    study: StudyData, codes: Mapping[str, Mapping[str, str]], leaves: Mapping[str, Any]
) -> StudyData:
    """Replace identifiers by codes and leave out all that nothing asks for.

    Rows are sorted anew, so that their order tells nothing. Of an AnnData only the values, the
    columns that are asked for, the features with their symbols and the record of the scale leave.

    Parameters
    ----------
    study : StudyData
    codes : dict of dict
        From `assign`.
    leaves : mapping
        From `disclosure.allowed.leaving`.

    Returns
    -------
    StudyData

    Raises
    ------
    StudyError
        A column that is asked for, or the features, would tell who somebody is.
    """
    from anndata import AnnData

    names, adata, bands = _names(study, codes), study.adata, leaves["age_bands"]
    check_features(adata.var, names)
    sheet = Sheet(adata.obs, "sample sheet", leaves["samples"], leaves["baseline"], bands)
    obs = allowed(sheet, names, handled=True)
    samples = [codes["sample"][name] for name in adata.obs_names.astype(str)]
    obs = obs.assign(sample=samples, patient=_coded(obs["patient"], codes["patient"]))
    for name in obs.select_dtypes(["object", "category"]).columns.drop("sample"):
        obs[name] = obs[name].astype(object).astype("category")  # no word that no sample has
    obs = obs.set_index(pd.Index(samples, name=adata.obs_names.name))
    order = np.argsort(samples)
    made = AnnData(adata.X[order], obs.iloc[order], adata.var[["symbol"]].copy())
    made.uns.update(without_names({k: adata.uns[k] for k in RECORDS if k in adata.uns}, names))
    sheet = Sheet(study.visits, "visits sheet", leaves["visits"], leaves["baseline_visit"], bands)
    visits = allowed(sheet, names, handled=False)
    visits = visits.assign(patient=_coded(visits["patient"], codes["patient"]))
    by = [name for name in ("patient", "visit") if name in visits]
    visits = visits.sort_values(by, kind="stable", ignore_index=True)
    flow = {
        name: [_in_codes(text, counts, codes, names) for text in study.flow[name]]
        for name, counts in COUNTS.items()
        if name in study.flow
    }
    return StudyData(made, visits, study.flow.assign(**flow), study.truth)


def _names(study: StudyData, codes: Mapping[str, Mapping[str, str]]) -> Names:
    """Everything that names a person: what was read, and what has a code."""
    obs, seen = study.adata.obs, study.seen
    patients = {who: list(found) for who, found in seen.get("patient", {}).items()}
    samples = {who: list(found) for who, found in seen.get("sample", {}).items()}
    for who, found in seen.get("patient as written", {}).items():
        patients.setdefault(who, []).extend(found)
    for name, who in zip(obs.index.astype(str), obs["patient"].astype(str), strict=True):
        samples.setdefault(who, []).append(name)
    for kind, held in (("patient", patients), ("sample", samples)):
        known = {name for found in held.values() for name in found}
        for name in codes[kind].keys() - known:
            held.setdefault(name, []).append(name)
    visits = [*obs["visit"].dropna().astype(str).unique(), *study.visits["visit"].astype(str)]
    return names_of(patients, samples, visits, seen.get("sample as written", {}))


def _in_codes(
    text: str, counts: re.Pattern[str], codes: Mapping[str, Mapping[str, str]], names: Names
) -> Any:
    """Words of the flow in codes; counts are no identifiers, though patients may be numbered."""
    if tells_more(text):
        return WITHHELD
    parts = counts.split(text)
    numbers = [*counts.findall(text), ""]
    found = "".join(redacted(p, codes) + n for p, n in zip(parts, numbers, strict=True))
    return without_names(found, names)


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
