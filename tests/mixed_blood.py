"""Made-up studies of whole blood, mixed from the shipped signature."""

from pathlib import Path

import anndata
import numpy as np
import pandas as pd

from revertome.composition.signature import Signature

HOME = Path(__file__).parents[1]
FOLDER = HOME / "resources/signatures"
DESIGN = {"baseline": "before", "followup": "after", "followups": ["after"], "healthy": "healthy"}


def shipped() -> Signature:
    """The signature that the workflow has."""
    tables = (pd.read_csv(FOLDER / f"blood_{name}.tsv", sep="\t", index_col=0)
              for name in ("markers", "types"))  # fmt: skip
    return Signature(*tables)


def draw(rng, n, neutrophils=(30, 85)):
    """Percent of the six types in n samples: neutrophils, monocytes, and lymphocytes divided."""
    first = rng.uniform(*neutrophils, n)
    second = np.minimum(rng.uniform(3, 12, n), 100 - first)
    rest = (100 - first - second)[:, None] * rng.dirichlet([15, 43, 30, 17.5], n)
    return np.column_stack([first, second, rest])


def mixed(percent, rng, noise=0.2, probes=0.0, others=2000, signature=None):
    """log2 values of cells mixed in these percent; probes differ from genes by a constant."""
    ours = signature or shipped()
    messages = percent * ours.rna_per_cell
    messages = messages / messages.sum(axis=1, keepdims=True)
    values = np.log2(messages @ ours.profile.T)
    values += rng.normal(0, noise, values.shape) + probes * rng.standard_normal(values.shape[1])
    rest = rng.normal(rng.normal(4, 2.5, others), 0.2, (len(percent), others))
    names = [*ours.markers.index, *(f"X{i}" for i in range(others))]
    return anndata.AnnData(
        np.hstack([values, rest]),
        obs=pd.DataFrame(index=[f"S{i}" for i in range(len(percent))]),
        var=pd.DataFrame(index=names),
    )


def study(rng, pairs=20, healthy=12, percent=None, **options):
    """Patients before and after, and healthy people; gives also the percent mixed."""
    if percent is None:
        usual = shipped().types["healthy_percent"].to_numpy()
        well = usual * np.exp(rng.normal(0, 0.1, (healthy, 6)))
        well = 100 * well / well.sum(axis=1, keepdims=True)
        percent = np.vstack([well, draw(rng, 2 * pairs)])
    data = mixed(percent, rng, **options)
    sick = len(percent) - healthy
    data.obs = pd.DataFrame(
        {
            "sample": data.obs_names,
            "patient": [f"H{i}" for i in range(healthy)] + [f"P{i // 2}" for i in range(sick)],
            "visit": [None] * healthy + ["before", "after"] * (sick // 2),
            "group": ["healthy"] * healthy + ["patient"] * sick,
        },
        index=data.obs_names,
    )
    return data, percent
