"""StringTie's gene abundance (`-A`): TPM of every locus; the loci of one gene are summed."""

from revertome.intake.read.per_sample import Form

NAME = "stringtie"
SYMBOL = ("Gene ID", "Gene Name")
FORM = Form(
    header=("Gene ID", "Gene Name", "Reference", "Strand", "Start", "End", "Coverage", "FPKM",
            "TPM"),
    feature=0, count=8, abundance="TPM",
    ending=r"[._]?gene[._]?abund(ance)?s?\.(tab|txt|tsv|out)|\.(tab|txt|tsv|out)",
)  # fmt: skip


def recognises(lines: list[str]) -> bool:
    """Header `Gene ID ... Coverage FPKM TPM`."""
    return tuple(lines[0].split("\t")) == FORM.header
