"""Modules: interferon and other module scores, their tests, and modules as sets of genes.

Takes log2 genes, labels and the contrasts; gives one score a sample, module and method, paired
and mixed-model tests of the scores, and tests of every module in each contrast.
"""

GMT = module_collections()
COLLECTIONS = [path for path in GMT if path.startswith(result("modules/collections/"))]
refuse_unknown_modules(COLLECTIONS)


if COLLECTIONS:

    rule gene_sets:
        """Fetch the collections of gene sets that `modules.gmt` names as `msigdb:...`."""
        output:
            gmt=COLLECTIONS,
        log:
            log("gene_sets"),
        benchmark:
            benchmark("gene_sets")
        localrule: True
        conda:
            "../../envs/revertome.yaml"
        resources:
            mem_mb=memory("response"),
            runtime=minutes("intake"),
        params:
            base_url=config["modules"]["msigdb"],
            cache=config["intake"]["cache"],
            # Checked, not used: a function of the output, so that an edit reruns nothing.
            checked=lambda wildcards, output: {
                **{key: config[key] for key in ("figures", "modules")},
                "others": [path for path in [*MODULES, *GMT] if path not in output],
            },
            code=lambda wildcards: digest("gene_sets"),
        script:
            "../../scripts/gene_sets.py"


rule modules:
    """Score modules, test the scores, and test the modules in every contrast."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
        response=result("response/patients.tsv"),
        visits=result("intake/visits.tsv"),
        contrasts=tables(ENGINE),
        gmt=[*MODULES, *GMT],
        aliases=resource("resources/aliases.tsv"),
    output:
        scores=result("modules/scores.tsv"),
        tests=result("modules/tests.tsv"),
        trajectories=result("modules/trajectories.tsv"),
        sets=result("modules/sets.tsv"),
        leading_edge=result("modules/leading_edge.tsv"),
        engagement=result("modules/engagement.tsv"),
        fingerprint=result("modules/fingerprint.tsv"),
        agreement=result("modules/agreement.tsv"),
        distance=result("modules/distance.tsv"),
        distance_tests=result("modules/distance_tests.tsv"),
    log:
        log("modules"),
    benchmark:
        benchmark("modules")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    threads: 2
    resources:
        mem_mb=memory("modules"),
        runtime=minutes("modules"),
    params:
        suppress_below=config["suppress_below"],
        model=asdict(model_options(config, ENGINE)),
        clinic=clinic(config),
        modules=config["modules"],
        design=config["design"],
        response=config["response"],
        trajectories=config["trajectories"],
        code=lambda wildcards: digest("modules"),
    script:
        "../../scripts/modules.py"


rule over_representation:
    """Test which modules are over-represented among reverted and induced genes."""
    input:
        genes=rules.trajectories.output.genes,
        sets=rules.trajectories.output.sets,
        gmt=rules.modules.input.gmt,
        aliases=rules.modules.input.aliases,
    output:
        table=result("modules/over_representation.tsv"),
    log:
        log("over_representation"),
    benchmark:
        benchmark("over_representation")
    group:
        "trajectories"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("association"),
        runtime=minutes("association"),
    params:
        code=lambda wildcards: digest("over_representation"),
    script:
        "../../scripts/over_representation.py"
