"""Composition: which share of the white cells of each sample is of which type.

Takes log2 genes and the counts of the sheets; gives percent of every cell type and sample, measured
or estimated by a signature of whole blood, how well it fits, and how both agree.
"""


rule composition:
    """Take the counts of blood cells, or estimate them."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        visits=result("intake/visits.tsv"),
        markers=resource("resources/signatures/blood_markers.tsv"),
        types=resource("resources/signatures/blood_types.tsv"),
    output:
        cells=result("composition/cells.tsv"),
        fit=result("composition/fit.tsv"),
        agreement=result("composition/agreement.tsv"),
    log:
        log("composition"),
    benchmark:
        benchmark("composition")
    priority: URGENCY["composition"]
    group:
        "data"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("composition"),
        runtime=minutes("composition"),
    params:
        suppress_below=config["suppress_below"],
        composition=config["composition"],
        design=config["design"],
        response={name: config["response"][name] for name in ("baseline_visit", "visit")},
        assay=config["intake"]["assay"],
        code=lambda wildcards: digest("composition"),
    script:
        "../../scripts/composition.py"
