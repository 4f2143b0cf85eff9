"""Over-representation: the modules that the trajectory sets are made of."""

from disk import read_table, write_table
from gene_files import read_aliases, read_gmt, read_sets
from job import logged

with logged(snakemake):
    from revertome.modules.gmt import gene_sets
    from revertome.modules.over_representation import over_representation

    files = snakemake.input
    modules = gene_sets(read_gmt(files.gmt), read_aliases(files.aliases))
    found = read_sets(files.sets)
    background = read_table(files.genes)["gene"]
    write_table(over_representation(found, modules, background), snakemake.output.table)
