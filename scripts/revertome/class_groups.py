"""In whom classes are claimed and how the plane is cut: what a schema cannot say of `trajectories`.

Imports nothing heavy, so that the workflow can ask cheaply.
"""

from collections.abc import Mapping
from typing import Any

from revertome.errors import StudyError
from revertome.visits import visits_of


def classed(design: Mapping[str, Any]) -> bool:
    """Whether a study can put genes in classes: it has healthy people and a follow-up."""
    return design["healthy"] is not None and design["followup"] is not None


def claimed_in(config: Mapping[str, Any]) -> dict[str, Any]:
    """Section `trajectories` with `reverted_in: auto` decided.

    Reversion is claimed in the responders where `response.source` says who responded, and in all
    patients where it says nothing.
    """
    options = dict(config["trajectories"])
    if options["reverted_in"] == "auto":
        labelled = config["response"]["source"] != "none"
        options["reverted_in"] = "responders" if labelled else "all"
    return options


def induced_end(genes: Any) -> str:
    """End of the names of the columns on which induction is claimed.

    Parameters
    ----------
    genes : DataFrame
        `trajectories/genes.tsv`, where induction is claimed on `change`, or, in other patients than
        reversion, on `change_all` or `change_responders`.

    Returns
    -------
    str
        Empty, `_all` or `_responders`.
    """
    for end in ("_all", "_responders"):
        if f"change{end}" in genes and genes[f"change{end}"].notna().any():
            return end
    return ""


def check_claims(config: Mapping[str, Any]) -> None:
    """Refuse claims in patients nobody labels, and bounds with which two claims overlap.

    Raises
    ------
    StudyError
        Naming the keys, what was found and what to do.
    """
    options = config["trajectories"]
    for key in ("reverted_in", "induced_in"):
        if options[key] == "responders" and config["response"]["source"] == "none":
            raise StudyError(
                f"configuration: trajectories.{key}: responders, but response.source is none; "
                "set it to all, or say how response is found"
            )
    most, share = options["recovered_at_most"], options["induced_disease_at_most"]
    # A gene is reverted up to |t| = most |d| and induced from |t| = |d| / share on. The two may
    # meet (4/3 and 3/4 do, but for the last digit); beyond that a gene would be both.
    if most * share > 1 + 1e-9:
        raise StudyError(
            f"configuration: trajectories: recovered_at_most {most:g} and induced_disease_at_most "
            f"{share:g}: a gene that changes by {1 / share:.4g} to {most:.4g} times its disease "
            f"effect would be reverted and induced; set recovered_at_most to {1 / share:.6g} at "
            f"most, or induced_disease_at_most to {1 / most:.6g} at most"
        )


def check_pretreatment(config: Mapping[str, Any]) -> None:
    """Refuse a visit before treatment that is none, or one of which nothing was measured.

    Raises
    ------
    StudyError
        Naming the key, what was found and what to do.
    """
    asked = config["trajectories"]["pretreatment"]
    earlier = asked["visit"]
    if earlier in visits_of(config["design"]):
        raise StudyError(
            f"configuration: trajectories.pretreatment.visit: {earlier!r} is a visit of the "
            "design; name one before the baseline, or leave it out"
        )
    if bool(asked["variable"]) != bool(earlier):
        raise StudyError(
            "configuration: trajectories.pretreatment needs both: variable, measured twice before "
            "treatment, and visit, when it was measured before the baseline"
        )
