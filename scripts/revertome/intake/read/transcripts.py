"""Files of transcripts where genes are expected."""

import re

import pandas as pd

from revertome.errors import StudyError
from revertome.intake.columns import few

_ID = re.compile(
    r"(transcript:|rna-)?(ENS[A-Z]*T\d{11}|[NX][MR]_\d+|uc\d{3}[a-z]{3}\.|TCONS_\d|FBtr\d{7}"
    r"|(MSTRG|STRG)\.\d+\.\d+$)"
)
_COLUMNS = {"transcript_id", "transcriptid", "transcript", "tx_id", "tx", "isoform_id", "t_id",
            "ensembl_transcript_id", "transcript_ids", "txname"}  # fmt: skip


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
