"""A crossover of counts against limma's voom (reference/lemay.R), and who is one pair in it.

Five subjects in three arms, a day each, fasting and 3 and 6 hours after a meal: every subject and
day has its own baseline, and the subject is the block.
"""

from functools import cache
from pathlib import Path

import anndata
import numpy as np
import pandas as pd
import pytest

import options
import studies
from revertome.configuration import complete
from revertome.differential.engines.voom import joint
from revertome.differential.models import fixed_model, random_model, randomised_model
from revertome.intake import load
from revertome.normalise.tmm import tmm_factors
from revertome.trial import at_visit

REFERENCE = Path(__file__).parent / "reference"
MODELS = [("fixed", "change_all", "3hr"), ("fixed", "change_all", "6hr"),
          ("random", "change_all", "3hr"), ("pooled", "drug_effect", "3hr"),
          ("pooled", "drug_effect", "6hr"), ("pooled", "drug_effect_blueberry", "3hr"),
          ("pooled", "drug_effect_blueberry", "6hr")]  # fmt: skip


@cache
def crossover() -> tuple[anndata.AnnData, pd.DataFrame, dict]:
    """Counts of the genes of lemay.R with their libraries, labels, and the section `design`."""
    config = complete(studies.lemay_crossover(), options.SCHEMA)
    raw = load(config["intake"], config["design"]).adata
    counts = np.asarray(raw.X)
    kept = (counts >= 10).sum(axis=0) >= 15
    found = anndata.AnnData(counts[:, kept], obs=raw.obs, var=raw.var[kept])
    library = found.X.sum(axis=1)
    found.layers["counts"] = found.X
    factors = tmm_factors(found.X, library)
    found.obs = found.obs.assign(library_size=library, norm_factor=factors)
    people = sorted(set(found.obs["patient"].astype(str)))
    return found, pd.DataFrame({"patient": people, "label": "treated"}), config["design"]


def model_of(kind, contrast, design):
    expression, labels, _ = crossover()
    if kind == "pooled":
        return randomised_model(expression.obs, design, [contrast])
    build = fixed_model if kind == "fixed" else random_model
    return build(expression.obs, labels, design, [contrast])


@studies.real
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "contrast", "visit"), MODELS)
def test_contrasts_of_a_crossover_equal_those_of_limma(kind, contrast, visit):
    expression, _, design = crossover()
    reference = pd.read_csv(REFERENCE / "lemay.tsv", sep="\t")
    expected = reference[
        reference["kind"].eq(kind) & reference["contrast"].eq(f"{contrast}.{visit}")
    ]
    genes = expression.var["symbol"].astype(str).tolist()
    at = [genes.index(gene) for gene in expected["gene"]]
    model = model_of(kind, contrast, at_visit(design, visit))
    chosen = options.options_of("voom", dict(design), trend=False)
    found = joint(expression[model.obs.index], model, chosen).moderated[contrast]
    k = found.fit.names.index(contrast)
    np.testing.assert_allclose(found.fit.coefficients[at, k], expected["logFC"], rtol=1e-8)
    np.testing.assert_allclose(found.t[at, k], expected["t"], rtol=1e-8)
