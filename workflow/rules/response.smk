"""Response: who responded, at which visit, by which criterion.

Takes visits and samples; gives clinical response per patient and visit, its audit, the trial
table, continuous variables by arm, and the label that splits patients in every later stage.
"""


rule response:
    """Compute clinical response and the responder label."""
    input:
        expression=result("normalise/expression.h5ad"),
        visits=result("intake/visits.tsv"),
        definition=RESPONSE_DEFINITION,
    output:
        patients=result("response/patients.tsv"),
        proportions=result("response/proportions.tsv"),
        audit=result("response/audit.tsv"),
        trial=result("response/trial.tsv"),
        labels=result("response/labels.tsv"),
        continuous=result("response/continuous.tsv"),
        groups=result("response/groups.tsv"),
    log:
        log("response"),
    benchmark:
        benchmark("response")
    priority: URGENCY["response"]
    group:
        "data"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("response"),
        runtime=minutes("response"),
    params:
        suppress_below=config["suppress_below"],
        response=config["response"],
        design=config["design"],
        code=lambda wildcards: digest("response"),
    script:
        "../../scripts/response.py"
