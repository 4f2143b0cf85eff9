"""A small study of people with telling names, its allow-list, and all that leaves of it."""

import random
import re

import anndata
import h5py
import numpy as np
import pandas as pd

from revertome.disclosure.allowed import leaving
from revertome.intake.load import StudyData
from revertome.privacy import assign, identifiers, pseudonymise

PATIENTS = [f"JIA-{i:03d}" for i in range(11, 21)]
HEALTHY = ["Quagliozzi", "Zoe", "Brandauer", "HD04", "HD05", "HD06"]
ASKED = {
    "age_bands": None,
    "intake": {"fields": {}},
    "design": {"baseline": "before", "covariates": ["site", "dose"]},
    "response": {"baseline_visit": "", "activity": {"column": ""}},
    "differential": {"subset": {}, "change_with": []},
    "trajectories": {"sensitivity": ["neutrophil_score"]},
    "association": {"variables": ["crp", "date"]},
    "composition": {"measured": {}},
}


def study(patients=PATIENTS, healthy=HEALTHY):
    """Pairs of patients and healthy people with one sample each; nothing in it tells a person."""
    rows = [(f"{p}_{v}", p, v, "patient") for p in patients for v in ("before", "week12")]
    rows += [(f"{p}_once", p, None, "healthy") for p in healthy]
    obs = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group"])
    n = len(obs)
    obs["sex"] = np.where(np.arange(n) // 2 % 2, "female", "male")
    obs["age"] = 3.0 + np.arange(n) // 2 % 12
    obs["batch"] = np.where(np.arange(n) % 3, "run1", "run2")
    obs["site"] = np.where(np.arange(n) // 2 % 2, "Rome", "Oslo")
    obs["dose"] = np.round(np.linspace(0.1, 0.9, n), 2)
    obs = obs.set_index(obs["sample"].rename(None))
    var = pd.DataFrame(
        {"symbol": ["STAT1", "MX1", "C3"]}, pd.Index(["f1", "f2", "f3"], name="feature")
    )
    visits = obs[obs["visit"].notna()].reset_index(drop=True)[["patient", "visit"]]
    visits["crp"] = np.arange(len(visits)) * 3.5 % 50
    visits.insert(1, "arm", "open")
    flow = pd.DataFrame({"stage": ["sample sheet"], "note": [f"{n} samples"]})
    adata = anndata.AnnData(
        np.arange(n * 3.0).reshape(n, 3), obs, var, uns={"scale": {"scale": "log2"}}
    )
    return StudyData(adata, visits, flow, None)


def left(made, asked=ASKED, clinical=("crp",), excluded=(), seed=5):
    """What leaves: the study in codes, and the codes."""
    codes = assign(identifiers(made, excluded), {}, random.Random(seed))
    return pseudonymise(made, codes, leaving(asked, clinical)), codes


def everything(made, folder):
    """All text of what leaves, as it stands in the files: h5ad unpacked, and the tables."""
    made.adata.write_h5ad(folder / "raw.h5ad")
    words = [made.visits.to_csv(), made.flow.to_csv()]

    def look(name, item):
        words.extend([name, *(str(value) for value in item.attrs.values())])
        if isinstance(item, h5py.Dataset):
            values = np.atleast_1d(item[()])
            words.extend(v.decode() if isinstance(v, bytes) else str(v) for v in values.ravel())

    with h5py.File(folder / "raw.h5ad") as file:
        file.visititems(look)
    printed = re.findall(rb"[ -~]{6,}", (folder / "raw.h5ad").read_bytes())
    return "\n".join([*words, *(text.decode() for text in printed)])
