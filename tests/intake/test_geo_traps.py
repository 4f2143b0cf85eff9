"""GEO as it really comes: each of its ways, in a small series."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geo_files import series_matrix
from options import load
from revertome.errors import StudyError

DESIGN = {"baseline": "before", "followup": "after", "healthy": None}
IDS = [f"GSM{i}" for i in range(8)]
VALUES = pd.DataFrame(
    np.random.default_rng(5).uniform(3, 14, (30, 8)).round(4),
    index=[f"SYM{i}" for i in range(30)],
    columns=IDS,
)


def study(folder: Path, samples: dict[str, list[str]], **intake: Any) -> Any:
    text = series_matrix({"geo_accession": IDS, **samples}, intake.pop("values", VALUES))
    (folder / "s.txt").write_text(text, encoding="utf-8")
    design = intake.pop("design", DESIGN)
    return load({"source": "geo", "matrix": str(folder / "s.txt"), **intake}, design)


def pairs(found: Any) -> list[str]:
    visits = found.adata.obs.dropna(subset="visit").groupby("patient", observed=True)["visit"]
    return sorted(visits.nunique()[lambda n: n == 2].index)


@pytest.mark.parametrize(
    ("titles", "patient", "visit"),
    [
        # GSE8650: third field between underscores, its first word
        ([f"U133A_SJIA_JA{n // 2} {'ab'[n % 2]}_x" for n in range(8)],
         r"^(?:[^_]*_){2}(\w+)", r" ([ab])_"),
        # GSE49454: cohort, patient and visit run together
        ([f"C2PL{15 + n // 2}V{1 + n % 2}" for n in range(8)], r"^C\d(PL\d+)V", r"V(\d)$"),
    ],
)  # fmt: skip
def test_patient_only_in_the_title(
    tmp_path: Path, titles: list[str], patient: str, visit: str
) -> None:
    names = {"a": "before", "b": "after", "1": "before", "2": "after"}
    fields = {
        "patient": {"field": "title", "pattern": patient},
        "visit": {"field": "title", "pattern": visit, "values": names},
    }
    assert len(pairs(study(tmp_path, {"title": titles}, fields=fields))) == 4


PAIRED = {
    "title": [f"t{n}" for n in range(8)],
    "characteristics 1": [f"subject:  P{n // 2}" for n in range(8)],
    "characteristics 2": ["time: before", "time:after"] * 4,
}
FIELDS = {"patient": {"field": "subject"}, "visit": {"field": "time"}}


def test_donor_number_differs_before_and_after(tmp_path: Path) -> None:
    """GSE60424: 31 and 33 are one patient."""
    donors = {**PAIRED, "characteristics 1": [f"donorid: {31 + n}" for n in range(8)]}
    same = {str(31 + n): f"MS-{31 + n - n % 2}" for n in range(8)}
    fields = {**FIELDS, "patient": {"field": "donorid", "values": same}}
    assert pairs(study(tmp_path, donors, fields=fields)) == ["MS-31", "MS-33", "MS-35", "MS-37"]


def test_every_way_to_write_nothing_and_to_write_sex(tmp_path: Path) -> None:
    samples = {
        **PAIRED,
        "characteristics 3": ["Gender:M", "Gender: M", "Gender:  F", "Gender: female"] * 2,
        "characteristics 4": ["age: 7", "age: Data Not Available", "age: --", "age: nan",
                              "age: NA", "", "age: 8.5", "age:"],
        "characteristics 5": [""] * 8,
        "characteristics 6": ["site: St. Mary’s"] * 8,
    }  # fmt: skip
    fields = {**FIELDS, "sex": {"field": "Gender"}, "age": {"field": "age"},
              "site": {"field": "site"}}  # fmt: skip
    obs = study(tmp_path, samples, fields=fields).adata.obs
    assert obs["sex"].tolist() == ["male", "male", "female", "female"] * 2
    assert obs["age"].dropna().to_dict() == {"GSM0": 7.0, "GSM6": 8.5}
    assert set(obs["site"]) == {"St. Mary’s"}


def test_repeats_single_visits_and_unequal_groups(tmp_path: Path) -> None:
    values = pd.concat(
        [VALUES, VALUES[["GSM0", "GSM1"]].set_axis(["GSM8", "GSM9"], axis=1)], axis=1
    )
    samples = {
        "geo_accession": [*IDS, "GSM8", "GSM9"],
        "title": [*PAIRED["title"], "again", "alone"],
        "characteristics 1": [*PAIRED["characteristics 1"], "subject: P0", "subject: P9"],
        "characteristics 2": [*PAIRED["characteristics 2"], "time: before", "time: before"],
    }
    with pytest.raises(
        StudyError, match=r"'P0' has 2 samples at visit 'before' \('GSM0', 'GSM8'\)"
    ):
        study(tmp_path, samples, fields=FIELDS, values=values)
    found = study(tmp_path, samples, fields=FIELDS, values=values, repeats="first")
    assert found.adata.n_obs == 9
    assert pairs(found) == ["P0", "P1", "P2", "P3"]
    left_out = study(
        tmp_path, samples, fields=FIELDS, values=values, exclude={"GSM8": "hybridised twice"}
    )
    assert "1 left out: GSM8 (hybridised twice)" in left_out.flow["note"].tolist()


def test_unlogged_and_negative_values(tmp_path: Path) -> None:
    """GSE8650 is MAS5 up to 2.6e5; other series subtract the background below 0."""
    mas5 = study(tmp_path, PAIRED, fields=FIELDS, values=(2**VALUES * 16).round(1))
    assert mas5.adata.uns["scale"]["scale"] == "linear"
    below = study(tmp_path, PAIRED, fields=FIELDS, values=2**VALUES - 30)
    assert below.adata.uns["scale"]["scale"] == "linear"
    assert below.adata.uns["scale"]["evidence"]["share_negative"] > 0
