"""Studies as configuration dicts that read local copies of public data."""

import copy
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

real = pytest.mark.skipif(
    not (SHARED / "data").is_dir(), reason="public data sets are not in ../shared/data"
)


def configured(name: str) -> dict[str, Any]:
    """A study file of config/ as a dict."""
    path = ROOT / "config" / ("config.yaml" if name == "config" else f"studies/{name}.yaml")
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _annotation(shared: Path, file: str, key: str) -> dict[str, str]:
    path = str(shared / "data" / "probe_annotation" / file)
    return {"path": path, "id": key, "symbol": "Gene_Symbol"}


def gse65391_small(shared: Path = SHARED) -> dict[str, Any]:
    """52 samples as a series matrix: 20 patients first and last, 12 healthy; one batch."""
    study = configured("gse65391")
    folder = shared / "data" / "gse65391_sle_blood"
    study["study"] = "gse65391_small"
    study["intake"]["matrix"] = str(folder / "GSE65391_small_reserialised_series_matrix.txt.gz")
    study["intake"]["annotation"] = _annotation(
        shared, "IlluminaHumanHT-12_v4_2018.tsv.gz", "Probe_Id"
    )
    study["design"]["covariates"] = []
    return study


def gse65391_full(shared: Path = SHARED) -> dict[str, Any]:
    """336 samples as a TSV with a sheet: 158 patients, 130 pairs, 48 healthy samples."""
    study = gse65391_small(shared)
    folder = shared / "data" / "gse65391_sle_blood"
    study["study"] = "gse65391_full"
    intake = study["intake"]
    intake["source"] = "table"
    intake["matrix"] = str(folder / "E-GEOD-65391.first_last_healthy.processed_matrix.tsv.gz")
    intake["samples"] = str(folder / "labels_first_last_healthy.tsv")
    for key in ("accession", "platform", "keep"):
        del intake[key]
    intake["fields"] = {
        **intake["fields"],
        "sample": {"field": "gsm"},
        "visit": {"field": "timepoint", "values": {"control": None}},
        "group": {"field": "disease", "values": {"Healthy": "healthy", "SLE": "patient"}},
    }
    study["design"]["covariates"] = ["batch"]
    return study


def gse60424(shared: Path = SHARED) -> dict[str, Any]:
    """Whole blood, 3 pairs and 4 healthy donors: counts and a phenotype table."""
    study = configured("gse60424")
    folder = shared / "data" / "gse60424_ifnb_blood_rnaseq"
    intake = study["intake"]
    intake["source"] = "table"
    intake["matrix"] = str(folder / "GSE60424_GEOSubmit_FC1to11_normalized_counts.txt.gz")
    intake["samples"] = str(folder / "GSE60424_pheno.csv")
    for key in ("accession", "supplementary"):
        del intake[key]
    # GEOquery's phenotype tables call a characteristic `name:ch1`.
    intake["keep"] = {f"{name}:ch1": values for name, values in intake["keep"].items()}
    for role, rule in intake["fields"].items():
        if role != "sample":
            rule["field"] += ":ch1"
    intake["annotation"] = _annotation(shared, "Ensembl_86_GRCh38.tsv.gz", "Probe_ID")
    return study


def lemay(shared: Path = SHARED) -> dict[str, Any]:
    """Whole-blood counts of a crossover: fasting and 3 h, one pair a subject and day."""
    folder = shared / "data" / "lemay_blood_rnaseq"
    sheet = folder / "phenoData.txt"
    labels = pd.read_csv(sheet, sep="\t", dtype=str)["Label"]
    return {
        "study": "lemay",
        "intake": {
            "source": "table",
            "assay": "rnaseq",
            "matrix": str(folder / "fixed_combinedCounts.txt.gz"),
            "samples": str(sheet),
            "keep": {"Time": ["Fast", "3hr"]},
            "fields": {
                "sample": {
                    "field": "Label",
                    "values": {label: re.sub(r"\.", "-", label) for label in labels},
                },
                "patient": {"field": "Label", "pattern": r"^(S\d+\.D\d)"},
                "visit": {"field": "Time"},
                "arm": {"field": "Arm"},
            },
        },
        "design": {"baseline": "Fast", "followup": "3hr", "healthy": None, "covariates": []},
        "response": {"source": "none"},
        "trajectories": {"reverted_in": "all", "induced_in": "all"},
    }


def flu(shared: Path = SHARED) -> dict[str, Any]:
    """Influenza challenge: 252 samples of 17 volunteers at 15 times, 9 of whom fell ill."""
    study = configured("flu_challenge")
    folder = shared / "data" / "flu_challenge"
    study["study"] = "flu_challenge"
    study["intake"] = {
        "source": "table",
        "assay": "microarray",
        "matrix": str(folder / "GSE30550_eset_4147genes.tsv.gz"),
        "samples": str(folder / "flu_meta.tsv"),
        "fields": {
            "sample": {"field": "SampleID"},
            "patient": {"field": "Subject"},
            "visit": {"field": "Hours"},
            "group": {"field": "Condition", "values": {"sx": "volunteer", "asx": "volunteer"}},
            "response": {
                "field": "Condition",
                "values": {"sx": "responder", "asx": "nonresponder"},
            },
            "sex": {"field": "Gender"},
        },
    }
    return study


def lemay_crossover(shared: Path = SHARED) -> dict[str, Any]:
    """All of Lemay's crossover: five subjects in three arms, a day each; fasting, 3 h and 6 h."""
    study = lemay(shared)
    intake = study["intake"]
    del intake["keep"]
    intake["fields"]["patient"] = {"field": "Subject"}
    arms = {"R": "blueberry", "S": "oil", "T": "dha"}
    intake["fields"]["arm"] = {"field": "Arm", "values": arms}
    intake["fields"]["day"] = {"field": "Day"}
    study["design"] |= {
        "followup": ["3hr", "6hr"],
        "arm": {"column": "arm", "control": "oil"},
        "covariates": ["day"],
    }
    return study | {"study": "lemay_crossover"}


def with_intake(study: dict[str, Any], **intake: Any) -> dict[str, Any]:
    """A copy of a study with some keys of `intake` replaced; None removes a key."""
    changed = copy.deepcopy(study)
    changed["intake"].update(intake)
    changed["intake"] = {k: v for k, v in changed["intake"].items() if v is not None}
    return changed
