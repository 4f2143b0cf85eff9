"""Over-representation: the modules that the trajectory sets are made of."""

from pathlib import Path

from disk import logged, read_table, write_table

with logged(snakemake.log[0]):
    from revertome.modules import gene_sets, over_representation

    files = snakemake.input
    aliases = read_table(files.aliases).set_index("old")["current"].to_dict()
    texts = {path: Path(path).read_text(encoding="utf-8").splitlines() for path in files.gmt}
    lines = Path(files.sets).read_text(encoding="utf-8").splitlines()
    found = {name: genes for name, _, *genes in (line.split("\t") for line in lines if line)}
    background = read_table(files.genes)["gene"]
    table = over_representation(found, gene_sets(texts, aliases), background)
    write_table(table, snakemake.output.table)
