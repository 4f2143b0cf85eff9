"""The reference studies from fetch to report, on stand-ins of their series (values simulated)."""

import json
import re
import sys
from html import unescape

import pandas as pd
import pytest
import yaml

import geo_standin
from described import faults
from geo_server import serving
from studies import configured
from workflow.test_run import HOME, snakemake

sys.path.append(str(HOME / "scripts"))
from verify import verify

pytestmark = pytest.mark.slow

ACR = {str(level): "responder" if level >= 50 else "nonresponder" for level in (90, 30, 0)}


def _written(folder, name, server):
    """The shipped study, reading from a local server; returns the path of its copy."""
    study = configured(name)
    study["intake"] |= {"base_url": server.url, "cache": str(folder / "cache")}
    study["trajectories"] |= {"bootstrap": 20, "permutations": 10}
    study["modules"] = {"permutations": 100}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(study), encoding="utf-8")
    return path


def _edited(path, change):
    study = yaml.safe_load(path.read_text("utf-8"))
    change(study)
    path.write_text(yaml.safe_dump(study), encoding="utf-8")


def _drafted(folder, path):
    """Fill the unknown roles of GSE17590 from the draft, as its first lines say."""
    done = snakemake(HOME, folder, "sheet", "--configfile", str(path))
    assert done.returncode == 0, done.stderr[-3000:]
    log = (folder / "results/gse17590/logs/sheet.log").read_text("utf-8")
    assert "as expected: platform GPL6106, samples 84, accessions GSM438" in log
    draft = yaml.safe_load((folder / "results/gse17590/intake/draft.yaml").read_text("utf-8"))
    fields = draft["intake"]["fields"]
    assert fields["patient"] == {"field": "subject"}
    assert set(fields["visit"]["values"]) == {"day 1", "month 1", "month 6"}
    fields["visit"]["values"] = {"day 1": "enrollment", "month 6": "month6", "month 1": None}
    _edited(path, lambda study: study["intake"].update(fields=fields))


def _as_its_comments_say(study):
    """Healthy children and the response of GSE80060, once the names of its fields are known."""
    study["intake"]["healthy_samples"] = {"disease status": ["Healthy"]}
    study["intake"]["fields"]["response"] = {"field": "acr", "values": ACR}
    study["design"]["healthy"] = "healthy"
    study["response"]["source"] = "column"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """All three in one run; returns the folder of results, and the simulated blood by study."""
    folder = tmp_path_factory.mktemp("reference")
    with pytest.MonkeyPatch.context() as patch, serving(folder / "server") as server:
        patch.setenv("no_proxy", "127.0.0.1")
        bloods = {
            name: getattr(geo_standin, name)(server.root)
            for name in ("gse17590", "gse80060", "gse39088")
        }
        anajis = _written(folder, "gse17590", server)
        canakinumab = _written(folder, "gse80060", server)
        kinoid = _written(folder, "gse39088", server)
        _drafted(folder, anajis)
        _edited(canakinumab, _as_its_comments_say)
        listed = ",".join(map(str, (anajis, canakinumab, kinoid)))
        done = snakemake(HOME, folder, "--config", f"studies=[{listed}]")
        assert done.returncode == 0, done.stderr[-5000:]
    return folder / "results", bloods


def _genes(run, name, table):
    path = run[0] / name / f"{table}.tsv"
    return pd.read_csv(path, sep="\t", na_values="NA").set_index("gene")


def _page(run, name):
    text = (run[0] / name / "report.html").read_text("utf-8")
    text = re.sub(r"<(style|script).*?</\1>|<[^>]+>", " ", text, flags=re.S)
    return " ".join(unescape(text).split())


@pytest.mark.parametrize("name", ["gse17590", "gse80060"])
def test_simulated_effects_are_found(run, name):
    """At least 90% of the reverted and of the induced genes, and hardly another."""
    classes, blood = _genes(run, name, "trajectories/genes")["class"], run[1][name]
    assert (classes.reindex(blood.reverted) == "reverted").mean() >= 0.9
    assert (classes.reindex(blood.induced) == "induced").mean() >= 0.9
    plain = classes.drop([*blood.reverted, *blood.induced], errors="ignore")
    assert plain.isin(["reverted", "induced"]).mean() < 0.02
    assert not faults(run[0] / name)


def test_files_of_the_series_are_in_the_manifest(run):
    folder = run[0] / "gse17590"
    read_in = json.loads((folder / "manifest.json").read_text("utf-8"))["inputs"]
    assert "fetched:GSE17590_series_matrix.txt.gz" in read_in
    assert verify(folder) == []


def test_anajis_under_current_symbols_and_with_two_of_three_visits(run):
    classes = _genes(run, "gse17590", "trajectories/genes")["class"]
    assert (classes.reindex([*geo_standin.OLD]) == "induced").all()
    assert not {*geo_standin.OLD.values()} & {*classes.index}
    flow = (run[0] / "gse17590/intake/flow.tsv").read_text("utf-8")
    assert "visits\t60\t39\t21\t24 left out: neither enrollment nor month6" in flow
    log = (run[0] / "gse17590/logs/intake.log").read_text("utf-8")
    assert "as expected: platform GPL6106, samples 84, accessions GSM438, scale linear" in log


def test_canakinumab_beside_what_was_published(run):
    """IL1R2 is among the genes changed on day 3, and published numbers stand beside the run's."""
    changed = _genes(run, "gse80060", "differential/change_responders")
    for gene in ("IL1B", "IL1R1", "IL1R2", "IL1RAP", "IL6"):
        assert changed.loc[gene, "adj.P.Val"] < 0.05
        assert -2.5 < changed.loc[gene, "logFC"] < -1.2
    within = ((2 ** changed["logFC"].abs() >= 2) & (changed["P.Value"] < 0.05)).sum()
    assert within >= 85
    disease = _genes(run, "gse80060", "differential/disease")
    far = ((2 ** disease["logFC"].abs() >= 2) & (disease["P.Value"] < 0.05)).sum()
    page = _page(run, "gse80060")
    assert "Published: 984 probe sets (at least 2-fold and p < 0.05). Brachat et al. 2017" in page
    here = "This run: In “patients against healthy people”, 164 samples in the model: "
    assert f"{here}{far} of 450 genes tested by" in page
    assert "Published: 102 probe sets. Brachat et al. 2017" in page
    assert f"IL1R2 {changed.loc['IL1R2', 'logFC']:.3g} " in page
    assert "not computed here" in page


def test_kinoid_lowers_interferon_beyond_placebo(run):
    """19 of 26 patients lose nine tenths of what the disease adds by day 112, and 7 nothing."""
    blood = run[1]["gse39088"]
    changed = _genes(run, "gse39088", "visits/day112/differential/change_all")
    effects = changed.loc[list(blood.reverted)]
    assert (effects["adj.P.Val"] < 0.05).mean() >= 0.9
    assert (changed.loc[list(geo_standin.IFN), "logFC"] < -0.6).all()
    # Quantile normalisation moves others a little where an eighth of the genes moves a lot.
    plain = changed.drop(list(blood.reverted))
    assert ((plain["adj.P.Val"] < 0.05) & (plain["logFC"].abs() > 0.3)).mean() < 0.01
    beyond = [_genes(run, "gse39088", f"{place}differential/drug_effect").loc[list(blood.reverted)]
              for place in ("visits/day112/", "")]  # fmt: skip
    for early_or_late in beyond:
        assert (early_or_late["adj.P.Val"] < 0.05).mean() >= 0.9
    assert (beyond[1]["logFC"] / beyond[0]["logFC"]).median() == pytest.approx(7 / 9, abs=0.1)
    trend = _genes(run, "gse39088", "differential/dose_trend")
    assert (trend.loc[list(geo_standin.IFN), "logFC"] < 0).all()
    patients = pd.read_csv(run[0] / "gse39088/association/patients.tsv", sep="\t")
    assert patients["arm"].value_counts().to_dict() == {"kinoid": 19, "placebo": 7}
    assert "which compare arms and doses as they were randomised" in _page(run, "gse39088")
    assert not faults(run[0] / "gse39088")
