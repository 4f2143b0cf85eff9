"""What jobs said, gathered for the report."""

import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

import job
from revertome.errors import Alarm, StudyError
from said import alarm_table, alarms_in


def logs(folder: Path) -> Path:
    (folder / "logs").mkdir(parents=True)
    (folder / "logs/intake.log").write_text("read 5 rows\nwarning: is not all UTF-8\nalarm: odd\n")
    (folder / "logs/quality.log").write_text("alarm: all apart\nflagged: S1 (noisy)\nalarm: odd\n")
    return folder


def test_alarms_come_first_and_each_once(tmp_path: Path) -> None:
    paths = sorted((logs(tmp_path) / "logs").glob("*.log"))
    said = alarms_in([*paths, paths[0], tmp_path / "absent.log"])
    assert said == [
        ("alarm", "intake", "odd"),
        ("alarm", "quality", "all apart"),
        ("warning", "intake", "is not all UTF-8"),
        ("flag", "quality", "S1 (noisy)"),
    ]
    table = alarm_table(paths)
    assert table.iloc[-1].tolist() == ["flag", "quality", "S1 (noisy)"]
    assert table.columns.tolist() == ["severity", "stage", "text"]


def test_a_job_tells_alarms_from_warnings(capsys) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = job._say
        warnings.warn("pairs\nare lost", Alarm, stacklevel=1)
        warnings.warn("assumed", UserWarning, stacklevel=1)
    job.alarm(["apart"])
    told = capsys.readouterr().err.splitlines()
    assert told == ["alarm: pairs are lost", "warning: assumed", "alarm: apart"]


def test_what_libraries_say_to_programmers_is_no_warning_of_the_study(tmp_path: Path) -> None:
    log = tmp_path / "logs/quality.log"
    said = SimpleNamespace(log=[str(log)], rule="quality")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        with pytest.raises(SystemExit), job.logged(said):
            warnings.warn("will change in a future version", FutureWarning, stacklevel=1)
            warnings.warn("pairs are few", UserWarning, stacklevel=1)
            raise StudyError("no pair")
    assert alarms_in([log]) == [("warning", "quality", "pairs are few")]
