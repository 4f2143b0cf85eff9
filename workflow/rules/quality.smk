"""Quality: outliers, sex check, pair identity, association of components with batch.

Takes log2 genes; gives per-sample metrics with flags, components and the flow of samples.
"""


rule quality:
    """Describe and flag samples; none is dropped unless the configuration says so."""
    input:
        expression=result("normalise/expression.h5ad"),
        flow=result("intake/flow.tsv"),
        visits=result("intake/visits.tsv"),
    output:
        samples=result("quality/samples.tsv"),
        rle=result("quality/rle.tsv"),
        correlation=result("quality/correlation.tsv"),
        pca=result("quality/pca.tsv"),
        components=result("quality/components.tsv"),
        flow=result("quality/flow.tsv"),
    log:
        log("quality"),
    benchmark:
        benchmark("quality")
    priority: URGENCY["quality"]
    group:
        "data"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("quality"),
        runtime=minutes("quality"),
    params:
        suppress_below=config["suppress_below"],
        quality=config["quality"],
        design=config["design"],
        response={name: config["response"][name] for name in ("baseline_visit", "visit")},
        code=lambda wildcards: digest("quality"),
    script:
        "../../scripts/quality.py"
