"""Normalise: scale, background floor, between-sample normalisation, filtering, probes to genes.

Takes the raw AnnData; gives log2 genes by current symbol.
"""


rule normalise:
    """Normalise to log2 expression of genes."""
    input:
        raw=result("intake/raw.h5ad"),
        aliases=resource("resources/aliases.tsv"),
    output:
        expression=result("normalise/expression.h5ad"),
    log:
        log("normalise"),
    benchmark:
        benchmark("normalise")
    priority: URGENCY["normalise"]
    group:
        "data"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("normalise"),
        runtime=minutes("normalise"),
    params:
        normalise=config["normalise"],
        design=config["design"],
        # Checked, not used: a function of the input, so that an edit reruns nothing.
        checked=lambda wildcards, input: config["figures"]["genes"],
        code=lambda wildcards: digest("normalise"),
    script:
        "../../scripts/normalise.py"
