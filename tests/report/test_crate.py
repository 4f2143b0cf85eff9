"""The RO-Crate of a run: every file described once, every reference met, checksums carried over."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
import requests
from urllib3 import HTTPResponse

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


SCHEMA = {
    "CreativeWork", "SoftwareApplication", "SoftwareSourceCode", "ComputerLanguage",
    "CreateAction", "Dataset", "about", "actionStatus", "alternateName", "contentSize",
    "datePublished", "description", "encodingFormat", "endTime", "hasPart", "identifier",
    "instrument", "license", "mainEntity", "mentions", "name", "object", "programmingLanguage",
    "result", "softwareRequirements", "softwareVersion", "url", "version",
}  # fmt: skip
OTHER = {
    "File": "http://schema.org/MediaObject",
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "conformsTo": "http://purl.org/dc/terms/conformsTo",
}


class StandIn(requests.adapters.BaseAdapter):
    """Answers with the meaning RO-Crate 1.1 gives to the terms of our crates."""

    def send(self, request, **_):
        terms = {**{term: f"http://schema.org/{term}" for term in SCHEMA}, **OTHER}
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url, request
        answer.headers["Content-Type"] = "application/ld+json"
        answer.raw = HTTPResponse(
            BytesIO(json.dumps({"@context": terms}).encode()), status=200, preload_content=False
        )
        return answer

    def close(self):
        """Nothing is open."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "profile", ["ro-crate-1.1", "process-run-crate-0.5", "workflow-run-crate-0.5"]
)
def test_the_validator_of_ro_crates_accepts_it(profile, tmp_path):
    """The validator looks up one page, the context; it finds a stand-in of ours in its cache.

    So the crate is held to the profiles without a network. That each term is in the context as
    published is not shown: `SCHEMA` and `OTHER` say what we take to be there.
    """
    from requests_cache import CachedSession

    folder, cache = tmp_path / "crate", tmp_path / "pages"
    (folder / "trajectories").mkdir(parents=True)
    for name in ("Snakefile", "manifest.json", *SIZES):
        (folder / name).write_text("text")
    text = crate(RECORD, SIZES, "Snakefile", "A small study")
    with CachedSession(str(cache), backend="sqlite") as session:
        session.mount("https://", StandIn())
        session.get("https://w3id.org/ro/crate/1.1/context")
    program = Path(sys.executable).with_name("rocrate-validator")
    line = [program, "validate", "--no-paging", "--offline", "--cache-path", cache, "-p", profile]

    def judged(metadata):
        (folder / "ro-crate-metadata.json").write_text(metadata)
        return subprocess.run([*line, folder], capture_output=True, text=True)

    found = judged(text)
    assert found.returncode == 0, found.stdout + found.stderr
    spoilt = judged(text.replace('"datePublished"', '"url"', 1))
    assert spoilt.returncode == 1, spoilt.stdout + spoilt.stderr
    assert "not a valid" in spoilt.stdout
