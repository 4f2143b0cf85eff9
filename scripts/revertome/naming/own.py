"""The names that a study gives, with those of its variables in the units it has."""

from collections.abc import Mapping
from typing import Any

from revertome.naming import UNIT, Own, by_word
from revertome.naming.known import VARIABLES


def labels_of(config: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Names that a study gives; its variables without our units where no sheet fixes them.

    Parameters
    ----------
    config
        Configuration as run: labels, intake.
    """
    return with_units(config.get("labels") or {}, units_known(config))


def units_known(config: Mapping[str, Any]) -> bool:
    """Whether clinical variables are in our units.

    A column `crp` of a visits sheet is in mg/l or the run has stopped; one of a sample sheet may
    be in any unit.
    """
    intake = config.get("intake", {})
    return bool(intake.get("visits")) or intake.get("source") == "simulate"


def with_units(labels: Own, known: bool) -> dict[str, dict[str, str]]:
    """Names that a study gives, and unless units are known (`units_known`) variables without.

    The run hands on both apart, so that its record has `labels` as the study file has them.
    """
    own = by_word(labels)
    bare = {} if known else {name: UNIT.sub("", text) for name, text in VARIABLES.items()}
    return {**own, "variables": {**bare, **own.get("variables", {})}}
