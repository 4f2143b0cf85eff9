"""Source data: one tidy table a figure."""

from pathlib import Path

from disk import read_h5ad, read_table, write_table
from gene_files import read_aliases
from job import logged
from report_inputs import read_contrasts

with logged(snakemake):
    from revertome.asked import genes_named
    from revertome.naming.held import named_and_told
    from revertome.quality import used
    from revertome.source_data import build

    files, params = snakemake.input, snakemake.params
    others = {"expression", "contrasts", "visit_contrasts", "aliases"}
    tables = {name: read_table(path) for name, path in files.items() if name not in others}
    results = {**params, **tables, **read_contrasts(files, params.visits)}
    results["expression"] = used(read_h5ad(files.expression), results["samples"])
    old, known = read_aliases(files.aliases), set(results["expression"].var_names)
    results["figures"]["genes"] = genes_named(params.figures["genes"], old, known)
    with named_and_told(params.labels, results, params.design):
        for path in snakemake.output:
            write_table(build(Path(path).stem, results), path)
