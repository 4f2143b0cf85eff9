"""The manifest holds what made a result."""

import json

import small_study
from revertome.report.manifest import manifest, software, software_words, unknown

NOTES = {
    "intake": {"python": "3.11.7", "packages": {"numpy": "2.4.6", "pandas": "2.3.3"}},
    "quality": None,
    "response": {"python": "3.11.7", "packages": {"numpy": "2.4.6", "statsmodels": "0.15.0"}},
    "figures": {"python": "3.12.1", "packages": {"numpy": "2.5.0"}},
    "report": {"python": "3.11.7", "packages": {"jinja2": "3.1.6", "numpy": "2.4.6"}},
}


def test_records_versions_seeds_config_and_checksums():
    files = {"b.tsv": "22", "a.tsv": "11"}
    origin = {"commit": None, "digest": "99"}
    inputs = {"matrix.tsv": "33"}
    text = manifest(small_study.CONFIG, files, inputs, origin, NOTES, "2020-01-01T00:00:00")
    record = json.loads(text)
    assert record["software"] == software(NOTES)
    assert list(record["software_by_rule"]) == list(NOTES)
    assert record["software_by_rule"]["response"] == {
        "python": "3.11.7", "numpy": "2.4.6", "statsmodels": "0.15.0",
    }  # fmt: skip
    assert record["software_by_rule"]["quality"] is None
    assert record["seeds"] == {"trajectories.seed": 1, "modules.seed": 2}
    assert record["config"] == small_study.CONFIG
    assert list(record["results"]) == ["a.tsv", "b.tsv"]
    assert record["inputs"] == {"matrix.tsv": "33"}
    assert record["workflow"] == origin


def test_software_is_what_the_rules_loaded():
    assert software(NOTES) == {
        "python": "3.11.7 and 3.12.1",
        "jinja2": "3.1.6",
        "numpy": "2.4.6 and 2.5.0",
        "pandas": "2.3.3",
        "statsmodels": "0.15.0",
    }
    assert next(iter(software(NOTES))) == "python"


def test_rules_are_named_where_not_all_loaded_a_package():
    words = software_words({name: note for name, note in NOTES.items() if name != "figures"})
    assert words == {
        "python": "3.11.7",
        "jinja2": "3.1.6 (report)",
        "numpy": "2.4.6",
        "pandas": "2.3.3 (intake)",
        "statsmodels": "0.15.0 (response)",
    }
    most = {**NOTES, "intake": NOTES["response"], "figures": NOTES["response"]}
    assert software_words(most)["statsmodels"] == "0.15.0 (all but report)"


def test_a_rule_without_a_note_is_named_as_such():
    assert unknown({"report": NOTES["report"]}) == []
    (words,) = unknown({**NOTES, "figures": None})
    assert words == "software: not known what quality, figures loaded: no note beside the log"
    assert software_words({"intake": None, "report": NOTES["report"]}) == {
        "python": "3.11.7", "jinja2": "3.1.6", "numpy": "2.4.6",
    }  # fmt: skip
