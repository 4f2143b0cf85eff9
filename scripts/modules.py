"""Modules: score blood modules, test the scores, and test the modules in every contrast."""

from disk import read_table, read_tables, write_tables
from gene_files import read_aliases, read_gmt
from job import logged
from measured import measured

with logged(snakemake):
    from revertome.differential.model_options import ModelOptions
    from revertome.modules.stage import module_tables

    files, params = snakemake.input, snakemake.params
    cells, known = map(read_table, (files.cells, files.markers))
    tables = module_tables(
        measured(files, params.clinic),
        *map(read_table, (files.labels, files.response)),
        read_tables(files.contrasts),
        read_gmt(files.gmt),
        read_aliases(files.aliases),
        ModelOptions(**params.model),
        {n: params[n] for n in ("modules", "design", "response", "trajectories", "composition")},
        *(snakemake.threads, cells),
        known["gene"] if "estimated" in set(cells["source"]) else [],
    )
    write_tables(tables, snakemake.output)
