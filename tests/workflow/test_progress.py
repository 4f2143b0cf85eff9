"""A run as it goes, and why one ended: lines of Snakemake's in plain words."""

import logging
from types import SimpleNamespace

import pytest
from snakemake.exceptions import MissingRuleException, WorkflowError
from snakemake.logging import DefaultFormatter
from snakemake_interface_logger_plugins.common import LogEvent

from progress import NOISE, Steps, _is_news, _purposes, _span
from unfinished import FAILED, otherwise, told_otherwise

RULES = [
    SimpleNamespace(name="all", docstring=None, output=[]),
    SimpleNamespace(name="intake", docstring="Read the study,\n    and check it.", output=["x"]),
    SimpleNamespace(name="sheet", docstring="List the fields (`snakemake sheet`).", output=["y"]),
]


def record(event=None, message="", level=logging.INFO, **fields):
    """A record as Snakemake writes it."""
    named = {"msg": message, "levelno": level, "levelname": logging.getLevelName(level)}
    return logging.makeLogRecord({**named, **fields, **({"event": event} if event else {})})


@pytest.fixture
def steps():
    return Steps(DefaultFormatter(), _purposes(SimpleNamespace(rules=RULES)))


def begin(rule, jobid, **more):
    fields = {"wildcards": {}, "benchmark": None, "input": ["in.tsv"] * 300, **more}
    return record(LogEvent.JOB_INFO, rule_name=rule, jobid=jobid, **fields)


def test_two_lines_a_step(steps, tmp_path):
    table = tmp_path / "intake.tsv"
    table.write_text("s\th:m:s\n12.4\t0:00:12\n")
    stats = {"intake": 2, "all": 1, "total": 3}
    assert steps.format(record(LogEvent.RUN_INFO, stats=stats)) == "revertome: 2 steps to do"
    one = steps.format(begin("intake", 4, benchmark=str(table)))
    assert (
        one[8:] == "  step 1 of 2, intake: Read the study, and check it (took 12 s the last time)"
    )
    two = steps.format(begin("intake", 5, wildcards={"part": 1}))
    assert two[8:] == "  step 2 of 2, intake (part 1): Read the study, and check it"
    # A further attempt is the same step.
    assert "step 1 of 2" in steps.format(begin("intake", 4))
    assert steps.format(begin("all", 0)) == ""
    end = steps.format(record(LogEvent.JOB_FINISHED, job_id=5))
    assert end[8:] == "  intake is done, in 1 s; 1 of 2 steps"
    assert steps.format(record(LogEvent.JOB_FINISHED, job_id=0)) == ""


def test_a_docstring_is_told_without_its_command(steps):
    assert steps.format(begin("sheet", 1)).endswith("sheet: List the fields")


def test_a_failed_job_is_told_without_the_files_it_read(steps):
    fields = {
        "rule_name": "intake", "rule_msg": None, "jobid": 1, "input": ["in.tsv"] * 300,
        "output": ["out.tsv"], "log": ["intake.log"], "conda_env": None, "shellcmd": None,
        "aux": {},
    }  # fmt: skip
    text = steps.format(record(LogEvent.JOB_ERROR, "Error", logging.ERROR, **fields))
    assert "Error in rule intake" in text and "intake.log" in text
    assert "in.tsv" not in text and "out.tsv" not in text


def test_what_is_not_known_is_shown_as_it_is(steps):
    assert steps.format(record(message="Nothing to be done")) == "Nothing to be done"
    other = begin("intake", 1, rule_msg="its own words", reason="none")
    del other.wildcards  # a field of this version alone
    assert "its own words" in steps.format(other)


def test_noise_is_left_out_and_no_error_is():
    assert not _is_news(record(LogEvent.WORKFLOW_STARTED)) and not _is_news(
        record(message=NOISE[0])
    )
    assert _is_news(record(message="Select jobs", level=logging.INFO))
    assert _is_news(record(message=NOISE[0], level=logging.ERROR))
    assert _is_news(record(LogEvent.JOB_ERROR, level=logging.ERROR))
    assert _is_news(record(message="anything else"))


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (99, "99 s"), (100, "2 minutes"), (3600, "60 minutes")]
)
def test_a_time_as_people_say_it(seconds, words):
    assert _span(seconds) == words


def test_a_stage_or_file_that_nothing_makes_is_told_with_the_nearest():
    names = [*("intake", "normalise", "quality"), *(f"stage{n}" for n in range(20))], ["r/a/x.tsv"]
    told = told_otherwise(MissingRuleException("qualty"), None, names)
    assert told == "unknown stage or file 'qualty'; of 23 the nearest are quality"
    told = told_otherwise(MissingRuleException("r/a/y.tsv"), None, names)
    assert told == "unknown stage or file 'r/a/y.tsv'; choose one of r/a/x.tsv"
    assert told_otherwise(WorkflowError("other"), None, names) == ""


def workflow(until=(), left=()):
    jobs = [SimpleNamespace(rule=SimpleNamespace(name=name)) for name in left]
    return SimpleNamespace(
        scheduler=SimpleNamespace(remaining_jobs=jobs),
        dag_settings=SimpleNamespace(until=set(until)),
    )


def test_why_a_run_ended_in_which_no_job_failed():
    failed = WorkflowError(FAILED)
    told = otherwise(failed, workflow(["normalise", "intake"], ["normalise"]))
    assert told.startswith("--until intake normalise: Snakemake stops at the first of these")
    assert "so normalise was not made" in told
    assert "the reason stands above" in otherwise(failed, workflow(["intake"], ["x"]))
    # Four lines are seen; what is longer is said again in one.
    assert otherwise(WorkflowError("short"), workflow()) == ""
    assert otherwise(WorkflowError("a\nb\nc\nd"), workflow()) == "a b c d"
