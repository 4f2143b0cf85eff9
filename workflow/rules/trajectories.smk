"""Trajectories: reverted and induced genes as tested claims.

Takes log2 genes (or counts) and labels; gives one row a gene, the size of each class beside what
chance gives, and the gene sets.
"""


rule trajectories:
    """Class genes on the plane of disease and change."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
    output:
        genes=result("trajectories/genes.tsv"),
        summary=result("trajectories/summary.tsv"),
        sets=result("trajectories/sets.gmt"),
        sensitivity=result("trajectories/sensitivity.tsv"),
        statements=result("trajectories/statements.tsv"),
    log:
        log("trajectories"),
    benchmark:
        benchmark("trajectories")
    group:
        "trajectories"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("trajectories"),
        runtime=minutes("trajectories"),
    params:
        design=config["design"],
        options=config["trajectories"],
        engine=ENGINE,
        trend=config["differential"]["trend"],
        robust=config["differential"]["robust"],
        quality=config["differential"]["weights"] == "array",
        blocking=config["differential"]["blocking"],
        code=lambda wildcards: digest("trajectories"),
    script:
        "../../scripts/trajectories.py"
