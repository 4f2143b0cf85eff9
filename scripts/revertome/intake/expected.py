"""What a study file expects of a series, where that is not from the series itself."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few


def compare(
    expected: Mapping[str, Any], ids: pd.Index, platform: str, scale: str, source: str
) -> list[str]:
    """Compare what a study file expects with what its series holds.

    Parameters
    ----------
    expected
        Section `intake.expected`: `platform`, `samples`, `accessions`, `scale`, each optional, and
        `inferred_from`.
    ids
        GEO accessions of the samples of the platform.
    platform, scale
        Of the series; empty where not known yet.
    source
        The series, for the sentences.

    Returns
    -------
    list of str
        A sentence for each difference, which is also a warning. The series decides; nothing is
        changed to fit what was expected.
    """
    others = [name for name in ids if not str(name).startswith(expected.get("accessions", ""))]
    found = {
        "platform": platform,
        "samples": len(ids),
        "accessions": f"such as {few(others[:1])}" if others else expected.get("accessions"),
        "scale": scale,
    }
    told = [key for key in found if key in expected and found[key]]
    odd = [
        f"{source}: {key} {found[key]} found; the study file expects {expected[key]}, inferred "
        f"from {expected['inferred_from']}. The series is followed; correct intake.expected"
        for key in told
        if found[key] != expected[key]
    ]
    met = [f"{key} {expected[key]}" for key in told if found[key] == expected[key]]
    if met:
        print(f"{source}: as expected: {', '.join(met)}")
    for sentence in odd:
        warnings.warn(sentence, stacklevel=2)
    return odd


@contextmanager
def hinting(intake: Mapping[str, Any], key: str) -> Iterator[None]:
    """Add what the study file expects to a message that asks for `intake.<key>`."""
    try:
        yield
    except StudyError as error:
        expected = intake.get("expected", {})
        if key not in expected or f"intake.{key}" not in str(error):
            raise
        raise StudyError(
            f"{error}\nThe study file expects {expected[key]}, inferred from "
            f"{expected['inferred_from']}; if you agree, set intake.{key}: {expected[key]}"
        ) from None
