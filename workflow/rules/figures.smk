"""Figures: a source-data table each, then every picture from its table alone.

Takes the tables of all stages; gives `source_data/<figure>/<rows>.tsv` and `figures/<figure>` in
SVG, PDF and PNG. Statistics end with the source data: restyling, by code or by `figures.style`,
draws again and reruns none.
"""


rule source_data:
    """Gather what each figure shows in tables, one for each kind of rows."""
    input:
        **(
            {"beyond_control": result("trajectories/beyond_control.tsv")}
            if config["design"]["arm"]
            else {}
        ),
        **(
            {"truth": result("intake/truth.tsv")}
            if config["intake"]["source"] == "simulate"
            else {}
        ),
        **(
            {
                "cell_trajectories": result("composition/trajectories.tsv"),
                "beyond_composition": result("trajectories/beyond_composition.tsv"),
                "composition_summary": result("trajectories/beyond_composition_summary.tsv"),
            }
            if classed(config["design"])
            else {}
        ),
        cells=result("composition/cells.tsv"),
        expression=result("normalise/expression.h5ad"),
        samples=result("quality/samples.tsv"),
        pca=result("quality/pca.tsv"),
        components=result("quality/components.tsv"),
        flow=result("quality/flow.tsv"),
        proportions=result("response/proportions.tsv"),
        trial=result("response/trial.tsv"),
        labels=result("response/labels.tsv"),
        continuous=result("response/continuous.tsv"),
        contrasts=tables(ENGINE),
        visit_contrasts=[path for _, path in drug_effects()],
        variance_shares=result("differential/variance_shares.tsv"),
        variance_sources=result("differential/variance_sources.tsv"),
        genes=result("trajectories/genes.tsv"),
        summary=result("trajectories/summary.tsv"),
        scores=result("modules/scores.tsv"),
        module_tests=result("modules/tests.tsv"),
        sets=result("modules/sets.tsv"),
        engagement=result("modules/engagement.tsv"),
        fingerprint=result("modules/fingerprint.tsv"),
        distance=result("modules/distance.tsv"),
        distance_tests=result("modules/distance_tests.tsv"),
        rle=result("quality/rle.tsv"),
        sensitivity=result("trajectories/sensitivity.tsv"),
        variances=result("trajectories/variances.tsv"),
        tipping=result("trajectories/tipping.tsv"),
        tipping_points=result("trajectories/tipping_points.tsv"),
        association_tests=result("association/tests.tsv"),
        association_patients=result("association/patients.tsv"),
        patient_flow=result("association/flow.tsv"),
        module_visits=result("modules/visits.tsv"),
        courses=result("association/courses.tsv"),
        gmt=[*MODULES, *GMT],
        absent=result("association/absent.tsv"),
        aliases=resource("resources/aliases.tsv"),
    output:
        source_data(),
    log:
        log("source_data"),
    benchmark:
        benchmark("source_data")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("source_data"),
        runtime=minutes("source_data"),
    params:
        visits=[visit for visit, _ in drug_effects()],
        suppress_below=config["suppress_below"],
        design=config["design"],
        labels=config["labels"],
        units=units_known(config),
        figures={key: v for key, v in config["figures"].items() if key != "style"},
        trajectories=config["trajectories"],
        variables=config["association"]["variables"],
        code=lambda wildcards: digest("source_data"),
    script:
        "../../scripts/source_data.py"


rule figures:
    """Draw every figure from its source data."""
    input:
        sources=source_data(),
        style=style_file(),
    output:
        figures(),
    log:
        log("figures"),
    benchmark:
        benchmark("figures")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    threads: 2
    resources:
        mem_mb=memory("figures"),
        runtime=minutes("figures"),
    params:
        code=lambda wildcards: digest("figures"),
    script:
        "../../scripts/figures.py"


rule gallery:
    """Write the gallery of the documentation, on request: `snakemake --cores 2 gallery`."""
    input:
        source_data(),
    output:
        pictures=[resource(f"resources/gallery/{name}.png") for name in FIGURES],
        page=resource("config/gallery.md"),
    log:
        log("gallery"),
    benchmark:
        benchmark("gallery")
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("figures"),
        runtime=minutes("figures"),
    params:
        code=lambda wildcards: digest("gallery"),
    script:
        "../../scripts/gallery.py"
