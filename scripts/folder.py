"""The working folder of a run: can it be written, and what to do when a run in it failed?"""

import re
import tempfile
from pathlib import Path

from revertome.errors import StudyError

# Signs of a job that needed more than it had, in Snakemake's logs, and what to do about it.
ASK = (
    "revertome: a job ran out of {what}; where two further attempts, with twice as much each, did "
    "not help, request more (`--set-resources RULE:{name}=...`, RULE as named above) and give the "
    "same command again"
)
SIGNS = {
    r"memory limit|OUT_OF_MEMORY|oom.kill": ASK.format(what="memory", name="mem_mb"),
    r"DUE TO TIME LIMIT|'TIMEOUT'": ASK.format(what="time", name="runtime"),
    r"older modification time .* than input": (
        "revertome: a file is dated in the future, as after a clock was set back; set the clock "
        "right, or give that input the present date (`touch FILE`, the input named above), and "
        "give the same command again"
    ),
    r"died with <Signals.SIGKILL": (
        "revertome: a job was killed, as the system does when memory runs out; close other "
        "programs or use fewer `--cores`, and give the same command again"
    ),
}


def advice(logs: list[str]) -> list[str]:
    """What to do about a failed run, by Snakemake's logs of it; empty where nothing can be said."""
    there = [path for path in map(Path, logs) if path.is_file()]
    words = "".join(path.read_text(encoding="utf-8", errors="replace") for path in there)
    return [sentence for sign, sentence in SIGNS.items() if re.search(sign, words)]


def check_results(folder: Path) -> None:
    """Meet a results folder that cannot be written at the door.

    Raises
    ------
    StudyError
        Naming the folder and the reason.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise StudyError(
            f"configuration: results: {folder}: cannot be written ({error.strerror}); "
            "name another folder"
        ) from error
