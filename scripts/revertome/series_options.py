"""What a schema cannot say of a study on a GEO series."""

from collections.abc import Mapping
from typing import Any

from revertome.errors import StudyError


def check_series(config: Mapping[str, Any]) -> None:
    """Healthy samples of a series can be added to a sheet beside that series only.

    Raises
    ------
    StudyError
        Naming the key, and what has to be set with it.
    """
    intake = config["intake"]
    beside = intake["source"] == "geo" and "samples" in intake
    if intake["healthy_samples"] and (not beside or config["design"]["healthy"] is None):
        raise StudyError(
            "configuration: intake.healthy_samples adds samples of a GEO series to a sheet; set "
            "intake.source: geo, intake.samples (the sheet) and design.healthy: healthy"
        )
