"""Compare: does what one study found hold in another?

Takes finished result folders; gives tables of concordance, transfer, pooled estimates and joint
classes, their figures and a report. Runs when the configuration names other studies under
`compare`; a configuration without `intake` compares those alone.
"""

COMPARISON = (
    "studies",
    "independence",
    "effects",
    "concordance",
    "rank_overlap",
    "transfer",
    "transfer_sets",
    "modules",
    "module_studies",
    "genes",
    "joint",
    "joint_summary",
)


rule compare:
    """Compare finished result folders, with this study's own where there is one."""
    input:
        own=(
            [*tables(ENGINE), result("trajectories/genes.tsv"), result("modules/tests.tsv")]
            if OWN
            else []
        ),
        others=[f"{folder}/manifest.json" for folder in config["compare"].values()],
        aliases=resource("resources/aliases.tsv"),
    output:
        **{name: result(f"compare/{name}.tsv") for name in COMPARISON},
    log:
        log("compare"),
    benchmark:
        benchmark("compare")
    conda:
        "../../envs/revertome.yaml"
    threads: 2
    resources:
        mem_mb=memory("compare"),
        runtime=minutes("compare"),
    params:
        folders=compared(),
        config=public(config),
        code=lambda wildcards: digest("compare"),
    script:
        "../../scripts/compare.py"


rule compare_report:
    """Draw the comparison and write its report."""
    input:
        tables=rules.compare.output,
        interferon=resource("resources/modules/interferon.gmt"),
        aliases=resource("resources/aliases.tsv"),
    output:
        sources=[
            result(f"compare/source_data/{path}") for name in COMPARED for path in files_of(name)
        ],
        figures=[
            result(f"compare/figures/{name}.{form}")
            for name in COMPARED
            for form in ("svg", "pdf", "png")
        ],
        findings=result("compare/findings.tsv"),
        html=result("compare/report.html"),
        manifest=result("compare/manifest.json"),
    log:
        log("compare_report"),
    benchmark:
        benchmark("compare_report")
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("compare"),
        runtime=minutes("compare"),
    params:
        config=public(config),
        behind=lambda wildcards, input: behind(workflow.rules, {*input.tables}),
        code=lambda wildcards: digest("compare_report"),
    script:
        "../../scripts/compare_report.py"
