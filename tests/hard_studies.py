"""Studies of hard shapes: many or few of everything, long and hostile names, much that is missing.

Each is a set of results as `revertome.source_data.build` takes them, made by `small_study` from
samples of the shape; what that has few of is multiplied, and ids are then renamed in all tables.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

import small_study
from revertome.gene_classes import BEYOND
from revertome.response.proportions import proportions

CONTRASTS = (
    "disease", "baseline", "change_responders", "change_nonresponders", "change_all",
    "change_treated", "change_control", "change_since_switch", "drug_effect",
    "residual_responders", "interaction", "change_with_crp",
)  # fmt: skip
SPLIT = ("beyond_composition", "composition_summary")
HOSTILE = ("<b>{}</b> & \"'", "${}_{{x}}$ \\frac", "{}_^_#%&", "=-{}\u00a0;|", "Ωμέγα {} é−≥⁹")


def trial(
    responders: int = 9,
    nonresponders: int = 5,
    healthy: int = 8,
    visits: Sequence[str] = ("before", "week 12"),
    arms: Sequence[str] = (),
    response: bool = True,
    n_genes: int = 300,
    batches: int = 2,
) -> dict[str, Any]:
    """Results of a trial of any size; of arms the first is the control."""
    sizes = {"R": responders, "N": nonresponders} if response else {"T": responders + nonresponders}
    people = [f"{letter}{i:03d}" for letter, size in sizes.items() for i in range(size)]
    rows = [
        (f"{p}v{k}", p, visit, "patient", arms[i % len(arms)] if arms else None)
        for i, p in enumerate(people)
        for k, visit in enumerate(visits)
        if k == 0 or (i + k) % 7
    ]
    rows += [(f"H{i:03d}", f"H{i:03d}", np.nan, "healthy", None) for i in range(healthy)]
    obs = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group", "arm"])
    obs["batch"] = [f"chip {i % batches + 1}" for i in range(len(obs))]
    design = small_study.DESIGN | {
        "followup": visits[-1] if len(visits) > 1 else None,
        "baseline": visits[0],
        "followups": list(visits[1:]),
        "healthy": "healthy" if healthy else None,
        "arm": {"column": "arm", "control": arms[0], "until": None} if arms else None,
    }
    study = small_study.results_of(obs, design, n_genes)
    study["contrasts"] = {
        name: study["contrasts"]["disease" if name == "disease" else "change_responders"]
        for name in CONTRASTS
        if (arms or not name.startswith(("drug", "change_treated", "change_control", "change_si")))
        and (response or not any(part in name for part in ("respon", "baseline", "interaction")))
        and (healthy or not name.startswith(("disease", "residual")))
        and (len(visits) > 1 or name in ("disease", "baseline"))
    }
    study |= _clinic(obs, people, visits, arms or ("all",), response)
    study["patient_flow"] = _flow(obs, visits, arms)
    study["sensitivity"] = _left_out(people, study["genes"])
    study["engagement"] = _engaged(study["engagement"], people, arms)
    for name in ("sets", "fingerprint"):
        study[name] = multiplied(study[name], "contrast", list(study["contrasts"]))
    study["association_tests"] = study["association_tests"] if response else _unlabelled(study)
    if arms:
        study["beyond_control"] = _beyond(study["genes"], visits, arms)
    if not healthy or len(visits) == 1:  # then there is no split by cells
        study = {k: v for k, v in study.items() if k not in SPLIT}
    if not healthy:
        study = _without_healthy(study)
    study = study if len(visits) > 1 else _without_change(study)
    return study | small_study.behind(study)


def _clinic(
    obs: pd.DataFrame,
    people: Sequence[str],
    visits: Sequence[str],
    arms: Sequence[str],
    response: bool,
) -> dict[str, pd.DataFrame]:
    """Response at every follow-up by arm, and endpoints of the first of them."""
    answers = [
        (p, arms[i % len(arms)], visit, "responder" if (i * k) % 3 else "nonresponder")
        for k, visit in enumerate(visits[1:], 1)
        for i, p in enumerate(people)
    ]
    patients = pd.DataFrame(answers, columns=["patient", "arm", "visit", "response"])
    n = len(people) // len(arms)
    trial = [
        (endpoint, arm, max(n - 2 * i, 0), n, 0.0032, 0.0114, 0.0094, visits[-1], "itt")
        for endpoint in ("primary", "acr_pedi_30", "acr_pedi_50", "acr_pedi_70")
        for i, arm in enumerate(arms)
    ]
    names = ["endpoint", "arm", "responders", "n", "p_pearson", "p_yates", "p_fisher", "visit"]
    table = pd.DataFrame(trial, columns=[*names, "set"])
    if not response:
        patients, table = patients.head(0), table.head(0)
    return {"patients": patients, "trial": table, "proportions": proportions(patients)}


def _flow(obs: pd.DataFrame, visits: Sequence[str], arms: Sequence[str]) -> pd.DataFrame:
    """Patients at every step, by visit and arm, as `association/flow.tsv` has them."""
    seen = obs[obs["group"].eq("patient")].groupby("visit")["patient"].nunique()
    groups = ["all", *arms]
    rows = [("randomised", visits[0], arm, 40 // len(groups), np.nan, np.nan) for arm in groups]
    rows.append(("treated", np.nan, "all", 38, np.nan, np.nan))
    for step in ("visit reached", "blood drawn"):
        for visit in visits[step == "visit reached" :]:
            n = int(seen[visit])
            rows += [(step, visit, arm, n, n, np.nan) for arm in groups]
    rows.append(("blood drawn", np.nan, "healthy", 8, 8, np.nan))
    rows += [("contrast", name, "all", 24, 24, 12) for name in CONTRASTS]
    columns = ["stage", "detail", "arm", "n_patients", "n_samples", "n_pairs"]
    return pd.DataFrame(rows, columns=columns)


def _left_out(people: Sequence[str], genes: pd.DataFrame) -> pd.DataFrame:
    """The sets without each patient, and with four further covariates."""
    found = []
    for name in ("reverted", "induced"):
        members = list(genes.loc[genes["class"] == name, "gene"])
        rest = list(genes.loc[genes["class"] == "unchanged", "gene"])
        for kind, details in (
            ("leave_one_out", people),
            ("covariate", ("age", "sex", "batch", "bmi")),
        ):
            for i, detail in enumerate(details):
                lost, gained = members[: i % 4], rest[: i % 3]
                kept = len(members) - len(lost)
                row = {"analysis": kind, "detail": detail, "set": name}
                row |= {"n_genes": kept + len(gained), "n_kept": kept, "n_lost": len(lost)}
                row |= {"n_gained": len(gained), "jaccard": kept / (len(members) + len(gained))}
                found.append(row | {"lost": ",".join(lost), "gained": ",".join(gained)})
    return pd.DataFrame(found)


def _engaged(table: pd.DataFrame, people: Sequence[str], arms: Sequence[str]) -> pd.DataFrame:
    """Engagement with rows of levels, arms and drug effects, and of these patients."""
    mean = table[table["of"].eq("group") & table["name"].eq("all")]
    lines = [("level", level) for level in ("0", "30", "50", "70", "90")]
    lines += [("arm", arm) for arm in arms]
    lines += [("drug_effect", arm) for arm in ("all", *arms[1:])] if arms else []
    more = [mean.assign(of=of, name=name) for of, name in lines]
    own = table[table["of"].eq("patient") & table["name"].eq("P0")]
    label = {"R": "responder", "N": "nonresponder", "T": "treated"}
    shown = [own.assign(name=p, label=label[p[0]], level=50.0) for p in people]
    rest = table[~table["of"].isin(["patient", "level"])]
    return pd.concat([rest, *more, *shown], ignore_index=True)


def _beyond(genes: pd.DataFrame, visits: Sequence[str], arms: Sequence[str]) -> pd.DataFrame:
    """Claims beyond control at every follow-up, for each active arm and for all of them."""
    told = genes[["gene", "disease", "class"]].assign(drug_effect=genes["change"] * 0.8)
    told["class"] = told["class"].replace(dict(BEYOND))
    tables = [
        told.assign(visit=visit, arm=arm, control=arms[0], n_patients=20, n_control=9)
        for visit in visits[1:]
        for arm in (*arms[1:], "all active arms")
    ]
    return pd.concat(tables, ignore_index=True)


def _unlabelled(study: Mapping[str, Any]) -> pd.DataFrame:
    tests = study["association_tests"]
    return tests[tests["y"] != "label"]


def _without_healthy(study: dict[str, Any]) -> dict[str, Any]:
    genes = study["genes"].assign(**{"class": np.nan}, disease=np.nan)
    genes["p_disease"], genes["p_change"] = np.nan, np.linspace(0, 1, len(genes))
    empty = ("distance", "distance_tests", "tipping", "tipping_points", "sensitivity", "variances")
    return study | {name: study[name].head(0) for name in empty} | {"genes": genes}


def _without_change(study: dict[str, Any]) -> dict[str, Any]:
    genes = study["genes"].assign(**{"class": np.nan}, change=np.nan, p_change=np.nan)
    genes["p_disease"] = np.where(genes["disease"].isna(), np.nan, np.linspace(0, 1, len(genes)))
    empty = ("distance_tests", "tipping", "tipping_points", "sensitivity", "variances")
    empty += ("engagement", "module_visits")
    tests = study["module_tests"].replace({"test": {"paired_change": "baseline"}})
    return (
        study
        | {name: study[name].head(0) for name in empty}
        | {"genes": genes, "module_tests": tests}
    )


def multiplied(table: pd.DataFrame, column: str, names: Sequence[str]) -> pd.DataFrame:
    """Rows for every one of `names`, taken in turn from those of the ids that `column` has."""
    rng = np.random.default_rng(5)
    ids = list(dict.fromkeys(table[column]))
    parts = dict(list(table.groupby(column, sort=False)))
    tables = [parts[ids[i % len(ids)]].assign(**{column: name}) for i, name in enumerate(names)]
    if not tables:
        return table.head(0)
    found = pd.concat(tables, ignore_index=True)
    for p in [name for name in found if name.startswith(("P.", "adj.P."))]:
        found[p] = (found[p] * rng.uniform(0.2, 1, len(found))).clip(upper=1)
    return found


def with_modules(study: dict[str, Any], n: int) -> dict[str, Any]:
    """The study with `n` modules more than it has."""
    more = [f"M{i // 16 + 1}.{i % 16 + 1}b" for i in range(n)]
    tables = ("scores", "module_tests", "sets", "fingerprint", "association_tests", "module_visits")
    changed = {}
    for name in tables:
        own = list(dict.fromkeys(study[name]["module"]))
        changed[name] = multiplied(study[name], "module", [*own, *more])
    study |= changed
    return study | small_study.behind(study)


def with_variables(study: dict[str, Any], n: int) -> dict[str, Any]:
    """The study with `n` recorded variables, each of them asked for."""
    names = [f"lab_value_{i:02d}" for i in range(n)]
    tests = study["association_tests"]
    asked = tests[tests["y"].str.endswith("_change")]
    more = multiplied(asked, "y", [f"{name}_change" for name in names])
    study |= {
        "components": multiplied(study["components"], "variable", names),
        "association_tests": pd.concat([tests, more], ignore_index=True),
    }
    return study | small_study.behind(study)


IDS = (
    "patient", "sample", "gene", "module", "visit", "detail", "arm", "control", "variable", "y",
    "x", "name", "item", "batch", "group", "best_match_patient", "covariates", "first", "second",
)  # fmt: skip


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Ids under other names wherever they stand: columns of ids, lists of genes, the design."""
    if isinstance(value, pd.DataFrame):
        own = {name: value[name].map(lambda v: names.get(v, v)) for name in IDS if name in value}
        for column in {"lost", "gained"} & {*value}:
            told = value[column].str.split(",")
            own[column] = [",".join(names.get(gene, gene) for gene in genes) for genes in told]
        return value.assign(**own)
    if isinstance(value, dict):
        return {key: renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [renamed(part, names) for part in value]
    if isinstance(value, str):
        return names.get(value, value)
    if hasattr(value, "obs"):
        value = value.copy()
        value.obs = renamed(value.obs, names).set_axis([names.get(n, n) for n in value.obs_names])
        value.var_names = [names.get(name, name) for name in value.var_names]
    return value


def ids_of(study: Mapping[str, Any]) -> dict[str, list[str]]:
    """Ids of the study, by what they name."""
    obs, design = study["expression"].obs, study["design"]
    arms = obs["arm"].dropna() if "arm" in obs else []
    variables = [*study["components"]["variable"], *study["association_tests"]["y"]]
    found = {
        "patients": obs["patient"],
        "samples": obs["sample"],
        "genes": study["genes"]["gene"],
        "modules": [*study["scores"]["module"], *study["engagement"]["module"]],
        "visits": [name for name in (design["baseline"], *design["followups"]) if name],
        "arms": arms,
        "variables": [name for name in variables if name != "label"],
        "batches": obs["batch"],
    }
    return {kind: list(dict.fromkeys(map(str, names))) for kind, names in found.items()}


def long(kind: str, number: int, gap: str = "_") -> str:
    """Name of sixty letters that others of its kind share but for a number in its middle."""
    text = f"{kind[:-1]}_of_the_study_with_the_number_{number:03d}_and_a_long_description_of_it"
    return text[:60].replace("_", gap)


def with_long_names(study: dict[str, Any]) -> dict[str, Any]:
    """Everything in the files of the study has a name of sixty letters."""
    names = {
        name: long(kind, i) for kind, found in ids_of(study).items() for i, name in enumerate(found)
    }
    study = renamed(study, names)
    return study | small_study.behind(study)


def with_hostile_names(study: dict[str, Any]) -> dict[str, Any]:
    """Names with the signs of markup, formulas, patterns and spreadsheets."""
    names = {
        name: HOSTILE[i % len(HOSTILE)].format(name)
        for kind, found in ids_of(study).items()
        for i, name in enumerate(found)
    }
    study = renamed(study, names)
    return study | small_study.behind(study)


def long_labels(study: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """`labels` of the configuration that names everything in sixty letters."""
    kinds = ("visits", "arms", "modules", "variables")
    found = {
        kind: {name: long(kind, i, " ") for i, name in enumerate(names)}
        for kind, names in ids_of(study).items()
        if kind in kinds
    }
    groups = ("healthy", "responders", "nonresponders", "treated", "unlabelled", "all")
    groups += ("responder", "nonresponder", "patient")
    found["groups"] = {name: long("groups", i, " ") for i, name in enumerate(groups)}
    found["contrasts"] = {name: long("contrasts", i, " ") for i, name in enumerate(CONTRASTS)}
    return found


def with_nothing_known(study: dict[str, Any]) -> dict[str, Any]:
    """Whatever a stage may leave out is missing: no contrast could be fitted, nothing was measured.

    Counts of people are withheld, and no test has an answer.
    """
    told = {"genes": ("disease", "change", "residual", "recovered", "class", "stability")}
    told |= {"samples": ("xist", "y_genes", "match_own", "match_other", "recorded_sex")}
    told |= {"pca": ("batch",), "components": ("statistic", "P.Value", "adj.P.Val")}
    told |= {"proportions": ("responders", "n", "share", "low", "high")}
    told |= {"patient_flow": ("n_patients", "n_samples", "n_pairs")}
    told |= {"scores": ("healthy_mean", "healthy_sd", "threshold")}
    told |= {"distance": ("distance", "healthy_mean", "threshold")}
    told |= {"engagement": ("CI.L", "CI.R", "P.Value", "adj.P.Val")}
    tests = ("estimate", "CI.L", "CI.R", "P.Value", "adj.P.Val", "P.own", "adj.P.own", "mean")
    tests += ("P.camera", "adj.P.camera", "logFC", "B", "t", "statistic", "df")
    told |= {name: tests for name in ("module_tests", "sets", "association_tests", "courses")}

    def blank(table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
        return table.assign(**{name: np.nan for name in columns if name in table})

    found = {name: blank(study[name], columns) for name, columns in told.items()}
    found["association_tests"]["note"] = "too few patients"
    found["genes"] = found["genes"].assign(p_disease=np.nan, p_change=np.nan)
    found["contrasts"] = {name: blank(part, tests) for name, part in study["contrasts"].items()}
    empty = ("distance_tests", "tipping", "tipping_points", "sensitivity", "variances")
    return study | found | {name: study[name].head(0) for name in empty}


VISITS = ("before", *(f"week {i}" for i in range(1, 15)))
ARMS = ("placebo", "low dose", "middle dose", "high dose", "highest dose", "another drug")


def few():
    return trial(responders=2, nonresponders=1, healthy=3)


def many():
    return trial(responders=250, nonresponders=150, healthy=60)


def forty_variables():
    return with_variables(trial(), 41)


def thirty_chips():
    return trial(responders=40, nonresponders=25, batches=30)


def many_modules():
    return with_modules(trial(), 350)


def long_names():
    return with_long_names(with_modules(trial(visits=VISITS[:3], arms=ARMS[:3]), 12))


def labelled():
    study = with_variables(trial(visits=VISITS[:3], arms=ARMS[:3]), 8)
    return study | {"labels_of": long_labels(study)}


def hostile():
    return with_hostile_names(with_variables(trial(visits=VISITS[:3], arms=ARMS[:3]), 6))


def no_healthy():
    return trial(healthy=0)


def no_response():
    return trial(response=False)


def one_visit():
    return trial(visits=VISITS[:1])


def fifteen_visits():
    return trial(visits=VISITS)


def three_arms():
    return trial(responders=20, nonresponders=16, visits=VISITS[:4], arms=ARMS[:3])


def six_arms():
    return trial(responders=40, nonresponders=32, visits=VISITS[:4], arms=ARMS)


def nothing_known():
    return with_nothing_known(trial())


def bare():
    return trial(healthy=0, response=False, visits=VISITS[:1])


def everything():
    study = trial(40, 30, 20, VISITS, ARMS, batches=30)
    return with_long_names(with_variables(with_modules(study, 350), 41))


FAST = (few, forty_variables, long_names, no_healthy, one_visit)
SLOW = (many, thirty_chips, many_modules, labelled, hostile, no_response, fifteen_visits)
SLOW += (three_arms, six_arms, nothing_known, bare, everything)
