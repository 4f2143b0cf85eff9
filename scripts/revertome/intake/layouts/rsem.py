"""RSEM's `genes.results`: expected counts with effective lengths."""

from revertome.intake.read.per_sample import Form

NAME = "rsem"
FORM = Form(
    header=("gene_id", "transcript_id(s)", "length", "effective_length", "expected_count"),
    feature=0, count=4, length=3, ending=r"\.genes\.results",
)  # fmt: skip


def recognises(lines: list[str]) -> bool:
    """Header that begins `gene_id transcript_id(s) length effective_length expected_count`."""
    return tuple(lines[0].split("\t")[:5]) == FORM.header
