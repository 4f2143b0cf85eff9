"""Report: one offline page with every figure and the key tables, and the manifest of the run.

Takes the tables of all stages and the pictures; gives `report.html`, a page of patients
(`patients.html`, `report/patients.tsv`), `manifest.json`, what was found in one line and three sentences, `report/headline.txt`, what every contrast found,
`report/contrasts.tsv`, and what all stages warned of, `report/alarms.tsv`.
"""


rule report:
    """Write the report and the manifest."""
    input:
        labels=result("response/labels.tsv"),
        trial=result("response/trial.tsv"),
        continuous=result("response/continuous.tsv"),
        genes=result("trajectories/genes.tsv"),
        summary=result("trajectories/summary.tsv"),
        module_tests=result("modules/tests.tsv"),
        module_classes=result("modules/trajectories.tsv"),
        module_composition=rules.modules.output.beyond_composition,
        association_tests=result("association/tests.tsv"),
        agreement=rules.modules.output.agreement,
        sets=rules.modules.output.sets,
        engagement=rules.modules.output.engagement,
        module_visits=rules.module_visits.output.visits,
        over_representation=rules.over_representation.output.table,
        models=result("differential/design.tsv"),
        sensitivity=result("trajectories/sensitivity.tsv"),
        statements=result("trajectories/statements.tsv"),
        tipping_points=result("trajectories/tipping_points.tsv"),
        absent=result("association/absent.tsv"),
        severity=result("association/absent_severity.tsv"),
        estimands=result("differential/estimands.tsv"),
        gene_courses=rules.courses.output.courses if len(FOLLOWUPS) > 1 else [],
        change_courses=rules.courses.output.change_courses if len(FOLLOWUPS) > 1 else [],
        beyond_control=rules.beyond_control.output.genes if config["design"]["arm"] else [],
        beyond_summary=rules.beyond_control.output.summary if config["design"]["arm"] else [],
        beyond_composition=(
            rules.beyond_composition.output.genes if classed(config["design"]) else []
        ),
        composition_summary=(
            rules.beyond_composition.output.summary if classed(config["design"]) else []
        ),
        cell_trajectories=(
            rules.beyond_composition.output.cells if classed(config["design"]) else []
        ),
        contrasts=tables(ENGINE),
        visit_contrasts=[path for visit in FOLLOWUPS[:0:-1] for path in tables(ENGINE, visit)],
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        joined=rules.association.output.patients if config["suppress_below"] < 2 else [],
        scores=result("modules/scores.tsv"),
        distance=result("modules/distance.tsv"),
        response=result("response/patients.tsv"),
        visits=result("intake/visits.tsv"),
        figures=figures(),
        source_data=source_data(),
        gmt=[*MODULES, *GMT],
        aliases=resource("resources/aliases.tsv"),
        entry=resource("Snakefile"),
        across=[result("compare/findings.tsv")] if config["compare"] else [],
        others=[
            *rules.intake.output,
            *rules.normalise.output,
            *rules.quality.output,
            *rules.composition.output,
            *rules.tipping.output,
            *rules.absent.output,
            *rules.response.output,
            *rules.study.output,
            *rules.exports.output,
            *rules.differential.output,
            *rules.association_visits.output,
            *(rules.beyond_control.output if config["design"]["arm"] else []),
            *(rules.courses.output if len(FOLLOWUPS) > 1 else []),
            *[
                path
                for stage in ("trajectories", "modules", "over_representation", "association")
                for visit in FOLLOWUPS
                for path in getattr(rules, named(stage, visit)).output
            ],
            *[
                path
                for visit in FOLLOWUPS
                if classed(config["design"])
                for path in getattr(rules, named("beyond_composition", visit)).output
            ],
        ],
    output:
        html=result("report.html"),
        headline=result("report/headline.txt"),
        contrasts=result("report/contrasts.tsv"),
        alarms=result("report/alarms.tsv"),
        manifest=result("manifest.json"),
        crate=result("ro-crate-metadata.json"),
        patients=[] if config["suppress_below"] > 1 else result("patients.html"),
        patients_table=[] if config["suppress_below"] > 1 else result("report/patients.tsv"),
        entry=result("Snakefile"),
    log:
        log("report"),
    benchmark:
        benchmark("report")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("report"),
        runtime=minutes("report"),
    params:
        suppress_below=config["suppress_below"],
        config=public(config),
        visits=[visit for visit in FOLLOWUPS[:0:-1] for _ in tables(ENGINE, visit)],
        behind=lambda wildcards, input: behind(workflow.rules, {*input, *COLLECTIONS}),
        words=lambda wildcards, input: private_options(),
        code=lambda wildcards: digest("report"),
    script:
        "../../scripts/report.py"


refuse_unwritable_names()
label_outputs()
