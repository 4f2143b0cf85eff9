"""What to say of a name that is not known: the choices, or the nearest of many."""

from collections.abc import Iterable
from difflib import get_close_matches

from revertome.unseen import lookalike

FEW = 15  # names that are all listed
NEAREST = 3


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three names spelled like `name`, whatever their case."""
    plain: dict[str, str] = {}
    for each in known:
        plain.setdefault(str(each).casefold(), str(each))
    return [plain[found] for found in get_close_matches(name.casefold(), plain, NEAREST, 0.6)]


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that there is no such name: `unknown engine 'lima'; choose one of deseq2, limma, voom`.

    Parameters
    ----------
    what : str
        What is named, such as `engine`.
    name : str
        The name not known.
    known : iterable of str
        All that are. Of more than 15 the nearest are shown.
    """
    names = [str(each) for each in known]
    if said := lookalike(name, names):
        return f"unknown {what} '{name}': {said}"
    if len(names) <= FEW:
        return f"unknown {what} '{name}'; choose one of {', '.join(names) or 'none'}"
    near = nearest(name, names)
    if near:
        return f"unknown {what} '{name}'; of {len(names):,} the nearest are {', '.join(near)}"
    return f"unknown {what} '{name}'; there are {len(names):,}, such as {', '.join(names[:3])}"
