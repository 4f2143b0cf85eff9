"""Studies: many studies in one run, each the whole workflow as a module of its own.

Takes `studies`: YAML files, patterns or folders of them; gives the result folder of each. The
other keys of the command line hold for every study.
"""

import re
import sys
from glob import glob
from pathlib import Path

HOME = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parents[1]
sys.path.insert(0, str(HOME / "scripts"))

from internals import requested, expect
from named_files import read_written
from place import speak_utf8
from revertome.errors import StudyError


def study_files(given):
    """Configuration files named, matched by a pattern, or in a folder; in order of their names."""
    found = []
    for item in [given] if isinstance(given, str) else given:
        path = Path(item)
        files = [*path.glob("*.yaml"), *path.glob("*.yml")] if path.is_dir() else glob(str(item))
        if not files:
            sys.exit(f"revertome: studies: {item}: no YAML file found; name a file or a folder")
        found += sorted(map(str, files))
    return list(dict.fromkeys(found))


def study_configs():
    """Configuration of each study by the beginning of its rules' names."""
    more = {key: value for key, value in config.items() if key != "studies"}
    found, files = {}, {}
    for path in study_files(config["studies"]):
        try:
            study = read_written(path, "study file")
        except StudyError as error:
            sys.exit(f"revertome: studies: {error}")
        if not isinstance(study, dict) or not isinstance(study.get("study"), str):
            sys.exit(f"revertome: studies: {path}: no key `study`; every study needs a name")
        prefix = re.sub(r"\W", "_", study["study"]) + "_"
        same = prefix.casefold()  # to many a disk, too
        if same in files:
            sys.exit(
                f"revertome: studies: {path} and {files[same]} name the same study, "
                f"{study['study']}; give each a name of its own (upper and lower case are one)"
            )
        files[same], found[prefix] = path, study | more
    return found


speak_utf8(workflow)
STUDIES = study_configs()
# A comparison among them may name folders that this run will fill.
expect(workflow, (f"{s.get('results', 'results')}/{s['study']}" for s in STUDIES.values()))
if not workflow.is_main_process:
    # A job knows its rule by name and needs no other study.
    STUDIES = {
        prefix: study
        for prefix, study in STUDIES.items()
        if any(name.startswith(prefix) for name in requested())
    } or STUDIES

for prefix, study in STUDIES.items():

    module:
        name: prefix
        snakefile:
            str(HOME / "Snakefile")
        config:
            study

    use rule * from prefix as prefix*


finished = [getattr(rules, f"{prefix}all").input for prefix in STUDIES]
