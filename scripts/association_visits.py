"""Association over all visits: scores with clinical variables, and mean courses."""

from disk import read_expression, read_table, write_tables
from gene_files import read_aliases
from job import logged

with logged(snakemake):
    from revertome.association.courses import courses
    from revertome.association.visits import visit_associations
    from revertome.quality.used import used
    from revertome.trajectories.leading import shown

    files, params = snakemake.input, snakemake.params
    kept = used(read_expression(files.expression), read_table(files.samples))
    scores, known = read_table(files.scores), set(kept.var_names)
    aliases = read_aliases(files.aliases)
    asked = [aliases.get(gene, gene) for gene in params.genes]
    variables, alpha = params.association["variables"], params.trajectories["alpha"]
    genes = shown(asked, read_table(files.genes), known, alpha)
    clinic = (read_table(files.visits), scores, read_table(files.distance), variables)
    tests = visit_associations(kept.obs, *clinic, params.design, params.response, alpha)
    labels, cells = read_table(files.labels), read_table(files.cells)
    course = courses(kept, scores, labels, genes, params.design, cells)
    write_tables({"visits": tests, "courses": course}, snakemake.output)
