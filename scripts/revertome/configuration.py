"""Study configuration: checked against the schema, defaults filled in, then cross-checked."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from revertome.asked import check_reliability
from revertome.assays import check_assay
from revertome.class_groups import check_claims, check_pretreatment, claimed_in
from revertome.compared_names import check_compared
from revertome.differential.engines import default_engines, has_joint_fit, joint_engines, supported
from revertome.differential.group_names import (
    check_group_names,
    check_groups,
    check_sums,
    response_contrasts,
)
from revertome.differential.names import (
    STANDARD,
    WITH,
    check_custom,
    check_published,
    check_variables,
    contrast_names,
    terms,
    within_patient,
)
from revertome.disclosure.allowed import check_privacy
from revertome.errors import StudyError
from revertome.naming.checks import check_labels
from revertome.near_names import unknown
from revertome.one_visit import check_one_visit
from revertome.private_words import NAMING
from revertome.schema_words import sentence
from revertome.series_options import check_series
from revertome.sheet_word import sheet_word
from revertome.visits import check_visits, in_order, uncompleted


def complete(
    config: Mapping[str, Any], schema: Mapping[str, Any], check: bool = True
) -> dict[str, Any]:
    """Configuration with every default of the schema filled in.

    Parameters
    ----------
    config : dict
        Study configuration as read.
    schema : dict
        JSON schema of the configuration.
    check : bool
        Validate too; a job of a run that was validated at its start need not do so again.

    Returns
    -------
    dict

    Raises
    ------
    StudyError
        Naming the key, what was found and what was expected.
    """
    alone = "intake" not in config and bool(config.get("compare"))
    full = _filled(deepcopy(uncompleted(config)), schema)
    if not check:
        return full if alone else _decided(full)
    check_compared(full)
    from jsonschema import Draft7Validator

    errors = sorted(Draft7Validator(schema).iter_errors(full), key=lambda e: [*map(str, e.path)])
    if errors:
        raise StudyError(sentence(errors[0], len(errors)))
    check_labels(full)
    if alone:
        return full
    full = _decided(full)
    _cross_check(full)
    return full


def _decided(full: dict[str, Any]) -> dict[str, Any]:
    """Who classes are claimed in, and the visits in order."""
    return {**full, "trajectories": claimed_in(full), "design": in_order(full.get("design", {}))}


def check_definition(
    config: Mapping[str, Any], found: Any, schema: Mapping[str, Any], source: str
) -> None:
    """Check the definition of response a study names, and its endpoint and limits against it.

    Parameters
    ----------
    config : dict
        Completed configuration.
    found
        Content of the definition file.
    schema : dict
        JSON schema of a definition.
    source : str
        The file, for the messages.

    Raises
    ------
    StudyError
        Naming the file, the key, what was found and what was expected.
    """
    from jsonschema import Draft7Validator

    from revertome.response.definition import parse

    errors = sorted(Draft7Validator(schema).iter_errors(found), key=lambda e: [*map(str, e.path)])
    if errors:
        message = sentence(errors[0], len(errors)).removeprefix("configuration: ")
        raise StudyError(f"{source}: {message.rpartition('; ')[0]}; see config/response/README.md")
    response = config["response"]
    try:
        definition = parse(found, response["limits"])
    except StudyError as error:
        raise StudyError(f"{source}: {error}") from None
    wanted = response["endpoint"]
    if response["source"] == "visits" and wanted and wanted not in definition.endpoints:
        told = unknown("endpoint", wanted, definition.endpoints)
        raise StudyError(f"configuration: response.endpoint: {told}, the endpoints of {source}")


def _filled(value: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    for key, part in schema.get("properties", {}).items():
        if key not in value and "default" in part:
            value[key] = deepcopy(part["default"])
        if isinstance(value.get(key), dict):
            value[key] = _filled(value[key], part)
    return value


def _cross_check(config: Mapping[str, Any]) -> None:
    """What a schema cannot say."""
    intake, design, response = config["intake"], config["design"], config["response"]
    check_visits(design)
    if design["followup"] is None:
        check_one_visit(config)
    if intake["source"] == "geo" and not {"accession", "matrix"} & set(intake):
        raise StudyError("configuration: intake: source geo needs an accession or a local matrix")
    needed = {
        "table": ("matrix",),
        "cel": ("matrix", "cdf", "samples"),
        "beadchip": ("matrix", "samples"),
    }
    for key in needed.get(intake["source"], ()):
        if key not in intake:
            what = "a matrix, the path of a file" if key == "matrix" else key
            raise StudyError(f"configuration: intake: source {intake['source']} needs {what}")
    check_assay(config)
    check_series(config)
    if response["source"] == "activity" and not response["activity"]["column"]:
        raise StudyError("configuration: response.activity.column: name the activity score column")
    _score_methods(config["modules"]["methods"])
    for check in (check_privacy, check_reliability, check_claims, check_pretreatment):
        check(config)
    _contrasts(config)
    contrasts_by_engine(config)


def _score_methods(methods: list[str]) -> None:
    """A score is a file; its name is asked for without loading the library behind it."""
    known = sorted(m.name for m in iter_modules([str(Path(__file__).parent / "modules/scores")]))
    for name in methods:
        if name not in known:
            raise StudyError(f"configuration: modules.methods: {unknown('score', name, known)}")


def _contrasts(config: Mapping[str, Any]) -> None:
    check_groups(config["response"])
    check_group_names(config["response"], STANDARD)
    possible = contrast_names(config["design"], config["response"])
    wrong = [name for name in config["differential"]["contrasts"] if name not in possible]
    if wrong:
        raise StudyError(
            f"configuration: differential.contrasts: {', '.join(wrong)} cannot be had from this "
            f"design (healthy: {config['design']['healthy']}, response: "
            f"{config['response']['source']}, followup: {config['design']['followup']}); possible "
            f"are {', '.join(possible)}"
        )
    custom = config["differential"]["custom"]
    check_custom(custom, possible, config["design"])
    groups = [sheet_word(each) for each in config["response"]["groups"]]
    check_sums({name: terms(text) for name, text in custom.items()}, groups)
    check_variables(config["differential"]["change_with"])
    check_published(config)
    if config["differential"]["blocking"] == "fixed" and config["design"]["healthy"] is not None:
        against = [n for n in names(config) if not within_patient(n, custom)]
        lost = ", ".join(against) or "the joint model of healthy and paired samples, which "\
            "trajectories need"  # fmt: skip
        raise StudyError(
            f"configuration: differential.blocking: fixed cannot estimate {lost}: a patient is "
            "either healthy or diseased, so patient effects and disease are aliased; use auto or "
            "random, or set design.healthy: null (and keep the group of the patients alone)"
        )


def clinic(config: Mapping[str, Any]) -> tuple[list[str], dict[str, Any], dict[str, Any]]:
    """What `trial.with_clinic` is asked for: variables of contrasts, design and visits."""
    return config["differential"]["change_with"], config["design"], config["response"]


def names(config: Mapping[str, Any]) -> list[str]:
    """Contrasts to report, in reporting order: standard ones, then those of the study."""
    differential = config["differential"]
    possible = contrast_names(config["design"], config["response"])
    if differential["blocking"] == "fixed" and config["design"]["healthy"] is None:
        # Patients as coefficients take all that differs between patients.
        possible = [name for name in possible if within_patient(name, {})]
    chosen, own = differential["contrasts"], response_contrasts(config["response"])
    standard = [name for name in possible if not chosen or name in [*chosen, *own]]
    with_change = [f"{WITH}{variable}" for variable in differential["change_with"]]
    return standard + with_change + list(differential["custom"])


def contrasts_by_engine(config: Mapping[str, Any]) -> dict[str, list[str]]:
    """Contrasts of each engine; the first engine fills the plain file names.

    Raises
    ------
    StudyError
        Unknown engine, or a first engine without a joint model.
    """
    engines = default_engines(config["intake"]["assay"], config["differential"]["engines"])
    custom = config["differential"]["custom"]
    found = {engine: supported(engine, names(config), custom) for engine in engines}
    first = engines[0]
    if found[first] != names(config):
        raise StudyError(
            f"configuration: differential.engines: {first} comes first but cannot estimate "
            f"{', '.join(n for n in names(config) if n not in found[first])}; put one of "
            f"{', '.join(joint_engines())} first"
        )
    if not has_joint_fit(first):
        raise StudyError(
            f"configuration: differential.engines: {first} comes first but has no joint fit of all "
            f"samples, which trajectories need; put one of {', '.join(joint_engines())} first"
        )
    # One that has nothing to estimate, as DESeq2 of one visit, does not run.
    return {engine: own for engine, own in found.items() if own or engine == first}


def public(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration as it may be shown: under `pseudonymise` without any names."""
    if "intake" not in config:
        return dict(config)
    found = uncompleted(config)
    if config["privacy"] == "none":
        return found
    hidden = {key: "withheld" for key in NAMING if config["intake"].get(key)}
    return {**found, "intake": {**config["intake"], **hidden}}
