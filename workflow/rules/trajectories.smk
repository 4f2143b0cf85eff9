"""Trajectories: reverted and induced genes as tested claims.

Takes log2 genes (or counts) and labels; gives one row a gene, the size of each class beside that
expected by chance, and the gene sets. Where `trajectories.resample_jobs` is more than one, the
resamples behind them are drawn by jobs of their own.
"""

PARTS = resample_parts()
MODEL = asdict(joint_options(config, ENGINE))


rule resamples:
    """Draw a share of the bootstrap resamples and permutations."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
    output:
        resamples=temp(result("trajectories/resamples_{part}of{parts}.tsv")),
        permutations=temp(result("trajectories/permutations_{part}of{parts}.tsv")),
    log:
        log("resamples_{part}of{parts}"),
    benchmark:
        benchmark("resamples_{part}of{parts}")
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("resamples"),
        runtime=minutes("resamples"),
    params:
        model=MODEL,
        trajectories=config["trajectories"],
        temporary=True,
        share=lambda wildcards: {name: int(number) for name, number in wildcards.items()},
        code=lambda wildcards: digest("resamples"),
    script:
        "../../scripts/resamples.py"


rule trajectories:
    """Class genes on the plane of disease and change."""
    input:
        expression=rules.resamples.input.expression,
        samples=rules.resamples.input.samples,
        labels=rules.resamples.input.labels,
        resamples=expand(rules.resamples.output.resamples, part=PARTS, parts=len(PARTS)),
        permutations=expand(rules.resamples.output.permutations, part=PARTS, parts=len(PARTS)),
    output:
        genes=result("trajectories/genes.tsv"),
        summary=result("trajectories/summary.tsv"),
        sets=result("trajectories/sets.gmt"),
        sensitivity=result("trajectories/sensitivity.tsv"),
        statements=result("trajectories/statements.tsv"),
        variances=result("trajectories/variances.tsv"),
    log:
        log("trajectories"),
    benchmark:
        benchmark("trajectories")
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
        model=MODEL,
        trajectories=config["trajectories"],
        code=lambda wildcards: digest("trajectories"),
    script:
        "../../scripts/trajectories.py"
