"""The RO-Crate of a run: every file described once, every reference met, checksums carried over."""

import json
import shutil
import subprocess
import urllib.request

import pytest

from revertome.report.crate import crate

RECORD = {
    "study": "small",
    "finished": "2026-01-02T03:04:05+00:00",
    "workflow": {"commit": None, "digest": "d" * 64},
    "software": {"python": "3.11.7", "snakemake": "9.27.1"},
    "inputs": {"/data/a/matrix.tsv": "a" * 64, "sheet.tsv": "b" * 64},
    "results": {"report.html": "c" * 64, "trajectories/genes.tsv": "e" * 64},
}
SIZES = {"report.html": 10, "trajectories/genes.tsv": 20}


def made():
    document = json.loads(crate(RECORD, SIZES, "Snakefile", "A small study"))
    return {entity["@id"]: entity for entity in document["@graph"]}, document


def references(value):
    """Ids an entity points to."""
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def test_every_reference_is_met_and_every_entity_is_named_once():
    entities, document = made()
    assert len(entities) == len(document["@graph"])
    pointed = {i for entity in document["@graph"] for i in references(entity)}
    outside = {i for i in pointed - set(entities) if not i.startswith("https://w3id.org/")}
    assert not outside


def test_files_inputs_and_run_are_those_of_the_manifest():
    entities, _ = made()
    parts = [part["@id"] for part in entities["./"]["hasPart"]]
    assert parts == ["Snakefile", "manifest.json", "report.html", "trajectories/genes.tsv"]
    genes = entities["trajectories/genes.tsv"]
    assert genes["sha256"] == "e" * 64 and genes["contentSize"] == "20"
    assert genes["encodingFormat"] == "text/tab-separated-values"
    run = entities["#run"]
    assert [entities[i["@id"]]["name"] for i in run["object"]] == ["matrix.tsv", "sheet.tsv"]
    assert [i["@id"] for i in run["result"]] == parts[1:]
    assert entities["./"]["datePublished"] == run["endTime"] == RECORD["finished"]
    assert entities["Snakefile"]["version"] == "d" * 64
    assert "/data/a" not in json.dumps(entities)


@pytest.mark.slow
def test_the_validator_of_ro_crates_accepts_it(tmp_path):
    program = shutil.which("rocrate-validator")
    if program is None:
        pytest.skip("needs rocrate-validator (pip install roc-validator)")
    try:
        urllib.request.urlopen("https://w3id.org/ro/crate/1.1/context", timeout=5)
    except OSError:
        pytest.skip(
            "needs the network: the validator fetches the context of RO-Crate from w3id.org"
        )
    (tmp_path / "trajectories").mkdir()
    for name in ("Snakefile", "manifest.json", *SIZES):
        (tmp_path / name).write_text("text")
    text = crate(RECORD, SIZES, "Snakefile", "A small study")
    (tmp_path / "ro-crate-metadata.json").write_text(text)
    for profile in ("ro-crate-1.1", "process-run-crate-0.5", "workflow-run-crate-0.5"):
        command = [program, "validate", "--no-paging", "-p", profile, str(tmp_path)]
        found = subprocess.run(command, capture_output=True, text=True)
        assert found.returncode == 0, found.stdout
