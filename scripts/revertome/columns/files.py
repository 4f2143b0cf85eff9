"""Every file of a result folder, and what it holds; the columns of tables stand by stage."""

FILES = (
    (
        ("report.html",),
        "the report: findings, limits, figures, tables, methods and a look-up that draws any gene",
    ),
    (
        ("patients.html", "report/patients.tsv"),
        "a page of patients: each found by its identifier, a table and a card of each; its table. Not with `suppress_below`",
    ),
    (("report/alarms.tsv",), "what the stages warned of, alarms first"),
    (
        ("report/headline.txt", "contrasts.tsv"),
        "what was found in one line, then in three sentences; genes up and down in every contrast",
    ),
    (
        ("manifest.json",),
        "what was run on what: versions, configuration, seeds, checksums ([provenance](provenance.md))",
    ),
    (
        ("ro-crate-metadata.json", "Snakefile"),
        "the run described as an RO-Crate, with its workflow",
    ),
    (
        ("intake/fields.tsv", "draft.yaml"),
        "with `snakemake sheet`: fields of a GEO series, and a draft of the study file",
    ),
    (("intake/raw.h5ad",), "values as found, samples, and the decision on their scale"),
    (
        ("intake/visits.tsv", "flow.tsv", "truth.tsv"),
        "the visits sheet as read; samples at each step; what was simulated",
    ),
    (("normalise/expression.h5ad",), "log2 expression of genes by current symbol"),
    (
        ("quality/samples.tsv", "flow.tsv"),
        "flags with reasons, expressed sex, identity of pairs, duplicates, blood content; where samples went",
    ),
    (
        ("quality/rle.tsv", "correlation.tsv", "pca.tsv", "components.tsv"),
        "relative log expression and correlation of samples; principal components and what they are associated with",
    ),
    (
        ("composition/cells.tsv", "fit.tsv", "agreement.tsv"),
        "percent of each type of white cell in every sample, measured or estimated; how well it fits; both beside each other",
    ),
    (
        ("response/patients.tsv", "audit.tsv", "labels.tsv", "groups.tsv"),
        "response per patient and visit; every criterion with its numbers and its reason; the label of each patient",
    ),
    (
        ("study.h5ad",),
        "samples, flags, response labels and principal components in one AnnData, ready for scanpy",
    ),
    (
        ("exports/expression.tsv.gz", "expression.gct.gz", "classes.cls"),
        "log2 expression of genes in every sample used, for other programs; the class of each: healthy, or response and visit",
    ),
    (
        ("exports/<contrast>.rnk", "tables.xlsx"),
        "genes by their statistic, for tests of ranked lists; the main tables as a workbook",
    ),
    (
        ("response/trial.tsv", "proportions.tsv", "continuous.tsv"),
        "arms compared: responders, their share by visit, and percent change of clinical variables",
    ),
    (
        ("differential/<contrast>.tsv", "design.tsv", "estimands.tsv"),
        "log2 fold changes with intervals, P and adjusted P of each gene; the models; what each contrast estimates, in words",
    ),
    (
        ("differential/visits.tsv",),
        "with several follow-ups: whether contrasts differ from 0 at any of them",
    ),
    (
        ("differential/variance_shares.tsv", "variance_sources.tsv"),
        "share of patients, disease, response, visits and covariates in the variance of each gene; the shares in short, beside chance",
    ),
    (
        ("visits/<visit>/<stage>/<file>",),
        "with several follow-ups: the files of `differential`, `trajectories`, `modules` and `association` for each but the last, which has the plain names",
    ),
    (
        (
            "trajectories/courses.tsv",
            "visits.tsv",
            "change_courses.tsv",
            "changes.tsv",
        ),
        "with several follow-ups: what is shown of each gene over all visits, against healthy people and since its own baseline",
    ),
    (
        ("trajectories/genes.tsv", "summary.tsv", "sets.gmt"),
        "the class of each gene with its tests; how many genes each class has, beside chance; the sets",
    ),
    (
        ("trajectories/sensitivity.tsv", "statements.tsv", "variances.tsv"),
        "how the sets change without each patient and with further covariates; whether there are enough non-responders, and what regression to the mean could explain; how much patients vary beside healthy people",
    ),
    (
        (
            "trajectories/beyond_control.tsv",
            "beyond_control_summary.tsv",
            "beyond_control_by_response.tsv",
            "beyond_control.gmt",
        ),
        "with `design.arm`: what the drug does beyond control, in all who were randomised; how many genes, and what is said of them; how these genes changed in responders, which is not a randomised comparison; the sets",
    ),
    (
        (
            "trajectories/beyond_composition.tsv",
            "beyond_composition_summary.tsv",
            "beyond_composition.gmt",
        ),
        "cells or regulation: effects of each gene split into what follows the cell content of the samples and what is beyond it; how many reverted and induced genes are left, and what it costs; the sets",
    ),
    (
        ("composition/trajectories.tsv",),
        "which types of cells revert, by the tests of genes",
    ),
    (
        ("trajectories/tipping.tsv", "tipping_points.tsv", "tipping_genes.tsv"),
        "how far patients without a sample would have to be unreverted to lose each set",
    ),
    (
        (
            "modules/scores.tsv",
            "tests.tsv",
            "trajectories.tsv",
            "beyond_composition.tsv",
            "sets.tsv",
            "leading_edge.tsv",
            "engagement.tsv",
        ),
        "module scores against healthy, their tests, the class of whole modules; modules tested as sets of genes, the genes behind each score, target engagement",
    ),
    (
        (
            "modules/distance.tsv",
            "distance_tests.tsv",
            "fingerprint.tsv",
            "agreement.tsv",
            "over_representation.tsv",
        ),
        "distance of each sample to health, and its change tested; share of each module that moves; agreement of methods and lists; modules behind the gene sets",
    ),
    (
        ("modules/visits.tsv",),
        "module scores over all visits, by arm and response, and the drug effect: mixed models",
    ),
    (("modules/collections/<name>.gmt",), "collections of MSigDB that the study names, as fetched"),
    (
        ("association/patients.tsv", "tests.tsv", "flow.tsv"),
        "clinic and blood of each patient; how they are associated; patients from randomisation to each contrast",
    ),
    (
        ("association/absent.tsv", "absent_severity.tsv"),
        "who has no sample at each visit, why, and how ill they were at baseline beside the others",
    ),
    (
        ("association/visits.tsv", "courses.tsv"),
        "scores with clinical variables at each visit, in changes and within patients; mean courses of modules and genes",
    ),
    (
        ("source_data/<figure>/<rows>.tsv", "figures/<figure>.svg", ".pdf", ".png"),
        "every figure, and the tables it is drawn from, one for each kind of rows",
    ),
    (
        (
            "compare/<table>.tsv",
            "source_data/<figure>/<rows>.tsv",
            "figures/<figure>.svg",
            "report.html",
            "manifest.json",
        ),
        "with `compare` in the configuration: what holds across studies, with figures and a report of its own",
    ),
    (
        ("logs/<rule>.log", "logs/<rule>.record.json", "benchmarks/<rule>.tsv"),
        "what each rule said; what it was asked, read and wrote; its time and memory as Snakemake measured them",
    ),
)
