"""Numbers that no computer holds or nobody means are told, in options, sheets and matrices."""

from pathlib import Path

import pytest
import yaml

from door.check import admit
from door.study import counts, microarray
from options import SCHEMA
from revertome.configuration import check_definition, complete
from revertome.errors import StudyError
from workflow.test_run import HOME

BUILT_IN = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
LARGE = 10**9


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("trajectories.bootstrap", LARGE, "greater than the maximum of 100000"),
     ("trajectories.permutations", 10**12, "greater than the maximum"),
     ("modules.permutations", LARGE, "greater than the maximum"),
     ("trajectories.seed", -1, "less than the minimum of 0"),
     ("trajectories.seed", 2**64, "greater than the maximum of 4294967295"),
     ("modules.seed", 2**32, "greater than the maximum"),
     ("intake.simulate.seed", 2**70, "greater than the maximum"),
     ("intake.simulate.genes", 10**12, "greater than the maximum of 12000"),
     ("intake.simulate.healthy", LARGE, "greater than the maximum"),
     ("modules.min_genes", LARGE, "greater than the maximum"),
     ("figures.heatmap_genes", LARGE, "greater than the maximum"),
     ("trajectories.resample_jobs", LARGE, "greater than the maximum of 1000"),
     ("trajectories.alpha", 0.0, "minimum of 0"), ("trajectories.alpha", 1e300, "maximum of 1"),
     ("trajectories.recovered_at_most", 1e300, "greater than the maximum of 1000"),
     ("trajectories.recovered_at_least", 1e-320, "less than the minimum of 0.001"),
     ("trajectories.induced_disease_at_most", 1e-320, "less than the minimum"),
     ("normalise.floor", 1e300, "maximum of 64"), ("normalise.floor", -1e300, "minimum of -64"),
     ("normalise.expressed_above", 1e300, "maximum of 64"),
     ("normalise.min_count", 1e300, "greater than the maximum"),
     ("differential.lfc", 1e300, "greater than the maximum of 64"),
     ("quality.outlier_mads", 1e300, "greater than the maximum"),
     ("response.limits", {"crp": 1e300}, "greater than the maximum"),
     ("response.activity.fall_at_least", -1e300, "less than the minimum"),
     ("trajectories.bootstrap", "1e3", "YAML reads 1e9 as a word: write 1.0e+9"),
     ("trajectories.alpha", "5e-2", "YAML reads 1e9 as a word"),
     ("trajectories.bootstrap", "x" * 10**6, "expected integer"),
     ("caveats", list(range(10**4)), "expected string")],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_an_option_beyond_sense_is_told(key, value, words):
    for part in reversed(key.split(".")[1:]):
        value = {part: value}
    section = key.partition(".")[0]
    config = {**BUILT_IN, section: value}
    if section == "intake":
        config["intake"] = {**BUILT_IN["intake"], **value}
    with pytest.raises(StudyError) as raised:
        complete(config, SCHEMA)
    told = str(raised.value)
    assert told.startswith(f"configuration: {key}") and words in told
    assert len(told) < 1300


def test_a_criterion_that_nobody_can_meet_is_told():
    path = HOME / "config/response/acr_pedi.yaml"
    schema = yaml.safe_load((HOME / "workflow/schemas/response.schema.yaml").read_text("utf-8"))
    found = yaml.safe_load(path.read_text("utf-8"))
    config = complete({**BUILT_IN, "response": {"source": "column"}}, SCHEMA)
    check_definition(config, found, schema, "d.yaml")
    name = next(n for n, rule in found["criteria"].items() if rule["kind"] == "core_set")
    found["criteria"][name]["in_at_least"] = 10**12
    with pytest.raises(StudyError, match=rf"criteria\.{name}\.in_at_least: there are 6 core"):
        check_definition(config, found, schema, "d.yaml")


def cell(text):
    """One cell of the matrix."""

    def change(study):
        study.matrix.rows[3][2] = text

    return change


def every(factor):
    """All numbers of the matrix."""

    def change(study):
        for row in study.matrix.rows[1:]:
            row[1:] = [repr(float(value) * factor) for value in row[1:]]

    return change


def column(text):
    """A clinical variable, one number of which is this."""

    def change(study):
        study.sheet.rows[0].append("crp")
        for i, row in enumerate(study.sheet.rows[1:]):
            row.append(text if i == 2 else "7")

    return change


@pytest.mark.parametrize(
    ("start", "change", "words"),
    [*((start, cell(text), "'MX1'") for start in (microarray, counts)
       for text in ("1e300", "1e308", "-1e300", "1e400", "9223372036854775808")),
     *((start, every(factor), "values are as large as") for start in (microarray, counts)
       for factor in (1e290, 1e15, 1e299)),
     *((start, every(1e-300), "the scale of the values is unclear")
       for start in (microarray, counts)),
     *((microarray, column(text), f"column 'crp', row 4: '{text[:60]}' is not a number as the ")
       for text in ("1e300", "1e308", "-1e300", "1e-320", "9" * 400, "1e400", "0x10", "1_000"))],
)  # fmt: skip
def test_a_number_that_nothing_measures_is_told(tmp_path: Path, start, change, words):
    study = start()
    change(study)
    found = admit(study, tmp_path)
    assert not found.crash and words in found.refusal
    assert not any("overflow" in text for text in found.warned)


def test_small_numbers_and_zeros_are_measurements(tmp_path: Path):
    study = microarray()
    for row in study.matrix.rows[1:]:
        row[1:] = [f"{2 ** float(value):.3f}" for value in row[1:]]
    cell("1e-300")(study)
    found = admit(study, tmp_path)
    assert not found.refusal and not found.crash
