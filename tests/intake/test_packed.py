"""Archives and packed files that are bombs, reach out of their folder, or end too early."""

import bz2
import gzip
import io
import lzma
import os
import shutil
import tarfile
import time
import zipfile
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import affymetrix
from door.spreadsheet import table, workbook
from revertome.errors import StudyError
from revertome.intake import encoding, unpacking
from revertome.intake.arrays.cdf import read_cdf
from revertome.intake.arrays.cel import read_cel
from revertome.intake.columns import open_text, read_sheet
from revertome.intake.fetch import archive
from revertome.intake.fetch.archive import unpack_tar
from revertome.intake.read import hdf5
from revertome.intake.read.h5ad import read_h5ad
from revertome.intake.read.table import read_matrix

ROWS = [["sample", "patient"], ["S1", "P1"], ["S2", "P2"]]
SHEET = b"sample\tpatient\nS1\tP1\nS2\tP2\n"


@pytest.fixture
def small(monkeypatch):
    """Bombs of a megabyte do as well as those of terabytes."""
    monkeypatch.setattr(unpacking, "SPARED", 1 << 20)


def saved(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name


BOMBS = {
    "one line": b"a" * (3 << 20),
    "lines": b"sample\tS1\n" + b"A\t1\n" * (3 << 18),
    "spaces": b" " * (3 << 20),
    "line ends": b"\n" * (3 << 20),
    "no end of columns": b"a" + b"\t" * (3 << 20),
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("members", [1, 40])
def test_a_small_gzip_file_that_unpacks_without_end(bomb, members, small, tmp_path):
    whole = BOMBS[bomb]
    size = len(whole) // members
    packed = b"".join(gzip.compress(whole[i : i + size]) for i in range(0, len(whole), size))
    path = saved(tmp_path, "s.tsv.gz", packed)
    for read in (read_sheet, read_matrix, read_cel, read_cdf):
        with pytest.raises(StudyError, match=r"s.tsv.gz: unpacks to more than \d+ MB from \d+ kB"):
            read(path)


@pytest.mark.parametrize("pack", [gzip.compress, lambda c: gzip.compress(c[:20]) + gzip.compress(
    c[20:]), lambda c: gzip.compress(c) + bytes(700)])  # fmt: skip
def test_gzip_of_several_members_and_padded_is_read(pack, tmp_path):
    assert read_sheet(saved(tmp_path, "s.tsv", pack(SHEET)))["patient"].tolist() == ["P1", "P2"]


@pytest.mark.parametrize("after", [b"x", SHEET, b"\0\0junk"])
def test_garbage_behind_a_gzip_file_is_told(after, tmp_path):
    path = saved(tmp_path, "s.tsv", gzip.compress(SHEET) + after)
    with pytest.raises(StudyError, match="s.tsv: the gzip file is cut or damaged"):
        read_sheet(path)


def in_tar(content: bytes) -> bytes:
    return tar(member("a.tsv", content))


FOREIGN = {
    "bzip2": bz2.compress, "xz": lzma.compress, "tar": in_tar, "gzip twice": lambda c: (
        gzip.compress(gzip.compress(c))), "zstd": lambda c: b"\x28\xb5\x2f\xfd\x04" + c,
    "7-Zip": lambda c: b"7z\xbc\xaf\x27\x1c" + c,
    "compress": lambda c: b"\x1f\x9d\x90" + c, "RAR": lambda c: b"Rar!\x1a\x07\0" + c,
}  # fmt: skip


@pytest.mark.parametrize("packer", FOREIGN)
@pytest.mark.parametrize("also", [bytes, gzip.compress])
def test_other_ways_of_packing_are_told_by_name(packer, also, tmp_path):
    content = FOREIGN[packer](SHEET)
    path = saved(tmp_path, "s.tsv", also(content) if content[:2] != b"\x1f\x8b" else content)
    for read in (read_sheet, read_matrix):
        with pytest.raises(StudyError, match=f"s.tsv: is packed by {packer}, which is not read"):
            read(path)


@pytest.mark.parametrize(
    ("head", "what"),
    [(b"%PDF-1.7\n", "a PDF"), (b"\x89PNG\r\n", "a picture"), (b"SQLite format 3\0", "a database"),
     (b"\x89HDF\r\n\x1a\n", "HDF5"), (b"PAR1\x15\x04", "Parquet")],
)  # fmt: skip
def test_files_of_other_kinds_are_told_by_name(head, what, tmp_path):
    with pytest.raises(StudyError, match=f"s.tsv: is {what}.* no table"):
        read_sheet(saved(tmp_path, "s.tsv", head + SHEET))
    named = saved(tmp_path, "m.tsv", b"PAR1\tS1\tS2\nA\t1\t2\nB\t3\t4\n")
    assert read_matrix(named).shape == (2, 2)


def test_a_sheet_longer_than_any(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "LONGEST", 20)
    with pytest.raises(StudyError, match="s.tsv: holds more than 20 characters, as no sheet does"):
        read_sheet(saved(tmp_path, "s.tsv", SHEET))


def member(name: str, content: bytes = b"x", **facts: object) -> tuple[tarfile.TarInfo, bytes]:
    found = tarfile.TarInfo(name)
    found.size = len(content)
    for key, value in facts.items():
        setattr(found, key, value)
    return found, content


def tar(*members: tuple[tarfile.TarInfo, bytes], mode: str = "w") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as file:
        for info, content in members:
            file.addfile(info, io.BytesIO(content))
    return made.getvalue()


OUTSIDE = {
    "above": member("a/../../evil"),
    "absolute": member("/evil"),
    "symbolic link": member("evil", b"", type=tarfile.SYMTYPE, linkname="/etc"),
    "hard link": member("evil", b"", type=tarfile.LNKTYPE, linkname="a"),
    "device": member("evil", b"", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
    "pipe": member("evil", b"", type=tarfile.FIFOTYPE),
    "no name": member("./"),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_tar_members_that_are_no_files_of_the_folder(case, tmp_path):
    path = saved(tmp_path, "GSE1_RAW.tar", tar(member("GSM1.txt"), OUTSIDE[case]))
    with pytest.raises(StudyError, match=r"GSE1_RAW.tar: member '.*' is a link or lies outside"):
        unpack_tar(path)
    assert [p.name for p in tmp_path.iterdir()] == ["GSE1_RAW.tar"]


def test_tar_that_holds_a_name_twice_or_folders_without_end(tmp_path, monkeypatch):
    path = saved(tmp_path, "a_RAW.tar", tar(member("GSM1.txt", b"1"), member("GSM1.txt", b"2")))
    with pytest.raises(StudyError, match="no whole tar archive .*exists"):
        unpack_tar(path)
    monkeypatch.setattr(archive, "MOST_MEMBERS", 20)
    folders = [member(f"d{i}", b"", type=tarfile.DIRTYPE) for i in range(30)]
    with pytest.raises(StudyError, match="more than 20 files and folders"):
        unpack_tar(saved(tmp_path, "b_RAW.tar", tar(*folders)))
    assert not (tmp_path / "a_RAW").exists() and not (tmp_path / "b_RAW").exists()


def test_tar_bombs(small, tmp_path, monkeypatch):
    zeros = member("GSM1.txt", bytes(4 << 20))
    with pytest.raises(StudyError, match=r"a_RAW.tar.gz: unpacks to more than"):
        unpack_tar(saved(tmp_path, "a_RAW.tar.gz", gzip.compress(tar(zeros))))
    # A header that is as long as a file of its own, which tarfile would hold in memory.
    long = member("././@LongLink", b"n" * (2 << 20), type=tarfile.GNUTYPE_LONGNAME)
    with pytest.raises(StudyError, match="no whole tar archive"):
        unpack_tar(saved(tmp_path, "b_RAW.tar", tar(long)))
    with pytest.raises(StudyError, match="no whole tar archive"):  # of another packing
        unpack_tar(saved(tmp_path, "c_RAW.tar", tar(zeros, mode="w:xz")))
    monkeypatch.setattr(archive, "_KEPT_FREE", 1 << 60)
    with pytest.raises(StudyError, match="MB that are free in .*intake.cache"):
        unpack_tar(saved(tmp_path, "d_RAW.tar", tar(zeros)))
    assert not [p for p in tmp_path.iterdir() if p.is_dir()]


def test_a_tar_cut_between_two_members_is_not_whole(tmp_path):
    whole = tar(*(member(f"GSM{i}.txt", bytes(512)) for i in range(3)))
    for at in (1024, 2048, 3072):
        with pytest.raises(StudyError, match="its end is missing"):
            unpack_tar(saved(tmp_path, "GSE1_RAW.tar", whole[:at]))
    bad = bytearray(whole)
    bad[1024 + 5] ^= 1  # the header of the second
    with pytest.raises(StudyError, match="bad checksum"):
        unpack_tar(saved(tmp_path, "GSE1_RAW.tar", bytes(bad)))


def book(**parts: str) -> bytes:
    """A good workbook with further parts."""
    with zipfile.ZipFile(io.BytesIO(workbook({"A": table(ROWS)}))) as file:
        every = {name: file.read(name) for name in file.namelist()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {**every, **{f"xl/{k}.xml": v for k, v in parts.items()}}.items():
            file.writestr(name, content)
    return made.getvalue()


def shrunk(content: bytes) -> bytes:
    """A workbook that says of its last part that it is small."""
    at = content.rindex(b"PK\1\2")
    return content[: at + 24] + (10).to_bytes(4, "little") + content[at + 28 :]


SPACES = "<a>" + " " * (4 << 20) + "</a>"


def test_workbooks_that_are_bombs(small, tmp_path):
    for content in (book(media=SPACES), book(sharedStrings=SPACES), shrunk(book(media=SPACES))):
        with pytest.raises(StudyError, match=r"s.xlsx: unpacks to more than \d+ MB from \d+ kB"):
            read_sheet(saved(tmp_path, "s.xlsx", content))
    many = book(**{f"part{i}": "" for i in range(10_001)})
    with pytest.raises(StudyError, match="holds 10007 files, as no workbook does"):
        read_sheet(saved(tmp_path, "s.xlsx", many))


@pytest.mark.parametrize(
    "content",
    [
        # The reader of workbooks makes room for 4 billion words, and ends the process.
        lambda: book(sharedStrings='<sst count="1" uniqueCount="4294967295"><si/></sst>'),
        lambda: book(styles="<styleSheet><cellXfs count='99999999999'/></styleSheet>"),
        lambda: shrunk(book(media="<a>" + "b" * 50 + "</a>")),
        lambda: book()[:-200],
    ],
)
def test_workbooks_that_say_what_is_not_so(content, tmp_path):
    with pytest.raises(StudyError, match=r"s.xlsx: is a damaged spreadsheet file"):
        read_sheet(saved(tmp_path, "s.xlsx", content()))


def annotated(path: Path, form: str = "dense") -> Path:
    counts = np.random.default_rng(1).poisson(40, (4, 30)).astype(float)
    adata = anndata.AnnData(
        sparse.csr_matrix(counts) if form == "sparse" else counts,
        obs=pd.DataFrame({"patient": list("abab")}, index=[f"S{i}" for i in range(4)]),
        var=pd.DataFrame(index=[f"ENSG{i:011}" for i in range(30)]),
    )
    adata.write_h5ad(path)
    return path


def _replaced(file: h5py.File, **how: object) -> None:
    del file["X"]
    made = file.create_dataset("X", **{"dtype": "f8", **how})
    made.attrs["encoding-type"], made.attrs["encoding-version"] = "array", "0.2.0"


def _virtual(file: h5py.File) -> None:
    del file["X"]
    layout = h5py.VirtualLayout((4, 30), "f8")
    layout[:] = h5py.VirtualSource("other.h5ad", "X", shape=(4, 30))
    file.create_virtual_dataset("X", layout)


def _linked(file: h5py.File) -> None:
    del file["X"]
    file["X"] = h5py.ExternalLink("other.h5ad", "X")


def _complex(file: h5py.File) -> None:
    _replaced(file, data=np.ones((4, 30), complex), dtype="c16")


def _put(name: str, at: int, value: int):
    def change(file: h5py.File) -> None:
        file[name][at] = value

    return change


H5AD = {
    "absurd shape": ("dense", lambda f: _replaced(f, shape=(2**31, 2**31), chunks=(64, 64)),
                     "unpacks to more than"),
    "ten thousand million of one value": ("dense", lambda f: _replaced(
        f, shape=(4, 10**9), chunks=(4, 10**6), fillvalue=1.0), "unpacks to more than"),
    "external link": ("dense", _linked, "values of X lie in another file"),
    "virtual": ("dense", _virtual, "values of X lie in another file"),
    "bytes of another file": ("dense", lambda f: _replaced(
        f, shape=(4, 30), external=[("/etc/passwd", 0, 960)]), "values of X lie in another file"),
    "groups in a circle": ("dense", lambda f: f.__setitem__("uns/a", f["uns"]), "groups within"),
    "position beyond the matrix": ("sparse", _put("X/indices", 0, 2**31 - 1), "positions do not"),
    "rows that go backwards": ("sparse", _put("X/indptr", 1, -5), "positions do not fit its 4 x"),
    "shape of a sparse matrix": ("sparse", lambda f: f["X"].attrs.__setitem__(
        "shape", np.array([10**9, 10**9])), "does not fit into memory"),
    "complex numbers": ("dense", _complex, "holds no numbers"),
}  # fmt: skip


@pytest.mark.parametrize("case", H5AD)
def test_h5ad_files_that_are_bombs_or_lie(case, tmp_path):
    form, change, words = H5AD[case]
    path = annotated(tmp_path / "a.h5ad", form)
    with h5py.File(path, "a") as file:
        change(file)
    with pytest.raises(StudyError, match=f"a.h5ad: .*{words}"):
        read_h5ad(path, "rnaseq")


def test_a_file_on_which_the_library_breaks_down_is_told(tmp_path, monkeypatch):
    path = annotated(tmp_path / "a.h5ad")
    monkeypatch.setattr(hdf5, "_check", lambda *_: os._exit(1))
    with pytest.raises(StudyError, match=r"a.h5ad: no readable h5ad .*breaks down or runs on"):
        read_h5ad(path, "rnaseq")
    monkeypatch.setattr(hdf5, "_SECONDS", 0)
    monkeypatch.setattr(hdf5, "_check", lambda *_: time.sleep(60))
    with pytest.raises(StudyError, match=r"a.h5ad: no readable h5ad .*breaks down or runs on"):
        read_h5ad(path, "rnaseq")


def _cel(read, content: bytes, path: Path):
    path.write_bytes(content)
    return read(path)


def _with(content: bytes, at: int, value: int, order: str = "little") -> bytes:
    return content[:at] + value.to_bytes(4, order, signed=True) + content[at + 4 :]


@pytest.mark.parametrize("value", [-1, -(2**31), 2**31 - 1, 65536])
def test_absurd_counts_in_arrays_and_layouts(value, tmp_path):
    array = affymetrix.arrays()[0]
    cel, cdf = affymetrix.cel_binary(array), affymetrix.cdf_binary()
    for at in (8, 12, 16, 20):  # columns, rows, cells, length of the header
        with pytest.raises(StudyError, match=r"/a: .*(damaged|cells for an array)"):
            _cel(read_cel, _with(cel, at, value), tmp_path / "a")
    for at in (12, 16, 20):  # units, QC units, length of the reference
        with pytest.raises(StudyError, match=r"/a: .*(damaged|outside|no probe set)"):
            _cel(read_cdf, _with(cdf, at, value), tmp_path / "a")
    text = affymetrix.cel_text(array).replace(b"Cols=56", f"Cols={value}".encode())
    with pytest.raises(StudyError, match=r"/a: .*(damaged|cells for an array)"):
        _cel(read_cel, text, tmp_path / "a")
    for word in (b"Cols=56", b"Rows=56"):
        text = affymetrix.cdf_text().replace(word, word[:5] + str(value).encode())
        try:  # a larger array than the probes need
            _cel(read_cdf, text, tmp_path / "a")
            assert value == 65536
        except StudyError as error:
            assert "Cols and Rows" in str(error)


def test_numbers_that_no_machine_holds(tmp_path):
    digits = b"9" * 5000
    text = affymetrix.cdf_text()
    for old, new in ((b"Cols=56", b"Cols=" + digits), (b"Cell1=", b"Cell1=" + digits)):
        with pytest.raises(StudyError, match=r"/a: .*(Cols and Rows|damaged|outside)"):
            _cel(read_cdf, text.replace(old, new), tmp_path / "a")
    cel = affymetrix.cel_text(affymetrix.arrays()[0])
    for old, new in ((b"Cols=56", b"Cols=" + digits), (b"  0\t  0\t", b"1e308\t1e308\t")):
        with pytest.raises(StudyError, match=r"/a: .*(damaged|expected Cols)"):
            _cel(read_cel, cel.replace(old, new), tmp_path / "a")
    for value in (-5.0, 3e38):
        bad = affymetrix.arrays()[0].copy()
        bad[7] = value
        with pytest.raises(StudyError, match="which no scanner gives"):
            _cel(read_cel, affymetrix.cel_binary(bad), tmp_path / "a")


def test_data_sets_that_run_in_a_circle(tmp_path):
    whole = affymetrix.cel_command_console(affymetrix.arrays()[0])
    wide = "Intensity".encode("utf-16-be")
    at = whole.index(wide) - 12
    loop = _with(whole.replace(wide, "Intensities".encode("utf-16-be")[:18]), at + 4, at, "big")
    group = int.from_bytes(loop[6:10], "big")
    with pytest.raises(StudyError, match="run in a circle"):
        _cel(read_cel, _with(loop, group + 8, 2**31 - 1, "big"), tmp_path / "a")


def test_a_packed_file_ends_where_it_is_closed(tmp_path):
    with open_text(saved(tmp_path, "s.tsv", gzip.compress(SHEET))) as file:
        assert next(file).startswith("sample")
    assert file.closed


CEL = {
    "cel text": (read_cel, affymetrix.cel_text),
    "cel binary": (read_cel, affymetrix.cel_binary),
    "cel command console": (read_cel, affymetrix.cel_command_console),
}
CDF = {"cdf text": (read_cdf, affymetrix.cdf_text), "cdf binary": (read_cdf, affymetrix.cdf_binary)}


def _array(path: Path, read) -> list[object]:
    found = read(path)
    if hasattr(found, "intensity"):
        return [found.columns, found.rows, found.intensity.tolist()]
    return [found.columns, found.rows, found.probe_sets, found.cells.tolist()]


def _unpacked(path: Path) -> list[object]:
    folder = unpack_tar(path)
    found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    shutil.rmtree(folder)
    return sorted(found.items())


def whole_files() -> dict[str, tuple[bytes, object, str]]:
    """Content, reader and name of a good file of each kind."""
    array = affymetrix.arrays()[0]
    found = {
        name: (made(array), lambda p, read=read: _array(p, read), "a")
        for name, (read, made) in CEL.items()
    }
    found |= {n: (made(), lambda p, read=read: _array(p, read), "a")
              for n, (read, made) in CDF.items()}  # fmt: skip
    members = [member(f"GSM{i}.txt.gz", gzip.compress(SHEET)) for i in range(3)]
    return found | {
        "cel.gz": (gzip.compress(affymetrix.cel_binary(array)), lambda p: _array(p, read_cel), "a"),
        "gz": (gzip.compress(SHEET * 50), lambda p: read_sheet(p).to_numpy().tolist(), "a"),
        "tar": (tar(*members), _unpacked, "a_RAW.tar"),
        "tar.gz": (gzip.compress(tar(*members)), _unpacked, "a_RAW.tar.gz"),
        "xlsx": (workbook({"A": table(ROWS)}), lambda p: read_sheet(p).to_numpy().tolist(), "a"),
    }


SUMMED = ("cel.gz", "gz", "tar.gz", "xlsx")  # kinds that hold a checksum of their content


@pytest.mark.parametrize("kind", whole_files())
def test_cut_anywhere_a_file_is_told(kind, tmp_path):
    """Or the same: where all that was cut is padding, or comes after what is read."""
    content, read, name = whole_files()[kind]
    rng = np.random.default_rng([18, len(content)])
    good = read(saved(tmp_path, name, content))
    for at in [*rng.integers(0, len(content), 25), len(content) - 1, 1, 0]:
        path = saved(tmp_path, name, content[:at])
        try:
            assert read(path) == good, at
        except StudyError as error:
            assert str(path) in str(error)
            assert "Traceback" not in str(error)


@pytest.mark.parametrize("kind", whole_files())
def test_bytes_changed_anywhere(kind, tmp_path):
    """Told or the same where there is a checksum; elsewhere one value may be another.

    Of a number that became another possible number, or a letter, no reader can tell.
    """
    content, read, name = whole_files()[kind]
    rng = np.random.default_rng([19, len(content)])
    good = read(saved(tmp_path, name, content))
    for _ in range(40):
        changed = bytearray(content)
        at = int(rng.integers(len(content)) if rng.integers(2) else rng.integers(min(
            len(content), 1500)))  # fmt: skip
        changed[at] = int(rng.integers(256))
        path = saved(tmp_path, name, bytes(changed))
        try:
            found = read(path)
        except StudyError as error:
            assert str(path) in str(error)
            continue
        assert found == good or kind not in SUMMED, at
        if kind in CEL:
            assert found[:2] == good[:2]
            other = [i for i, value in enumerate(good[2]) if value != found[2][i]]
            assert len(other) <= 1, (at, len(other))


@pytest.mark.slow
def test_bytes_of_h5ad_files_changed_anywhere(tmp_path, monkeypatch):
    """No file of 150 ends in a traceback, breaks down the process or holds it up."""
    monkeypatch.setattr(hdf5, "_SECONDS", 1)
    rng = np.random.default_rng(20)
    goods = [
        annotated(tmp_path / f"{form}.h5ad", form).read_bytes() for form in ("dense", "sparse")
    ]
    for i in range(150):
        changed = bytearray(goods[i % 2])
        for at in rng.integers(0, len(changed), rng.integers(1, 5)):
            changed[at] = int(rng.integers(256))
        cut = int(rng.integers(len(changed))) if i % 8 == 0 else len(changed)
        path = saved(tmp_path, "a.h5ad", bytes(changed[:cut]))
        try:
            read_h5ad(path, "rnaseq")
        except StudyError as error:
            assert str(path) in str(error)
        else:
            assert cut == len(changed)
