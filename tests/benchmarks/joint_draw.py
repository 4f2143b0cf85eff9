"""Simulated studies of one truth for the joint classes: settings, and tables of their genes."""

import zlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from options import joint_options_of
from paired_trial import BOUNDS, DESIGN, OPTIONS, Expression
from revertome.compare.calls import JointCalls
from revertome.gene_classes import CLAIMED
from revertome.trajectories.cell_planes import cell_planes
from revertome.trajectories.class_rules import effects_of
from revertome.trajectories.classes import Rule, classify
from revertome.trajectories.plane import Plane, class_p
from revertome.trajectories.study import study_of
from revertome.trajectories.table import _spread

ALPHA, RHO, BLOCKS = 0.05, 0.5, 10
# Recovered fraction of every kind of gene in the odd study, and in the others; None: no effect.
KINDS = {
    "reverted": (1.0, 1.0),
    "half": (1.0, 0.5),  # exactly on the edge of reverted in all others
    "private": (1.0, None),
    "persists": (0.0, 1.0),
    "quarter": (0.25, 1.0),
    "degree": (0.65, 0.35),
    "at_margin": (0.9, 0.276),  # the directions differ by MARGIN, less 0.01 degrees
    "opposite": (1.0, 1.0),  # of the other sign in the odd study
}
# Induced genes: disease as a share of change in the odd study and in the others.
INDUCED = {"induced": (0.0, 0.0), "induced_edge": (0.0, 0.5), "induced_private": (0.0, None)}
MIXED = {"reverted": 0.06, "half": 0.06, "private": 0.03, "induced": 0.04, "induced_edge": 0.03,
         "induced_private": 0.02}  # fmt: skip
EDGES = {"half": 0.12, "induced_edge": 0.06}


@dataclass(frozen=True)
class Setting:
    """Patients and healthy people of each study, kinds of genes, and what disturbs.

    Attributes
    ----------
    patients, healthy : tuple of int
    kinds : dict of str to float
        Share of genes of each kind; the rest has no effect.
    shrink : float
        Factor of all log fold changes of the second study (its platform).
    block : float
        Correlation of genes within ten blocks.
    sd : (before, after, healthy)
        Standard deviations of the cells, which only people have.
    sd_spread : float
        SD over genes of the log of patients' standard deviation.
    unit : float
        Factor of all effects, which are 1.4 to 3.2 standard deviations.
    people : bool
        Draw people and fit the model of the cells; otherwise points with their errors.
    """

    patients: tuple[int, ...] = (12, 12)
    healthy: tuple[int, ...] = (22, 22)
    kinds: dict[str, float] = field(default_factory=lambda: dict(MIXED))
    shrink: float = 1.0
    block: float = 0.0
    sd: tuple[float, float, float] = (1.0, 1.0, 1.0)
    sd_spread: float = 0.0
    unit: float = 1.0
    people: bool = False
    n_genes: int = 1200


PERSISTENT = {"reverted": 0.05, "persists": 0.1, "half": 0.05, "quarter": 0.05, "induced": 0.03}
SIX = {"patients": (6, 8, 12, 20, 40, 90), "healthy": (12, 22, 22, 22, 40, 40)}
POINTS = {
    "two": Setting(),
    "edges_only": Setting(kinds=EDGES),
    "edges_large": Setting((40, 40), (40, 40), {"half": 0.2, "induced_edge": 0.1}),
    "signal_10_private_3": Setting(
        kinds={"reverted": 0.047, "private": 0.023, "induced": 0.02, "induced_private": 0.01}
    ),
    "nothing": Setting(kinds={}),
    "sizes_6_90": Setting((6, 90), (12, 40)),
    "platform_0.6": Setting((10, 20), shrink=0.6),
    "correlated": Setting(block=0.5),
    "correlated_edges": Setting(kinds=EDGES, block=0.5),
    "three_patients": Setting((3, 3), (4, 4), unit=1.5),
    "small": Setting((8, 8), (12, 12)),
    "three": Setting((10, 12, 20), (22, 22, 22)),
    "six": Setting(**SIX),
    "six_edges": Setting(**SIX, kinds=EDGES),
    "persistent": Setting(kinds=PERSISTENT),
    "degree": Setting((60, 60), (40, 40), {"reverted": 0.2, "degree": 0.2}),
    "margin": Setting((60, 60), (40, 40), {"reverted": 0.2, "at_margin": 0.2}),
    "opposite": Setting(kinds={"reverted": 0.1, "opposite": 0.05, "persists": 0.05}),
    "six_opposite": Setting(**SIX, kinds={"reverted": 0.1, "opposite": 0.05, "persists": 0.05}),
}
PEOPLE = {
    "people_two": Setting(people=True),
    "people_edges": Setting(kinds=EDGES, people=True),
    "people_after_2": Setting(sd=(1, 2, 1), unit=1.5, people=True),
    "people_sd_spread": Setting((12, 20), sd=(1.26, 1.26, 1), sd_spread=0.28, unit=1.3,
                                people=True),
    "people_correlated": Setting(block=0.5, people=True),
    "people_three": Setting((3, 3), (4, 4), unit=1.5, people=True),
    "people_persistent": Setting(kinds=PERSISTENT, people=True),
    "people_opposite": Setting((20, 20), (40, 40), people=True, sd=(1, 2, 1), unit=1.5,
                               kinds={"reverted": 0.1, "opposite": 0.05, "persists": 0.05}),
}  # fmt: skip
SETTINGS = POINTS | PEOPLE
# No gene is reverted or induced in all studies: asked in many trials whether any is called.
EDGES_ONLY = ("edges_only", "edges_large", "correlated_edges", "six_edges", "nothing")


def truth(setting: Setting, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """True disease and change, (studies, genes); every gene has one odd study, drawn by chance."""
    n, studies = setting.n_genes, len(setting.patients)
    size = setting.unit * rng.uniform(1.4, 3.2, n) * rng.choice([-1, 1], n)
    odd = rng.integers(0, studies, n) == np.arange(studies)[:, None]
    d, t = np.zeros((2, studies, n))
    start = 0
    for kind, share in setting.kinds.items():
        where = slice(start, start + round(share * n))
        start = where.stop
        for mine, number in zip((odd, ~odd), (KINDS | INDUCED)[kind], strict=True):
            if number is None:
                continue
            z = np.where(mine, size, 0.0)[:, where]
            d[:, where] += z if kind in KINDS else number * z
            t[:, where] += -number * z if kind in KINDS else z
        if kind == "opposite":
            flipped = np.where(odd, -1.0, 1.0)[:, where]
            d[:, where] *= flipped
            t[:, where] *= flipped
    return d, t


def noise(setting: Setting, rng: np.random.Generator, rows: int) -> np.ndarray:
    """Unit-variance values, rows x genes, correlated within blocks of genes."""
    value = rng.normal(size=(rows, setting.n_genes))
    if not setting.block:
        return value
    member = np.arange(setting.n_genes) % BLOCKS
    shared = rng.normal(size=(rows, BLOCKS))[:, member]
    return np.sqrt(1 - setting.block) * value + np.sqrt(setting.block) * shared


def points(
    setting: Setting, i: int, d: np.ndarray, t: np.ndarray, rng: np.random.Generator
) -> Plane:
    """Points of one study; their variances are estimated, with the df of its size."""
    n, h = setting.patients[i], setting.healthy[i]
    shrink = setting.shrink if i == 1 else 1.0
    person, before, after, healthy = noise(setting, rng, 4)
    person *= np.sqrt(RHO / n)
    before, after = np.sqrt((1 - RHO) / n) * np.array([before, after])
    df = 2 * n + h - 3.0
    scale = shrink**2 * rng.chisquare(df, setting.n_genes) / df
    return Plane(
        shrink * (d + person + before - healthy / np.sqrt(h)),
        shrink * (t + after - before),
        scale * (1 / n + 1 / h), scale * 2 * (1 - RHO) / n, -scale * (1 - RHO) / n, df,
    )  # fmt: skip


def people(
    setting: Setting, i: int, d: np.ndarray, t: np.ndarray, rng: np.random.Generator
) -> Plane:
    """Plane of one study of drawn people, by the model of the cells."""
    n, h = setting.patients[i], setting.healthy[i]
    factor = np.exp(setting.sd_spread * rng.normal(size=(2, setting.n_genes)))
    before, after = setting.sd[0] * factor[0], setting.sd[1] * factor[1]
    person = np.sqrt(RHO) * noise(setting, rng, n)
    own = np.sqrt(1 - RHO) * noise(setting, rng, 2 * n).reshape(2, n, -1)
    y = np.vstack(
        [d + before * (person + own[0]), d + t + after * (person + own[1]),
         setting.sd[2] * noise(setting, rng, h)]
    )  # fmt: skip
    y *= (setting.shrink if i == 1 else 1.0) * np.sqrt(4 / rng.chisquare(4, setting.n_genes))
    patients = [f"P{k:03d}" for k in range(n)]
    obs = pd.DataFrame({"patient": [*patients, *patients, *(f"H{k:03d}" for k in range(h))]})
    obs["visit"] = ["before"] * n + ["after"] * n + [None] * h
    obs["group"] = ["patient"] * (2 * n) + ["healthy"] * h
    obs.index = [f"S{k:03d}" for k in range(len(obs))]
    labels = pd.DataFrame({"patient": patients, "label": "responder"})
    data = Expression(y, obs, pd.Index(range(setting.n_genes)))
    study = study_of(data, labels, joint_options_of("limma", DESIGN, "cells", trend=False))
    return cell_planes(study.fitted, study.where, effects_of(study.fitted.model, OPTIONS))[0][
        "main"
    ]


def drawn(name: str, number: int) -> tuple[np.ndarray, np.ndarray, dict[str, pd.DataFrame]]:
    """True points, and tables of genes by study, of one trial of a setting."""
    setting = SETTINGS[name]
    rng = np.random.default_rng([zlib.crc32(name.encode()), number])
    d, t = truth(setting, rng)
    make = people if setting.people else points
    planes = [make(setting, i, d[i], t[i], rng) for i in range(len(d))]
    return d, t, {f"study{i}": table_of(plane) for i, plane in enumerate(planes)}


def table_of(plane: Plane) -> pd.DataFrame:
    """The columns of `trajectories/genes.tsv` that the comparison reads."""
    calls = classify(plane, plane, Rule(ALPHA, BOUNDS))
    columns = {"gene": [f"G{i:05d}" for i in range(len(plane.d))], "class": calls.outcome}
    columns |= {"disease": plane.d, "change": plane.t, **_spread(plane)}
    columns |= {"p_disease": calls.p_disease, "p_change": calls.p_change}
    return pd.DataFrame(columns | {f"p_{name}": p for name, p in calls.p.items()})


def bare(name: str, number: int) -> list[JointCalls]:
    """What `claims_of` needs of reverted and induced in every study of a setting of points."""
    setting = SETTINGS[name]
    rng = np.random.default_rng([zlib.crc32(name.encode()), number])
    d, t = truth(setting, rng)
    nothing = np.arange(setting.n_genes)
    found = []
    for i in range(len(d)):
        plane = points(setting, i, d[i], t[i], rng)
        p = np.ones((len(CLAIMED), setting.n_genes))
        p[:2] = [class_p(plane, name, BOUNDS) for name in CLAIMED[:2]]
        way = np.sign([plane.d, plane.t])
        found.append(JointCalls(nothing >= 0, p, way, nothing, nothing, None, nothing))  # type: ignore[arg-type]
    return found
