"""Modules: score blood modules, test the scores, and find modules enriched in the contrasts."""

from pathlib import Path

from disk import logged, read_h5ad, read_table, write_table

with logged(snakemake.log[0]):
    from revertome.modules import gene_sets, gsea, score, test, trajectory
    from revertome.quality import used

    files, options, design = snakemake.input, snakemake.params.options, snakemake.params.design
    expression = used(read_h5ad(files.expression), read_table(files.samples))
    aliases = read_table(files.aliases).set_index("old")["current"].to_dict()
    texts = {path: Path(path).read_text(encoding="utf-8").splitlines() for path in files.gmt}
    sets = gene_sets(texts, aliases)
    contrasts = {Path(path).stem: read_table(path) for path in files.contrasts}

    scores = score(expression, sets, options, design, snakemake.threads)
    labels = read_table(files.labels)
    tests = test(scores, expression.obs, labels, design)
    classes = trajectory(scores, expression.obs, labels, design, snakemake.params.trajectories)
    enriched = gsea(contrasts, sets, options["permutations"], options["seed"], snakemake.threads)
    write_table(scores, snakemake.output.scores)
    write_table(tests, snakemake.output.tests)
    write_table(classes, snakemake.output.trajectories)
    write_table(enriched, snakemake.output.gsea)
