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
from revertome.errors import StudyError
from revertome.intake.load import load
from revertome.limma.clusters import clusters_of
from revertome.limma.ebayes import two_sided
from revertome.limma.joint import moderated_joint, normal_fit
from revertome.normalise.tmm import tmm_factors
from revertome.trial import UNIT, at_visit, cells, one_a_person, paired_rows, units_of, with_clinic

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
    table = pd.read_csv(REFERENCE / "lemay.tsv", sep="\t")
    expected = table[table["kind"].eq(kind) & table["contrast"].eq(f"{contrast}.{visit}")]
    genes = expression.var["symbol"].astype(str).tolist()
    at = [genes.index(gene) for gene in expected["gene"]]
    model = model_of(kind, contrast, at_visit(design, visit))
    chosen = options.options_of("voom", dict(design), trend=False)
    found = joint(expression[model.obs.index], model, chosen).moderated[contrast]
    k = found.fit.names.index(contrast)
    np.testing.assert_allclose(found.fit.coefficients[at, k], expected["logFC"], rtol=1e-8)
    np.testing.assert_allclose(found.t[at, k], expected["t"], rtol=1e-8)


DESIGN = {"baseline": "before", "followup": "after", "followups": ["after"], "healthy": None,
          "covariates": [],
          "arm": {"column": "arm", "control": "placebo", "until": None}}  # fmt: skip
ARMS = ("placebo", "drug", "high")


def people(n: int, arms: tuple[str, ...] = ARMS[:2]) -> pd.DataFrame:
    """Samples of n people before and after treatment in each arm."""
    rows = [(f"P{k:02d}", arm, visit, "patient")
            for k in range(n) for arm in arms for visit in ("before", "after")]  # fmt: skip
    found = pd.DataFrame(rows, columns=["patient", "arm", "visit", "group"])
    found.index = pd.Index([f"s{k}" for k in range(len(found))])
    return found.assign(**{UNIT: units_of(found, DESIGN)})


def labels(obs: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"patient": sorted(set(obs["patient"])), "label": "treated"})


def p_values(obs, y, model, contrast):
    own = y[obs.index.get_indexer(model.obs.index)]
    found = moderated_joint(normal_fit(own, model), model, False).moderated[contrast]
    return two_sided(found.t[:, found.fit.names.index(contrast)], found.df_total)


@pytest.mark.parametrize("arms", [ARMS[:2], ARMS])
@pytest.mark.parametrize("own", [0.0, 1.0], ids=["alike", "of their own"])
def test_people_who_change_alike_in_all_arms_count_as_people(own, arms):
    """2,000 genes that no arm changes; people change by N(0, own^2), the same in all of their arms.

    With the changes of one person as independent 11% (two arms) and 16% (three) were below 0.05.
    """
    obs, rng, genes = people(8, arms), np.random.default_rng(2), 2000
    person, unit = pd.factorize(obs["patient"])[0], pd.factorize(obs[UNIT])[0]
    visit = pd.factorize(obs["patient"] + obs["visit"])[0]
    y = rng.normal(0, 1, (8, genes))[person] + rng.normal(0, 0.7, (8 * len(arms), genes))[unit]
    y = y + own * rng.normal(0, 1, (16, genes))[visit] + rng.normal(0, 1, (len(obs), genes))
    model = fixed_model(obs, labels(obs), DESIGN, ["change_all", "drug_effect"])
    assert model.blocking == "fixed" and model.formula.endswith("(1 | patient:visit)")
    for contrast in ("change_all", "drug_effect"):
        assert (p_values(obs, y, model, contrast) < 0.05).mean() == pytest.approx(0.05, abs=0.02)


def test_pairs_are_within_arms_and_people_are_the_clusters():
    obs = people(4)
    # P00 lacks the sample after the drug; the rows of P01 stand in another order.
    obs = obs.drop(index=obs.index[3])
    obs = pd.concat([obs[obs["patient"].eq("P01")][::-1], obs[obs["patient"].ne("P01")]])
    before, after = paired_rows(obs, "before", "after")
    assert len(before) == 7
    assert obs[UNIT].iloc[before].tolist() == obs[UNIT].iloc[after].tolist()
    where = cells(obs, labels(obs), DESIGN).assign(patient=obs["patient"])
    clusters = clusters_of(where)
    assert clusters.people == ["P00", "P01", "P02", "P03"]
    assert (clusters.rows >= 0).sum(axis=1).tolist() == [3, 4, 4, 4]
    model = fixed_model(obs, labels(obs), DESIGN, ["change_all"])
    assert "P00 in drug: one visit only" in model.dropped


def test_a_person_counts_once_with_the_arms_that_are_whole():
    obs = people(3).drop(index="s3")  # P00 after the drug
    score = pd.DataFrame({"x": np.arange(len(obs)) ** 2.0}, obs.index)
    was, now = (obs[obs["visit"].eq(visit)] for visit in ("before", "after"))
    before = one_a_person(score.loc[was.index], was, now)["x"]
    after = one_a_person(score.loc[now.index], now, was)["x"]
    x = score["x"]
    assert before.to_dict() == {"P00": x["s0"], "P01": (x["s4"] + x["s6"]) / 2,
                                "P02": (x["s8"] + x["s10"]) / 2}  # fmt: skip
    assert after.to_dict() == {"P00": x["s1"], "P01": (x["s5"] + x["s7"]) / 2,
                               "P02": (x["s9"] + x["s11"]) / 2}  # fmt: skip


def test_a_clinical_variable_of_a_crossover_is_that_of_the_sample():
    obs = people(3).assign(dose=np.arange(12.0))
    clinic = {"baseline_visit": "", "visit": ""}
    found = with_clinic(obs, pd.DataFrame({"patient": [], "visit": []}), ["dose"], DESIGN, clinic)
    assert found["dose"].tolist() == obs["dose"].tolist()
    sheet = pd.DataFrame({"patient": ["P00"], "visit": ["before"], "crp": [3.0]})
    with pytest.raises(StudyError, match="does not say in which: give crp as a numeric column"):
        with_clinic(obs, sheet, ["crp"], DESIGN, clinic)
