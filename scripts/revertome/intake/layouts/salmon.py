"""salmon's `quant.genes.sf`: length, effective length, TPM and estimated reads of genes."""

from revertome.intake.read.per_sample import Form

NAME = "salmon"
FORM = Form(header=("Name", "Length", "EffectiveLength", "TPM", "NumReads"), feature=0, count=4,
            length=2, ending=r"[._]?quant(\.genes)?\.sf")  # fmt: skip


def recognises(lines: list[str]) -> bool:
    """Header `Name Length EffectiveLength TPM NumReads`."""
    return tuple(lines[0].split("\t")) == FORM.header
