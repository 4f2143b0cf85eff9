"""Two public studies that interferon moves in opposite ways, from their files to the words."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from options import load, normalise
from revertome.compare import FinishedStudy, compare, residuals
from revertome.configuration import complete
from revertome.differential.model_options import model_options
from revertome.differential.run import run
from revertome.report.comparison_words import details
from stages import modules
from studies import gse60424, gse65391_full, real

HOME = Path(__file__).parents[2]
pytestmark = [pytest.mark.real, pytest.mark.slow, real]


def finished(config, sets, aliases):
    """Contrasts, module tests and residuals of a study whose patients are all treated."""
    schema = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    config = complete(config, schema)
    raw, design, assay = load(config["intake"], config["design"]), config["design"], "microarray"
    assay = config["intake"].get("assay", assay)
    expression = normalise(raw.adata, config["normalise"] | {"assay": assay}, aliases, design)
    obs = expression.obs
    patients = obs.loc[obs["group"].astype(str) != design["healthy"], "patient"].astype(str)
    labels = pd.DataFrame({"patient": sorted(patients.unique()), "label": "treated"})
    contrasts = {name: {name: 1.0} for name in ("disease", "change_all")}
    engine = "voom" if assay == "rnaseq" else "limma"
    tables = run(expression, labels, model_options(config, engine), list(contrasts)).tables
    scores = modules.score(expression, sets, config["modules"] | {"methods": ["zscore"]}, design, 1)
    tests = modules.test(scores, obs, labels, design)
    noise = residuals(expression, labels, design)
    return FinishedStudy(tables, pd.DataFrame(), tests, noise, {"assay": assay})


def test_interferon_falls_in_lupus_and_rises_under_interferon_beta():
    """Treated lupus (130 pairs, GSE65391) against first interferon-beta (3 pairs, GSE60424)."""
    aliases = pd.read_csv(HOME / "resources/aliases.tsv", sep="\t").set_index("old")["current"]
    path = HOME / "resources/modules/interferon.gmt"
    sets = modules.gene_sets({str(path): path.read_text("utf-8").splitlines()}, aliases.to_dict())
    made = {"lupus": gse65391_full(), "beta": gse60424()}
    studies = {name: finished(config, sets, aliases.to_dict()) for name, config in made.items()}
    found = compare(studies, aliases.to_dict(), {"permutations": 20, "seed": 1}, alpha=0.05)
    each = found.module_studies
    each = each[(each["method"] == "zscore") & (each["group"] == "all")]
    for test, signs in (("paired_change", (-1, 1)), ("disease", (1, -1))):
        for name, sign in zip(("lupus", "beta"), signs, strict=True):
            own = each[(each["test"] == test) & (each["study"] == name)]
            assert set(own["module"]) == set(sets)
            assert (sign * own["estimate"] > 0).all()
    change = found.concordance.set_index("contrast").loc["change_all"]
    assert change["n_shared"] > 8000
    assert change["pearson"] < 0
    assert change["CI.R"] < 0
    text = str(details(vars(found), list(sets), 0.05))
    assert "fell in lupus and rose in beta. The directions are opposite" in text
