"""The manifest holds what made a result."""

import small_study
from revertome.report.manifest import manifest, mixed, software, software_words

WHERE = {"began": "a", "ended": "b", "host": "c", "platform": "d", "code": "e"}
RECORDS = {
    "intake": {"python": "3.11.7", "packages": {"numpy": "2.4.6", "pandas": "2.3.3"}},
    "response": {"python": "3.11.7", "packages": {"numpy": "2.4.6", "statsmodels": "0.15.0"}},
    "figures": {"python": "3.12.1", "packages": {"numpy": "2.5.0"}},
    "report": {"python": "3.11.7", "packages": {"jinja2": "3.1.6", "numpy": "2.4.6"}},
}
ALIKE = {name: record for name, record in RECORDS.items() if name != "figures"}


def test_records_versions_seeds_config_and_checksums():
    files = {"b.tsv": "22", "a.tsv": "11"}
    origin = {"commit": None, "digest": "99"}
    inputs = {"matrix.tsv": "33"}
    records = {rule: record | WHERE for rule, record in RECORDS.items()}
    digests = {"intake": "44", "response": "55", "figures": "66"}
    made = ("2020-01-01T00:00:00",)
    record = manifest(small_study.CONFIG, records, digests, files, inputs, origin, *made)
    assert record["software"] == software(RECORDS)
    assert list(record["software_by_rule"]) == list(RECORDS)
    assert record["software_by_rule"]["response"] == {
        "python": "3.11.7", "numpy": "2.4.6", "statsmodels": "0.15.0",
    }  # fmt: skip
    assert record["rules"]["figures"] == WHERE | {"record": "66"}
    assert record["rules"]["report"] == WHERE | {"record": None}
    assert record["seeds"] == {"trajectories.seed": 1, "modules.seed": 2}
    assert record["config"] == small_study.CONFIG
    assert list(record["results"]) == ["a.tsv", "b.tsv"]
    assert record["inputs"] == {"matrix.tsv": "33"}
    assert record["workflow"] == origin


def test_software_is_what_the_rules_loaded():
    assert software(RECORDS) == {
        "python": "3.11.7 and 3.12.1",
        "jinja2": "3.1.6",
        "numpy": "2.4.6 and 2.5.0",
        "pandas": "2.3.3",
        "statsmodels": "0.15.0",
    }
    assert next(iter(software(RECORDS))) == "python"


def test_rules_are_named_where_not_all_loaded_a_package():
    assert software_words(ALIKE) == {
        "python": "3.11.7",
        "jinja2": "3.1.6 (report)",
        "numpy": "2.4.6",
        "pandas": "2.3.3 (intake)",
        "statsmodels": "0.15.0 (response)",
    }
    most = {**RECORDS, "intake": RECORDS["response"], "figures": RECORDS["response"]}
    assert software_words(most)["statsmodels"] == "0.15.0 (all but report)"


def test_rules_of_different_versions_are_told():
    assert mixed(ALIKE) == []
    assert mixed(RECORDS) == [
        "the results were not made with one version of python: 3.11.7 in intake, response, report; "
        "3.12.1 in figures. `--forceall` makes them all with the present one",
        "the results were not made with one version of numpy: 2.4.6 in intake, response, report; "
        "2.5.0 in figures. `--forceall` makes them all with the present one",
    ]
