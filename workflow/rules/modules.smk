"""Modules: interferon and other module scores, their tests, and modules as sets of genes.

Takes log2 genes, labels and the contrasts; gives one score a sample, module and method, paired
and mixed-model tests of the scores, and tests of every module in each contrast; then mixed models
of the scores over all visits.
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


for visit in FOLLOWUPS:

    rule:
        """Score modules, test the scores, and test the modules in every contrast."""
        name:
            named("modules", visit)
        input:
            expression=result("normalise/expression.h5ad"),
            samples=result("quality/samples.tsv"),
            labels=result("response/labels.tsv"),
            groups=result("response/groups.tsv"),
            response=result("response/patients.tsv"),
            visits=result("intake/visits.tsv"),
            contrasts=tables(ENGINE, visit),
            cells=result("composition/cells.tsv"),
            markers=resource("resources/signatures/blood_markers.tsv"),
            gmt=[*MODULES, *GMT],
            aliases=resource("resources/aliases.tsv"),
        output:
            scores=at(visit, "modules/scores.tsv"),
            tests=at(visit, "modules/tests.tsv"),
            trajectories=at(visit, "modules/trajectories.tsv"),
            beyond_composition=at(visit, "modules/beyond_composition.tsv"),
            sets=at(visit, "modules/sets.tsv"),
            leading_edge=at(visit, "modules/leading_edge.tsv"),
            engagement=at(visit, "modules/engagement.tsv"),
            fingerprint=at(visit, "modules/fingerprint.tsv"),
            agreement=at(visit, "modules/agreement.tsv"),
            distance=at(visit, "modules/distance.tsv"),
            distance_tests=at(visit, "modules/distance_tests.tsv"),
        log:
            log(named("modules", visit)),
        benchmark:
            benchmark(named("modules", visit))
        priority: URGENCY["modules"]
        group:
            "results"
        conda:
            "../../envs/revertome.yaml"
        threads: 2 if "gsva" in config["modules"]["methods"] else 1
        resources:
            mem_mb=memory("modules"),
            runtime=minutes("modules"),
        params:
            suppress_below=config["suppress_below"],
            model=about(visit, asdict(model_options(config, ENGINE))),
            clinic=clinic(config),
            modules=config["modules"],
            design=at_visit(config["design"], visit),
            response=config["response"],
            trajectories=config["trajectories"],
            composition=config["composition"],
            code=lambda wildcards: digest("modules"),
        script:
            "../../scripts/modules.py"

    rule:
        """Test which modules are over-represented among reverted and induced genes."""
        name:
            named("over_representation", visit)
        input:
            genes=at(visit, "trajectories/genes.tsv"),
            sets=at(visit, "trajectories/sets.gmt"),
            gmt=[*MODULES, *GMT],
            aliases=resource("resources/aliases.tsv"),
        output:
            table=at(visit, "modules/over_representation.tsv"),
        log:
            log(named("over_representation", visit)),
        benchmark:
            benchmark(named("over_representation", visit))
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


rule module_visits:
    """Test the scores over all visits, by mixed models."""
    input:
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        labels=result("response/labels.tsv"),
        visits=result("intake/visits.tsv"),
        groups=result("response/groups.tsv"),
        scores=result("modules/scores.tsv"),
    output:
        visits=result("modules/visits.tsv"),
    log:
        log("module_visits"),
    benchmark:
        benchmark("module_visits")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("association"),
        runtime=minutes("association"),
    params:
        suppress_below=config["suppress_below"],
        clinic=clinic(config),
        design=config["design"],
        code=lambda wildcards: digest("module_visits"),
    script:
        "../../scripts/module_visits.py"
