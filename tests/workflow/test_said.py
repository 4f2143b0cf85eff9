"""What jobs said, gathered for the report and for the end of a run."""

import warnings
from pathlib import Path

import job
from revertome.errors import Alarm
from said import alarm_table, alarms_in, last_words


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


def test_last_words_of_a_run(tmp_path: Path) -> None:
    folder = logs(tmp_path / "mine")
    quiet = tmp_path / "quiet/logs"
    quiet.mkdir(parents=True)
    (quiet / "quality.log").write_text("flagged: S1 (noisy)\n")
    text = last_words([str(tmp_path / "quiet"), str(folder)])
    assert text == [
        f"\nrevertome: ALARM in {folder}: before you trust a result, look at this:",
        "  - intake: odd",
        "  - quality: all apart",
        f"  These and 2 other warnings stand in {folder}/logs",
    ]
    (folder / "report.html").touch()
    assert last_words([str(folder)])[-1].endswith(f"stand in {folder}/report.html")


def test_no_more_than_a_screen(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    text = "".join(f"alarm: number {n}\n" for n in range(30))
    (tmp_path / "logs/quality.log").write_text(text)
    words = last_words([str(tmp_path)])
    assert len(words) == 13
    assert words[-2] == "  - and 20 more alarms"


def test_a_job_tells_alarms_from_warnings(capsys) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = job._say
        warnings.warn("pairs\nare lost", Alarm, stacklevel=1)
        warnings.warn("assumed", UserWarning, stacklevel=1)
    job.alarm(["apart"])
    told = capsys.readouterr().err.splitlines()
    assert told == ["alarm: pairs are lost", "warning: assumed", "alarm: apart"]
