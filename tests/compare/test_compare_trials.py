"""Simulated trials of one truth: shared signatures found, private ones not claimed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from options import normalise
from revertome import simulate
from revertome.compare import FinishedStudy, compare, residuals
from revertome.configuration import complete
from revertome.differential.model_options import joint_options
from revertome.simulate.patients import responders
from revertome.simulate.private import enrol, with_private
from revertome.simulate.profile import profile
from revertome.simulate.truth import truth
from revertome.trajectories import run

HOME = Path(__file__).parents[2]
SYMBOLS = list(pd.read_csv(HOME / "resources/genes.tsv", sep="\t").iloc[:, 0])
TRIALS = ("array", "sequenced", "small_array")


def configured(name):
    schema = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    study = yaml.safe_load((HOME / f"config/travel/{name}.yaml").read_text("utf-8"))
    return complete(study, schema)


def analysed(name, genes, shift):
    """The trial of a configuration, with other seeds and fewer genes: its study and its truth."""
    config = configured(name)
    options = config["intake"]["simulate"]
    seed = options["seed"] + shift
    raw, _, true = simulate.trial(
        seed, genes, options["healthy"], config["intake"]["assay"], SYMBOLS,
        options["truth_seed"] + shift, options["private"], options["enrolments"],
    )  # fmt: skip
    raw.uns["scale"] = {"scale": "counts" if name == "sequenced" else "log2"}
    expression = normalise(raw, config["normalise"] | {"assay": config["intake"]["assay"]}, {})
    plan = enrol(seed, options["healthy"], options["enrolments"])
    good = responders(plan).map({True: "responder", False: "nonresponder"})
    labels = pd.DataFrame({"patient": plan["patient"], "label": good})[plan["group"] == "patient"]
    rule = config["trajectories"] | {"bootstrap": 0, "permutations": 0}
    engine = "voom" if name == "sequenced" else "limma"
    table = run(expression, labels, joint_options(config, engine), rule).genes
    contrasts = {}
    for contrast, effect in (("disease", "disease"), ("change_responders", "change")):
        part = table[["gene"]].assign(logFC=table[effect], AveExpr=8.0)
        part["t"], part["P.Value"] = table[effect] / table[f"se_{effect}"], table[f"p_{effect}"]
        contrasts[contrast] = part
    noise = residuals(expression, labels, config["design"])
    return FinishedStudy(contrasts, table, pd.DataFrame(), noise), true.set_index("gene")


def test_private_genes_take_the_effects_of_their_givers():
    """Three tenths of each class moved; named genes and class sizes as they were."""
    true, genes = truth(SYMBOLS, 7), profile(SYMBOLS, 7)
    first, second = (with_private(true, genes, 0.3, seed) for seed in (1, 2))
    for moved in (first, second):
        assert moved["class"].value_counts().to_dict() == true["class"].value_counts().to_dict()
        named = genes.loc[moved["gene"], "group"].ne("other").to_numpy()
        assert moved[named].drop(columns="private").equals(true[named])
        share = moved["private"].sum() / (true["class"].ne("unchanged") & ~named).sum()
        assert share == pytest.approx(0.3, abs=0.01)
        drug = (8 * moved["change_month1"] + 4 * moved["change_month1_nonresponders"]) / 12
        left = drug - moved["natural_month1"] - moved["drug_effect_month1"]
        assert np.abs(left).max() < 1e-12
        own = moved[moved["private"] & (moved["class"] == "half_reverted")]
        assert own["change"].to_numpy() == pytest.approx(-own["disease"].to_numpy() / 2)
        kept = moved["gene"].map(genes["mean"]) + moved["disease"]
        assert kept[moved["private"]].between(4.4 - 1e-9, 14.8 + 1e-9).all()
    both = first["private"] & second["private"]
    assert both.sum() < 0.1 * first["private"].sum()


def test_enrolments_add_patients_and_no_healthy():
    once, twice = enrol(3, 10, 1), enrol(3, 10, 2)
    assert twice.iloc[: len(once)].equals(once)
    assert twice["group"].value_counts().to_dict() == {"patient": 48, "healthy": 10}
    assert twice["patient"].is_unique


@pytest.mark.slow
def test_shared_is_found_and_private_is_not_claimed():
    """Two runs of the three trials of config/travel, 3,000 genes: error rates against the truth.

    Power: a gene is shown in every one of k independent trials as often as the product of their
    own shares of true genes shown, or oftener, since a gene of large effect is shown easily in
    each. The joint test is not to lose what this product gives.
    """
    false, power, private, contradicted, r = [], [], [], [], []
    for shift in (0, 1000):
        made = {name: analysed(name, 3000, shift) for name in TRIALS}
        found = compare(
            {name: study for name, (study, _) in made.items()},
            {},
            {"permutations": 20, "seed": 1},
            alpha=0.05,
        )
        for pair, part in found.joint.groupby("studies"):
            names = pair.split(",")
            for name in ("reverted", "induced"):
                classes = pd.DataFrame({n: made[n][1]["class"] for n in names}).dropna()
                # Activity genes do return to normal; two visits cannot tell that no drug did it.
                meant = [name, "activity"] if name == "reverted" else [name]
                true = set(classes.index[classes.isin(meant).all(axis=1)])
                measured = set.intersection(*(set(made[n][0].genes["gene"]) for n in names))
                called = set(part.loc[part["verdict"].eq("all") & part["class"].eq(name), "gene"])
                false.append((len(called - true), len(called)))
                both = sorted(true & measured)
                tables = [made[n][0].genes.set_index("gene").loc[both, "class"] for n in names]
                alone = np.prod([(table == name).mean() for table in tables])
                power.append((name, len(called & true) / len(both), alone))
                own = pd.DataFrame({n: made[n][1]["private"] for n in names}).any(axis=1)
                private.append(len(called & set(own.index[own]) - true))
            against = part.loc[part["verdict"] == "contradicted", "gene"]
            contradicted.append(len(against))
        r += found.concordance["disattenuated_CI.L"].tolist()
    wrong, calls = np.sum(false, axis=0)
    assert calls > 500
    assert wrong / calls <= 0.05
    assert sum(private) <= 0.02 * calls
    for name in ("reverted", "induced"):
        joint, alone = np.mean([row[1:] for row in power if row[0] == name], axis=0)
        assert joint > alone
    assert min(r) > 0
    assert sum(contradicted) <= 0.02 * calls
