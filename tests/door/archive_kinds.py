"""Tables in packed files: packed in other ways, cut, changed, and of other programs."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import anndata
import numpy as np

from door.kind import Expected, Rng, equal, equal_or_told, kind, pick, told
from door.spreadsheet import xlsx
from door.study import Study, Table


def either(rng: Rng, study: Study) -> Table:
    """The sheet or the matrix."""
    return pick(rng, [study.sheet, study.matrix])


def members(rng: Rng, content: bytes) -> bytes:
    """Gzip of several members, as `cat a.gz b.gz` and bgzip make it."""
    cuts = sorted(int(n) for n in rng.integers(0, len(content), 4))
    parts = [content[a:b] for a, b in zip([0, *cuts], [*cuts, len(content)], strict=True)]
    return b"".join(gzip.compress(part, int(rng.integers(1, 10))) for part in parts)


@kind("gzip in other ways", "text", keeps=True)
def other_gzip(rng: Rng, study: Study) -> Expected:
    ways = [
        lambda c: members(rng, c), lambda c: gzip.compress(c) + bytes(int(rng.integers(1, 2000))),
        lambda c: gzip.compress(c, 0), lambda c: members(rng, c) + gzip.compress(b""),
    ]  # fmt: skip
    either(rng, study).raw.append(pick(rng, ways))
    return equal()


@kind("packed in a way that is not read", "text")
def foreign(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)

    def tar(content: bytes) -> bytes:
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as file:
            info = tarfile.TarInfo(table.name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
        return made.getvalue()

    def zipped(content: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(table.name, content)
        return made.getvalue()

    table.raw.append(pick(rng, [
        bz2.compress, lzma.compress, zipped, tar, lambda c: gzip.compress(tar(c)),
        lambda c: gzip.compress(gzip.compress(c)), lambda c: gzip.compress(bz2.compress(c)),
        lambda c: b"\x28\xb5\x2f\xfd" + c, lambda c: b"7z\xbc\xaf\x27\x1c" + c,
        lambda c: gzip.compress(zipped(c)),
    ]))  # fmt: skip
    return told(table.name)


@kind("a gzip file cut or with something behind it", "text")
def cut_gzip(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    share = float(rng.random())
    table.raw.append(pick(rng, [
        lambda c: gzip.compress(c)[: 3 + int(share * (len(gzip.compress(c)) - 4))],
        lambda c: gzip.compress(c)[:-1], lambda c: gzip.compress(c)[:-8],
        lambda c: gzip.compress(c) + b"x", lambda c: gzip.compress(c) + c,
        lambda c: members(rng, c)[:-3],
    ]))  # fmt: skip
    return told(table.name)


def flipped(rng: Rng, content: bytes) -> bytes:
    """One to three bytes changed."""
    made = bytearray(content)
    for at in rng.integers(0, len(made), int(rng.integers(1, 4))):
        made[at] = int(rng.integers(256))
    return bytes(made)


@kind("bytes changed in a gzip file or a workbook", "text")
def changed(rng: Rng, study: Study) -> Expected:
    if rng.integers(2):
        table = either(rng, study)
        table.raw.append(lambda c: flipped(rng, gzip.compress(c)))
    else:
        table = study.sheet
        rows = [list(row) for row in table.rows]
        table.raw.append(lambda _: flipped(rng, xlsx(rows, False, "samples")))
    return equal_or_told(table.name)


@kind("a workbook cut", "sheet")
def cut_workbook(rng: Rng, study: Study) -> Expected:
    rows = [list(row) for row in study.sheet.rows]
    share = float(rng.random())
    study.sheet.raw.append(
        lambda _: (book := xlsx(rows, False, "samples"))[: 4 + int(share * (len(book) - 5))]
    )
    return told("samples.tsv")


def _annotated(study: Study) -> anndata.AnnData:
    rows = study.matrix.rows
    values = np.array([row[1:] for row in rows[1:]], dtype=float).T
    adata = anndata.AnnData(values)
    adata.obs_names, adata.var_names = rows[0][1:], [row[0] for row in rows[1:]]
    return adata


@kind("an h5ad cut or empty", "matrix")
def cut_h5ad(rng: Rng, study: Study) -> Expected:
    made = io.BytesIO()
    import h5py

    with h5py.File(made, "w") as file:
        anndata.io.write_elem(file, "/", _annotated(study))
    content = made.getvalue()
    size = int(float(rng.random()) * (len(content) - 1))
    study.other["matrix.h5ad"] = pick(rng, [
        content[:size], content[:size], content[: len(content) - 1], b"", gzip.compress(content),
        b"\x89HDF\r\n\x1a\n", content[:500] + bytes(len(content) - 500),
    ])  # fmt: skip
    study.config["intake"]["matrix"] = "matrix.h5ad"
    return told("matrix.h5ad")


@kind("zero bytes where a disk lost a block", "text")
def hole(rng: Rng, study: Study) -> Expected:
    table = either(rng, study)
    share = float(rng.random())

    def lose(content: bytes) -> bytes:
        at = int(share * (len(content) - 1))
        size = min(int(rng.integers(60, 600)), len(content) - at)
        return content[:at] + bytes(size) + content[at + size :]

    table.raw.append(lose)
    return told((table.name, "samples.tsv", "matrix.tsv"))
