"""Association: what is associated with clinical response.

Takes scores, response, visits and trajectories; gives one row a patient, one row a test, and the
flow of patients from randomisation to each contrast; and, of all visits, who has no sample there,
and what each contrast estimates.
"""

for visit in FOLLOWUPS:

    rule:
        """Join clinic and blood patient by patient, and test associations."""
        name:
            named("association", visit)
        input:
            expression=result("normalise/expression.h5ad"),
            samples=result("quality/samples.tsv"),
            labels=result("response/labels.tsv"),
            response=result("response/patients.tsv"),
            visits=result("intake/visits.tsv"),
            scores=at(visit, "modules/scores.tsv"),
            genes=at(visit, "trajectories/genes.tsv"),
            contrasts=at(visit, "differential/design.tsv"),
            distance=at(visit, "modules/distance.tsv"),
        output:
            patients=at(visit, "association/patients.tsv"),
            tests=at(visit, "association/tests.tsv"),
            flow=at(visit, "association/flow.tsv"),
        log:
            log(named("association", visit)),
        benchmark:
            benchmark(named("association", visit))
        group:
            "results"
        conda:
            "../../envs/revertome.yaml"
        resources:
            mem_mb=memory("association"),
            runtime=minutes("association"),
        params:
            suppress_below=config["suppress_below"],
            design=at_visit(config["design"], visit),
            response=config["response"],
            association=config["association"],
            trajectories=config["trajectories"],
            code=lambda wildcards: digest("association"),
        script:
            "../../scripts/association.py"


rule absent:
    """Count who is missing at each visit and why, and put estimands into words."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
        visits=result("intake/visits.tsv"),
        genes=result("trajectories/genes.tsv"),
        distance=result("modules/distance.tsv"),
        contrasts=[at(visit, "differential/design.tsv") for visit in FOLLOWUPS[::-1]],
    output:
        absent=result("association/absent.tsv"),
        severity=result("association/absent_severity.tsv"),
        estimands=result("differential/estimands.tsv"),
    log:
        log("absent"),
    benchmark:
        benchmark("absent")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("absent"),
        runtime=minutes("absent"),
    params:
        suppress_below=config["suppress_below"],
        design=config["design"],
        response=config["response"],
        association=config["association"],
        custom=config["differential"]["custom"],
        code=lambda wildcards: digest("absent"),
    script:
        "../../scripts/absent.py"


rule association_visits:
    """Test scores with clinical variables over all visits, and average their courses."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
        visits=result("intake/visits.tsv"),
        scores=result("modules/scores.tsv"),
        distance=result("modules/distance.tsv"),
        genes=result("trajectories/genes.tsv"),
        cells=result("composition/cells.tsv"),
        aliases=resource("resources/aliases.tsv"),
    output:
        visits=result("association/visits.tsv"),
        courses=result("association/courses.tsv"),
    log:
        log("association_visits"),
    benchmark:
        benchmark("association_visits")
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
        genes=config["figures"]["genes"],
        code=lambda wildcards: digest("association_visits"),
    script:
        "../../scripts/association_visits.py"
