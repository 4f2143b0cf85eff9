"""The whole workflow on public blood data, with what is known of them."""

import pandas as pd
import pytest
import yaml

import studies
from described import faults
from workflow.test_run import HOME, snakemake

pytestmark = [pytest.mark.slow, pytest.mark.real, studies.real]


def run(tmp_path_factory, study):
    """Run a study with few resamples; returns its result folder."""
    folder = tmp_path_factory.mktemp(study["study"])
    study["trajectories"] = study["trajectories"] | {"bootstrap": 20, "permutations": 10}
    (folder / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    done = snakemake(HOME, folder, "--configfile", str(folder / "study.yaml"))
    assert done.returncode == 0, done.stderr[-5000:]
    return folder / "results" / study["study"]


def table(folder, name):
    return pd.read_csv(folder / name, sep="\t")


@pytest.fixture(scope="module")
def lupus(tmp_path_factory):
    return run(tmp_path_factory, studies.gse65391_full())


@pytest.fixture(scope="module")
def interferon_beta(tmp_path_factory):
    return run(tmp_path_factory, studies.gse60424())


@pytest.mark.parametrize("study", ["lupus", "interferon_beta"])
def test_every_table_is_as_described(study, request):
    assert faults(request.getfixturevalue(study)) == []


def module_tests(folder):
    tests = table(folder, "modules/tests.tsv").query("method == 'zscore'")
    return tests.set_index(["test", "group", "module"])["estimate"]


def test_interferon_is_raised_in_lupus_and_falls_more_in_responders(lupus):
    estimate = module_tests(lupus)
    for module in ("ISG6", "IRG28", "G2_M1.2"):
        assert estimate["disease", "all", module] > 1
        change = estimate["paired_change"]
        assert change["responders", module] < 0
        assert change["responders", module] < change["nonresponders", module]


def test_lupus_interferon_recovers_in_part_only(lupus):
    modules = table(lupus, "modules/trajectories.tsv").set_index("module")
    for name in ("ISG6", "IRG28", "G2_M1.2"):
        assert modules.loc[name, "class"] == "partial"
        assert 0.1 < modules.loc[name, "recovered_low"] < modules.loc[name, "recovered_high"] < 0.5
    genes = table(lupus, "trajectories/genes.tsv").set_index("gene")
    assert (genes["class"] == "reverted").sum() == 0
    known = genes.loc[["IFI44", "OAS3", "HERC5", "IFI44L", "MX1"]]
    assert known["recovered"].between(0.1, 0.35).all()
    assert (known["recovered_high"] < 0.5).all() and (known["recovered_low"] > 0).all()
    assert set(known["class"]) <= {"persistent", "partial", "unresolved"}


def test_lupus_numbers_of_genes(lupus):
    """R's limma on probes: 722 change in responders, 0 in non-responders, 7,456 active disease.

    Here genes (one probe each, those above background), all patients in one model.
    """
    significant = {
        name: (table(lupus, f"differential/{name}.tsv")["adj.P.Val"] <= 0.05).sum()
        for name in ("disease", "change_responders", "change_nonresponders")
    }
    assert 6000 < significant["disease"] < 8000
    assert 600 < significant["change_responders"] < 1100
    assert significant["change_nonresponders"] == 0
    samples = table(lupus, "differential/design.tsv").set_index("contrast")
    assert (samples.loc["disease", ["n_samples", "n_pairs"]] == [336, 130]).all()


def test_interferon_beta_induces_the_interferon_genes(interferon_beta):
    change = table(interferon_beta, "differential/change_all.tsv")
    assert {"RSAD2", "ISG15", "IFIT1", "IFI6", "MX1"} <= set(change["gene"].head(10))
    assert (change["adj.P.Val"] <= 0.05).sum() == pytest.approx(1149, rel=0.1)
    second = table(interferon_beta, "differential/deseq2/change_all.tsv")
    assert {"RSAD2", "ISG15", "IFIT1"} <= set(second["gene"].head(10))
    genes = table(interferon_beta, "trajectories/genes.tsv").set_index("gene")
    assert (genes.loc[["RSAD2", "ISG15", "IFIT1", "IFI6", "MX1"], "class"] == "induced").all()
    modules = table(interferon_beta, "modules/trajectories.tsv").set_index("module")
    interferon = ["ISG6", "IRG28", "G2_M1.2", "G2_M3.4", "G2_M5.12"]
    assert (modules.loc[interferon, "class"] == "induced").all()
    cells = ["neutrophil", "erythroid", "b_cell", "t_cell", "nk_cell", "monocyte", "platelet"]
    assert (modules.loc[cells, "class"] != "induced").all()
    # Every test of sets finds them with three pairs, too few for sign flips.
    sets = table(interferon_beta, "modules/sets.tsv").set_index(["contrast", "module"])
    found = sets.loc["change_all"].loc[interferon]
    assert (found[["adj.P.rotation", "adj.P.own", "adj.P.camera"]] < 0.05).all(axis=None)
    assert (found["logFC"] > 1).all() and found["P.flip"].isna().all()


def test_interferon_scores_are_associated_with_sledai_at_the_first_visit(lupus):
    """Published for this cohort (Spearman): M1.2 0.45, M3.4 0.50, M5.12 0.47."""
    tests = table(lupus, "association/tests.tsv").set_index(["question", "module"])
    own = tests.loc["baseline_with_baseline"]
    for module, published in {"G2_M1.2": 0.45, "G2_M3.4": 0.50, "G2_M5.12": 0.47}.items():
        assert own.loc[module, "estimate"] == pytest.approx(published, abs=0.05)
    assert (own["n"] == 158).all()
