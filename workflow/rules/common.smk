"""Validation of the configuration and lookups shared by all stages."""

import os
import sys
from pathlib import Path

import yaml

# Not `workflow.basedir`, which is another workflow's folder when this one is its module.
HOME = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
SCRIPTS = HOME / "scripts"
sys.path.insert(0, str(SCRIPTS))

from digest import digest
from folder import check_results
from internals import requested, expected, guard, label, quote_interpreter
from revertome.configuration import check_definition, complete, contrasts_by_engine, public
from revertome.errors import StudyError
from revertome.figure_list import COMPARED, FIGURES
from revertome.resample_batches import useful_jobs

quote_interpreter()
# One thread for each BLAS pool: jobs already fill the cores, and sums in another order
# would change last digits with the number of cores.
for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[pool] = "1"


def read_yaml(path):
    """Content of a YAML file, ten times faster where PyYAML has libyaml."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(Path(path).read_text("utf-8"), loader)


def completed(found):
    """Configuration with defaults filled in, or a message and no traceback."""
    schema = read_yaml(HOME / "workflow/schemas/config.schema.yaml")
    # `snakemake sheet` drafts the study file, so little of it need be there.
    drafted = "sheet" in requested()
    if drafted:
        found = {"design": {"baseline": "before", "followup": "after"}, **found}
    try:
        return complete(found, schema, check=workflow.is_main_process and not drafted)
    except StudyError as error:
        sys.exit(f"revertome: {error}")


def response_definition():
    """File that says what response is: one of config/response by its name, or a path."""
    wanted = config["response"]["definition"]
    shipped = HOME / "config/response" / f"{wanted}.yaml"
    path = shipped if shipped.is_file() else Path(wanted)
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in shipped.parent.glob("*.yaml")))
        sys.exit(
            f"revertome: configuration: response.definition: no file {wanted!r}; "
            f"give the path of one, or a name: {known}"
        )
    if workflow.is_main_process:
        schema = read_yaml(HOME / "workflow/schemas/response.schema.yaml")
        try:
            found = read_yaml(path)
            check_definition(config, found, schema, wanted)
        except yaml.YAMLError as error:
            sys.exit(f"revertome: {path}: not valid YAML: {' '.join(str(error).split())}")
        except StudyError as error:
            sys.exit(f"revertome: {error}")
    return str(path)


if "study" not in config:

    configfile: str(HOME / "config/config.yaml")


config.update(completed(config))
# How work is divided is no part of what is asked of it: it does not appear in results and manifest.
RESAMPLE_JOBS = config["trajectories"].pop("resample_jobs")
RESPONSE_DEFINITION = response_definition()

if workflow.is_main_process:
    try:
        check_results(Path(config["results"]))
    except StudyError as error:
        sys.exit(f"revertome: {error}")
    if Path(workflow.main_snakefile).parent == HOME:  # else the folder is another workflow's
        guard(workflow, f"{config['results']}/{config['study']}")
# File order is the order of rows and figures: interferon first.
MODULES = sorted(
    map(str, (HOME / "resources/modules").glob("*.gmt")),
    key=lambda path: ("interferon" not in path, path),
)
OWN = "intake" in config  # False: a comparison of finished studies without one of its own
CONTRASTS = contrasts_by_engine(config) if OWN else {}
ENGINE = next(iter(CONTRASTS), None)


def result(path):
    """Path of a file in the result folder of the study."""
    return f"{config['results']}/{config['study']}/{path}"


def log(stage):
    """Path of a stage's log."""
    return result(f"logs/{stage}.log")


def benchmark(stage):
    """Path of a stage's benchmark table: wall time, peak memory, CPU."""
    return result(f"benchmarks/{stage}.tsv")


def resource(path):
    """Path of a file shipped with the workflow."""
    return str(HOME / path)


def tables(engine):
    """Differential tables of one engine; those of the first engine carry the plain names."""
    folder = "differential" if engine == ENGINE else f"differential/{engine}"
    return [result(f"{folder}/{name}.tsv") for name in CONTRASTS[engine]]


def source_data():
    """Source-data tables of all figures of a study."""
    return [result(f"source_data/{name}.tsv") for name in FIGURES]


def figures(formats=("svg", "pdf", "png")):
    """Pictures of all figures."""
    return [result(f"figures/{name}.{form}") for name in FIGURES for form in formats]


def label_outputs():
    """Give every output so far a category and labels, with which `snakemake --report` shows it.

    Expression matrices (h5ad) are left out: they would be copied into the page; so are shares of
    the resamples, which do not last.
    """
    for each in workflow.rules:
        if each.has_wildcards():
            continue
        for item in each.output:
            path = Path(str(item))
            if path.suffix == ".h5ad" or not str(item).startswith(result("")):
                continue
            caption = HOME / f"workflow/report/{path.stem}.rst"
            told = workflow.current_basedir.join(f"../report/{path.stem}.rst")
            labels = {"file": path.stem.replace("_", " "), "format": path.suffix[1:]}
            folder = path.relative_to(result("")).parent.as_posix()
            stage = "run" if folder == "." else folder.replace("_", " ")
            label(
                item,
                caption=told if path.parent.name == "figures" and caption.exists() else None,
                category=stage.capitalize(),
                labels=labels,
            )


def style_file():
    """The study's own style of figures, as a list of none or one."""
    path = config["figures"].get("style")
    if path and not Path(path).exists():
        sys.exit(
            f"revertome: no such file: figures.style: {path}; correct the path in the study's YAML"
        )
    return [path] if path else []


def resample_parts():
    """Numbers of the jobs that share the resamples; none where the trajectories need no such jobs."""
    options = config["trajectories"]
    jobs = useful_jobs(RESAMPLE_JOBS, options["bootstrap"], options["permutations"])
    alone = jobs == 1 or config["design"]["healthy"] is None
    return [] if alone else list(range(1, jobs + 1))


def module_collections():
    """Files of `modules.gmt`: local ones, which must be there, and collections to be fetched."""
    paths = []
    for named in config["modules"]["gmt"]:
        if named.startswith("msigdb:"):
            from revertome.intake.fetch.msigdb import collection_file  # here: it imports pandas

            try:
                named = result(f"modules/collections/{collection_file(named)}")
            except StudyError as error:
                sys.exit(f"revertome: configuration: {error}")
        elif not Path(named).is_file():
            sys.exit(
                f"revertome: no such file: modules.gmt: {named}; correct the path in the study's YAML"
            )
        paths.append(named)
    return paths


def intake_files(wildcards):
    """Local files the study reads, by the key that names them."""
    intake = config["intake"]
    keys = ("matrix", "samples", "visits", "cdf", "controls")
    files = {key: intake[key] for key in keys if key in intake}
    if "annotation" in intake:
        files["annotation"] = intake["annotation"]["path"]
    if intake["source"] == "simulate":
        files["symbols"] = resource("resources/genes.tsv")
    missing = [f"intake.{key}: {path}" for key, path in files.items() if not Path(path).exists()]
    if missing:
        sys.exit(
            f"revertome: no such file: {'; '.join(missing)}; correct the path in the study's YAML"
        )
    if "matrix" in files and Path(files["matrix"]).is_dir():
        # Each file counts, not the date of the folder.
        pattern = "*.[cC][eE][lL]*" if intake["source"] == "cel" else "**/*"
        found = Path(intake["matrix"]).glob(pattern)
        files["matrix"] = sorted(str(path) for path in found if path.is_file())
    return files


def every_file(files):
    """Paths of `intake_files`, those of a folder one by one."""
    return [
        path for value in files.values() for path in (value if isinstance(value, list) else [value])
    ]


def compared():
    """Folders of the studies to compare, this one first; each of the others must be finished."""
    folders = {config["study"]: f"{config['results']}/{config['study']}"} if OWN else {}
    for name, folder in config["compare"].items():
        if name in folders:
            sys.exit(f"revertome: compare: {name} is this study's own name; choose another")
        folders[name] = folder
        if folder in expected(workflow) or not workflow.is_main_process:
            continue
        if not Path(folder).is_dir():
            sys.exit(f"revertome: compare: {name}: no such folder: {folder}; correct the path")
        if not (Path(folder) / "manifest.json").exists():
            sys.exit(
                f"revertome: compare: {name}: {folder} has no manifest.json, which a study writes "
                "last; let it finish, then compare"
            )
    return folders


def private_file():
    """Table of identifiers and codes, None where identifiers are kept."""
    if config["privacy"] == "none":
        return None
    return f"{config['private']}/{config['study']}.tsv"


include: "resources.smk"
