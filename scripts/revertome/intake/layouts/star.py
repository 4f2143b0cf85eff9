"""STAR's `ReadsPerGene.out.tab`: counts unstranded, of the first and of the second strand."""

from revertome.intake.read.per_sample import Form

NAME = "star"
FORM = Form(header=None, feature=0, count=1, strands=(1, 2, 3), special="N_", cells=4,
            ending=r"\.?_?ReadsPerGene\.out\.tab")  # fmt: skip


def recognises(lines: list[str]) -> bool:
    """No header; `N_unmapped` first, four columns."""
    return lines[0].startswith("N_unmapped\t") and lines[0].count("\t") == 3
