"""The files of a GEO series: their addresses, and the cache that several studies share."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from revertome.errors import StudyError
from revertome.intake.fetch.archive import check_gzip, unpack_tar
from revertome.intake.fetch.checksums import check, locked, sha256
from revertome.intake.fetch.download import Absent, download, page
from revertome.intake.fetch.platform_table import fetch_platform_table


@dataclass
class Geo:
    """Where GEO's files come from and where they are kept.

    Attributes
    ----------
    base_url
        Address that holds GEO's folders `series` and `platforms`.
    cache
        Folder of fetched files: `<cache>/<accession>/<file>`, with `SHA256SUMS` beside them.
    stated
        sha256 by file name, from the study file.
    also
        What else the study needs and the cache lacks, for the message when there is no network.
    used
        sha256 of every file used, by name.
    """

    base_url: str
    cache: Path
    stated: Mapping[str, str] = field(default_factory=dict)
    also: tuple[Path, ...] = ()
    used: dict[str, str] = field(default_factory=dict)

    def advice(self, target: Path, key: str) -> str:
        """Say where a file obtained by other means belongs."""
        also = [str(path) for path in self.also if path != target]
        more = f" (also needed: {', '.join(also)})" if also else ""
        return f"obtain the file by other means and save it as {target}, or set {key}{more}"

    def take(self, path: Path) -> Path:
        """Check a cached file and note that it is used."""
        self.used[path.name] = check(path, self.stated.get(path.name))
        return path


def open_geo(intake: Mapping[str, Any]) -> Geo:
    """Addresses and cache of a study."""
    geo = Geo(intake["base_url"], cache_folder(intake["cache"]), intake["sha256"])
    accession, platform = intake.get("accession"), intake.get("platform")
    needed = []
    if accession and not intake.get("matrix"):
        needed.append(geo.cache / accession / f"{accession}_series_matrix.txt.gz")
        if intake.get("supplementary"):
            needed.append(geo.cache / accession / intake["supplementary"])
    counts = intake["assay"] == "rnaseq"
    if platform and not intake.get("annotation") and not counts:
        needed.append(geo.cache / platform / f"{platform}.annot.gz")
    geo.also = tuple(path for path in needed if not path.is_file())
    return geo


def cache_folder(configured: str | None) -> Path:
    """Folder of `intake.cache`, or the user's cache (`$XDG_CACHE_HOME/revertome`)."""
    if configured:
        return Path(configured).expanduser()
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "revertome"


def folder(base_url: str, kind: str, accession: str) -> str:
    """Address of GEO's folder of a series or platform: the last three digits become `nnn`."""
    stub = re.sub(r"\d{1,3}$", "nnn", accession)
    return f"{base_url.rstrip('/')}/{kind}/{stub}/{accession}"


def fetch_series_matrix(geo: Geo, accession: str, platform: str | None) -> Path:
    """Return the cached series matrix file, fetched when absent.

    Raises
    ------
    StudyError
        Several platforms and none named, a platform the series does not have, or no network.
    """
    plain = f"{accession}_series_matrix.txt.gz"
    names = [f"{accession}-{platform}_series_matrix.txt.gz"] if platform else []
    store = geo.cache / accession
    for name in [*names, plain]:
        if (store / name).is_file():
            return geo.take(store / name)
    url = f"{folder(geo.base_url, 'series', accession)}/matrix/"
    advice = geo.advice(store / plain, "intake.matrix")
    pattern = rf'href="[^"]*?({accession}[^"/]*_series_matrix\.txt\.gz)"'
    listed = sorted(set(re.findall(pattern, page(url, advice))))
    if not listed:
        raise StudyError(f"{url} lists no series matrix; {advice}")
    chosen = [n for n in listed if n in names] if platform and listed != [plain] else listed
    if len(chosen) != 1:
        held = ", ".join(n.removesuffix("_series_matrix.txt.gz").split("-")[-1] for n in listed)
        found = f"has no {platform}" if platform else "was measured on several platforms"
        raise StudyError(f"{accession} {found}: set intake.platform to one of {held}")
    return _fetch(geo, url + chosen[0], store / chosen[0], "intake.matrix")


def fetch_supplementary(geo: Geo, accession: str, name: str) -> Path:
    """Return a cached supplementary file of a series, fetched when absent; a tar as a folder."""
    url = f"{folder(geo.base_url, 'series', accession)}/suppl/{name}"
    path = _fetch(geo, url, geo.cache / accession / name, "intake.matrix")
    if not re.search(r"\.(tar|tar\.gz|tgz)$", name):
        return path
    with locked(path.parent):
        return unpack_tar(path)


def fetch_annotation(geo: Geo, platform: str) -> Path:
    """Return GEO's annotation table of a platform, or where it has none the submitter's table."""
    target = geo.cache / platform / f"{platform}.annot.gz"
    submitted = geo.cache / platform / f"{platform}.soft.gz"
    if not target.is_file() and submitted.is_file():
        return geo.take(submitted)
    address = folder(geo.base_url, "platforms", platform)
    try:
        return _fetch(geo, f"{address}/annot/{target.name}", target, "intake.annotation")
    except Absent as absent:
        url = f"{address}/soft/{platform}_family.soft.gz"
        try:
            with locked(submitted.parent):
                fetch_platform_table(url, submitted, str(absent))
        except Absent:
            raise absent from None
        return geo.take(submitted)


def _fetch(geo: Geo, url: str, target: Path, key: str) -> Path:
    if target.is_file():
        return geo.take(target)
    advice = geo.advice(target, key)
    with locked(target.parent):
        if not target.is_file():
            part = target.with_name(f"{target.name}.part")
            download(url, part, advice)
            try:
                _accept(part, url, geo.stated.get(target.name), advice)
            except StudyError:
                part.unlink()
                raise
            part.replace(target)
    return geo.take(target)


def _accept(part: Path, url: str, stated: str | None, advice: str) -> None:
    if stated and (found := sha256(part)) != stated.lower():
        raise StudyError(
            f"{url}: its sha256 is {found}, intake.sha256 says {stated.lower()}; the file has "
            f"changed or was damaged on its way; correct intake.sha256, or {advice}"
        )
    if part.name.endswith((".gz.part", ".tgz.part")):
        check_gzip(part, url, advice)
