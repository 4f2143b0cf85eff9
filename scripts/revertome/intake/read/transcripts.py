"""Files of transcripts where genes are expected."""

import re
from pathlib import Path

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few

_ID = re.compile(
    r"(transcript:|rna-)?(ENS[A-Z]*T\d{11}|[NX][MR]_\d+|uc\d{3}[a-z]{3}\.|TCONS_\d|FBtr\d{7}"
    r"|(MSTRG|STRG)\.\d+\.\d+$)"
)
_COLUMNS = {"transcript_id", "transcriptid", "transcript", "tx_id", "tx", "isoform_id", "t_id",
            "ensembl_transcript_id", "transcript_ids", "txname"}  # fmt: skip

_INSTEAD = {
    "*.isoforms.results*": "RSEM's genes.results",
    "*t_data.ctab*": "the gene abundance of stringtie -A, or prepDE's gene_count_matrix.csv",
    "*isoforms.fpkm_tracking*": "cufflinks' genes.fpkm_tracking",
}


def refuse_transcripts(features: pd.Index, source: str, column: str = "") -> None:
    """Stop when features are transcripts, told by most of their ids or by the name of the column.

    Raises
    ------
    StudyError
        Names the first ids and how to come to genes.
    """
    first = features[:1000]
    by_id = sum(bool(_ID.match(str(name))) for name in first) > len(first) / 2
    if by_id or (len(first) and column.strip().lower() in _COLUMNS):
        raise StudyError(
            f"{source}: counts of transcripts ({few(first[:2])}); sum them to genes first: in R "
            "tximport(files, type, tx2gene = table of transcript and gene), or the program's own "
            "genes: salmon quant --geneMap (quant.genes.sf), RSEM's genes.results, nf-core's "
            "salmon.merged.gene_counts.tsv"
        )


def transcripts_in(folder: Path) -> str:
    """What a folder holds of transcripts that programs give genes of too; empty where nothing."""
    for pattern, instead in _INSTEAD.items():
        found = sorted(path.name for path in folder.rglob(pattern))
        if found:
            return f"; it holds transcripts ({few(found, 2)}): give {instead}"
    return ""
