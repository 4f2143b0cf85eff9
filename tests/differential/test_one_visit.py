"""Contrasts of a study of one visit: no blocks, limma's numbers, and no change."""

import anndata
import numpy as np
import pandas as pd
import pytest

from options import options_of
from revertome.differential.names import contrast_names
from revertome.differential.run import run
from revertome.errors import StudyError
from revertome.trajectories import run as trajectories
from revertome.trial import cell_terms, cells, complete_pairs, role, sample_times

DESIGN = {"baseline": "before", "healthy": "healthy", "covariates": []}
LABELS = ["responder"] * 4 + ["nonresponder"] * 3
GENES = [f"g{k:02}" for k in range(1, 13)]


def people(repeated: bool = False) -> tuple[anndata.AnnData, pd.DataFrame]:
    """Four responders, three non-responders, four healthy people, of formulas that R has too."""
    names = [*(f"P{i}" for i in range(7)), *(f"H{i}" for i in range(4))]
    obs = pd.DataFrame({"patient": names, "group": ["patient"] * 7 + ["healthy"] * 4})
    obs["visit"] = [*(["before"] * 7), *([None] * 4)]
    if repeated:
        obs.loc[8, "patient"] = "H0"
    obs["age"] = 3.0 * np.arange(11) % 7
    obs.index = pd.Index([f"S{i}" for i in range(11)])
    g, i = np.arange(1, 13), np.arange(1, 12)[:, None]
    y = 8 + g / 4 + np.sin(1.3 * g * i + g)
    y = y + np.where(i <= 4, 0.2 * g, np.where(i <= 7, 0.1 * g, 0))
    labels = pd.DataFrame({"patient": names[:7], "label": LABELS})
    return anndata.AnnData(y, obs=obs, var=pd.DataFrame(index=GENES)), labels


def test_one_sample_a_person_gives_the_numbers_of_limma():
    """R 4.2, limma 3.54::

    y <- outer(1:12, 1:11, function(g, i) 8 + g/4 + sin(1.3*g*i + g) +
               ifelse(i <= 4, 0.2*g, ifelse(i <= 7, 0.1*g, 0)))
    cell <- factor(rep(c("responder", "nonresponder", "healthy"), c(4, 3, 4)))
    design <- model.matrix(~ 0 + cell); colnames(design) <- levels(cell)
    con <- makeContrasts(disease = 4/7*responder + 3/7*nonresponder - healthy,
                         baseline = responder - nonresponder, levels = design)
    fit <- eBayes(contrasts.fit(lmFit(y, design), con))
    topTable(fit, coef = k, number = Inf, sort.by = "none", confint = TRUE)[c(1, 6, 12), ]
    """
    expression, labels = people()
    found = run(
        expression, labels, options_of("limma", DESIGN, trend=False), ["disease", "baseline"]
    )
    theirs = {
        "disease": [
            (0.0261856065996, -0.9705231636226, 0.0575751012024, 0.95508350478062, 0.9550835047806),
            (0.9859446386567, -0.0649672198379, 2.0560164632162, 0.06341127779463, 0.1268225555893),
            (1.9986175091987, 0.7361306215113, 3.4693104349636, 0.00498212467307, 0.0298927480384),
        ],
        "baseline": [
            (-0.389871485231, -1.604404569967, -0.703481164014, 0.495867441252, 0.727319100578),
            (0.375260649969, -0.905321260630, 0.642193661167, 0.533443839970, 0.727319100578),
            (0.855327698710, -0.683067607874, 1.218442224514, 0.247661384367, 0.594387322481),
        ],
    }
    columns = ["logFC", "CI.L", "t", "P.Value", "adj.P.Val"]
    for name, rows in theirs.items():
        ours = found.tables[name].set_index("gene").loc[["g01", "g06", "g12"], columns]
        np.testing.assert_allclose(ours, rows, rtol=1e-9)
    report = found.design.set_index("contrast")
    assert report["df_prior"].tolist() == pytest.approx([3.40466522178] * 2, rel=1e-9)
    assert set(report["blocking"]) == {"none"} and set(report["formula"]) == {"~ 0 + cell"}
    assert report["n_pairs"].isna().all() and report["correlation"].isna().all()
    assert report["compared_patients"].tolist() == [11, 7]


def test_healthy_people_with_two_samples_are_blocks_all_the_same():
    expression, labels = people(repeated=True)
    found = run(expression, labels, options_of("limma", DESIGN, trend=False), ["disease"])
    assert found.design.loc[0, "blocking"] == "random"
    assert found.design.loc[0, "correlation"] != 0


def test_one_visit_has_contrasts_of_that_visit_alone():
    expression, labels = people()
    design = options_of("limma", DESIGN).design
    assert contrast_names(design, {"source": "none"}) == ["disease"]
    assert contrast_names(design, {"source": "column"}) == ["disease", "baseline"]
    alone = {**design, "healthy": None}
    assert contrast_names(alone, {"source": "column"}) == ["baseline"]
    where = cells(expression.obs, labels, design).assign(patient=expression.obs["patient"])
    named = {name for name in cell_terms(where, design) if "." not in name}
    assert named == {"disease", "baseline", "disease_responders"}


def test_nobody_is_followed():
    obs = people()[0].obs
    design = options_of("limma", DESIGN).design
    # A sample without a visit is not at the follow-up that the study has not.
    obs = pd.concat([obs, obs.iloc[[0]].assign(visit=None)])
    assert role(obs, design).tolist() == ["baseline"] * 7 + ["healthy"] * 4 + [np.nan]
    assert complete_pairs(obs.assign(visit=obs["visit"].astype(str)), "before", None) == []
    assert sample_times(design) == {"baseline": "before"}


def test_a_covariate_that_hides_the_one_comparison_stops_the_study():
    expression, labels = people()
    expression.obs["site"] = np.where(np.arange(11) < 4, 1.0, 2.0)
    patients = expression[expression.obs["group"].eq("patient").to_numpy()].copy()
    design = {**DESIGN, "healthy": None, "covariates": ["site"]}
    with pytest.raises(StudyError, match=r"site cannot be told apart .* responders and non-resp"):
        run(patients, labels, options_of("limma", design), ["baseline"])


def test_a_rule_that_leaves_two_people_stops_the_study():
    expression, labels = people()
    expression.obs["sex"] = ["female"] * 9 + ["male"] * 2
    options = options_of("limma", DESIGN, subset={"sex": ["female"]})
    with pytest.raises(StudyError, match="7 patients and 2 healthy people are left to compare at"):
        run(expression, labels, options, ["disease"])


@pytest.mark.parametrize(
    ("healthy", "effect", "sets"),
    [("healthy", "disease", ["disease_up", "disease_down"]), (None, None, [])],
)
def test_no_gene_has_a_class(healthy, effect, sets):
    expression, labels = people()
    if healthy is None:
        expression = expression[expression.obs["group"].eq("patient").to_numpy()].copy()
    model = options_of("limma", {**DESIGN, "healthy": healthy}, trend=False)
    found = trajectories(expression, labels, model, {"alpha": 0.05, "variance": "common"})
    known = found.genes.drop(columns="gene").dropna(axis="columns", how="all").columns
    own = [effect, f"se_{effect}", "df", f"p_{effect}", f"adj_p_{effect}"] if effect else []
    assert list(known) == own
    assert found.summary.drop(columns="class").isna().all(axis=None)
    assert list(found.sets) == sets and found.statements.empty and found.variances.empty
    if effect:
        table = run(expression, labels, model, ["disease"]).tables["disease"].sort_values("gene")
        np.testing.assert_allclose(found.genes["disease"], table["logFC"], rtol=1e-12)
        np.testing.assert_allclose(found.genes["adj_p_disease"], table["adj.P.Val"], rtol=1e-9)
        np.testing.assert_allclose(
            found.genes["se_disease"], table["logFC"] / table["t"], rtol=1e-9
        )
        assert found.sets["disease_up"] == sorted(
            table.loc[(table["adj.P.Val"] <= 0.05) & (table["logFC"] > 0), "gene"]
        )
        assert found.sets["disease_up"] and not found.sets["disease_down"]


def drawn(patients: int, healthy: int, ratio: float, seed: int) -> anndata.AnnData:
    """1,000 genes whose variances differ, 100 of them shifted; patients vary `ratio` times more."""
    rng, n = np.random.default_rng(seed), patients + healthy
    sd = np.r_[np.full(patients, ratio), np.ones(healthy)][:, None]
    x = 8 + rng.normal(size=(n, 1000)) * sd * np.sqrt(1 / rng.gamma(5, 0.2, 1000))
    x[:patients, :100] += 3.0 * rng.choice([-1, 1], 100)
    names = [f"P{i}" for i in range(patients)] + [f"H{i}" for i in range(healthy)]
    obs = pd.DataFrame({"patient": names}, index=[f"S{i}" for i in range(n)])
    obs["group"] = ["patient"] * patients + ["healthy"] * healthy
    obs["visit"] = ["before"] * patients + [None] * healthy
    return anndata.AnnData(x, obs=obs, var=pd.DataFrame(index=[f"g{i:04}" for i in range(1000)]))


@pytest.mark.parametrize(
    ("patients", "healthy", "ratio", "power"), [(8, 40, 2.0, 0.5), (20, 12, 1.3, 0.9)]
)
def test_few_patients_who_vary_more_name_no_false_genes(patients, healthy, ratio, power):
    """One residual variance, as limma has it, is wrong in about half of what it calls at 8 + 40."""
    false, found, limma, rates = [], [], [], []
    for seed in range(4):
        expression = drawn(patients, healthy, ratio, seed)
        labels = pd.DataFrame({"patient": expression.obs["patient"][:patients], "label": "treated"})
        model = options_of("limma", DESIGN, trend=False)
        genes = trajectories(expression, labels, model, {"alpha": 0.05, "variance": "cells"}).genes
        called = genes["adj_p_disease"].le(0.05).to_numpy()
        false.append(called[100:].sum() / max(called.sum(), 1))
        found.append(called[:100].mean())
        table = run(expression, labels, model, ["disease"]).tables["disease"].sort_values("gene")
        hit = table["adj.P.Val"].le(0.05).to_numpy()
        limma.append(hit[100:].sum() / max(hit.sum(), 1))
        rates.append((genes["p_disease"][100:] < 0.05).mean())
        np.testing.assert_allclose(genes["disease"], table["logFC"], rtol=1e-12)
    assert np.mean(rates) == pytest.approx(0.05, abs=0.011)  # 3 SE of 3,600 genes
    assert np.mean(false) < 0.06 and np.mean(found) > power
    assert (np.mean(limma) > 0.3) == (healthy > patients)
