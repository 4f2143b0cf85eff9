"""revertome: paired-trial transcriptomics, from matrices to figures and report.

Run the built-in study with `snakemake --cores 8`, your own with
`snakemake --cores 8 --configfile my_study.yaml`, a folder of them with
`snakemake --cores 8 --config studies=folder`. The order of the includes is the flow of data.
"""

import sys
from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")

if not (Path(workflow.current_basedir.get_path_or_uri(secret_free=True)) / "scripts").is_dir():
    sys.exit(
        "revertome: from an address, such as github(...), come the rules and not the library that they "
        "need; clone the repository, and give the path of its workflow/Snakefile"
    )

if "studies" in config:

    include: "workflow/rules/studies.smk"

else:

    include: "workflow/rules/common.smk"

    if OWN:

        include: "workflow/rules/intake.smk"
        include: "workflow/rules/normalise.smk"
        include: "workflow/rules/quality.smk"
        include: "workflow/rules/composition.smk"
        include: "workflow/rules/response.smk"
        include: "workflow/rules/study.smk"
        include: "workflow/rules/differential.smk"
        include: "workflow/rules/trajectories.smk"
        include: "workflow/rules/modules.smk"
        include: "workflow/rules/association.smk"
        include: "workflow/rules/figures.smk"
        include: "workflow/rules/exports.smk"
        include: "workflow/rules/report.smk"
    include: "workflow/rules/compare.smk"

    finished = [
        *([result("report.html"), result("manifest.json")] if OWN else []),
        *([*rules.compare.output, *rules.compare_report.output] if config["compare"] else []),
    ]


rule all:
    default_target: True
    input:
        finished,


onstart:
    from internals import started

    started(workflow)
