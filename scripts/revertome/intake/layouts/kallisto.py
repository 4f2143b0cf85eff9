"""kallisto's abundance table, of genes: length, effective length, estimated counts, TPM."""

from revertome.intake.read.per_sample import Form

NAME = "kallisto"
FORM = Form(header=("target_id", "length", "eff_length", "est_counts", "tpm"), feature=0, count=3,
            length=2, ending=r"[._]?abundance([._]genes?)?\.(tsv|txt)")  # fmt: skip


def recognises(lines: list[str]) -> bool:
    """Header `target_id length eff_length est_counts tpm`."""
    return tuple(lines[0].split("\t")) == FORM.header
