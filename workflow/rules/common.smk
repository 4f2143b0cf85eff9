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
from named_files import check_file, check_paths, read_written, refuse_long_names, refuse_twice
from internals import given_twice, requested, expected, guard, label, quote_interpreter, word_of_end
from place import caches, speak_utf8
from records import wanted
from revertome.asked import unknown_roles
from revertome.class_groups import classed
from revertome.configuration import complete, contrasts_by_engine, public
from revertome.errors import StudyError
from revertome.figure_list import COMPARED, FIGURES
from revertome.figure_rows import files_of
from revertome.naming.own import units_known
from revertome.resample_batches import useful_jobs
from revertome.study_words import composed
from revertome.visits import at_visit, folder_of
from stopped import stop as halt, told

speak_utf8(workflow)
quote_interpreter()
# One thread for each BLAS pool: jobs already fill the cores, and sums in another order
# would change last digits with the number of cores.
for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[pool] = "1"
os.environ.update(caches(os.environ, Path(".snakemake/caches")))


def read_yaml(path):
    """Content of a YAML file, ten times faster where PyYAML has libyaml."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(Path(path).read_text("utf-8"), loader)


def stop(error):
    """End the run with a sentence, which names nobody under `privacy`."""
    halt(error, config)


def completed(found):
    """Configuration with defaults filled in, or a message and no traceback."""
    schema = read_yaml(HOME / "workflow/schemas/config.schema.yaml")
    check = workflow.is_main_process
    # `snakemake sheet` drafts the study file, so little of it need be there.
    drafted = "sheet" in requested()
    if drafted and found.get("privacy", "none") != "none":
        sys.exit(
            "revertome: privacy: `sheet` writes the fields of a series into the results as they are, "
            "with titles and names; draft the study file first, in a folder for yourself (--config "
            "privacy=none results=...), then set privacy"
        )
    if drafted:
        found = {"design": {"baseline": "before", "followup": "after"}, **found}
    try:
        if check and (key := given_twice()):
            raise StudyError(f"--config: {key} is given twice; keep one of them")
        for path in workflow.configfiles if check else []:
            read_written(path, "--configfile")
        found = composed(found)
        if check:
            check_paths(found, HOME)
        return complete(found, schema, check=check and not drafted)
    except StudyError as error:
        halt(error, found)


if "study" not in config:

    configfile: str(HOME / "config/config.yaml")


config.update(completed(config))
# Else the folder is another workflow's. The path may hold `..`, as of `-s ../revertome/Snakefile`.
ALONE = Path(workflow.main_snakefile).resolve() in {
    (HOME / name).resolve() for name in ("Snakefile", "workflow/Snakefile")
}
# How work is divided is no part of what is asked of it: it does not appear in results and manifest.
RESAMPLE_JOBS = config["trajectories"].pop("resample_jobs")

if workflow.is_main_process:
    try:
        check_results(Path(config["results"]))
    except StudyError as error:
        stop(error)
    if ALONE:
        guard(
            workflow, f"{config['results']}/{config['study']}", told(unknown_roles(config), config)
        )
elif ALONE:
    word_of_end(workflow)
# File order is the order of rows and figures: interferon first.
MODULES = sorted(
    map(str, (HOME / "resources/modules").glob("*.gmt")),
    key=lambda path: ("interferon" not in path, path),
)
OWN = "intake" in config  # False: a comparison of finished studies without one of its own
CONTRASTS = contrasts_by_engine(config) if OWN else {}
ENGINE = next(iter(CONTRASTS), None)
# The main visit first: the rules about it have the plain names. [None] of a study with one visit.
FOLLOWUPS = config["design"]["followups"][::-1] or [None] if OWN else []


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


def at(visit, path):
    """Path of a file about a follow-up visit; those of the main one have the plain names."""
    if visit == config["design"]["followup"]:
        return result(path)
    return result(f"visits/{folder_of(visit)}/{path}")


def named(stage, visit):
    """Name of the rule of a stage about a follow-up visit."""
    main = visit == config["design"]["followup"]
    return stage if main else f"{stage}_{folder_of(visit)}"


def about(visit, model):
    """Options of a model that is asked about a follow-up visit."""
    return {**model, "design": at_visit(model["design"], visit)}


def tables(engine, visit=None):
    """Differential tables of one engine; those of the first engine carry the plain names."""
    folder = "differential" if engine == ENGINE else f"differential/{engine}"
    visit = visit or config["design"]["followup"]
    return [at(visit, f"{folder}/{name}.tsv") for name in CONTRASTS[engine]]


def drug_effects():
    """Tables of the drug effects at earlier follow-ups, each with its visit."""
    found = [(visit, path) for visit in FOLLOWUPS[:0:-1] for path in tables(ENGINE, visit)]
    return [each for each in found if Path(each[1]).name.startswith("drug_effect")]


def source_data():
    """Source-data tables of all figures of a study."""
    return [result(f"source_data/{path}") for name in FIGURES for path in files_of(name)]


def figures(formats=("svg", "pdf", "png")):
    """Pictures of all figures."""
    return [result(f"figures/{name}.{form}") for name in FIGURES for form in formats]


def refuse_unwritable_names():
    """Stop where a file that the rules so far write has a name that no disk takes."""
    if not workflow.is_main_process:
        return
    paths = [str(path) for rule in workflow.rules for path in (*rule.output, *rule.log)]
    try:
        refuse_long_names(paths)
    except StudyError as error:
        stop(error)


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


def behind(every, files):
    """What is asked of the rules behind these files, by log, in the order of the rules.

    All of them, back to the intake: what one rule read was made by another. Rules of other studies
    in the same run, which a comparison reads, are recorded with their own study.
    """
    every = [rule for rule in every if str(rule.log).startswith(result("logs/"))]
    makers, waiting = set(), set(files)
    while waiting:
        found = {rule for rule in every if {*map(str, rule.output)} & waiting} - makers
        makers |= found
        waiting = {str(path) for rule in found for path in rule.input if not callable(path)}
    makers = [rule for rule in every if rule in makers]
    asked = {str(path): wanted(rule.params) for rule in makers for path in rule.log}
    for visit in FOLLOWUPS:
        if PARTS and log(named("trajectories", visit)) in asked:
            name = named("resamples", visit)
            own = log(name + "_{part}of{parts}")
            (drawn,) = [rule for rule in every if str(rule.log) == own]
            draws = {log(f"{name}_{part}of{len(PARTS)}"): wanted(drawn.params) for part in PARTS}
            asked = {**draws, **asked}
    return asked


def resample_parts():
    """Numbers of the jobs that share the resamples; none where the trajectories need no such jobs."""
    options = config["trajectories"]
    jobs = useful_jobs(RESAMPLE_JOBS, options["bootstrap"], options["permutations"])
    alone = jobs == 1 or not classed(config["design"])
    return [] if alone else list(range(1, jobs + 1))


include: "inputs.smk"
include: "resources.smk"
