"""Cufflinks' `genes.fpkm_tracking`: FPKM of every locus; the loci of one gene are summed."""

from revertome.intake.read.per_sample import Form

NAME = "cufflinks"
SYMBOL = ("tracking_id", "gene_short_name")
_LOCUS = ("tracking_id", "class_code", "nearest_ref_id", "gene_id", "gene_short_name", "tss_id",
          "locus", "length", "coverage")  # fmt: skip
FORM = Form(
    header=(*_LOCUS, "FPKM"), feature=0, count=9, abundance="FPKM",
    ending=r"[._]?genes\.fpkm_tracking",
    instead="tables of cuffdiff and cuffnorm hold a value of each condition; give the table that "
            "cufflinks wrote for each sample",
)  # fmt: skip


def recognises(lines: list[str]) -> bool:
    """Header that begins `tracking_id class_code nearest_ref_id gene_id gene_short_name`."""
    return tuple(lines[0].split("\t")[:9]) == _LOCUS
