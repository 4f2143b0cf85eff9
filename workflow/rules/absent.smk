"""Absent: who has no sample at each visit, and what that could change.

Takes samples, visits, models and sets; gives who is missing and why, how ill they were beside the
others, what each contrast estimates in words, and how far the absent would have to be unreverted
for each set to be lost.
"""


rule tipping:
    """Find how far absent patients would have to be unreverted to lose each set."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
    output:
        curve=result("trajectories/tipping.tsv"),
        points=result("trajectories/tipping_points.tsv"),
        genes=result("trajectories/tipping_genes.tsv"),
    log:
        log("tipping"),
    benchmark:
        benchmark("tipping")
    group:
        "trajectories"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("tipping"),
        runtime=minutes("tipping"),
    params:
        suppress_below=config["suppress_below"],
        model=MODEL,
        trajectories=config["trajectories"],
        code=lambda wildcards: digest("tipping"),
    script:
        "../../scripts/tipping.py"


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
