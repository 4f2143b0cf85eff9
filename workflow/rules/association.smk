"""Association: what is associated with clinical response.

Takes scores, response, visits and trajectories; gives one row a patient, one row a test, and the
flow of patients from randomisation to each contrast.
"""


rule association:
    """Join clinic and blood patient by patient, and test associations."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
        response=result("response/patients.tsv"),
        visits=result("intake/visits.tsv"),
        scores=result("modules/scores.tsv"),
        genes=result("trajectories/genes.tsv"),
        contrasts=result("differential/design.tsv"),
        distance=result("modules/distance.tsv"),
    output:
        patients=result("association/patients.tsv"),
        tests=result("association/tests.tsv"),
        flow=result("association/flow.tsv"),
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
        suppress_below=config["suppress_below"],
        design=config["design"],
        response=config["response"],
        association=config["association"],
        trajectories=config["trajectories"],
        code=lambda wildcards: digest("association"),
    script:
        "../../scripts/association.py"
