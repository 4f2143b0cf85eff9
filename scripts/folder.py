"""The results folder of a run: can it be written?"""

import tempfile
from pathlib import Path

from revertome.errors import StudyError


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
