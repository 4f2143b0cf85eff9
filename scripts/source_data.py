"""Source data: for each figure one table for each kind of rows."""

from disk import read_table
from figure_tables import folders, write_source
from job import logged
from report_inputs import read_contrasts, read_genes, read_modules

with logged(snakemake):
    from revertome.asked import genes_named
    from revertome.naming.held import named_and_told
    from revertome.source_data import build

    files, params = snakemake.input, snakemake.params
    others = {"expression", "contrasts", "visit_contrasts", "aliases", "gmt"}
    results = {name: read_table(path) for name, path in files.items() if name not in others}
    results |= {n: each for n, each in params.items() if n not in ("code", "labels", "units")}
    results |= read_contrasts(files, results.pop("visits"))
    results |= read_genes(files)
    results["modules"] = read_modules(files, results["aliases"])
    measured, aliases = set(results["expression"].var_names), results.pop("aliases")
    results["figures"]["genes"] = genes_named(params.figures["genes"], aliases, measured)
    with named_and_told(params.labels, params.units, results, params.design):
        for folder in folders(snakemake.output):
            write_source(build(folder.name, results), folder)
