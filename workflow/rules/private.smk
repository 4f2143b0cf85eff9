"""Privacy: what results, logs and Snakemake's records may show, and what stays in the private folder."""

import hashlib
import re
import tempfile
from collections import UserDict

from private_folder import check_private
from private_search import check_table
from revertome.private_words import NAMING, words_of


def private_file():
    """Table of identifiers and codes, None where identifiers are kept."""
    if config["privacy"] == "none" or not OWN:
        return None
    return f"{config['private']}/{config['study']}.tsv"


def shown_words():
    """Free text that results, logs and records show, by what holds it."""
    words = words_of(config, read_yaml(HOME / "workflow/schemas/config.schema.yaml"))
    words["the path of the working folder"] = str(Path.cwd())
    words["the path of the study file"] = STUDY_FILES
    words["the path of the temporary folder (TMPDIR)"] = tempfile.gettempdir()
    own = {"response.definition": [RESPONSE_DEFINITION], "figures.style": style_file()}
    own["modules.gmt"] = [path for path in module_collections() if Path(path).is_file()]
    for key, paths in own.items():
        text = "\n".join(Path(path).read_text("utf-8", "replace") for path in paths)
        # Of a GMT the names and descriptions: genes are nobody's.
        lines = text.splitlines()
        short = [line.split("\t")[:2] for line in lines] if key == "modules.gmt" else [lines]
        words[f"the file of {key}"] = "\n".join(word for line in short for word in line)
    return words


def private_options():
    """What a job needs to keep identifiers out of what it writes and says."""
    path = private_file()
    words = shown_words() if path else {}
    return {"path": path, "results": config["results"], "words": words}


def unrecorded(intake):
    """A section that may name people, in a form of which Snakemake keeps no record."""
    if private_file() is None:
        return intake
    return public(config)["intake"] if SHOWN else UserDict(intake)


def intake_inputs(wildcards):
    """Input of intake; a folder whose files may be named after people stands for them."""
    files = intake_files(wildcards)
    return {key: config["intake"][key] if _hides(found) else found for key, found in files.items()}


def _hides(found):
    return private_file() is not None and isinstance(found, list)


def recorded_intake():
    """The section `intake` as Snakemake may record it: a digest where it names people."""
    if private_file() is None:
        return config["intake"]
    naming = {key: config["intake"].get(key) for key in NAMING}
    folders = [path for found in intake_files(None).values() if _hides(found) for path in found]
    stats = [(path, Path(path).stat()) for path in folders]
    named = [str(naming), *((path, stat.st_size, stat.st_mtime_ns) for path, stat in stats)]
    digest = hashlib.sha256(str(named).encode()).hexdigest()
    return {**public(config)["intake"], "named": digest}


# How a command line asks for new codes; what Snakemake makes of it is not known yet.
ANEW = re.compile(r" (--forceall|-F|(--forcerun|-R)[= ](\w+ )*intake)( |$)")


def check_privacy():
    """Stop before the first job where the private folder is none, or a name would be shown."""
    if private_file() is None or not workflow.is_main_process:
        return
    if "--report-after-run" in sys.argv:
        stop("privacy: make the page of `--report` by a command of its own, after the run")
    try:
        check_private(Path(config["private"]), Path(config["results"]))
        from private_codes import Private, known_names  # here: it imports pandas

        if not ANEW.search(" ".join(sys.argv)):
            check_table(private_file(), Path(config["results"]) / config["study"])
        names = known_names(private_file(), config["intake"])
        private = Private(**private_options())
        private.words["the command line"] = " ".join(sys.argv)  # which Snakemake's log begins with
        private.refuse(names)
    except StudyError as error:
        stop(error)


STUDY_FILES = "\n".join(map(str, workflow.configfiles))
SHOWN = private_file() is not None and any(word.startswith("--report") for word in sys.argv)
if SHOWN:
    workflow.configfiles.clear()  # whose text stands in that page too
check_privacy()
