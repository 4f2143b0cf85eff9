"""Modules: score blood modules, test the scores, and find modules enriched in the contrasts."""

from pathlib import Path

from disk import logged, read_h5ad, read_table, write_table

with logged(snakemake.log[0]):
    from revertome import modules
    from revertome.quality import used

    files, options, design = snakemake.input, snakemake.params.options, snakemake.params.design
    expression = used(read_h5ad(files.expression), read_table(files.samples))
    aliases = read_table(files.aliases).set_index("old")["current"].to_dict()
    texts = {path: Path(path).read_text(encoding="utf-8").splitlines() for path in files.gmt}
    sets = modules.gene_sets(texts, aliases)
    contrasts = {Path(path).stem: read_table(path) for path in files.contrasts}
    alpha = snakemake.params.trajectories["alpha"]

    scores = modules.score(expression, sets, options, design, snakemake.threads)
    labels, obs = read_table(files.labels), expression.obs
    distance = modules.distance(expression, design)
    families = {path: list(modules.gene_sets({path: text}, {})) for path, text in texts.items()}
    for name, table in {
        "scores": scores,
        "tests": modules.test(scores, obs, labels, design),
        "trajectories": modules.trajectory(
            scores, obs, labels, design, snakemake.params.trajectories
        ),
        "gsea": modules.gsea(
            contrasts, sets, options["permutations"], options["seed"], snakemake.threads
        ),
        "fingerprint": modules.fingerprint(contrasts, sets, alpha),
        "agreement": modules.agreement(scores, obs, labels, sets, families, design),
        "distance": distance,
        "distance_tests": modules.distance_tests(distance, labels, design),
    }.items():
        write_table(table, snakemake.output[name])
