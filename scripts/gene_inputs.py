"""What the report looks genes up in: contrasts, samples that were used, and old symbols."""

from typing import Any

from disk import read_h5ad, read_table, read_tables
from gene_files import read_aliases


def read_genes(files: Any) -> dict[str, Any]:
    """Differential tables by contrast, the expression of the samples used, current symbols."""
    from revertome.quality import used

    return {
        "contrasts": read_tables(files.contrasts),
        "expression": used(read_h5ad(files.expression), read_table(files.samples)),
        "aliases": read_aliases(files.aliases),
    }
