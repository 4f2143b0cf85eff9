"""revertome: paired-trial transcriptomics, from matrices to figures and report.

Run the built-in study with `snakemake --cores 8`, your own with
`snakemake --cores 8 --configfile my_study.yaml`. The order of the includes is the flow of data.
"""

from snakemake.utils import min_version

min_version("9.0")

if "study" not in config:

    configfile: f"{workflow.basedir}/config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/intake.smk"
include: "workflow/rules/normalise.smk"
include: "workflow/rules/quality.smk"
include: "workflow/rules/response.smk"
include: "workflow/rules/differential.smk"
include: "workflow/rules/trajectories.smk"
include: "workflow/rules/modules.smk"
include: "workflow/rules/association.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/compare.smk"


rule all:
    default_target: True
    input:
        result("report.html"),
        result("manifest.json"),
        rules.compare.output if config["compare"] else [],
