"""Collections of gene sets from MSigDB, fetched once and kept as files."""

import re
from pathlib import Path

from revertome.errors import StudyError
from revertome.intake.fetch.checksums import check, locked
from revertome.intake.fetch.download import Absent, download
from revertome.intake.fetch.geo import cache_folder

_FORM = re.compile(r"msigdb:(?P<release>[0-9][A-Za-z0-9.]*):(?P<collection>[A-Za-z0-9_.]+)")


def collection_file(named: str) -> str:
    """Name of the file that holds a collection, as MSigDB and gseapy's `Msigdb` have it.

    `msigdb:2023.2.Hs:h.all` is `h.all.v2023.2.Hs.symbols.gmt`.

    Raises
    ------
    StudyError
        The name has another form.
    """
    found = _FORM.fullmatch(named)
    if not found:
        raise StudyError(
            f"modules.gmt: '{named}' names no collection; expected msigdb:<release>:<collection>, "
            "such as msigdb:2023.2.Hs:h.all, or the path of a GMT file"
        )
    return f"{found['collection']}.v{found['release']}.symbols.gmt"


def fetch_collection(name: str, base_url: str, cache: str | None) -> Path:
    """Return a collection's GMT file in the cache, fetched when absent.

    Parameters
    ----------
    name : str
        File name, as `collection_file` gives it.
    base_url : str
        Address that holds a folder for each release.
    cache : str, optional
        Folder of fetched files; by default the user's cache.

    Returns
    -------
    Path
        `<cache>/msigdb/<name>`.

    Raises
    ------
    StudyError
        No network, no such collection or release, an answer that is no GMT, or a cached file that
        was changed; the message says where to save a file obtained by other means.
    """
    target = cache_folder(cache) / "msigdb" / name
    release = name.rpartition(".symbols.gmt")[0].partition(".v")[2]
    url = f"{base_url.rstrip('/')}/{release}/{name}"
    advice = (
        f"obtain the file by other means (msigdb.org) and save it as {target}, or name the path "
        "of a GMT file in modules.gmt"
    )
    with locked(target.parent):
        if not target.is_file():
            part = target.with_name(f"{name}.part")
            try:
                download(url, part, advice)
            except Absent as absent:
                raise Absent(f"MSigDB has no {name}: {absent}") from None
            _accept(part, url, advice)
            part.replace(target)
    check(target)
    return target


def _accept(part: Path, url: str, advice: str) -> None:
    """A login page or an error page is no collection."""
    with part.open(encoding="utf-8", errors="replace") as file:
        first = file.readline()
    if first.count("\t") < 2:
        part.unlink()
        raise StudyError(
            f"{url}: expected a GMT file, found '{first.strip()[:40]}' in line 1; {advice}"
        )
