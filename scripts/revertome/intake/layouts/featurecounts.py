"""featureCounts (subread): annotation columns, then one column of counts a BAM file.

Between them stand the columns of `--extraAttributes`, names of genes among them.
"""

from revertome.intake.read.per_sample import Form

NAME = "featurecounts"
FORM = Form(header=("Geneid", "Chr", "Start", "End", "Strand", "Length"), feature=0, count=6)


def recognises(lines: list[str]) -> bool:
    """Header `Geneid Chr Start End Strand Length`, after the program's own line."""
    header = next((line for line in lines if not line.startswith("#")), "")
    return tuple(header.split("\t")[:6]) == FORM.header
