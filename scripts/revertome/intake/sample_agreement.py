"""The samples of a matrix must be on one scale: which are not, by name."""

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few
from revertome.intake.sample_evidence import BULK
from revertome.intake.sample_groups import logged, same_scale
from revertome.intake.scale_evidence import BASES, base_of_size
from revertome.intake.scale_words import at_percentiles, seems

EXCLUDE = "leave them out with intake.exclude"
_PERCENT = "/".join(map(str, BULK)) + "%"


def one_scale(
    values: pd.DataFrame,
    evidence: pd.DataFrame,
    assay: str,
    stated: str,
    logarithms: bool,
    source: str,
    way_out: str = EXCLUDE,
) -> None:
    """Refuse a matrix whose samples are on different scales.

    Parameters
    ----------
    values, evidence
        Features x samples, and the `sample_evidence` of those that have values.
    assay, stated
        `intake.assay` and `intake.scale`, which settles what is right where samples disagree.
    logarithms
        Whether the table as a whole is of logarithms.
    source
        File, for the message.
    way_out
        How samples are left out.

    Raises
    ------
    StudyError
        Names the samples, with their quantiles beside those of the others.
    """
    counts = assay == "rnaseq" or stated == "counts"
    groups = same_scale(values, evidence, assay, stated, logarithms)
    if len(groups) < 2:
        return
    right = _stated_group(groups, evidence, stated, counts)
    if right is None and len(groups[0]) <= len(evidence) / 2:
        raise StudyError(_undecided(groups, evidence, source, way_out))
    right = groups[0] if right is None else right
    odd = [group for group in groups if group is not right]
    whole = counts or assay == "abundance"
    raise StudyError(_odd(odd, right, evidence, whole, stated, source, way_out))


def refuse_constant(evidence: pd.DataFrame, source: str, way_out: str = EXCLUDE) -> None:
    """Refuse samples that have one value in every feature."""
    same = evidence.index[evidence["minimum"] == evidence["maximum"]]
    if len(same):
        value = evidence["minimum"][same[0]]
        raise StudyError(
            f"{source}: every value of sample {few(same)} is the same ({few([f'{value:g}'])}), as "
            f"of a sample that was not measured; {_named(same, 'not measured', way_out)}"
        )


def _stated_group(
    groups: list[pd.Index], evidence: pd.DataFrame, stated: str, counts: bool
) -> pd.Index | None:
    """Largest group that can be what `intake.scale` says; None where it does not tell."""
    if stated == "auto":
        return None
    logs = logged(evidence, counts)
    fitting = [group for group in groups if bool(logs[group].all()) == (stated in BASES)]
    fitting = [group for group in fitting if len(group) == len(fitting[0])]
    if len(fitting) > 1:
        fitting = [g for g in fitting if base_of_size(evidence["high"][g].median()) == stated]
    return fitting[0] if len(fitting) == 1 else None


def _named(samples: pd.Index, reason: str, way_out: str) -> str:
    """Write the way out with the names, as a study file takes them."""
    if way_out != EXCLUDE or len(samples) > 3:
        return way_out
    return f"{way_out}: {{{', '.join(f'{name}: {reason}' for name in samples)}}}"


def _shown(group: pd.Index, evidence: pd.DataFrame) -> str:
    middle = at_percentiles(evidence.loc[group].median())
    return f"{few(group)} ({_PERCENT} of the values: {middle})"


def _odd(
    odd: list[pd.Index],
    right: pd.Index,
    evidence: pd.DataFrame,
    whole: bool,
    stated: str,
    source: str,
    way_out: str,
) -> str:
    others = evidence.loc[right].median()
    names = odd[0].append(odd[1:])
    parts = []
    for group in odd[:3]:
        like = seems(evidence.loc[group].median(), others, whole)
        parts.append(_shown(group, evidence) + (f": {like}" if like else ""))
    told = "" if stated == "auto" else f", and intake.scale says {stated}"
    verb = "is" if len(names) == 1 else "are"
    more = f"; and {len(odd) - 3} kinds more" if len(odd) > 3 else ""
    return (
        f"{source}: {len(names)} of {len(evidence)} samples {verb} on another scale than the rest"
        f"{told}: {'; '.join(parts)}{more}. The other {len(right)} have {at_percentiles(others)}.\n"
        "Samples of one study need one scale: give their values anew, or "
        f"{_named(names, 'other scale', way_out)}"
    )


def _undecided(groups: list[pd.Index], evidence: pd.DataFrame, source: str, way_out: str) -> str:
    parts = [f"{len(group)} samples, {_shown(group, evidence)}" for group in groups[:4]]
    more = f"; and {len(groups) - 4} groups more" if len(groups) > 4 else ""
    return (
        f"{source}: the samples are on {len(groups)} scales, and no scale holds most of them: "
        f"{'; '.join(parts)}{more}.\nGive all samples on one scale, or set intake.scale to the "
        f"right one and, of the samples of the others, {way_out}"
    )
