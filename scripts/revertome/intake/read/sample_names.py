"""The name of a sample from the path of its file, as aligners and counting programs write paths."""

import re
from collections.abc import Sequence

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few

_GSM = re.compile(r"(GSM\d+)[_.-]")
_SEPARATOR = re.compile(r"[/\\]+")
_BAM = re.compile(r"\.(bam|sam|cram)$", re.IGNORECASE)
# What aligners, sorters and counting programs add after the sample; needs a delimiter before it.
_ADDED = re.compile(
    r"(^|[.])out$|(^|[._-])("
    r"umi|sorted(byname|bycoord)?|(name|coord|n)?sort(ed)?|srt|totranscriptome|transcriptome|"
    r"(mark|rm|mk|no|de)[._-]?dup\w*|dupmarked|dups?[._-]?(marked|removed)|"
    r"marked([._-]dup\w*)?|aligned|alignments?|aln|mapped|accepted[._-]hits|"
    r"pseudoalignments|hisat2?|star|bowtie2?|bwa|tophat2?|subread|subjunc|salmon|kallisto|rsem|"
    r"htseq|featurecounts|stringtie|cufflinks|quants?|(gene[._-]?|read[._-]?)?counts?|abundance|"
    r"readspergene|bam|sam|cram)$",
    re.IGNORECASE,
)
# STAR puts its names behind the prefix as it is: S01Aligned.sortedByCoord.out.bam.
_GLUED = re.compile(r"(Aligned|ReadsPerGene)$")


def bare_name(name: str) -> str:
    """Take from the name of a file or folder what programs add; empty when nothing else is there.

    `S01_Aligned.sortedByCoord.out.bam`, `S01.sorted.markdup.bam` and `S01_quant` are S01.
    """
    name = _BAM.sub("", name)
    while (shorter := _GLUED.sub("", _ADDED.sub("", name))) != name:
        name = shorter
    return name.rstrip("._-")


def base_name(path: str) -> str:
    """Last part of a path of Linux or Windows."""
    return _parts(path)[-1]


def names_of(paths: Sequence[str], ending: str = "") -> list[str]:
    """Name the samples of several files.

    The GSM accession the names begin with; else the name of the file without what programs add;
    where that says nothing, or the same of all files, the nearest folder that tells them apart.

    Parameters
    ----------
    paths
        Paths of Linux or Windows, one a sample.
    ending
        Pattern of what the program that wrote the files adds to the sample.

    Returns
    -------
    Names in the order of `paths`; they may repeat (`refuse_same_names`).
    """
    parts = [_parts(path) for path in paths]
    gsm = [_GSM.match(part[-1]) for part in parts]
    if parts and all(gsm):
        return [match[1] for match in gsm if match]
    names = [bare_name(re.sub(rf"({ending})?(\.gz)?$", "", part[-1])) for part in parts]
    last, depth = [part[-1] for part in parts], 1
    while _say_nothing(names, last) and all(len(part) > depth for part in parts):
        depth += 1
        last = names = [_folder(part[-depth]) for part in parts]
    return [
        name or _folder(part[-2] if len(part) > 1 else part[-1])
        for name, part in zip(names, parts, strict=True)
    ]


def other_names(names: Sequence[str], paths: Sequence[str], ending: str) -> pd.DataFrame | None:
    """Names that files have beside those taken: behind the GSM accession, or of the counts.

    `GSM1_S01.txt` may be S01 in the sheet, and the table `S01.txt` of one BAM file too.

    Parameters
    ----------
    names, paths, ending
        Names of the samples, paths of their files of counts, and what the program adds.

    Returns
    -------
    One column, index `names`; None where files hold several samples or tell nothing new.
    """
    last = [base_name(path) for path in paths]
    coded = bool(last) and all(map(_GSM.match, last))
    found = names_of([_GSM.sub("", name, count=1) for name in last] if coded else paths, ending)
    if len(names) != len(paths) or len(set(found)) < len(found) or found == list(names):
        return None
    return pd.DataFrame({"file": found}, index=list(names))


def refuse_same_names(names: Sequence[str], paths: Sequence[str], source: str) -> None:
    """Raise `StudyError` when two files name one sample; it names both."""
    seen = pd.Series(list(paths), dtype=object).groupby(list(names), sort=False)
    twice = {name: list(group) for name, group in seen if len(group) > 1}
    if twice:
        name, group = next(iter(twice.items()))
        more = f" (and {len(twice) - 1} more samples like it)" if len(twice) > 1 else ""
        raise StudyError(
            f"{source}: sample {name!r} occurs more than once, as {few(group, 3)}{more}; keep one "
            "file a sample, or give its files names that differ in more than what programs add"
        )


def _parts(path: str) -> list[str]:
    return [part for part in _SEPARATOR.split(path) if part] or [path]


def _folder(name: str) -> str:
    return bare_name(name) or name


def _say_nothing(names: Sequence[str], last: Sequence[str]) -> bool:
    """No word beside what programs add, or one name for several files."""
    return bool(names) and (not any(names) or (len(last) > 1 and len(set(last)) == 1))
