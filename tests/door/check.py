"""Bring a study through the door as a run does, and judge what became of it."""

import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from snakemake.common.configfile import load_configfile
from snakemake.exceptions import WorkflowError

from door.kind import Expected
from door.study import Study
from gene_files import read_gmt
from named_files import read_written
from options import HOME, SCHEMA
from revertome.configuration import check_definition, complete
from revertome.errors import StudyError
from revertome.intake.load import load
from revertome.modules.gmt import gene_sets
from revertome.study_words import composed

RESPONSE = yaml.safe_load((HOME / "workflow/schemas/response.schema.yaml").read_text("utf-8"))
LONGEST = 60  # seconds
SPURIOUS = ("Traceback", "KeyError", "NoneType", "dtype", "codec can't")


@dataclass(frozen=True)
class Admitted:
    """What came of a study: a refusal, or data with the warnings on the way, or a traceback."""

    refusal: str
    warned: list[str]
    data: Any = None
    crash: str = ""
    sets: dict[str, list[str]] = field(default_factory=dict)


def admit(study: Study, folder: Path) -> Admitted:
    """Write the files of a study, read them as Snakemake and the script `intake.py` do.

    Any error that is no `StudyError` (or Snakemake's word on a file that is no YAML) would be a
    traceback.
    """
    path = study.write(folder)
    with warnings.catch_warnings(record=True) as told, _at_most(LONGEST):
        warnings.simplefilter("always")
        try:
            read_written(path, "the study file")
            config = complete(composed(load_configfile(path)), SCHEMA)
            _definition(config)
            sets = gene_sets(read_gmt(config["modules"]["gmt"]), {})
            data = load(config["intake"], config["design"])
            data.adata.write_h5ad(folder / "raw.h5ad")
        except (StudyError, WorkflowError) as error:
            return Admitted(str(error), [str(w.message) for w in told])
        except Exception as error:
            return Admitted("", [], crash=f"{type(error).__name__}: {error}")
    return Admitted("", [str(w.message) for w in told], data, sets=sets)


def _definition(config: dict[str, Any]) -> None:
    """The definition of response, as `workflow/rules/inputs.smk` reads it."""
    wanted = config["response"]["definition"]
    if (HOME / "config/response" / f"{wanted}.yaml").is_file():
        return
    found = read_written(wanted, "response.definition")
    check_definition(config, found, RESPONSE, wanted)


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    """Nothing at the door takes so long; what does is a crash."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def verdict(found: Admitted, good: Any, expected: Expected) -> str:
    """Judge what came of a mutated study.

    Returns
    -------
    `equal`, `refused` or `warned` where that is right; else `silent` (a broken study passes),
    `different` (other numbers of a study that means the same), `unnamed` (told without what is
    concerned), `crash`, or `turned away` (a study that means the same is refused), with the words.
    """
    if found.crash:
        return f"crash: {found.crash}"
    if found.refusal:
        if not expected.stop:
            return f"turned away: {found.refusal}"
        return "refused" if _in_words(found.refusal, expected) else f"unnamed: {found.refusal}"
    apart = _apart(found, good, expected.more) if expected.same else "another study"
    if expected.same and not apart:
        return "equal"
    if expected.same and not expected.names:
        return f"different: {apart}"
    if any(_in_words(words, expected) for words in found.warned):
        return "warned"
    if expected.late is not None and (words := expected.late(found.data)):
        return "warned" if _in_words(words, expected) else f"unnamed: {words}"
    return f"unnamed: {found.warned}" if found.warned else f"silent: {apart}"


def _apart(one: Admitted, other: Admitted, more: bool) -> str:
    """First difference between studies in their samples, values, visits or gene sets."""
    if apart := differences(one.data, other.data, more):
        return apart
    a, b = one.data.visits, other.data.visits
    if sorted(a) != sorted(b) or not a.equals(b[list(a)]):
        return f"visits: {a.shape} and {b.shape}"
    return "" if one.sets == other.sets else f"gene sets {list(one.sets)} and {list(other.sets)}"


def _in_words(message: str, expected: Expected) -> bool:
    """Whether a message names what is concerned, in few lines and no jargon."""
    lines = len(message.strip().splitlines())
    named = all(any(word in message for word in either) for either in expected.names)
    return named and lines <= 3 and not any(word in message for word in SPURIOUS)


def differences(one: Any, other: Any, more: bool = False) -> str:
    """First difference between two studies in samples, their columns, genes, values or scale."""
    a, b = one.adata, other.adata
    for what, mine, theirs in (("samples", a.obs_names, b.obs_names),
                               ("features", a.var_names, b.var_names)):  # fmt: skip
        if list(mine) != list(theirs):
            odd = sorted(set(mine) ^ set(theirs))
            return f"{what}: {len(mine)} and {len(theirs)}, not in both {odd[:4]}"
    for name in sorted(set(b.obs) if more else set(a.obs) | set(b.obs)):
        if name not in a.obs or name not in b.obs:
            return f"column {name} is in one alone"
        if not _same(a.obs[name], b.obs[name]):
            return f"column {name}: {list(a.obs[name])[:4]} and {list(b.obs[name])[:4]}"
    if list(a.var["symbol"].astype(str)) != list(b.var["symbol"].astype(str)):
        return "symbols"
    if a.uns["scale"]["scale"] != b.uns["scale"]["scale"]:
        return f"scale {a.uns['scale']['scale']} and {b.uns['scale']['scale']}"
    close = np.isclose(a.X, b.X, rtol=1e-6, atol=1e-9, equal_nan=True)
    if not close.all():
        i, j = np.argwhere(~close)[0]
        return f"{(~close).sum()} values, e.g. {a.X[i, j]} and {b.X[i, j]} of {a.obs_names[i]}"
    return ""


def _same(one: pd.Series, other: pd.Series) -> bool:
    numeric = [pd.api.types.is_float_dtype(column) for column in (one, other)]
    if any(numeric):
        return all(numeric) and np.allclose(one, other, equal_nan=True)
    return one.astype(object).fillna("").tolist() == other.astype(object).fillna("").tolist()
