"""A run under privacy gives the numbers of a run without it: only names become codes."""

import numpy as np
import pandas as pd
import pytest

import pipeline
import tiny_trial
from revertome.configuration import complete
from revertome.privacy import identifiers, redacted


def in_order(found, known, rng):
    """Codes in the order of the identifiers, so that samples keep their order."""
    return {
        kind: {name: f"{kind[0].upper()}{i:04d}" for i, name in enumerate(sorted(set(names)), 1)}
        for kind, names in found.items()
    }


def enriched(folder):
    """The tiny trial with columns that stages look for by name, and others that nothing needs."""
    intake = tiny_trial.write(folder, "table", "microarray", "auto", True, False)
    samples = pd.read_csv(intake["samples"], sep="\t")
    n = np.arange(len(samples))
    samples["chip"] = np.where(samples["visit"].eq("after"), "20100312", "20100401")  # an alarm
    samples["neutrophil_percent"] = 40 + n * 7 % 30
    samples["title"] = "blood of " + samples["patient"]
    samples["number"] = n
    samples.to_csv(intake["samples"], sep="\t", index=False)
    visits = pd.read_csv(intake["visits"], sep="\t")
    visits["treated"] = (np.arange(len(visits)) > 3).astype(int)
    visits["haemoglobin"] = 9 + np.arange(len(visits)) % 5 * 0.7
    visits["seen"] = "2010-03-12"
    visits.to_csv(intake["visits"], sep="\t", index=False)
    config = {
        "study": "tiny", "intake": intake,
        "design": {"baseline": "before", "followup": "after", "covariates": ["batch"]},
        "response": {"source": "visits", "definition": "acr_pedi"},
        "modules": {"permutations": 100, "methods": ["zscore"]},
        "differential": {"change_with": ["crp"]},
        "trajectories": {"bootstrap": 16, "permutations": 3},
        "association": {"variables": ["crp", "sledai"]},
    }  # fmt: skip
    return complete(config, tiny_trial.SCHEMA)


@pytest.mark.slow
def test_results_are_those_without_privacy_but_for_codes(tmp_path, monkeypatch):
    config = enriched(tmp_path)
    monkeypatch.setattr(pipeline, "assign", in_order)
    shown = pipeline.finished(config, tmp_path / "shown")
    hidden = pipeline.finished(config | {"privacy": "pseudonymise"}, tmp_path / "hidden")
    study = pipeline.load(config["intake"], config["design"])
    codes = in_order(identifiers(study), {}, None)
    tables = [name for name, found in shown.items() if isinstance(found, pd.DataFrame)]
    assert len(tables) > 40
    for name in tables:
        wanted = redacted(shown[name].to_csv(), codes)
        if name == "quality/components":  # chip is a word now, and there are fewer tests
            changed = ["chip", "title", "number"]
            one, other = (
                t[~t["variable"].isin(changed)].drop(columns="adj.P.Val").to_csv(index=False)
                for t in (shown[name], hidden[name])
            )
            assert one == other and "haemoglobin" in one and "neutrophil_percent" in one
        elif name == "source_data/pca":
            continue  # holds the components
        elif name == "intake/visits":
            assert list(hidden[name]) == [c for c in shown[name] if c != "seen"]
        else:
            assert hidden[name].to_csv() == wanted.replace("20100312", "chip1").replace(
                "20100401", "chip2"
            ), name
    alarm = [text for text in hidden["alarms"] if text.startswith("'chip' goes with")]
    assert "chip1: " in alarm[0] and "chip2: " in alarm[0]
    assert len(hidden["alarms"]) == len(shown["alarms"])
