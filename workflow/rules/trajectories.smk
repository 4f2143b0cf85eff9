"""Trajectories: reverted and induced genes as tested claims.

Takes log2 genes (or counts) and labels; gives one row a gene, the size of each class beside that
expected by chance, and the gene sets. Where `trajectories.resample_jobs` is more than one, the
resamples behind them are drawn by jobs of their own. Once for each follow-up visit, from one model
of all visits; with several of them also what holds over all visits (`courses`).
"""

PARTS = resample_parts()
MODEL = asdict(joint_options(config, ENGINE))


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
        group:
            "trajectories"
        conda:
            "../../envs/revertome.yaml"
        threads: 1 if PARTS else 2
        resources:
            mem_mb=memory("trajectories"),
            runtime=minutes("trajectories"),
        params:
            suppress_below=config["suppress_below"],
            model=about(visit, MODEL),
            trajectories=config["trajectories"],
            code=lambda wildcards: digest("trajectories"),
        script:
            "../../scripts/trajectories.py"


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
