"""Where a run has been put: the home of its user and the names of files there."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def speak_utf8(workflow: Any) -> None:
    """Begin anew in Python's UTF-8 mode where the locale has another encoding.

    Study files are UTF-8. In another encoding the names in them would not be those of the files,
    and those of files not those in the sheets. Later, nothing but a new process changes it.
    """
    told = os.environ.get("PYTHONUTF8") == "1"  # and Python was started without its environment
    if sys.getfilesystemencoding() == "utf-8" or told or not workflow.is_main_process:
        return
    os.environ["PYTHONUTF8"] = "1"
    workflow._snakemake_tmp_dir.cleanup()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def caches(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Variables by which libraries keep their caches in `folder`, where the home cannot be written.

    Without them numba, which scanpy uses, ends a job where it finds no place for compiled code, and
    Matplotlib warns of every job. Containers often run as a user who has no home.
    """
    asked = environment.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    places = [Path(asked), *Path(asked).parents]
    there = next(path for path in places if path.exists())
    if there.is_dir() and os.access(there, os.W_OK):
        return {}
    own = str(folder.absolute())
    return {"XDG_CACHE_HOME": own, "MPLCONFIGDIR": environment.get("MPLCONFIGDIR") or own}
