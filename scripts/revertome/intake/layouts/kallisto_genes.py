"""kallisto's `abundance.gene.tsv`: gene, name, estimated counts and TPM; it holds no lengths."""

from revertome.intake.read.per_sample import Form

NAME = "kallisto_genes"
SYMBOL = ("gene_id", "gene_name")
FORM = Form(header=("gene_id", "gene_name", "est_counts", "tpm"), feature=0, count=2,
            ending=r"[._]?abundance[._]genes?(_\d+)?\.(tsv|txt)")  # fmt: skip


def recognises(lines: list[str]) -> bool:
    """Header `gene_id gene_name est_counts tpm`."""
    return tuple(lines[0].split("\t")) == FORM.header
