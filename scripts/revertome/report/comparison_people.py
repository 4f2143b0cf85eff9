"""Which studies share people, and what of received folders could not be read, in sentences."""

import pandas as pd

from revertome.source_data.pairs import some
from revertome.source_data.tidy import count

SPELT = 3  # pairs or studies that are told one by one


def people(independence: pd.DataFrame | None) -> str:
    """Say whether studies share people; empty without the table.

    Parameters
    ----------
    independence
        compare/independence.tsv.
    """
    if independence is None or independence.empty:
        return ""
    shared = independence[independence["verdict"].str.startswith("shared")]
    unknown = independence[independence["verdict"] == "not known"]
    words = [_sentence(text) for text in shared["fact"].head(SPELT)]
    if len(shared) > SPELT:
        words.append(f"{len(shared) - SPELT} further pairs share people, see independence.tsv.")
    if len(shared):
        words.append("Of what rests on shared people no agreement is claimed.")
    rest = len(independence) - len(shared) - len(unknown)
    if rest:
        pairs = count(rest, "pair")
        words.append(f"No shared people were found in {pairs} of studies.")
    if len(unknown):
        named = "any two studies" if len(unknown) == len(independence) else _pairs(unknown)
        words.append(
            f"Whether people are shared is not known of {named}, and independence is assumed."
        )
    return " ".join(words)


def left_out(studies: pd.DataFrame) -> list[str]:
    """What of each folder was left out, and why; of many studies the first."""
    return _of_each(studies, "left_out", "")


def changed(studies: pd.DataFrame) -> list[str]:
    """Files of each folder that were read although they are not those of its manifest."""
    return _of_each(studies, "changed", " (not as the manifest says, and read all the same)")


def _of_each(studies: pd.DataFrame, column: str, more: str) -> list[str]:
    if column not in studies:
        return []
    told = studies.dropna(subset=column)
    words = [f"{row['study']}: {row[column]}{more}" for row in told.to_dict("records")]
    rest = [f"{len(words) - SPELT} further studies: see studies.tsv."]
    return [_sentence(text) for text in words[:SPELT]] + (rest if len(words) > SPELT else [])


def _pairs(table: pd.DataFrame) -> str:
    named = [f"{a} with {b}" for a, b in zip(table["study_a"], table["study_b"], strict=True)]
    return f"{count(len(named), 'pair')} ({some(named, SPELT)})"


def _sentence(text: object) -> str:
    return f"{str(text).strip().rstrip('.')}."
