"""All stages of a study in one process, as the rules and entry scripts call them.

Every table goes through a file on its way to the next stage, as it does in a run.
"""

import random
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import yaml

from mixed_blood import shipped
from revertome.composition.stage import composition
from revertome.configuration import clinic, contrasts_by_engine, public
from revertome.differential.estimands import over_visits
from revertome.differential.model_options import joint_options, model_options
from revertome.differential.run import run as differential
from revertome.differential.variance_shares import variance_shares
from revertome.disclosure.allowed import leaving
from revertome.errors import Alarm
from revertome.figure_list import FIGURES
from revertome.intake.load import load
from revertome.normalise import normalise
from revertome.privacy import assign, identifiers, pseudonymise, redacted
from revertome.quality.assess import assess
from revertome.quality.confounding import confounded
from revertome.quality.used import used
from revertome.report.page import page
from revertome.response.definition import columns_read
from revertome.response.evaluate import evaluate
from revertome.response.proportions import proportions
from revertome.source_data import build
from revertome.trajectories import run as trajectories
from revertome.trajectories.class_rules import bounds_of
from revertome.trajectories.leading import shown
from revertome.trajectories.tipping_tables import tipping
from revertome.trial import with_clinic, with_response
from stages import association, modules

HOME = Path(__file__).parents[1]
sys.path.append(str(HOME / "scripts"))
from disk import SMALL, read_table, write_table  # noqa: E402
from figure_tables import read_source, write_source  # noqa: E402

GMT = [HOME / "resources/modules/interferon.gmt"]  # five modules are enough
ALIASES = dict(
    pd.read_csv(HOME / "resources/aliases.tsv", sep="\t", dtype=str)[["old", "current"]].to_numpy()
)


def finished(config: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Run a study by its completed configuration, from intake to the page of the report.

    Returns every result table by `<stage>/<name>`, and `page`, `expression`, `warnings`, `alarms`.
    """
    found: dict[str, Any] = {}

    def keep(stage: str, **tables: pd.DataFrame) -> None:
        for name, table in tables.items():
            write, read = write_table, read_table
            path = folder / stage / f"{name}.tsv"
            if stage == "source_data":
                write, read, path = write_source, read_source, path.with_suffix("")
            write(table, path)
            found[f"{stage}/{name}"] = read(path)

    few = patch.dict(SMALL, below=config["suppress_below"])
    # No test cuts the power; waiting for the disk would be a tenth of the time.
    unsynced = patch("os.fsync")
    with warnings.catch_warnings(record=True) as heard, few, unsynced:
        # Words to the user are kept for the report; any other warning is still an error.
        warnings.simplefilter("always", UserWarning)
        study = _intake(config)
        keep("intake", visits=study.visits, flow=study.flow)
        design = config["design"]
        every = normalise(study.adata, config["normalise"], ALIASES, design)
        _quality(config, every, found, keep)
        expression = used(every, found["quality/samples"])
        _composition(config, expression, found, keep)
        _differential(config, expression, found, keep)
        _trajectories(config, expression, found, keep)
        _modules(config, expression, found, keep)
        _association(config, every, expression, found, keep)
        _figures(config, expression, found, keep)
    found["warnings"] = [str(each.message) for each in heard]
    found["alarms"] += [str(each.message) for each in heard if issubclass(each.category, Alarm)]
    return found | {"expression": expression, "page": _page(config, found)}


def _intake(config: Mapping[str, Any]) -> Any:
    study = load(config["intake"], config["design"])
    if config["privacy"] == "none":
        return study
    codes = assign(identifiers(study, config["intake"]["exclude"]), {}, random.Random(3))
    assert redacted("", codes) == ""
    clinical = columns_read(config["response"], _definition(config["response"]))
    return pseudonymise(study, codes, leaving(config, clinical))


def _definition(response: Mapping[str, Any]) -> Any:
    path = HOME / "config/response" / f"{response['definition']}.yaml"
    return yaml.safe_load(path.read_text("utf-8"))


def _quality(config: Mapping[str, Any], every: Any, found: Any, keep: Any) -> None:
    design, response = config["design"], config["response"]
    visits = {name: response[name] for name in ("baseline_visit", "visit")}
    assessed = assess(
        every, found["intake/flow"], config["quality"], design, found["intake/visits"], visits
    )
    found["alarms"] = [*assessed.alarms]
    names = ("samples", "rle", "correlation", "pca", "components", "flow")
    keep("quality", **{name: getattr(assessed, name) for name in names})
    judged = evaluate(
        every.obs,
        found["intake/visits"],
        {**response, "definition": _definition(response)},
        design,
    )
    labels = dict(judged.labels[["patient", "label"]].to_numpy())
    found["alarms"] += confounded(every.obs, design, labels=labels)
    names = ("patients", "audit", "trial", "labels", "continuous", "groups")
    tables = {name: getattr(judged, name) for name in names}
    keep("response", **tables, proportions=proportions(judged.patients))


def _composition(config: Mapping[str, Any], expression: Any, found: Any, keep: Any) -> None:
    clinical = {name: config["response"][name] for name in ("baseline_visit", "visit")}
    made = composition(
        expression, found["intake/visits"], config["composition"], config["design"], clinical,
        config["intake"]["assay"], shipped(),
    )  # fmt: skip
    keep("composition", **made.tables)


def _differential(config: Mapping[str, Any], expression: Any, found: Any, keep: Any) -> None:
    reports = []
    engines = contrasts_by_engine(config)
    expression.obs = with_clinic(expression.obs, found["intake/visits"], *clinic(config))
    expression.obs = with_response(expression.obs, found["response/groups"])
    for engine, contrasts in engines.items():
        options = model_options(config, engine)
        result = differential(expression, found["response/labels"], options, contrasts)
        reports.append(result.design)
        place = "differential" if engine == next(iter(engines)) else f"differential/{engine}"
        keep(place, **{name: result.tables[name] for name in contrasts})
    cells = found["composition/cells"]
    shares = variance_shares(expression, found["response/labels"], config["design"], cells)
    keep("differential", design=pd.concat(reports, ignore_index=True))
    keep("differential", variance_shares=shares.genes, variance_sources=shares.sources)


def _trajectories(config: Mapping[str, Any], expression: Any, found: Any, keep: Any) -> None:
    options = joint_options(config, next(iter(contrasts_by_engine(config))))
    made = trajectories(expression, found["response/labels"], options, config["trajectories"])
    names = ("genes", "summary", "sensitivity", "statements", "variances")
    keep("trajectories", **{name: getattr(made, name) for name in names})
    found["trajectories/sets"] = made.sets
    tipped = tipping(expression, found["response/labels"], options, config["trajectories"])
    keep("trajectories", tipping=tipped.curve, tipping_points=tipped.points)
    keep("trajectories", tipping_genes=tipped.genes)


def first_tables(config: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Contrasts of the first engine, by name."""
    names = next(iter(contrasts_by_engine(config).values()))
    return {name: found[f"differential/{name}"] for name in names}


def _modules(config: Mapping[str, Any], expression: Any, found: Any, keep: Any) -> None:
    options, design, obs = config["modules"], config["design"], expression.obs
    labels, contrasts = found["response/labels"], first_tables(config, found)
    texts = {str(path): path.read_text(encoding="utf-8").splitlines() for path in GMT}
    sets = modules.gene_sets(texts, ALIASES)
    families = {path: list(modules.gene_sets({path: text}, {})) for path, text in texts.items()}
    found["modules/genes"] = sets
    scores = modules.score(expression, sets, options, design, 1)
    distance = modules.distance(expression, design)
    classes = modules.trajectory(scores, obs, labels, design, config["trajectories"])
    cells = (found["composition/cells"], config["composition"]["reliability"])
    engine = model_options(config, next(iter(contrasts_by_engine(config))))
    asked = (list(contrasts), sets, families, engine, options, config["trajectories"]["alpha"])
    tested = modules.set_tests(expression, labels, *asked)
    keep(
        "modules",
        scores=scores,
        tests=modules.test(scores, obs, labels, design, options["degrees"]),
        trajectories=classes,
        beyond_composition=modules.beyond_composition(
            scores, obs, labels, design, config["trajectories"], classes, *cells
        ),
        leading_edge=modules.leading_edge(expression, sets, design),
        engagement=modules.engagement(
            scores,
            obs,
            labels,
            found["response/patients"],
            design,
            config["response"],
            options["engagement"],
        ),
        sets=modules.sets_table(tested, contrasts, sets, options),
        fingerprint=modules.fingerprint(contrasts, sets, config["trajectories"]["alpha"]),
        agreement=modules.agreement(scores, obs, labels, sets, families, design),
        distance=distance,
        distance_tests=modules.distance_tests(distance, labels, design),
        visits=modules.visit_tests(scores, obs, labels, design),
        over_representation=modules.over_representation(
            found["trajectories/sets"], sets, found["trajectories/genes"]["gene"]
        ),
    )


def _association(
    config: Mapping[str, Any], every: Any, expression: Any, found: Any, keep: Any
) -> None:
    visits, labels = found["intake/visits"], found["response/labels"]
    scores, variables = found["modules/scores"], config["association"]["variables"]
    patients = association.join(
        expression,
        labels=labels,
        response=found["response/patients"],
        visits=visits,
        scores=scores,
        genes=found["trajectories/genes"],
        variables=variables,
        design=config["design"],
        clinic=config["response"],
        bounds=bounds_of(config["trajectories"]),
        distance=found["modules/distance"],
    )
    named = scores["module"].unique()
    checked = found["quality/samples"][["sample", "used"]]
    samples = every.obs.reset_index(drop=True).merge(checked, on="sample")
    flow = association.patient_flow(
        samples, visits, found["differential/design"], labels, config["design"],
        config["response"]["baseline_visit"],
    )  # fmt: skip
    alpha = config["trajectories"]["alpha"]
    tests = association.test(patients, named, variables, scores["method"].iloc[0], alpha)
    gone = association.absent_tables(
        every, found["quality/samples"], visits, labels, found["trajectories/genes"],
        found["modules/distance"], variables, config["design"], config["response"],
    )  # fmt: skip
    keep("association", absent=gone["absent"], absent_severity=gone["severity"])
    custom = config["differential"]["custom"]
    keep("differential", estimands=over_visits([found["differential/design"]], config["design"],
                                               custom))  # fmt: skip
    design, clinic = config["design"], config["response"]
    over = (visits, scores, found["modules/distance"], variables, design, clinic, alpha)
    asked = config["figures"]["genes"]
    genes = shown(asked, found["trajectories/genes"], set(expression.var_names), 0.05)
    keep(
        "association",
        patients=patients,
        tests=tests,
        flow=flow,
        visits=association.visit_associations(expression.obs, *over),
        courses=association.courses(
            expression, scores, labels, genes, design, found["composition/cells"]
        ),
    )
    changes = config["design"]["followup"] is not None
    tests = association.test(patients, named, variables, scores["method"].iloc[0], alpha, changes)
    keep("association", patients=patients, tests=tests, flow=flow)


def _figures(config: Mapping[str, Any], expression: Any, found: Any, keep: Any) -> None:
    places = {
        "quality": ("pca", "components", "flow", "samples", "rle"),
        "composition": ("cells",),
        "response": ("proportions", "trial", "labels"),
        "differential": ("variance_shares", "variance_sources"),
        "trajectories": (
            "genes",
            "summary",
            "sensitivity",
            "variances",
            "tipping",
            "tipping_points",
        ),
        "modules": ("scores", "sets", "engagement", "fingerprint", "distance", "distance_tests"),
    }
    results = {name: found[f"{stage}/{name}"] for stage in places for name in places[stage]}
    results |= {"module_tests": found["modules/tests"], "patient_flow": found["association/flow"]}
    results |= {"association_tests": found["association/tests"], "expression": expression}
    results["association_patients"] = found["association/patients"]
    results["modules"] = found["modules/genes"]
    results |= {"module_visits": found["modules/visits"], "courses": found["association/courses"]}
    results |= {
        name: config[name] for name in ("design", "figures", "trajectories", "suppress_below")
    }
    results["contrasts"] = first_tables(config, found)
    results["truth"] = found.get("intake/truth")
    results["beyond_control"] = found.get("trajectories/beyond_control")
    keep("source_data", **{name: build(name, results) for name in FIGURES})


MODULE_TABLES = ("agreement", "over_representation", "sets", "engagement")


def _page(config: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    results = {name: found[f"response/{name}"] for name in ("labels", "trial", "continuous")}
    results |= {
        name: found[f"trajectories/{name}"]
        for name in ("genes", "summary", "sensitivity", "statements", "tipping_points")
    }
    results |= {name: found[f"modules/{name}"] for name in MODULE_TABLES}
    results |= {
        "module_tests": found["modules/tests"],
        "module_visits": found["modules/visits"],
        "module_classes": found["modules/trajectories"],
        "module_composition": found["modules/beyond_composition"],
        "models": found["differential/design"],
        "association_tests": found["association/tests"],
        "absent": found["association/absent"],
        "severity": found["association/absent_severity"],
        "estimands": found["differential/estimands"],
        "contrasts": first_tables(config, found),
    }
    sources = {name: found[f"source_data/{name}"] for name in FIGURES}
    said = [("alarm", "run", text) for text in found["alarms"]]
    said += [("warning", "run", text) for text in set(found["warnings"]) - set(found["alarms"])]
    alarms = pd.DataFrame(sorted(said), columns=["severity", "stage", "text"])
    return page(public(config), results, sources, [], {}, alarms)
