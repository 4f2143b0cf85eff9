"""Intake: which samples exist and who is paired with whom.

Takes a GEO series, a table or the simulated trial, with its sample sheet and visits; gives one
AnnData on the raw scale with the scale decision, the visits and the flow of samples.
"""


rule intake:
    """Read or simulate the study, check it and decide the scale of its values."""
    input:
        unpack(intake_inputs),
        schemas=[
            resource("workflow/schemas/samples.schema.yaml"),
            resource("workflow/schemas/visits.schema.yaml"),
        ],
    output:
        **(
            {"truth": result("intake/truth.tsv")}
            if config["intake"]["source"] == "simulate"
            else {}
        ),
        raw=result("intake/raw.h5ad"),
        visits=result("intake/visits.tsv"),
        flow=result("intake/flow.tsv"),
    log:
        log("intake"),
    benchmark:
        benchmark("intake")
    priority: URGENCY["intake"]
    group:
        "data"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("intake"),
        runtime=minutes("intake"),
    params:
        suppress_below=config["suppress_below"],
        intake=unrecorded(config["intake"]),
        recorded=recorded_intake(),
        design=config["design"],
        private=private_file(),
        leaves=leaves_intake(),
        words=lambda wildcards, input: private_options(),
        # Checked, not used: a function of the input, so that an edit reruns nothing.
        checked=lambda wildcards, input: columns_asked(config),
        code=lambda wildcards: digest("intake"),
    script:
        "../../scripts/intake.py"


rule sheet:
    """List the fields of a GEO series and draft the study file (`snakemake sheet`)."""
    input:
        schema=resource("workflow/schemas/config.schema.yaml"),
    output:
        fields=result("intake/fields.tsv"),
        draft=result("intake/draft.yaml"),
    log:
        log("sheet"),
    benchmark:
        benchmark("sheet")
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("intake"),
        runtime=minutes("intake"),
    params:
        study=config["study"],
        intake=config["intake"],
        code=lambda wildcards: digest("sheet"),
    script:
        "../../scripts/sheet.py"
