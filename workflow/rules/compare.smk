"""Compare: does what one study found hold in another?

Takes finished result folders; gives concordance of effects, transfer of the trajectory sets and
pooled module change. Runs when the configuration names other studies under `compare`.
"""


rule compare:
    """Compare this study with other finished result folders."""
    input:
        own=[*tables(ENGINE), result("trajectories/genes.tsv"), result("modules/tests.tsv")],
        others=[f"{folder}/manifest.json" for folder in config["compare"].values()],
    output:
        concordance=result("compare/concordance.tsv"),
        transfer=result("compare/transfer.tsv"),
        modules=result("compare/modules.tsv"),
    log:
        log("compare"),
    benchmark:
        benchmark("compare")
    conda:
        "../../envs/revertome.yaml"
    params:
        folders=COMPARED,
        code=lambda wildcards: digest("compare"),
    script:
        "../../scripts/compare.py"
