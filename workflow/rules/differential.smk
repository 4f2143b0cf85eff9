"""Differential: paired and healthy contrasts, one table each.

Takes log2 genes (or counts) and labels; gives limma's top table of every contrast by the first
engine under its plain name, by further engines in a folder each, and a design report; with
several follow-ups those of each but the last in `visits/<visit>/`, and F tests over all of them;
and the share of patients, disease, response, visits and covariates in the variance of each gene.
"""

from dataclasses import asdict

from revertome.configuration import clinic
from revertome.differential.model_options import joint_options, model_options


rule differential:
    """Fit every contrast by every engine."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
        groups=result("response/groups.tsv"),
        visits=result("intake/visits.tsv"),
    output:
        tables=[
            table
            for engine in CONTRASTS
            for visit in FOLLOWUPS[::-1]
            for table in tables(engine, visit)
        ],
        visits=(
            [result("differential/visits.tsv")]
            if len(FOLLOWUPS) > 1 or config["response"]["groups"]
            else []
        ),
        design=[at(visit, "differential/design.tsv") for visit in FOLLOWUPS[::-1]],
        shares=result("differential/variance_shares.tsv"),
        sources=result("differential/variance_sources.tsv"),
    log:
        log("differential"),
    benchmark:
        benchmark("differential")
    priority: URGENCY["differential"]
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("differential"),
        runtime=minutes("differential"),
    params:
        suppress_below=config["suppress_below"],
        models=[asdict(model_options(config, engine)) for engine in CONTRASTS],
        contrasts=CONTRASTS,
        clinic=clinic(config),
        code=lambda wildcards: digest("differential"),
    script:
        "../../scripts/differential.py"
