"""Association: what goes with clinical response.

Takes scores, response, visits and trajectories; gives one row a patient and one row a question.
"""


rule association:
    """Join clinic and blood patient by patient, and test what goes together."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
        response=result("response/patients.tsv"),
        visits=result("intake/visits.tsv"),
        scores=result("modules/scores.tsv"),
        genes=result("trajectories/genes.tsv"),
    output:
        patients=result("association/patients.tsv"),
        tests=result("association/tests.tsv"),
    log:
        log("association"),
    benchmark:
        benchmark("association")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("association"),
        runtime=minutes("association"),
    params:
        design=config["design"],
        response=config["response"],
        variables=config["association"]["variables"],
        code=lambda wildcards: digest("association"),
    script:
        "../../scripts/association.py"
