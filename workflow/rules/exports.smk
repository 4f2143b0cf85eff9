"""Exports: what other programs and spreadsheets read.

Takes log2 genes, labels, contrasts and the main tables; gives expression as TSV and GCT with CLS,
one RNK a contrast, and a workbook. Where single people are withheld (`suppress_below`) there is no
expression.
"""

SHOWN_WHOLE = (
    "trajectories/summary.tsv",
    "modules/tests.tsv",
    "modules/trajectories.tsv",
    "association/tests.tsv",
)


rule exports:
    """Write expression, classes, rankings and a workbook for other programs."""
    input:
        genes=result("trajectories/genes.tsv"),
        contrasts=tables(ENGINE),
        tables=[result(path) for path in SHOWN_WHOLE],
        labels=result("response/labels.tsv"),
        samples=result("quality/samples.tsv"),
        expression=[] if config["suppress_below"] > 1 else result("normalise/expression.h5ad"),
    output:
        **(
            {}
            if config["suppress_below"] > 1
            else {
                "expression": result("exports/expression.tsv.gz"),
                "gct": result("exports/expression.gct.gz"),
                "cls": result("exports/classes.cls"),
            }
        ),
        rankings=[result(f"exports/{Path(path).stem}.rnk") for path in tables(ENGINE)],
        workbook=result("exports/tables.xlsx"),
    log:
        log("exports"),
    benchmark:
        benchmark("exports")
    group:
        "results"
    conda:
        "../../envs/revertome.yaml"
    resources:
        mem_mb=memory("exports"),
        runtime=minutes("exports"),
    params:
        suppress_below=config["suppress_below"],
        design=config["design"],
        tables=SHOWN_WHOLE,
        title=config["title"],
        study=config["study"],
        code=lambda wildcards: digest("exports"),
    script:
        "../../scripts/exports.py"
