"""Trajectories: reverted and induced genes as tested claims.

Takes log2 genes (or counts) and labels; gives one row a gene, the size of each class beside that
expected by chance, the gene sets, and how far the patients without a sample could turn them.
Where `trajectories.resample_jobs` is more than one, the
resamples behind them are drawn by jobs of their own. Once for each follow-up visit, from one model
of all visits, split into cells and what is beyond them; with several of them also what holds over
all visits (`courses`); and, where arms
were randomised, what the drug did beyond control.
"""

PARTS = resample_parts()
MODEL = asdict(joint_options(config, ENGINE))


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
    priority: URGENCY["tipping"]
    group:
        "results"
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


for visit in FOLLOWUPS:

    rule:
        """Draw a share of the bootstrap resamples and permutations."""
        name:
            named("resamples", visit)
        input:
            expression=result("normalise/expression.h5ad"),
            samples=result("quality/samples.tsv"),
            labels=result("response/labels.tsv"),
        output:
            resamples=temp(at(visit, "trajectories/resamples_{part}of{parts}.tsv")),
            permutations=temp(at(visit, "trajectories/permutations_{part}of{parts}.tsv")),
        log:
            log(named("resamples", visit) + "_{part}of{parts}"),
        benchmark:
            benchmark(named("resamples", visit) + "_{part}of{parts}")
        priority: URGENCY["resamples"]
        conda:
            "../../envs/revertome.yaml"
        resources:
            mem_mb=memory("resamples"),
            runtime=minutes("resamples"),
        params:
            model=about(visit, MODEL),
            trajectories=config["trajectories"],
            temporary=True,
            share=lambda wildcards: {name: int(number) for name, number in wildcards.items()},
            code=lambda wildcards: digest("resamples"),
        script:
            "../../scripts/resamples.py"

    rule:
        """Class genes on the plane of disease and change."""
        name:
            named("trajectories", visit)
        input:
            expression=result("normalise/expression.h5ad"),
            samples=result("quality/samples.tsv"),
            labels=result("response/labels.tsv"),
            visits=result("intake/visits.tsv"),
            resamples=[
                at(visit, f"trajectories/resamples_{part}of{len(PARTS)}.tsv") for part in PARTS
            ],
            permutations=[
                at(visit, f"trajectories/permutations_{part}of{len(PARTS)}.tsv") for part in PARTS
            ],
        output:
            genes=at(visit, "trajectories/genes.tsv"),
            summary=at(visit, "trajectories/summary.tsv"),
            sets=at(visit, "trajectories/sets.gmt"),
            sensitivity=at(visit, "trajectories/sensitivity.tsv"),
            statements=at(visit, "trajectories/statements.tsv"),
            variances=at(visit, "trajectories/variances.tsv"),
        log:
            log(named("trajectories", visit)),
        benchmark:
            benchmark(named("trajectories", visit))
        priority: URGENCY["trajectories"]
        group:
            "trajectories"
        conda:
            "../../envs/revertome.yaml"
        threads: 1 if PARTS else long_threads()
        resources:
            mem_mb=memory("trajectories"),
            runtime=minutes("trajectories"),
        params:
            suppress_below=config["suppress_below"],
            model=about(visit, MODEL),
            trajectories=config["trajectories"],
            response=config["response"],
            code=lambda wildcards: digest("trajectories"),
        script:
            "../../scripts/trajectories.py"

    if classed(config["design"]):

        rule:
            """Split the effects of genes into cells and what is beyond them."""
            name:
                named("beyond_composition", visit)
            input:
                expression=result("normalise/expression.h5ad"),
                samples=result("quality/samples.tsv"),
                labels=result("response/labels.tsv"),
                cells=result("composition/cells.tsv"),
                markers=resource("resources/signatures/blood_markers.tsv"),
            output:
                genes=at(visit, "trajectories/beyond_composition.tsv"),
                summary=at(visit, "trajectories/beyond_composition_summary.tsv"),
                sets=at(visit, "trajectories/beyond_composition.gmt"),
                cells=at(visit, "composition/trajectories.tsv"),
            log:
                log(named("beyond_composition", visit)),
            benchmark:
                benchmark(named("beyond_composition", visit))
            group:
                "results"
            conda:
                "../../envs/revertome.yaml"
            resources:
                mem_mb=memory("trajectories"),
                runtime=minutes("trajectories"),
            params:
                suppress_below=config["suppress_below"],
                model=about(visit, MODEL),
                trajectories=config["trajectories"],
                reliability=config["composition"]["reliability"],
                code=lambda wildcards: digest("beyond_composition"),
            script:
                "../../scripts/beyond_composition.py"


if config["design"]["arm"]:

    rule beyond_control:
        """Claim what the drug does beyond control, in all who were randomised."""
        input:
            expression=result("normalise/expression.h5ad"),
            samples=result("quality/samples.tsv"),
            labels=result("response/labels.tsv"),
        output:
            genes=result("trajectories/beyond_control.tsv"),
            summary=result("trajectories/beyond_control_summary.tsv"),
            by_response=result("trajectories/beyond_control_by_response.tsv"),
            sets=result("trajectories/beyond_control.gmt"),
        log:
            log("beyond_control"),
        benchmark:
            benchmark("beyond_control")
        priority: URGENCY["beyond_control"]
        group:
            "trajectories"
        conda:
            "../../envs/revertome.yaml"
        threads: long_threads()
        resources:
            mem_mb=memory("trajectories"),
            runtime=minutes("trajectories"),
        params:
            suppress_below=config["suppress_below"],
            model=MODEL,
            trajectories=config["trajectories"],
            code=lambda wildcards: digest("beyond_control"),
        script:
            "../../scripts/beyond_control.py"


if len(FOLLOWUPS) > 1:

    rule courses:
        """Test what holds of each gene over all follow-up visits."""
        input:
            expression=result("normalise/expression.h5ad"),
            samples=result("quality/samples.tsv"),
            labels=result("response/labels.tsv"),
        output:
            visits=result("trajectories/visits.tsv"),
            courses=result("trajectories/courses.tsv"),
            changes=result("trajectories/changes.tsv"),
            change_courses=result("trajectories/change_courses.tsv"),
        log:
            log("courses"),
        benchmark:
            benchmark("courses")
        priority: URGENCY["courses"]
        conda:
            "../../envs/revertome.yaml"
        resources:
            mem_mb=memory("courses"),
            runtime=minutes("courses"),
        params:
            suppress_below=config["suppress_below"],
            model=MODEL,
            trajectories=config["trajectories"],
            code=lambda wildcards: digest("courses"),
        script:
            "../../scripts/courses.py"
