"""Randomised trials in which patients are enrolled in flare, with or without any drug effect."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from options import section
from paired_trial import Expression

DRUG, PLACEBO = "drug", "placebo"
DESIGN: dict[str, Any] = {
    "baseline": "before", "followup": "after", "healthy": "healthy", "covariates": [],
    "followups": ["after"], "arm": {"column": "arm", "control": PLACEBO, "until": None},
    "dose": None, "time_control": None,
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """What a simulated trial is like.

    Activity of a patient at a visit is sqrt(reliability) s + sqrt(1 - reliability) e, with s and e
    standard normal: a stable part and one of the day. Patients are enrolled with an activity above
    `flare` at baseline; healthy people have none. A gene is loading x activity + drug effect +
    noise of SD 1, of which a share `rho` of the variance stays with the person.

    Attributes
    ----------
    drug, placebo, healthy : int
        People.
    reliability : float
        Correlation of two measurements of activity.
    flare : float
        Activity from which patients are enrolled.
    activity_genes : int
        Genes that follow activity.
    kinds : dict of str to int
        Genes on which the drug acts, by kind of effect, as a share of the disease effect: see
        `effects`.
    n_genes : int
        All genes; the others follow nothing.
    rho : float
    sd : (float, float)
        SD of the noise at follow-up in the arms, drug and placebo.
    factors : int
        Common factors behind half of the variance of the noise, so that genes are correlated.
    dropout : str
        Who of the sickest quarter has no follow-up: `` (nobody), `baseline` (by activity before
        treatment, in the drug arm), `followup` (by activity after it, in both arms), `unequal` (by
        activity after it, in the drug arm alone).
    missing : float
        Share of the values that are missing.
    """

    drug: int = 12
    placebo: int = 12
    healthy: int = 22
    reliability: float = 0.3
    flare: float = 1.0
    activity_genes: int = 300
    kinds: dict[str, int] = field(default_factory=dict)
    n_genes: int = 1000
    rho: float = 0.4
    sd: tuple[float, float] = (1.0, 1.0)
    factors: int = 0
    dropout: str = ""
    missing: float = 0.0


@dataclass(frozen=True)
class Randomised:
    """A trial before the fit, and its truth: the disease and drug effect of every gene, (G,)."""

    expression: Expression
    labels: pd.DataFrame
    disease: np.ndarray
    drug_effect: np.ndarray


def flare_mean(flare: float) -> float:
    """Mean activity of patients enrolled above `flare`: phi(flare) / (1 - Phi(flare))."""
    return float(np.exp(-(flare**2) / 2) / np.sqrt(2 * np.pi) / special.ndtr(-flare))


def enrolled(setting: Setting, n: int, rng: np.random.Generator) -> np.ndarray:
    """Activity (2, n) of patients in flare at baseline, at both visits."""
    # Activity at baseline is a normal one above `flare`; the other visit correlates with it.
    tail = special.ndtr(-setting.flare)
    first = -special.ndtri(tail * rng.random(n))
    r = setting.reliability
    return np.stack([first, r * first + np.sqrt(1 - r**2) * rng.normal(size=n)])


def effects(setting: Setting, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Loadings on activity and drug effects, (G,).

    The genes of activity come first. Kinds of drug effects: `reverted` takes back 0.8 to 1.2 of the
    disease effect, `half` exactly half of it (the edge of reverted), `little` a fifth; `induced`
    moves a gene without disease, `edge` one with a disease effect of exactly half of its own.
    """
    g, mean = setting.n_genes, flare_mean(setting.flare)
    loading, drug = np.zeros(g), np.zeros(g)
    sign = rng.choice([-1.0, 1.0], g)
    loading[: setting.activity_genes] = rng.uniform(0.8, 2.0, setting.activity_genes)
    start = 0
    for kind in ("reverted", "half", "little"):
        at = slice(start, start := start + setting.kinds.get(kind, 0))
        n = at.stop - at.start
        share = {"reverted": rng.uniform(0.8, 1.2, n), "half": 0.5, "little": 0.2}[kind]
        drug[at] = -share * loading[at] * mean
    start = setting.activity_genes
    for kind in ("induced", "edge"):
        at = slice(start, start := start + setting.kinds.get(kind, 0))
        drug[at] = rng.uniform(1.5, 3.0, at.stop - at.start)
        if kind == "edge":
            loading[at] = 0.5 * drug[at] / mean * rng.choice([-1.0, 1.0], at.stop - at.start)
    return sign * loading, sign * drug


def noise(setting: Setting, n: int, rng: np.random.Generator) -> np.ndarray:
    """Deviations (n, G) of variance 1."""
    own = rng.normal(size=(n, setting.n_genes))
    if not setting.factors:
        return own
    weight = rng.normal(size=(setting.factors, setting.n_genes))
    weight /= np.linalg.norm(weight, axis=0)
    return np.sqrt(0.5) * (own + rng.normal(size=(n, setting.factors)) @ weight)


def simulate(setting: Setting, rng: np.random.Generator) -> Randomised:
    """Draw a trial. A responder is a patient whose activity halved, in either arm.

    The drug's effect on genes is its effect on all patients of its arm; what activity does of
    itself is in both arms.
    """
    n = setting.drug + setting.placebo
    activity, (loading, drug) = enrolled(setting, n, rng), effects(setting, rng)
    treated = np.arange(n) < setting.drug
    person = np.sqrt(setting.rho) * noise(setting, n + setting.healthy, rng)
    own = [np.sqrt(1 - setting.rho) * noise(setting, k, rng) for k in (n, n, setting.healthy)]
    sd = np.where(treated, *setting.sd)[:, None]
    before = activity[0][:, None] * loading + person[:n] + own[0]
    after = activity[1][:, None] * loading + sd * (person[:n] + own[1]) + np.outer(treated, drug)
    values = np.vstack([before, after, person[n:] + own[2]]) * 1.0 + 8
    if setting.missing:
        values[rng.random(values.shape) < setting.missing] = np.nan
    obs, labels = sheet(setting, activity)
    kept = ~np.r_[np.zeros(n, bool), lost(setting, activity, treated),
                  np.zeros(setting.healthy, bool)]  # fmt: skip
    genes = pd.Index([f"g{k:05d}" for k in range(setting.n_genes)])
    expression = Expression(values[kept], obs[kept], genes)
    return Randomised(expression, labels, loading * flare_mean(setting.flare), drug)


def lost(setting: Setting, activity: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Patients without a follow-up, (n,)."""
    gone = np.zeros(len(treated), bool)
    by = activity[0 if setting.dropout == "baseline" else 1]
    arms = {"": [], "baseline": [treated], "followup": [treated, ~treated], "unequal": [treated]}
    for arm in arms[setting.dropout]:
        who = np.flatnonzero(arm)
        gone[who[np.argsort(by[who])[len(who) - len(who) // 4 :]]] = True
    return gone


def sheet(setting: Setting, activity: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Samples (before, after, healthy) and labels; the drug arm comes first."""
    n = setting.drug + setting.placebo
    patients = [f"P{i:03d}" for i in range(n)]
    arm = [DRUG] * setting.drug + [PLACEBO] * setting.placebo
    obs = pd.DataFrame(
        {
            "patient": [*patients, *patients, *(f"H{i:03d}" for i in range(setting.healthy))],
            "visit": ["before"] * n + ["after"] * n + [None] * setting.healthy,
            "group": ["patient"] * (2 * n) + ["healthy"] * setting.healthy,
            "arm": [*arm, *arm, *[None] * setting.healthy],
        }
    )
    obs.index = [f"S{i:03d}" for i in range(len(obs))]
    halved = activity[1] <= activity[0] / 2
    label = np.where(halved, "responder", "nonresponder")
    return obs, pd.DataFrame({"patient": patients, "label": label})


OPTIONS = section("trajectories", reverted_in="responders", sensitivity=[], bootstrap=0,
                  permutations=0)  # fmt: skip
