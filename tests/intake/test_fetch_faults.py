"""Every way in which fetching a file goes wrong, on a local server."""

import gzip
import hashlib
import io
import tarfile
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from options import section
from revertome.errors import StudyError
from revertome.intake import unpacking
from revertome.intake.fetch import archive, download
from revertome.intake.fetch.geo import (
    Geo,
    cache_folder,
    fetch_annotation,
    fetch_series_matrix,
    fetch_supplementary,
    open_geo,
)

NAME = "GSE1234_series_matrix.txt.gz"
PATH = f"/series/GSE1nnn/GSE1234/matrix/{NAME}"
CONTENT = gzip.compress("".join(f"{i}\t{i * i}\n" for i in range(50_000)).encode(), mtime=0)
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def site(geo: Any, tmp_path: Path) -> tuple[Any, Geo]:
    _put(geo, PATH, CONTENT)
    return geo, Geo(geo.url, tmp_path / "cache")


def _put(server: Any, path: str, content: bytes) -> None:
    target = server.root / path.strip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _matrix(geo: Geo) -> Path:
    return fetch_series_matrix(geo, "GSE1234", None)


def test_whole_and_recorded(site: Any) -> None:
    server, geo = site
    path = _matrix(geo)
    assert path.read_bytes() == CONTENT
    assert (path.parent / "SHA256SUMS").read_text() == f"{SHA}  {NAME}\n"
    assert geo.used == {NAME: SHA}
    before = len(server.seen)
    assert _matrix(Geo("http://127.0.0.1:9", geo.cache)) == path  # another study, no network
    assert len(server.seen) == before


def test_cut_half_way_and_resumed(site: Any) -> None:
    server, geo = site
    server.failures[PATH] = ["cut", "cut", "cut"]
    assert _matrix(geo).read_bytes() == CONTENT
    starts = [r for path, r in zip(server.seen, server.ranges, strict=True) if path == PATH]
    half = len(CONTENT) // 2
    three = half + (len(CONTENT) - half) // 2
    assert starts[:3] == [None, f"bytes={half}-", f"bytes={three}-"]
    assert sorted(p.name for p in (geo.cache / "GSE1234").iterdir()) == [
        ".lock", NAME, "SHA256SUMS",
    ]  # fmt: skip


def test_resumed_by_a_later_run(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, geo = site
    monkeypatch.setattr(download, "TRIES", 1)
    server.failures[PATH] = ["cut", 500]
    monkeypatch.setattr(download, "PAUSE", 0.0)
    with pytest.raises(StudyError, match=r"cannot fetch .* bytes came"):
        _matrix(geo)
    part = geo.cache / "GSE1234" / f"{NAME}.part"
    assert part.read_bytes() == CONTENT[: len(CONTENT) // 2]
    server.failures[PATH] = []
    assert _matrix(geo).read_bytes() == CONTENT
    assert server.ranges[-1] == f"bytes={len(CONTENT) // 2}-"


@pytest.mark.parametrize("how", ["no ranges", "changed"])
def test_a_part_that_does_not_fit_is_not_continued(site: Any, how: str) -> None:
    server, geo = site
    other = gzip.compress(b"another version\n" * 5000, mtime=0)

    def replaced(handler: Any) -> None:
        _put(server, PATH, other)
        handler.send_error(503)

    server.failures[PATH] = ["cut", replaced if how == "changed" else "no ranges"]
    expected = other if how == "changed" else CONTENT
    assert _matrix(geo).read_bytes() == expected


def test_the_last_byte_had_come(site: Any) -> None:
    server, geo = site
    part = geo.cache / "GSE1234" / f"{NAME}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT)
    part.with_name(f"{part.name}.version").write_text('"x"')

    def beyond(handler: Any) -> None:
        handler.send_response(416)
        handler.send_header("Content-Range", f"bytes */{len(CONTENT)}")
        handler.end_headers()

    server.failures[PATH] = [beyond]
    assert _matrix(geo).read_bytes() == CONTENT
    assert server.seen.count(PATH) == 1


def test_truncated_on_the_server(site: Any) -> None:
    server, geo = site
    _put(server, PATH, CONTENT[:-20])
    with pytest.raises(StudyError, match=rf"no complete gzip file; obtain .*{NAME}"):
        _matrix(geo)
    assert not list((geo.cache / "GSE1234").glob("GSE*"))


@pytest.mark.parametrize("content", [b"<html>busy</html>", CONTENT[:200] + b"x" + CONTENT[201:]])
def test_no_gzip_or_damaged(site: Any, content: bytes) -> None:
    server, geo = site
    _put(server, PATH, content)
    with pytest.raises(StudyError, match="no complete gzip file"):
        _matrix(geo)


def test_stated_checksum(site: Any) -> None:
    _, geo = site
    wrong = Geo(geo.base_url, geo.cache, {NAME: "0" * 64})
    with pytest.raises(StudyError, match=rf"its sha256 is {SHA}, intake.sha256 says 0000"):
        _matrix(wrong)
    assert not list((geo.cache / "GSE1234").glob("GSE*"))
    assert _matrix(Geo(geo.base_url, geo.cache, {NAME: SHA.upper()})).is_file()
    with pytest.raises(StudyError, match=r"intake\.sha256 says 0000.* remove it to fetch it again"):
        _matrix(wrong)


def test_changed_in_the_cache(site: Any) -> None:
    _, geo = site
    path = _matrix(geo)
    path.write_bytes(gzip.compress(b"something else"))
    with pytest.raises(StudyError, match=rf"SHA256SUMS has {SHA}; it was changed or damaged"):
        _matrix(geo)
    path.unlink()
    assert _matrix(geo).read_bytes() == CONTENT


def test_put_there_by_hand(tmp_path: Path) -> None:
    geo = Geo("http://127.0.0.1:9", tmp_path)
    (tmp_path / "GSE1234").mkdir()
    (tmp_path / "GSE1234" / NAME).write_bytes(CONTENT)
    assert _matrix(geo).read_bytes() == CONTENT
    assert (tmp_path / "GSE1234" / "SHA256SUMS").read_text() == f"{SHA}  {NAME}\n"


def test_absent_is_not_asked_for_twice(site: Any) -> None:
    server, geo = site
    server.failures[PATH] = [404]
    with pytest.raises(StudyError, match=r"404 .*save it as .*set intake\.matrix"):
        _matrix(geo)
    assert server.seen.count(PATH) == 1


def test_busy_server_is_waited_for(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, geo = site
    waits: list[float] = []
    # Not `time.sleep` itself: jobs of other tests in this process wait with it, on threads.
    clock = SimpleNamespace(sleep=waits.append, time=time.time)
    monkeypatch.setattr(download, "time", clock)
    monkeypatch.setattr(download, "PAUSE", 2.0)

    def later(handler: Any) -> None:
        handler.send_response(429)
        handler.send_header("Retry-After", "7")
        handler.end_headers()

    def at_a_date(handler: Any) -> None:
        handler.send_response(503)
        handler.send_header("Retry-After", handler.date_time_string(time.time() + 3600))
        handler.end_headers()

    server.failures[PATH] = [503, 500, later, at_a_date]
    assert _matrix(geo).read_bytes() == CONTENT
    assert waits == [2.0, 4.0, 7.0, download.LONGEST_PAUSE]


def test_busy_for_good(site: Any) -> None:
    server, geo = site
    server.failures[PATH] = [503] * 20
    with pytest.raises(StudyError, match="503 Service Unavailable"):
        _matrix(geo)
    assert server.seen.count(PATH) == download.TRIES


def test_slow(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that falls silent half-way; what came is kept."""
    server, geo = site
    monkeypatch.setattr(download, "TIMEOUT", 0.2)

    def silent(handler: Any) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(CONTENT)))
        handler.send_header("ETag", f'"{hashlib.md5(CONTENT).hexdigest()}"')
        handler.end_headers()
        handler.wfile.write(CONTENT[:1000])
        handler.wfile.flush()
        time.sleep(0.5)

    server.failures[PATH] = [silent]
    assert _matrix(geo).read_bytes() == CONTENT
    assert server.ranges[-1] == "bytes=1000-"


def test_redirect(site: Any) -> None:
    server, geo = site

    def elsewhere(handler: Any) -> None:
        handler.send_response(302)
        handler.send_header("Location", "/mirror/file.gz")
        handler.end_headers()

    _put(server, "/mirror/file.gz", CONTENT)
    server.failures[PATH] = [elsewhere]
    assert _matrix(geo).read_bytes() == CONTENT
    assert server.seen[-1] == "/mirror/file.gz"


def test_endless_redirect(site: Any) -> None:
    server, geo = site

    def here(handler: Any) -> None:
        handler.send_response(302)
        handler.send_header("Location", PATH)
        handler.end_headers()

    server.failures[PATH] = [here] * 100
    with pytest.raises(StudyError, match="302"):
        _matrix(geo)


def test_proxy(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, geo = site
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy")
    named = Geo("http://geo.example", geo.cache)
    listing = "http://geo.example" + PATH.removesuffix(NAME)
    assert _matrix(named).read_bytes() == CONTENT
    assert server.seen == [listing, listing + NAME]


def test_no_network_says_all_that_is_missing(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(download, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    intake = {
        "accession": "GSE1234", "platform": "GPL1", "cache": str(tmp_path),
        "base_url": "http://127.0.0.1:9",
    }  # fmt: skip
    with pytest.raises(StudyError) as raised:
        fetch_series_matrix(open_geo(section("intake", **intake)), "GSE1234", "GPL1")
    message = str(raised.value)
    for words in (f"{tmp_path}/GSE1234/{NAME}", f"also needed: {tmp_path}/GPL1/GPL1.annot.gz"):
        assert words in message
    assert len(message.splitlines()) == 1
    with pytest.raises(StudyError, match=r"expected an address with http:// or https://"):
        fetch_series_matrix(Geo("ftp.example/geo", tmp_path), "GSE1234", None)


def test_two_studies_at_once_fetch_once(site: Any) -> None:
    server, geo = site
    paths: list[Path] = []
    runs = [
        threading.Thread(target=lambda: paths.append(_matrix(Geo(geo.base_url, geo.cache))))
        for _ in range(4)
    ]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert len(paths) == 4
    assert server.seen.count(PATH) == 1


def test_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder("") == Path("/home/someone/.cache/revertome")
    assert cache_folder("~/geo") == Path("/home/someone/geo")
    monkeypatch.setenv("XDG_CACHE_HOME", "/scratch")
    assert cache_folder(None) == Path("/scratch/revertome")


def test_unpacks_to_far_too_much(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, geo = site
    monkeypatch.setattr(unpacking, "SPARED", 1 << 20)
    _put(server, PATH, gzip.compress(bytes(20 << 20)))
    with pytest.raises(StudyError, match=r"unpacks to more than \d+ MB from \d+ kB, as no table"):
        _matrix(geo)
    monkeypatch.setattr(unpacking, "LARGEST", 1 << 19)
    _put(server, PATH, CONTENT)
    with pytest.raises(StudyError, match="unpacks to more than"):
        _matrix(geo)


def _tar(*members: tuple[str, bytes | None]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            if content is None:
                member.type, member.linkname = tarfile.SYMTYPE, "/etc/hosts"
                tar.addfile(member)
            else:
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


RAW = "/series/GSE1nnn/GSE1234/suppl/GSE1234_RAW.tar"


def test_raw_archive_becomes_a_folder(site: Any) -> None:
    server, geo = site
    _put(server, RAW, _tar(("GSM1_a.txt.gz", b"a"), ("./deep/GSM2.txt.gz", b"b")))
    path = fetch_supplementary(geo, "GSE1234", "GSE1234_RAW.tar")
    assert path == geo.cache / "GSE1234" / "GSE1234_RAW"
    assert (path / "GSM1_a.txt.gz").read_bytes() == b"a"
    assert (path / "deep" / "GSM2.txt.gz").read_bytes() == b"b"
    assert fetch_supplementary(geo, "GSE1234", "GSE1234_RAW.tar") == path


@pytest.mark.parametrize(
    "member", [("../../evil", b"x"), ("/tmp/evil", b"x"), ("evil", None), ("a/../../evil", b"x")]
)
def test_raw_archive_that_reaches_out(site: Any, tmp_path: Path, member: Any) -> None:
    server, geo = site
    _put(server, RAW, _tar(("GSM1.txt", b"a"), member))
    with pytest.raises(StudyError, match=r"member '.*evil' is a link or lies outside"):
        fetch_supplementary(geo, "GSE1234", "GSE1234_RAW.tar")
    assert not list(tmp_path.rglob("evil"))
    assert not (geo.cache / "GSE1234" / "GSE1234_RAW").exists()


def test_raw_archive_damaged_or_endless(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server, geo = site
    _put(server, RAW, _tar(("GSM1.txt", bytes(5000)))[:2000])
    with pytest.raises(StudyError, match="no whole tar archive"):
        fetch_supplementary(geo, "GSE1234", "GSE1234_RAW.tar")
    monkeypatch.setattr(archive, "MOST_MEMBERS", 2)
    _put(server, RAW, _tar(*((f"{i}", b"") for i in range(4))))
    (geo.cache / "GSE1234" / "GSE1234_RAW.tar").unlink()
    (geo.cache / "GSE1234" / "SHA256SUMS").unlink()
    with pytest.raises(StudyError, match=r"more than 2 files and folders; not unpacked"):
        fetch_supplementary(geo, "GSE1234", "GSE1234_RAW.tar")


SOFT = (
    "^PLATFORM = GPL1\n!Platform_last_update_date = Jan 18 2013\n!platform_table_begin\n"
    "ID\tGENE_SYMBOL\n1_at\tSTAT1\n!platform_table_end\n^SAMPLE = GSM1\n"
)


def test_platform_without_annotation_table(site: Any) -> None:
    """The submitter's table, of a family file that is not read further than that."""
    server, geo = site
    base = "/platforms/GPLnnn/GPL1/"
    text = SOFT + "".join(f"{i}\t{i**3}\n" for i in range(200_000))
    _put(server, f"{base}soft/GPL1_family.soft.gz", gzip.compress(text.encode()))
    path = fetch_annotation(geo, "GPL1")
    assert gzip.decompress(path.read_bytes()).decode() == SOFT.partition("^SAMPLE")[0]
    assert fetch_annotation(Geo("http://127.0.0.1:9", geo.cache), "GPL1") == path
    with pytest.raises(StudyError, match=r"404 .*GPL2/GPL2.annot.gz, or set intake.annotation"):
        fetch_annotation(geo, "GPL2")
