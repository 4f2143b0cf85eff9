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
    results = {name: read_table(path) for name, path in files.items() if name not in others}
    results |= {name: value for name, value in params.items() if name not in ("code", "labels")}
    results |= read_contrasts(files, results.pop("visits"))
    results["expression"] = used(read_h5ad(files.expression), results["samples"])
    measured, aliases = set(results["expression"].var_names), read_aliases(files.aliases)
    results["figures"]["genes"] = genes_named(params.figures["genes"], aliases, measured)
    with named_and_told(params.labels, results, params.design):
        for path in snakemake.output:
            write_table(build(Path(path).stem, results), path)
