"""Blood of several simulated trials, analysed by the workflow's own code."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import anndata
import numpy as np
import pandas as pd

from benchmarks.across_setting import Across
from benchmarks.across_truth import EFFECTS, Truth
from options import joint_options_of, options_of, section
from paired_trial import DESIGN
from revertome.compare import FinishedStudy, residuals
from revertome.differential.run import run
from revertome.modules.paired import mean_change
from revertome.statistics.t_tests import welch
from revertome.trajectories.observed import observe
from revertome.trajectories.study import study_of
from revertome.trajectories.table import gene_table

CONTRASTS = ("disease", "change_responders", "change_nonresponders", "change_all")
WITHIN = 0.5  # correlation of the two visits of a patient
MODULES, SIZE = 20, 25
OPTIONS = {"reverted_in": "responders", "sensitivity": [], "bootstrap": 0, "permutations": 0}


@dataclass(frozen=True)
class Drawn:
    """Studies of a setting.

    Attributes
    ----------
    parts : dict of str to dict
        Parts of each study's `FinishedStudy`.
    genes : list of str
    truth : Truth
        Of all genes.
    size : (k, G)
        Log2 units of one standard deviation on each study's platform.
    responding : (k,)
        Share of responders among the complete pairs.
    modules : dict of str to (n,) int
    """

    parts: dict[str, dict[str, Any]]
    genes: np.ndarray
    truth: Truth
    size: np.ndarray
    responding: np.ndarray
    modules: dict[str, np.ndarray]

    @cached_property
    def studies(self) -> dict[str, FinishedStudy]:
        """As this version has them, which may not have all parts."""
        return {name: finished(parts, DESIGN) for name, parts in self.parts.items()}


def finished(parts: dict[str, Any], design: dict[str, Any]) -> FinishedStudy:
    """The study of a result folder with these parts."""
    known = {field.name for field in fields(FinishedStudy)}
    given = {key: part for key, part in parts.items() if key in known}
    if "people" in known:
        from revertome.compare import people_of

        sheet = parts["expression"].obs
        sheet = sheet.assign(sample=sheet.index.astype(str))
        given["people"] = people_of(sheet, section("design", **design), parts["expression"])
    return FinishedStudy(**given)


def loadings_of(setting: Across, rng: np.random.Generator) -> np.ndarray:
    """Loadings (G, axes) of genes on the axes, in shares of their standard deviation.

    The first axis has neutrophil genes on one side and lymphocyte genes on the other, the second
    the interferon genes, a tenth of all; others have all genes.
    """
    n, k = setting.n_genes, len(setting.axes)
    raw = rng.normal(size=(n, k))
    raw[:, 0] *= rng.random(n) < 0.6
    raw[:, 1] = np.abs(raw[:, 1]) * np.where(rng.random(n) < 0.1, 1.0, 0.1)
    raw *= np.sqrt(np.array(setting.axes) / (raw**2).mean(axis=0))
    # No gene is all axis.
    whole = np.sqrt((raw**2).sum(axis=1))
    return raw * np.minimum(1, np.sqrt(0.9) / whole)[:, None]


def people(setting: Across, loadings: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Deviations (2, n, G) of people at two visits, of unit variance."""
    own = np.sqrt(1 - (loadings**2).sum(axis=1))
    parts = []
    for size in (loadings.shape[1], len(loadings)):
        person, visit = rng.normal(size=(n, size)), rng.normal(size=(2, n, size))
        parts.append(np.sqrt(WITHIN) * person + np.sqrt(1 - WITHIN) * visit)
    return np.asarray(parts[0] @ loadings.T + own * parts[1])


def draw(setting: Across, symbols: list[str], seed: list[int]) -> Drawn:
    """Simulate and analyse the studies of a setting."""
    rng = np.random.default_rng(seed)
    n = setting.n_genes
    genes = np.array(sorted(rng.permutation(symbols)[:n]))
    loadings = loadings_of(setting, rng)
    truth = EFFECTS[setting.effects](setting, loadings, rng)
    scale = np.array([*setting.scale, *[1.0] * len(setting.patients)][: len(setting.patients)])
    size = scale[:, None] * np.clip(0.35 * np.sqrt(4 / rng.chisquare(4, n)), 0.1, 1.2)
    level = rng.uniform(5, 12, n)
    # Modules are genes that lie next to each other on an axis, as blood modules are.
    place = [np.argsort(-np.abs(loadings[:, i % 6])) for i in range(MODULES)]
    modules = {f"M{i}": np.sort(at[i // 6 * SIZE :][:SIZE]) for i, at in enumerate(place)}
    members = np.unique(np.concatenate(list(modules.values())))
    parts, share, earlier = {}, [], None
    for number, (patients, healthy) in enumerate(
        zip(setting.patients, setting.healthy, strict=True)
    ):
        sick, well = (people(setting, loadings, n, rng) for n in (patients, healthy))
        sick, well, old = repeated(setting.shared, sick, well[0], earlier)
        earlier = earlier or (sick, well)
        y, obs, labels = values(setting, truth, number, sick, well, rng)
        obs.index = [f"GSM{seed[-1] % 9000 + 1000}{number}{i:03d}" for i in range(len(obs))]
        obs = named_again(obs, old, seed)
        labels["patient"] = obs["patient"].to_numpy()[: len(labels)]
        measured = np.union1d(rng.permutation(n)[: round(0.9 * n)], members)
        expression = anndata.AnnData(
            (level + size[number] * y)[:, measured].astype(np.float32),
            obs=obs,
            var=pd.DataFrame(index=genes[measured]),
        )
        if setting.missing:
            lost = np.flatnonzero(rng.random(patients) < setting.missing)
            lost = lost + patients * rng.integers(0, 2, len(lost))
            expression = expression[np.setdiff1d(np.arange(len(obs)), lost)].copy()
        name = f"study{number}"
        parts[name] = analysed(setting, expression, labels, genes, modules)
        share.append(responding(expression.obs, labels))
    if setting.shared == "study":
        parts["study1"] = parts["study0"]
    return Drawn(parts, genes, truth, size, np.array(share), modules)


def repeated(shared, sick, well, earlier):
    """Deviations with people of the first study in their place; how many patients, healthy."""
    if earlier is None or shared in ("", "study"):
        return sick, well, (0, 0)
    first_sick, first_well = earlier
    n = len(well) if shared == "healthy" else len(well) // 2
    if shared.startswith("healthy"):
        return sick, np.vstack([first_well[:n], well[n:]]), (0, n)
    # Every second patient, so that responders and others are among them.
    again = np.arange(0, sick.shape[1], 2)
    sick[:, again] = first_sick[:, again]
    return sick, well, (len(again), 0)


def named_again(obs: pd.DataFrame, old: tuple[int, int], seed: list[int]) -> pd.DataFrame:
    """Samples and people of the first study under the names they had there."""
    names, people_ = obs.index.to_numpy(object).copy(), obs["patient"].to_numpy(object).copy()
    n = int(obs["visit"].eq("before").sum())
    twice = np.arange(old[0]) * 2
    for i in [*twice, *(n + twice), *range(2 * n, 2 * n + old[1])]:
        names[i] = f"GSM{seed[-1] % 9000 + 1000}0{i:03d}"
        people_[i] = people_[i].replace("-1-", "-0-")
    return obs.assign(patient=people_).set_axis(names)


def values(setting, truth: Truth, number: int, sick, well, rng):
    """Values (n, G) in standard deviations; the sheet; labels. Before, after, healthy."""
    n, m = sick.shape[1], len(well)
    others = n // 4 if n >= 12 else 0
    responds = np.arange(n) >= others
    before = setting.sd[0] * sick[0] + truth.disease[number]
    change = truth.change[number] * responds[:, None]
    after = setting.sd[1] * sick[1] + truth.disease[number] + change
    if setting.effects == "permuted":
        turned = (rng.random(n) < 0.5)[:, None]
        before, after = np.where(turned, after, before), np.where(turned, before, after)
    names = [f"P-{number}-{i:03d}" for i in range(n)]
    obs = pd.DataFrame(
        {
            "patient": [*names, *names, *(f"H-{number}-{i:03d}" for i in range(m))],
            "visit": ["before"] * n + ["after"] * n + [None] * m,
            "group": ["patient"] * (2 * n) + ["healthy"] * m,
        }
    )
    labels = pd.DataFrame({"patient": names})
    labels["label"] = np.where(responds, "responder", "nonresponder")
    return np.vstack([before, after, well]), obs, labels


def responding(obs: pd.DataFrame, labels: pd.DataFrame) -> float:
    pairs = obs.loc[obs["group"].eq("patient"), "patient"].value_counts()
    label = labels.set_index("patient")["label"]
    return float(label.loc[pairs.index[pairs == 2]].eq("responder").mean())


def analysed(setting, expression, labels, genes, modules) -> dict[str, Any]:
    """Parts of a study as its result folder would tell them."""
    options = section("trajectories", **OPTIONS, variance=setting.variance)
    tables = run(expression, labels, options_of("limma", DESIGN), list(CONTRASTS)).tables
    tables = {name: table for name, table in tables.items() if table["logFC"].notna().any()}
    study = study_of(expression, labels, joint_options_of("limma", DESIGN, setting.variance))
    found = observe(study, options)
    unknown = np.full(expression.n_vars, np.nan)
    table = gene_table(
        found.planes, found.calls, study.fitted.moderated, study.expression.var_names, unknown,
        options, study.n_pairs("nonresponder"),
    )  # fmt: skip
    table["class_common"] = pd.NA if found.cells is None else table["class"]
    return dict(
        contrasts=tables,
        genes=table,
        modules=module_tests(expression, labels, genes, modules),
        residuals=residuals(expression, labels, section("design", **DESIGN)),
        expression=expression,
        facts={"title": "simulated", "assay": "microarray", "folder": "."},
    )


def module_tests(expression, labels, genes, modules) -> pd.DataFrame:
    """Tests of the mean of every module, whose true value is the mean of its genes."""
    obs, label = expression.obs, labels.set_index("patient")["label"]
    score = {
        name: expression.X[:, expression.var_names.isin(genes[at])].mean(axis=1)
        for name, at in modules.items()
    }
    wide = pd.DataFrame(score, obs.index)
    at = [obs["visit"].eq(DESIGN[time]) for time in ("baseline", "followup")]
    before, after = (wide[rows].set_axis(obs.loc[rows, "patient"]) for rows in at)
    pairs = before.index.intersection(after.index)
    change = after.loc[pairs] - before.loc[pairs]
    groups = {"all": pairs, "responders": pairs[label.loc[pairs].eq("responder")]}
    parts = []
    for group, some in groups.items():
        shift = pd.DataFrame(index=some)
        tested = mean_change(change.loc[some], shift).assign(test="paired_change")
        well = welch(before[before.index.map(label).isin(["responder"]) | (group == "all")],
                     wide[obs["group"].eq("healthy")]).assign(test="disease")  # fmt: skip
        parts += [tested.assign(group=group), well.assign(group=group)]
    table = pd.concat(parts)
    return table.rename_axis("module").reset_index().assign(method="zscore")
