"""The manifest holds what made a result."""

import json
from importlib import metadata

import small_study
from revertome.report.manifest import manifest


def test_records_versions_seeds_config_and_checksums():
    files = {"b.tsv": "22", "a.tsv": "11"}
    origin = {"commit": None, "digest": "99"}
    text = manifest(small_study.CONFIG, files, {"matrix.tsv": "33"}, origin, "2020-01-01T00:00:00")
    record = json.loads(text)
    assert record["software"]["numpy"] == metadata.version("numpy")
    assert record["seeds"] == {"trajectories.seed": 1, "modules.seed": 2}
    assert record["config"] == small_study.CONFIG
    assert list(record["results"]) == ["a.tsv", "b.tsv"]
    assert record["inputs"] == {"matrix.tsv": "33"}
    assert record["workflow"] == origin
