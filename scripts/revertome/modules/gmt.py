"""Gene modules from GMT text, with symbols brought up to date."""

import re
import warnings
from collections.abc import Collection, Iterable, Mapping

from revertome.errors import StudyError
from revertome.unseen import unseen

SHOWN = 20  # genes and modules that a warning names
LONGEST = 200  # characters of a name
# Columns that stand beside those of modules in association/patients.tsv.
_TAKEN = re.compile(r"(?:distance|genes_outside)$|(?:response|level)_")
_LIST = re.compile(r"[\s,;|]")


def gene_sets(
    files: Mapping[str, Iterable[str]], aliases: Mapping[str, str]
) -> dict[str, list[str]]:
    """Parse GMT files: one module a line, tab-separated name, description and genes.

    Two names of a module that are one gene today count once, whichever was listed; counting the
    gene twice is refused, not the file, which its reader may not be free to edit. A warning names
    them. Which of several measured features stands for a gene is decided in `normalise`.

    Parameters
    ----------
    files : mapping
        Name of each file, as error messages should show it, and its lines.
    aliases : mapping
        Outdated gene symbol to current symbol.

    Returns
    -------
    dict
        Module name to current gene symbols, sorted; modules in the order of the files.

    Raises
    ------
    StudyError
        A line without genes, with all of them in one field, or with characters that cannot be
        seen; a module name used twice, or that of a column of the results; a file without
        modules. The message names file and line.
    """
    sets: dict[str, list[str]] = {}
    origin: dict[str, str] = {}
    for file, lines in files.items():
        merged, before = [], len(sets)
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            module, symbols = _fields(line, f"{file} line {number}")
            if module in origin:
                raise StudyError(
                    f"{file} line {number}: module '{module}' is already in {origin[module]}; "
                    "give every module its own name."
                )
            if _TAKEN.match(module):
                raise StudyError(
                    f"{file} line {number}: module '{module}' is called as a column of the results "
                    "is; give it another name."
                )
            origin[module] = f"{file} line {number}"
            sets[module], twice = _current(symbols, aliases)
            if twice:
                rest = f"; {len(twice) - SHOWN} more" if len(twice) > SHOWN else ""
                merged.append(f"{module} ({'; '.join(twice[:SHOWN])}{rest})")
        if len(sets) == before:
            raise StudyError(
                f"{file}: holds no module; expected lines of name, description and genes, "
                "separated by tabs"
            )
        if merged:
            more = f" and in {len(merged) - SHOWN} more modules" if len(merged) > SHOWN else ""
            listed = ", ".join(merged[:SHOWN]) + more
            warnings.warn(f"{file}: genes listed twice count once: {listed}", stacklevel=2)
    return sets


def _fields(line: str, where: str) -> tuple[str, list[str]]:
    if character := unseen(line):
        raise StudyError(
            f"{where}: holds the character {character}, which cannot be seen; expected module "
            "name, description and genes separated by tabs, as plain text"
        )
    name, *rest = (field.strip().strip('"') for field in line.rstrip("\r\n").split("\t"))
    symbols = [symbol for symbol in rest[1:] if symbol]
    # Of a list in one field, or with weights behind the genes, no gene would ever be found.
    if not name or len(name) > LONGEST or all(map(_LIST.search, symbols)):
        raise StudyError(
            f"{where}: expected module name, description and genes separated by tabs, "
            f"found '{line.strip()[:40]}'."
        )
    return name, symbols


def _current(symbols: Iterable[str], aliases: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return current symbols without repeats, sorted, and what was repeated."""
    listed: dict[str, str] = {}
    twice = []
    for symbol in symbols:
        gene = aliases.get(symbol, symbol)
        if gene in listed:
            twice.append(f"{listed[gene]} and {symbol}")
        else:
            listed[gene] = symbol
    return sorted(listed), twice  # so that no last digit of a sum is that of their order


def warn_of_strange_genes(
    families: Mapping[str, Iterable[str]],
    sets: Mapping[str, Iterable[str]],
    measured: Collection[str],
) -> None:
    """Warn of files of which no gene is measured where genes of others are.

    Parameters
    ----------
    families : mapping
        File to its modules.
    sets : mapping
        Module to its current symbols.
    measured : collection of str
        Genes of the study.
    """
    genes = {file: {g for name in names for g in sets[name]} for file, names in families.items()}
    strange = [file for file, named in genes.items() if named.isdisjoint(measured)]
    if len(strange) == len(genes):  # a study of other genes altogether, which the tables say
        return
    for file in strange:
        shown = ", ".join(sorted(genes[file])[:3])
        warnings.warn(
            f"{file}: none of its {len(genes[file])} genes is measured in this study ({shown}, "
            "...), so its modules have no score; expected current human symbols, as those of the "
            "study",
            stacklevel=2,
        )
