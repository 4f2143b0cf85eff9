"""Study: the whole study in one file, ready for scanpy.

Takes log2 genes, flags and labels; gives `study.h5ad` with principal components where scanpy's
functions look for them.
"""


rule study:
    """Gather samples, flags, labels and principal components in one AnnData."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
    output:
        study=result("study.h5ad"),
    log:
        log("study"),
    benchmark:
        benchmark("study")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("study"),
        runtime=minutes("study"),
    params:
        code=lambda wildcards: digest("study"),
    script:
        "../../scripts/study.py"
