"""Result tables of a made-up study, in the form of the result folder, for figures and report."""

from collections.abc import Mapping
from typing import Any

import anndata
import numpy as np
import pandas as pd
from scipy import stats

from afresh import afresh
from cell_counts import cell_counts
from options import section
from revertome.association.absent import absent
from revertome.association.courses import courses
from revertome.association.presence import presence
from revertome.differential.variance_shares import variance_shares
from revertome.modules.courses import visit_tests
from revertome.modules.distance_tests import distance_tests
from revertome.response.proportions import proportions
from revertome.statistics.fdr import adjust
from revertome.trajectories.leading import shown
from revertome.trajectories.tipping import SHORTFALLS
from split_genes import split_genes

DESIGN = {"baseline": "before", "followup": "week 12", "healthy": "healthy", "covariates": []}
FIGURES = {"genes": [], "module": "ISG6", "heatmap_genes": 40}
TRAJECTORIES = section("trajectories", reverted_in="responders", bootstrap=200, permutations=100)


CONFIG = {
    "study": "small",
    "title": "A small study",
    "caveats": ["Steroids were tapered over the same time."],
    "intake": {"source": "table", "assay": "microarray"},
    "design": DESIGN,
    "normalise": {"method": "quantile"},
    "response": {"source": "visits"},
    "differential": section("differential"),
    "trajectories": TRAJECTORIES,
    "modules": section("modules", methods=["zscore"], permutations=1000, seed=2),
    "figures": FIGURES,
    "composition": section("composition", reliability=0.9),
}


SENSITIVITY = pd.DataFrame(
    {
        "analysis": ["leave_one_out", "covariate"],
        "detail": ["R1", "age"],
        "set": "reverted",
        "n_genes": [10, 12],
        "n_kept": [10, 9],
        "n_lost": [1, 2],
        "n_gained": [0, 3],
        "jaccard": [10 / 11, 9 / 14],
        "lost": ["GENE1", "GENE1,GENE2"],
        "gained": ["", "GENE297,GENE298,GENE299"],
    }
)
MODULE_CLASSES = pd.DataFrame(
    {
        "module": ["ISG6", "M1", "M2"],
        "method": "zscore",
        "class": ["partial", "unresolved", "induced"],
        "disease": [3.0, 1.0, 0.1],
        "change": [-0.75, -0.5, 4.0],
        "recovered": [0.25, 0.5, -40.0],
        "recovered_low": [0.16, -0.1, float("-inf")],
        "recovered_high": [0.355, 1.2, float("inf")],
        "recovered_interval": ["bounded", "bounded", "whole line"],
    }
)


MODELS = pd.DataFrame(
    {
        "contrast": ["disease", "change_responders"],
        "engine": "limma",
        "blocking": ["random", "fixed"],
        "trend": True,
        "robust": False,
        "weights": "none",
        "lfc": 0.0,
        "covariates": "none",
        "absorbed": "none",
        "confounded": "none",
        "carried_by": "none",
        "dropped": "none",
        "values_missing": 0.0,
        "n_pairs": [0, 8],
        "formula": ["~ 0 + cell + (1 | patient)", "~ 0 + patient + label:visit"],
    }
)
PATIENT_FLOW = pd.DataFrame(
    [
        ("randomised", "before", "all", 30, np.nan, np.nan),
        ("randomised", "before", "drug", 14, np.nan, np.nan),
        ("randomised", "before", "placebo", 16, np.nan, np.nan),
        ("treated", np.nan, "all", np.nan, np.nan, np.nan),
        ("visit reached", "week 4", "all", 28, np.nan, np.nan),
        ("visit reached", "week 12", "all", 25, np.nan, np.nan),
        ("visit reached", "week 12", "drug", 13, np.nan, np.nan),
        ("blood drawn", "before", "all", 16, 16, np.nan),
        ("blood drawn", np.nan, "healthy", 8, 8, np.nan),
        ("contrast", "disease", "all", 24, 24, np.nan),
        ("contrast", "change_all", "all", 5, 10, 5),
    ],
    columns=["stage", "detail", "arm", "n_patients", "n_samples", "n_pairs"],
)
CONTINUOUS = pd.DataFrame(
    [("week 4", "crp", "drug", 12, -53.9, "placebo", 0.001, "exact")],
    columns=["visit", "variable", "arm", "n", "mean_percent_change", "versus", "P.Value", "method"],
)


def said(*texts: str, severity: str = "warning") -> pd.DataFrame:
    """What the stages warned of, as `report/alarms.tsv` has it."""
    rows = [(severity, "quality", text) for text in texts]
    return pd.DataFrame(rows, columns=["severity", "stage", "text"])


@afresh
def results(
    n_genes: int = 300, responders: int = 9, nonresponders: int = 5, healthy: int = 8
) -> dict[str, Any]:
    """All inputs of `revertome.source_data.build`, by name."""
    return results_of(_samples(responders, nonresponders, healthy), DESIGN, n_genes)


def results_of(obs: pd.DataFrame, design: dict[str, Any], n_genes: int = 300) -> dict[str, Any]:
    """All inputs of a study of these samples, whose patients' first letter is their response.

    `obs` has sample, patient, visit, group and what else a sheet holds; visits are those of
    `design`.
    """
    rng = np.random.default_rng(7)
    genes = _genes(rng, n_genes)
    x = rng.normal(8, 0.4, (len(obs), n_genes)) + rng.normal(0, 1.5, n_genes)
    ill = obs["visit"].eq(design["baseline"]).to_numpy()
    role = np.where(ill, 1, np.where(obs["visit"].isna(), 0, 2))
    x += np.where(role[:, None] > 0, genes["disease"].to_numpy(), 0)
    x += np.where(role[:, None] == 2, genes["change"].to_numpy(), 0)
    expression = anndata.AnnData(
        x,
        obs=obs.set_index("sample", drop=False),
        var=genes[["gene"]].set_index("gene", drop=False),
    )
    patients = [p for p in dict.fromkeys(obs["patient"]) if not p.startswith("H")]
    labels = pd.DataFrame({"patient": patients})
    names = {"R": "responder", "N": "nonresponder", "U": "unlabelled", "T": "treated"}
    labels["label"] = [names[p[0]] for p in patients]
    outcomes = _outcomes(obs)
    found = {
        "expression": expression,
        "labels": labels,
        "genes": genes,
        "summary": _summary(genes),
        **_tipping(genes),
        "variances": _variances(genes),
        "contrasts": _contrasts(rng, genes),
        "design": design,
        "figures": FIGURES,
        "trajectories": TRAJECTORIES,
        **_quality(rng, obs),
        "absent": who_is_absent(obs, labels, design),
        **outcomes,
        "distance_tests": distance_tests(outcomes["distance"], labels, design),
        **_clinic(labels),
        **_modules(rng, obs),
        "association_tests": _associations(rng),
        "models": MODELS,
    }
    shares = variance_shares(expression, labels, design | {"covariates": ["batch"]})
    found["variance_shares"], found["variance_sources"] = shares
    lead = shown([], genes, set(expression.var_names), 0.05)
    found["module_visits"] = visit_tests(found["scores"], expression.obs, labels, design)
    found["cells"] = cell_counts(obs.set_index("sample"))
    found["courses"] = courses(expression, found["scores"], labels, lead, design, found["cells"])
    return found | split_genes(genes) | behind(found)


def behind(study: Mapping[str, Any]) -> dict[str, Any]:
    """The genes of the modules that are tables' rows, and the values that were associated."""
    rng, tests = np.random.default_rng(23), study["association_tests"]
    genes = study["genes"]["gene"].to_numpy()
    names = dict.fromkeys(study["sets"]["module"])
    modules = {name: [*rng.choice(genes, 20, replace=False)] for name in names}
    asked = dict.fromkeys([*tests["x"], *tests.loc[tests["y"] != "label", "y"]])
    values = {name: rng.gamma(2, 20, len(study["labels"])) for name in asked}
    patients = study["labels"][["patient", "label"]].assign(**values)
    return {"modules": modules, "association_patients": patients}


def who_is_absent(obs: pd.DataFrame, labels: pd.DataFrame, design: dict[str, Any]) -> pd.DataFrame:
    """association/absent.tsv of a study without a visits sheet."""
    visits = pd.DataFrame(columns=["patient", "arm", "visit"])
    clinic = {"baseline_visit": "", "visit": ""}
    return absent(presence(obs.assign(used=True), visits, labels, design, clinic))


def _samples(responders: int, nonresponders: int, healthy: int) -> pd.DataFrame:
    sizes = {"R": responders, "N": nonresponders, "U": 2}
    people = [f"{letter}{i:02d}" for letter, size in sizes.items() for i in range(size)]
    rows = [(f"H{i:02d}", f"H{i:02d}", np.nan, "healthy") for i in range(healthy)]
    for i, p in enumerate(people):
        rows.append((f"{p}a", p, "before", "patient"))
        if i != 1:  # one patient has no second visit
            rows.append((f"{p}b", p, "week 12", "patient"))
    obs = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group"])
    obs["batch"] = np.where(np.arange(len(obs)) % 2, "first", "second")
    return obs


def _genes(rng: np.random.Generator, n: int) -> pd.DataFrame:
    classes = np.array(["unchanged"] * n, dtype=object)
    sizes = {"reverted": 0.12, "induced": 0.05, "partial": 0.02, "persistent": 0.03}
    start = 0
    for name, share in (sizes | {"exacerbated": 0.01, "unresolved": 0.2}).items():
        stop = start + int(share * n)
        classes[start:stop] = name
        start = stop
    sign = rng.choice([-1, 1], n)
    d = rng.normal(0, 0.15, n)
    t = -0.5 * d + rng.normal(0, 0.15, n)
    size = sign * rng.uniform(1, 2.6, n)
    plan = {"reverted": (1, -1), "induced": (0, 1), "partial": (1, -0.25), "persistent": (1, 0.0)}
    for name, (a, b) in (plan | {"exacerbated": (1, 0.7), "unresolved": (0.4, -0.2)}).items():
        mine = classes == name
        d[mine], t[mine] = (d + a * size)[mine], (t + b * size)[mine]
    table = pd.DataFrame({"gene": [f"GENE{i}" for i in range(n)], "disease": d, "change": t})
    table["disease_all"] = d + rng.normal(0, 0.05, n)
    table["change_all"] = t + rng.normal(0, 0.1, n)
    table["residual"], table["recovered"] = d + t, -t / d
    for name in ("reverted", "induced"):
        table[f"adj_p_{name}"] = np.where(classes == name, rng.uniform(1e-5, 0.04, n), 1)
    table["se_disease"], table["se_change"] = 0.15, 0.12
    table["correlation"], table["df"] = -0.4, 40.0
    table["joint_limit"] = 2 * 3.231727  # R: 2 * qf(0.95, 2, 40)
    for effect, end in (("disease", ""), ("change", ""), ("change", "_all")):
        z = table[f"{effect}{end}"] / table[f"se_{effect}"]
        table[f"p_{effect}{end}"] = 2 * stats.norm.sf(z.abs())
        table[f"adj_p_{effect}{end}"] = adjust(table[f"p_{effect}{end}"])
    for name in ("se_disease", "se_change", "correlation", "df", "joint_limit"):
        table[f"{name}_all"] = table[name]
    table["change_nonresponders"], table["stability"] = t * 0.3, rng.uniform(0, 1, n)
    table["recovered_low"], table["recovered_high"] = table["recovered"] - 1, np.nan
    table["adj_p_interaction"], table["responder_specific"] = rng.uniform(0, 1, n), False
    table["class"] = classes
    own = np.random.default_rng(18)
    table["sd_ratio_baseline"], table["sd_ratio_followup"] = np.exp(own.normal(0.2, 0.3, (2, n)))
    return table


def _summary(genes: pd.DataFrame) -> pd.DataFrame:
    names = ["reverted", "induced", "partial", "exacerbated", "persistent", "unresolved"]
    n = genes["class"].value_counts()
    table = pd.DataFrame({"class": [*names, "unchanged"]})
    table["n_genes"] = table["class"].map(n).fillna(0).astype(int)
    table["expected_false"] = [0.4, 2.2, *[np.nan] * 5]
    table["n_holding"] = [1, 0, *[np.nan] * 5]
    return table


def _tipping(genes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tipping points of which the reverted set is lost at half, and the induced set never."""
    curve, points = [], []
    for name, slope in (("reverted", 1.0), ("induced", 0.1)):
        n = int(genes["class"].eq(name).sum())
        kept = np.round(n * np.clip(1 - slope * SHORTFALLS, 0, 1)).astype(int)
        table = pd.DataFrame({"shortfall": SHORTFALLS, "n_genes": n, "n_kept": kept})
        curve.append(table.assign(visit="week 12", set=name, group="responders"))
        row = {"visit": "week 12", "set": name, "group": "responders", "n_present": 8}
        half = SHORTFALLS[2 * kept < n].min() if (2 * kept < n).any() else np.nan
        row |= {
            "n_absent": 1,
            "n_unlabelled": 0,
            "n_genes": n,
            "first_lost": 0.05,
            "half_lost": half,
        }
        points.append(row | {"all_lost": np.nan, "statement": f"A sentence on the {name} set."})
    shown = pd.concat(curve, ignore_index=True)
    return {"tipping": shown[shown["n_genes"] > 0], "tipping_points": pd.DataFrame(points)}


def _variances(genes: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for role, visit in (("baseline", "before"), ("followup", "week 12")):
        row = {"role": role, "visit": visit, "df": 12.0, "df_healthy": 7.0, "sd_ratio": 1.2}
        for name, q in (("05", 0.05), ("50", 0.5), ("95", 0.95)):
            row[f"observed_{name}"] = genes[f"sd_ratio_{role}"].quantile(q)
            row[f"expected_{name}"] = {"05": 0.7, "50": 1.2, "95": 2.1}[name]
        rows.append(row)
    return pd.DataFrame(rows)


def _contrasts(rng: np.random.Generator, genes: pd.DataFrame) -> dict[str, pd.DataFrame]:
    found = {}
    for name, column in (("disease", "disease"), ("change_responders", "change")):
        se = rng.uniform(0.15, 0.3, len(genes))
        table = pd.DataFrame({"gene": genes["gene"], "logFC": genes[column], "AveExpr": 8.0})
        table["CI.L"], table["CI.R"] = table["logFC"] - 2 * se, table["logFC"] + 2 * se
        table["t"] = table["logFC"] / se
        table["P.Value"] = 2 / (1 + np.exp(1.7 * table["t"].abs()))
        table = table.sort_values(["P.Value", "gene"], ignore_index=True)
        scaled = table["P.Value"] * len(table) / np.arange(1, len(table) + 1)
        table["adj.P.Val"] = scaled[::-1].cummin()[::-1].clip(upper=1)
        found[name] = table.assign(B=0.0, n=8, engine="limma")
    return found


def _quality(rng: np.random.Generator, obs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    pca = obs.assign(PC1=rng.normal(0, 9, len(obs)), PC2=rng.normal(0, 5, len(obs)))
    pairs = [(f"PC{i}", v) for i in range(1, 6) for v in ("group", "visit", "batch", "sex", "age")]
    components = pd.DataFrame(pairs, columns=["component", "variable"])
    share = {"PC1": 0.31, "PC2": 0.12, "PC3": 0.08, "PC4": 0.04, "PC5": 0.03}
    components["variance_explained"] = components["component"].map(share)
    components["statistic"] = rng.uniform(0, 9, len(pairs))
    components["P.Value"] = 10 ** -rng.uniform(0, 6, len(pairs))
    components["adj.P.Val"] = components["P.Value"].mul(3).clip(upper=1)
    n, people = len(obs), obs["patient"].nunique()
    flow = pd.DataFrame(
        [
            (
                "read",
                n + 3,
                people + 1,
                13,
                "matrix and sample sheet",
                "OA 2; healthy 9; patient 31",
            ),
            (
                "kept by the study file",
                n,
                people,
                13,
                "2 samples of other visits left out",
                "healthy 8 (normal 6, disease control 2); patient 31 (JIA)",
            ),
            (
                "passed quality control",
                n,
                people,
                13,
                "no sample excluded",
                "healthy 8; patient 31",
            ),
        ],
        columns=["stage", "n_samples", "n_patients", "n_pairs", "note", "groups"],
    )
    return {"pca": pca, "components": components, "flow": flow, "patient_flow": PATIENT_FLOW}


def _outcomes(obs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Tables with a generator of their own, so that they change no other."""
    rng = np.random.default_rng(17)
    who, n = obs[["sample", "patient", "visit", "group"]], len(obs)
    rle = who.assign(median=rng.normal(0, 0.04, n))
    for name, at in (("q25", -0.2), ("q75", 0.2), ("low", -0.6), ("high", 0.6)):
        rle[name] = rle["median"] + at * rng.uniform(0.9, 1.3, n)
    woman = np.array([hash_of(p) % 2 for p in obs["patient"]], dtype=bool)
    sex = np.where(woman, "female", "male")
    samples = who.assign(flag="pass", reason="", used=True, recorded_sex=sex, expressed_sex=sex)
    samples["xist"] = np.where(woman, 10, 4) + rng.normal(0, 0.3, n)
    samples["y_genes"] = np.where(woman, 4, 9) + rng.normal(0, 0.3, n)
    samples["match_own"] = np.where(obs["visit"].isna(), np.nan, rng.normal(20, 4, n))
    samples["match_other"] = samples["match_own"] - rng.uniform(15, 30, n)
    samples["best_match_patient"] = samples["patient"].where(samples["match_own"].notna())
    last = samples.index[-1]
    samples.loc[last, ["flag", "reason"]] = ["flag", "sex_mismatch;pair_identity"]
    samples.loc[last, ["xist", "y_genes"]] = samples.loc[last, ["y_genes", "xist"]].to_numpy()
    samples.loc[last, ["match_own", "match_other"]] = [-5.0, 14.0]
    rise = obs["visit"].map({"before": 6.0, "week 12": 3.0}).fillna(0)
    distance = who.assign(distance=8 + rise + rng.normal(0, 1, n), genes_outside=120)
    distance = distance.assign(healthy_mean=8.0, threshold=10.0)
    modules = ("ISG6", "IRG28", "M1.2", "M3.4", "M5.12", "neutrophils", "monocytes")
    pairs = [(c, m) for c in ("disease", "change_responders", "interaction") for m in modules]
    fingerprint = pd.DataFrame(pairs, columns=["contrast", "module"]).assign(n_genes=20)
    fingerprint["n_up"] = rng.integers(0, 15, len(pairs))
    fingerprint["n_down"] = rng.integers(0, 5, len(pairs))
    for side in ("up", "down"):
        fingerprint[f"share_{side}"] = fingerprint[f"n_{side}"] / fingerprint["n_genes"]
    return {"rle": rle, "samples": samples, "distance": distance, "fingerprint": fingerprint}


def hash_of(name: str) -> int:
    """A number from a name, the same in every process."""
    return sum(map(ord, name))


def _clinic(labels: pd.DataFrame) -> dict[str, pd.DataFrame]:
    rows = [
        (p, "drug" if i % 2 else "placebo", v, "responder" if (i * k) % 3 else "nonresponder")
        for k, v in ((1, "week 4"), (2, "week 12"))
        for i, p in enumerate(labels["patient"])
    ]
    trial = [
        ("primary", "drug", 8, 12, 0.0032, 0.0114, 0.0094),
        ("primary", "placebo", 1, 12, 0.0032, 0.0114, 0.0094),
        ("acr_pedi_30", "drug", 11, 12, 0.0593, 0.1573, 0.155),
        ("acr_pedi_30", "placebo", 7, 12, 0.0593, 0.1573, 0.155),
    ]
    names = ["endpoint", "arm", "responders", "n", "p_pearson", "p_yates", "p_fisher"]
    patients = pd.DataFrame(rows, columns=["patient", "arm", "visit", "response"])
    return {
        "patients": patients,
        "proportions": proportions(patients),
        "trial": pd.DataFrame(trial, columns=names).assign(visit="week 4"),
        "continuous": CONTINUOUS,
    }


def _modules(rng: np.random.Generator, obs: pd.DataFrame) -> dict[str, pd.DataFrame]:
    names = ["ISG6", "IRG28", "M1.2", "M3.4", "M5.12", "neutrophils", "monocytes", "erythroid"]
    scores = pd.concat([obs[["sample", "patient", "visit"]].assign(module=m) for m in names])
    scores["score"] = rng.normal(1, 1, len(scores)) + scores["visit"].map({"week 12": 2}).fillna(0)
    scores = scores.assign(method="zscore", healthy_mean=0.0, healthy_sd=1.0, threshold=2.0)
    scores = scores.assign(
        genes_found=5, genes_total=6, genes_missing="SIGLEC1", reference="healthy"
    )
    tests = pd.DataFrame(
        [(m, g) for m in names for g in ("all", "responders", "nonresponders")],
        columns=["module", "group"],
    )
    tests["estimate"] = rng.normal(0, 1, len(tests))
    tests["CI.L"], tests["CI.R"] = tests["estimate"] - 0.7, tests["estimate"] + 0.7
    tests = tests.assign(method="zscore", test="paired_change", statistic=2.0, df=7, n=8)
    tests = tests.assign(scale="score", note=np.nan)
    compared = tests[tests["group"] == "all"]
    compared = compared.assign(test="change_interaction", group="responders_vs_nonresponders")
    tests = pd.concat([tests, compared], ignore_index=True)
    tests["P.Value"] = rng.uniform(0, 0.2, len(tests))
    tests["adj.P.Val"] = tests["P.Value"].mul(1.5).clip(upper=1)
    sets = pd.DataFrame(
        [(c, m) for c in ("disease", "change_responders") for m in names],
        columns=["contrast", "module"],
    )
    sets = sets.assign(n_genes=25, n_found=20, logFC=rng.normal(0, 0.6, len(sets)), correlation=0.1)
    sets["CI.L"], sets["CI.R"] = sets["logFC"] - 0.3, sets["logFC"] + 0.3
    for p in ("P.rotation", "P.camera", "P.own"):
        sets[p] = 10 ** -rng.uniform(0, 4, len(sets))
        sets[f"adj.{p}"] = sets[p].mul(2).clip(upper=1)
    sets = sets.assign(NES=1.6, leading_edge="GENE1", difference=0.5, **{"P.flip": np.nan})
    found = {"scores": scores.reset_index(drop=True), "module_tests": tests, "sets": sets}
    engaged = ["R_IL1_SIGNALING", "H_TNFA_NFKB", "IFN1_ONLY", "IFN2_ONLY", "IFN1_ONLY - IFN2_ONLY"]
    groups = [("group", "all"), ("group", "responders"), ("level", "50")]
    rows = [(m, of, name, np.nan, 8) for m in engaged for of, name in groups]
    rows += [(m, "patient", f"P{k}", "responder", 1) for m in engaged for k in range(5)]
    engagement = pd.DataFrame(rows, columns=["module", "of", "name", "label", "n"])
    engagement["level"] = np.where(engagement["of"] == "patient", 50.0, np.nan)
    engagement["change"] = rng.normal(0, 1, len(engagement))
    mean = engagement["of"] != "patient"
    engagement["CI.L"] = (engagement["change"] - 0.5).where(mean)
    engagement["CI.R"] = (engagement["change"] + 0.5).where(mean)
    engagement["P.Value"] = engagement["adj.P.Val"] = pd.Series(0.01, engagement.index).where(mean)
    found["engagement"] = engagement
    agreement = {"kind": "list", "module": np.nan, "first": "ISG6", "second": "IRG28"}
    agreement |= {"of": "change", "spearman": 0.8, "CI.L": 0.2, "CI.R": 0.95, "n": 8}
    over = {"set": "induced_up", "module": "ISG6", "overlap": 2, "set_size": 9, "module_size": 5}
    over |= {"background": 60, "odds_ratio": 4.6, "P.Value": 0.16, "genes": "A,B"}
    return found | {
        "module_classes": MODULE_CLASSES,
        "sensitivity": SENSITIVITY,
        "agreement": pd.DataFrame([agreement | {"shared_genes": 6}]),
        "over_representation": pd.DataFrame([over]),
    }


def _associations(rng: np.random.Generator) -> pd.DataFrame:
    rows = [
        (question, y, module)
        for question, y in (
            ("change_with_change", "crp_change"),
            ("baseline_with_response", "label"),
            ("change_by_response", "label"),
        )
        for module in ("ISG6", "IRG28", "M1.2", "M3.4", "M5.12", "neutrophils")
    ]
    tests = pd.DataFrame(rows, columns=["question", "y", "module"])
    tests["estimate"] = rng.uniform(0.2, 0.8, len(tests))
    tests["CI.L"], tests["CI.R"] = tests["estimate"] - 0.2, tests["estimate"] + 0.2
    tests["P.Value"] = rng.uniform(0, 0.1, len(tests))
    tests["adj.P.Val"] = tests["P.Value"].mul(1.2)
    time = np.where(tests["question"].str.startswith("baseline"), "_baseline", "_change")
    return tests.assign(
        n=14, x=tests["module"] + time, method="zscore", group="all", statistic=1.0, note=np.nan
    )
