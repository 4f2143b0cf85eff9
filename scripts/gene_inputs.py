"""What the report looks genes up in: samples that were used, and old symbols."""

from typing import Any

from disk import read_h5ad, read_table
from gene_files import read_aliases


def read_genes(files: Any) -> dict[str, Any]:
    """The expression of the samples used, and current symbols by old ones."""
    from revertome.quality import used

    return {
        "expression": used(read_h5ad(files.expression), read_table(files.samples)),
        "aliases": read_aliases(files.aliases),
    }
