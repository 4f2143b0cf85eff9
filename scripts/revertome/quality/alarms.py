"""What of the samples may make the whole study wrong, in sentences."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from revertome.quality.outliers import REASONS
from revertome.trial import is_healthy, is_patient, visits_of

# ASSUME groups whose typical samples lie further apart than this (log2) and do not overlap were not
# measured alike: normalised values of one platform agree to a tenth of it.
APART = 0.5
ENOUGH = 3  # samples of a group of which more than half must be flagged
SEXES = 0.1  # share of samples of the other sex from which the sheet is in doubt


def alarms(samples: pd.DataFrame, design: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with whole groups of samples.

    Parameters
    ----------
    samples : DataFrame
        `quality/samples.tsv`.
    design : mapping
        `baseline`, `followup`, `healthy`.

    Returns
    -------
    list of str
        A group that stands apart as a whole, or for the most part; groups whose levels lie apart;
        samples that changed places; sexes recorded otherwise than expressed in a tenth of the
        samples (two or more); groups that lose half of their samples.
    """
    return [
        *_flagged(samples, design),
        *_apart(samples, design),
        *_swapped(samples),
        *_sexes(samples),
        *_lost(samples, design),
    ]


def _groups(samples: pd.DataFrame, design: Mapping[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """The groups compared by their words: healthy, patients at each visit."""
    groups = {"healthy samples": is_healthy(samples, design)}
    patient, visit = is_patient(samples, design), samples["visit"].astype(object)
    for name in visits_of(design):
        groups[f"samples of patients at {name}"] = patient & visit.eq(name)
    for word, chosen in groups.items():
        rows = samples[chosen.to_numpy()]
        if len(rows):
            yield word, rows


def _flagged(samples: pd.DataFrame, design: Mapping[str, Any]) -> Iterator[str]:
    ill = is_patient(samples, design).to_numpy()
    groups = [("samples of patients", samples[ill]), *_groups(samples, design)]
    told = False
    for word, rows in groups:
        words = rows["reason"].fillna("").str.split(";")
        bad = rows[[not set(each).isdisjoint(REASONS) for each in words]]
        every = len(bad) == len(rows) >= 2
        if told and word.startswith("samples of patients"):
            continue
        if not every and (len(bad) < ENOUGH or 2 * len(bad) <= len(rows)):
            continue
        told = True
        who = ""
        if word == "samples of patients":
            people, hit = (part["patient"].nunique() for part in (rows, bad))
            who = f", of {hit} of {people} patients"
        share = f"all {len(rows)}" if every else f"{len(bad)} of {len(rows)}"
        reasons = _reasons(bad)
        rest = samples.loc[~samples.index.isin(rows.index), "rle_median"]
        level = abs(float(rows["rle_median"].median()) - float(rest.median()))
        why = (
            "they were likely measured or handled otherwise than the rest, so that no difference "
            "from the rest can be trusted"
        )
        if not level > APART / 2:  # a disease changes many genes, not the typical one
            why = (
                "a strong disease or drug may do so, but so does another batch or centre; find out "
                "how they were handled before a difference from the rest is trusted"
            )
        yield f"{share} {word} stand apart{who} ({', '.join(reasons)}): {why}"


def _reasons(rows: pd.DataFrame) -> list[str]:
    """Reasons with the number of samples of each: `shifted 12`, `noisy 3`."""
    words = rows["reason"].str.split(";").explode()
    counts = words[words.isin(REASONS)].value_counts()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return [f"{word} {n}" for word, n in ranked]


def _apart(samples: pd.DataFrame, design: Mapping[str, Any]) -> Iterator[str]:
    found = []
    for (word, rows), (other, more) in combinations(_groups(samples, design), 2):
        low, high = sorted((rows["rle_median"], more["rle_median"]), key=np.median)
        gap = float(high.median() - low.median())
        if min(len(low), len(high)) >= ENOUGH and gap > APART and low.max() < high.min():
            found.append((gap, word, other))
    if found:
        gap, word, other = max(found)
        yield (
            f"the {word} and the {other} lie {gap:.1f} log2 units apart in the typical gene and do "
            "not overlap: they were likely measured on another platform or scale, so that no "
            "difference between them can be trusted"
        )


def _swapped(samples: pd.DataFrame) -> Iterator[str]:
    partner = samples["reason"].str.extract(r"\(swap with (.*?)\)", expand=False)
    pairs = {
        tuple(sorted((str(one), str(other))))
        for one, other in zip(samples["sample"], partner, strict=True)
        if pd.notna(other)
    }
    if pairs:
        named = "; ".join(" and ".join(pair) for pair in sorted(pairs)[:3])
        more = f"; and {len(pairs) - 3} more" if len(pairs) > 3 else ""
        yield f"samples that have likely changed places: {named}{more}; check them in the sheet"


def _sexes(samples: pd.DataFrame) -> Iterator[str]:
    words = samples["reason"].str.split(";")
    wrong = samples[[("sex_mismatch" in each) for each in words]]
    told = (samples["recorded_sex"].notna() & samples["expressed_sex"].ne("unknown")).sum()
    if len(wrong) >= 2 and len(wrong) >= SEXES * told:
        named = ", ".join(wrong["sample"].astype(str)[:3])
        yield (
            f"{len(wrong)} of {told} samples are of the other sex than recorded ({named}"
            f"{', ...' if len(wrong) > 3 else ''}): samples may be mixed up, or the column of sex "
            "is wrong"
        )


def _lost(samples: pd.DataFrame, design: Mapping[str, Any]) -> Iterator[str]:
    for word, rows in _groups(samples, design):
        lost = int((~rows["used"].astype(bool)).sum())
        if 2 * lost >= len(rows):
            yield f"{lost} of {len(rows)} {word} are left out as flagged (quality.exclude)"
