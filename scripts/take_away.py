"""Pack the report of a finished study with every file that it links to, to be mailed or archived.

    python scripts/take_away.py results/my_study [...] [--out FOLDER]

Writes `my_study.zip` beside the folder of the study (or into FOLDER): unpacked anywhere, the report
opens without network and no link of it is dead. The whole study for scanpy, `study.h5ad`, and the
records of the jobs stay behind.
"""

import argparse
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from files import write
from revertome.errors import StudyError

PAGE = "report.html"
MADE = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is packed


class Links(HTMLParser):
    """Paths that the links of a page lead to; not places within it, nor other hosts."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the path of a link."""
        parts = urlsplit(dict(attrs).get("href") or "") if tag == "a" else urlsplit("")
        if parts.path and not parts.scheme and not parts.netloc:
            self.paths[unquote(parts.path)] = None


def linked(folder: Path, page: str = PAGE) -> list[str]:
    """Files that a page of a result folder links to, and those that linked pages link to.

    Parameters
    ----------
    folder
        Of a finished study.
    page
        Path within it.

    Returns
    -------
    list of str
        Paths within the folder, the page first.

    Raises
    ------
    StudyError
        Where the page, or a file that it links to, is not there, or lies outside the folder.
    """
    found, waiting = {page: None}, [page]
    while waiting:
        here = waiting.pop()
        if not (folder / here).is_file():
            raise StudyError(f"{folder}: {here} is not there; finish the study first")
        links = Links()
        links.feed((folder / here).read_text(encoding="utf-8"))
        for link in links.paths:
            target = (folder / here).parent / link
            for path in _files(target):
                name = _within(folder, path)
                if name not in found:
                    found[name] = None
                    waiting += [name] if name.endswith(".html") else []
    return list(found)


def _files(target: Path) -> list[Path]:
    """The file of a link, or the files of a folder that is linked."""
    if target.is_dir():
        return sorted(path for path in target.iterdir() if path.is_file())
    return [target]


def _within(folder: Path, path: Path) -> str:
    """Path within the folder of a file that is there."""
    if not path.is_file():
        raise StudyError(f"{folder}: the report links to {path}, which is not there")
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError as error:
        raise StudyError(f"{folder}: the report links to {path}, outside the folder") from error


def pack(folder: Path, target: Path) -> None:
    """Write the zip file of a study.

    Parameters
    ----------
    folder, target
        Of the study; the zip file.
    """
    names = linked(folder)

    def save(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name in names:
                entry = zipfile.ZipInfo(f"{folder.resolve().name}/{name}", MADE)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, (folder / name).read_bytes())

    write(target, save)
    size = target.stat().st_size / 1e6
    print(f"{target}: the report and {len(names) - 1} files, {size:.1f} MB")


def main() -> int:
    """Pack each folder; 1 where one could not be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="results/STUDY")
    parser.add_argument("--out", type=Path, help="folder of the zip files")
    asked = parser.parse_args()
    status = 0
    for folder in asked.folders:
        try:
            pack(folder, (asked.out or folder.resolve().parent) / f"{folder.resolve().name}.zip")
        except StudyError as error:
            print(error, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
