"""Files that another program has to export before they can be read."""

import re
from pathlib import Path

from revertome.errors import StudyError

_R_SUFFIX = re.compile(r"\.(rds|rda|rdata)(\.(gz|xz|bz2))?$", re.IGNORECASE)
# What R's saveRDS (binary and ascii) and save write first, once unpacked.
_R_MAGIC = re.compile(rb"X\n\0\0|A\n\d+\n\d+\n|RD[AX]\d\n")
_MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<(html|!doctype|\?xml|table)\b", re.IGNORECASE)
# What programs that pack files write first, once gzip is unpacked; a tar names itself later.
_PACKED = {
    rb"BZh[1-9]1AY&SY": "bzip2", rb"\xfd7zXZ\0": "xz", rb"\x28\xb5\x2f\xfd": "zstd",
    rb"7z\xbc\xaf\x27\x1c": "7-Zip", rb"Rar!\x1a\x07": "RAR", rb"\x04\x22\x4d\x18": "lz4",
    rb"\x1f[\x9d\xa0]": "compress", rb"\x1f\x8b": "gzip twice",
    rb"(?s:.{257})ustar": "tar",
}  # fmt: skip
_KNOWN = {
    rb"%PDF-": "a PDF", rb"\x89PNG|\xff\xd8\xff|GIF8": "a picture", rb"PAR1[^ -~\t\r\n]": "Parquet",
    rb"ARROW1\0": "a Feather file", rb"SQLite format 3\0": "a database",
    rb"\x89HDF\r\n": "HDF5 (of an h5ad file, the name must end in .h5ad)",
}  # fmt: skip
_OTHER = {
    ".h5ad": "a packed h5ad file, or no table; unpack it (gunzip) and give it as intake.matrix",
    ".h5": "an HDF5 file; give the table of the same program (kallisto's abundance.tsv, or h5ad)",
    ".loom": "a loom file; save it as h5ad (scanpy.read_loom, then write)",
    ".mtx": "a sparse matrix without names; save it with its names as a table or as h5ad",
    ".bam": "aligned reads; count them first, e.g. with featureCounts",
    ".gtf": "an annotation of the genome; write gene_id and gene_name of its genes as a table",
}


def refuse_foreign(path: str | Path, head: bytes = b"") -> None:
    """Stop at an object of R or a file of another program, told by its name or first bytes.

    Raises
    ------
    StudyError
        Says what it is and how to export it.
    """
    name = str(path)
    if _R_SUFFIX.search(name) or _R_MAGIC.match(head):
        # An .RData restores its objects by name, an .rds is one object.
        saved = re.search(r"rda(ta)?$", name, re.IGNORECASE) or head.startswith(b"RD")
        read = f'load("{Path(name).name}")' if saved else f'x <- readRDS("{Path(name).name}")'
        raise StudyError(
            f"{path}: an object of R, which only R reads; in R {read}, then "
            'write.table(x$counts, "gene_counts.tsv", sep="\\t", quote=FALSE, col.names=NA) of '
            'tximport, with x$length to "gene_lengths.tsv" beside it (assay(x) of a '
            "SummarizedExperiment, x$counts of edgeR, counts(x) of DESeq2), and give that table"
        )
    packed = next((name for magic, name in _PACKED.items() if re.match(magic, head)), None)
    if packed:
        raise StudyError(
            f"{path}: is packed by {packed}, which is not read; unpack it and give the table in "
            "it, plain or gzipped once"
        )
    if _MARKUP.match(head):
        raise StudyError(
            f"{path}: is a web page or XML, as some programs save tables under the name .xls; open "
            "it in a spreadsheet program and save it as .xlsx, CSV or TSV"
        )
    kind = _OTHER.get(Path(re.sub(r"\.gz$", "", name)).suffix.lower())
    if kind:
        raise StudyError(f"{path}: is {kind}")
    known = next((what for magic, what in _KNOWN.items() if re.match(magic, head)), None)
    if known:
        raise StudyError(f"{path}: is {known}, no table; save the table as TSV, CSV or .xlsx")


def no_text(path: Path, head: bytes) -> bool:
    """Whether a file lies beside files of counts and is none: binary, or of another program."""
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"))
    try:
        refuse_foreign(path, head)
    except StudyError:
        return True
    return b"\0" in head and not marked
