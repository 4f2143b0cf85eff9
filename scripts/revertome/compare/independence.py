"""Do studies share people? Every test across studies takes them for independent."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import pandas as pd

from revertome.compare.concordance import correlation
from revertome.compare.effects import ContrastEffects, common
from revertome.compare.likeness import Likeness, likeness
from revertome.compare.occasions import Seen
from revertome.errors import StudyError

COLUMNS = ["study_a", "study_b", "verdict", "known_by", "shared_samples", "shared_patients"]
COLUMNS += ["shared_healthy", "contrasts", "correlation", "genes", "fact"]
SAME, PATIENTS, HEALTHY = "same study", "shared patients", "shared healthy"
NONE, UNKNOWN = "none found", "not known"
# Numbers of public archives, of which no two samples have the same; "P1" or "10023" may be anyone.
ACCESSION = re.compile(r"(?:GSM|SAM[NED][AG]?|[SED]R[SRX]|EGA[NR]|PHS)\d{4,}", re.IGNORECASE)
# ASSUME estimates of other people correlate less, and rounding leaves more.
EQUAL = 0.9999
FEWEST = 20  # genes

Tables = Mapping[str, Mapping[str, ContrastEffects]]


class Shared(NamedTuple):
    """What two studies share.

    Attributes
    ----------
    samples : int
    patients, healthy : set of str
        People of the first study. Healthy are those who are so in both.
    """

    samples: int
    patients: set[str]
    healthy: set[str]


def independence(
    seen: Mapping[str, Seen | None], tables: Tables, each: Callable[..., Iterable[Any]] = map
) -> pd.DataFrame:
    """What every pair of studies shares, and how that is known.

    Parameters
    ----------
    seen
        People of each study (`occasions.seen`); None where its folder names none.
    tables
        Effects by contrast and study.
    each
        `map`, or that of workers.

    Returns
    -------
    DataFrame
        study_a, study_b; verdict (`shared patients`, `shared healthy`, `none found` or `not
        known`); known_by, comma-joined (`sample names`: accession numbers of public archives;
        `profiles`, see `likeness.likeness`; `effects`: a contrast with the same effects);
        shared_samples, shared_patients, shared_healthy (missing where not known); contrasts that
        shared people make dependent, comma-joined: `disease` where they are healthy, all that both
        have where they are patients; correlation, the largest of a sample of one with one of the
        other, and the genes behind it; fact, a sentence.

    Raises
    ------
    StudyError
        When two studies are the same: their effects are, in every contrast that both have.
    """
    pairs = list(combinations(sorted(seen), 2))
    both = [[name for name, found in tables.items() if a in found and b in found] for a, b in pairs]
    equal = []
    for (a, b), names in zip(pairs, both, strict=True):
        equal.append([name for name in names if _equal(tables[name][a], tables[name][b])])
        if names and len(equal[-1]) == len(names):
            raise StudyError(
                f"studies {a} and {b} are the same: the log fold changes of their genes are equal "
                f"({', '.join(names)}). A study cannot be compared with itself; leave one out"
            )
    people = [(seen[a], seen[b]) for a, b in pairs]
    return pd.DataFrame(list(each(_row, pairs, people, both, equal)), columns=COLUMNS)


def _equal(a: ContrastEffects, b: ContrastEffects) -> bool:
    """Whether the effects are one table: shuffled, rounded, scaled or cut down, but no other."""
    one, two = common(a.at, b.at)
    if len(one) < FEWEST:
        return False
    return bool(abs(correlation(a.logfc[one], b.logfc[two])) >= EQUAL)


def _row(
    names: tuple[str, str], seen: tuple[Seen | None, Seen | None], both: list[str], equal: list[str]
) -> dict[str, object]:
    row: dict[str, object] = {"study_a": names[0], "study_b": names[1]}
    first, second = seen
    if first is None or second is None:
        verdict = PATIENTS if equal else UNKNOWN
        row |= {"known_by": "effects" if equal else UNKNOWN, "fact": _unseen(names, seen, equal)}
        return row | {"verdict": verdict, "contrasts": ",".join(_touched(verdict, both))}
    alike, named = likeness(first, second), _named(first, second)
    shared = _shared(first, second, alike, named)
    known = {"sample names": bool(named), "profiles": alike is not None, "effects": bool(equal)}
    known["sample names"] |= _accessions(first) and _accessions(second)
    verdict = _verdict(shared, bool(equal), any(known.values()))
    row |= {"verdict": verdict, "contrasts": ",".join(_touched(verdict, both))}
    row["known_by"] = ",".join(name for name, told in known.items() if told) or UNKNOWN
    if alike:
        row |= {"correlation": round(alike.correlation, 3), "genes": alike.genes}
    if verdict != UNKNOWN:
        row |= {"shared_samples": shared.samples, "shared_patients": len(shared.patients)}
        row["shared_healthy"] = len(shared.healthy)
    return row | {"fact": _fact(names, (first, second), verdict, shared, alike, equal)}


def _verdict(shared: Shared, equal: bool, known: bool) -> str:
    if shared.patients or equal:
        return PATIENTS
    return HEALTHY if shared.healthy else NONE if known else UNKNOWN


def _touched(verdict: str, both: list[str]) -> list[str]:
    """Contrasts that shared people make dependent."""
    if verdict == PATIENTS:
        return both
    return [name for name in both if verdict == HEALTHY and name == "disease"]


def _accessions(seen: Seen) -> bool:
    names = seen.people.samples
    return len(names) > 0 and all(ACCESSION.fullmatch(str(name)) for name in names)


def _named(first: Seen, second: Seen) -> list[tuple[int, int]]:
    """Places of samples that have one accession number."""
    at = {str(name).upper(): i for i, name in enumerate(second.people.samples)}
    told = [(i, str(name).upper()) for i, name in enumerate(first.people.samples)]
    return [(i, at[name]) for i, name in told if name in at and ACCESSION.fullmatch(name)]


def _shared(
    first: Seen, second: Seen, alike: Likeness | None, named: list[tuple[int, int]]
) -> Shared:
    a, b = first.people, second.people
    places = {(int(i), int(j)) for i, j in alike.samples} if alike else set()
    places |= set(named)
    people = {(str(a.patients[i]), str(b.patients[j])) for i, j in places}
    people |= alike.people if alike else set()
    well = [{str(name) for name in part.patients[part.healthy]} for part in (a, b)]
    healthy = {one for one, two in people if one in well[0] and two in well[1]}
    return Shared(len({i for i, _ in places}), {one for one, _ in people} - healthy, healthy)


def _unseen(names: tuple[str, str], seen: tuple[Seen | None, Seen | None], equal: list[str]) -> str:
    if equal:
        return f"The effects of {names[0]} and {names[1]} are equal in {', '.join(equal)}."
    without = " and ".join(name for name, part in zip(names, seen, strict=True) if part is None)
    return f"Shared people cannot be told: no people are named in the folder of {without}."


def _fact(
    names: tuple[str, str],
    seen: tuple[Seen, Seen],
    verdict: str,
    shared: Shared,
    alike: Likeness | None,
    equal: list[str],
) -> str:
    a, b = names
    said = ""
    if alike:
        said = (
            f" Their most alike samples correlate {alike.correlation:.2f}; from {alike.bound:.2f} "
            "two are taken for one."
        )
    if equal:
        said = f" Their effects are equal in {', '.join(equal)}.{said}"
    if verdict in (PATIENTS, HEALTHY):
        n, m = len(shared.patients), len(shared.healthy)
        if n or m:
            parts = [f"{n} {'patient' if n == 1 else 'patients'}"] if n else []
            parts += [f"{m} healthy {'person' if m == 1 else 'people'}"] if m else []
            return f"{a} and {b} share {' and '.join(parts)}.{said}"
        return said.strip()
    alas = _namesakes(*seen)
    if verdict == NONE:
        return f"No people were found in both {a} and {b}.{said}{alas}"
    without = [n for n, part in zip(names, seen, strict=True) if not len(part.people.genes)]
    why = f"no expression in the folder of {' and '.join(without)}" if without else (
        "they share too few expressed genes or samples"
    )  # fmt: skip
    return f"Shared people cannot be told: {why}.{alas}"


def _namesakes(first: Seen, second: Seen) -> str:
    n = len(set(first.people.patients) & set(second.people.patients))
    have = "person has" if n == 1 else "people have"
    return f" {n} {have} a name of the other study, which proves nothing." if n else ""


def sharing(table: pd.DataFrame, contrasts: list[str]) -> dict[tuple[str, str], str]:
    """Pairs of studies that share people in any of these contrasts: the verdict of each."""
    told = zip(
        table["study_a"], table["study_b"], table["contrasts"], table["verdict"], strict=True
    )
    return {
        (a, b): verdict
        for a, b, touched, verdict in told
        if set(str(touched).split(",")) & set(contrasts)
    }
