"""Modules: score blood modules, test the scores, and find modules enriched in the contrasts."""

from pathlib import Path

from disk import logged, read_h5ad, read_table, write_table

with logged(snakemake.log[0]):
    from revertome.modules import gene_sets, gsea, score, test
    from revertome.quality import used

    files, options, design = snakemake.input, snakemake.params.options, snakemake.params.design
    expression = used(read_h5ad(files.expression), read_table(files.samples))
    aliases = read_table(files.aliases).set_index("old")["current"].to_dict()
    texts = {path: Path(path).read_text(encoding="utf-8").splitlines() for path in files.gmt}
    sets = gene_sets(texts, aliases)
    contrasts = {Path(path).stem: read_table(path) for path in files.contrasts}

    scores = score(expression, sets, options, design, snakemake.threads)
    tests = test(scores, expression.obs, read_table(files.labels), design)
    enriched = gsea(contrasts, sets, options["permutations"], options["seed"], snakemake.threads)
    write_table(scores, snakemake.output.scores)
    write_table(tests, snakemake.output.tests)
    write_table(enriched, snakemake.output.gsea)
