"""The last lines of a run that went well: the report, what was found, what is flagged."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from files import sha256
from outcome import asked_for, last_words

HEADLINE = "12 genes return to normal in responders."


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def study(name: str, logs: str = "", headline: str = HEADLINE, report: bool = True) -> str:
    """Result folder with a log and a report; returns its path."""
    folder = Path("results") / name
    (folder / "logs").mkdir(parents=True)
    (folder / "logs/quality.log").write_text(logs)
    if report:
        (folder / "report.html").touch()
    if headline:
        (folder / "report").mkdir()
        (folder / "report/headline.txt").write_text(f"{headline}\nWho: 12 patients.\n")
    return str(folder)


def test_where_the_report_is_what_was_found_and_what_is_flagged() -> None:
    folder = study("a", "warning: w\nflagged: S1 (noisy)\nflagged: S2 (sex: male)\nread 5 rows\n")
    assert last_words([folder]) == [
        "",
        "revertome: the report: results/a/report.html",
        f"  found: {HEADLINE}",
        "  flagged: no alarms, 1 warning, 2 samples (S1, S2)",
    ]


def test_alarms_stand_before_in_full_and_the_last_four_lines_are_the_same() -> None:
    folder = study("a", "alarm: all apart\nalarm: odd\n")
    said = last_words([folder])
    assert said[:4] == [
        "",
        "revertome: ALARM in results/a: before you trust a result, look at this:",
        "  - quality: all apart",
        "  - quality: odd",
    ]
    assert said[-3:] == [
        "revertome: the report: results/a/report.html",
        f"  found: {HEADLINE}",
        "  flagged: 2 alarms",
    ]


def test_no_more_than_a_screen() -> None:
    said = last_words([study("a", "".join(f"alarm: number {n}\n" for n in range(30)))])
    assert len(said) == 17
    assert said[12] == "  - and 20 more alarms"
    flags = "".join(f"flagged: S{n} (noisy)\n" for n in range(400))
    assert last_words([study("b", flags)])[-1].endswith("400 samples (S0, S1, S2, ...)")


def test_a_report_of_an_older_version_has_no_headline() -> None:
    assert "found" not in "".join(last_words([study("a", headline="")]))


def test_several_studies_have_a_line_each_and_those_with_alarms_come_last_again() -> None:
    folders = [study("a"), study("b", "alarm: odd\n"), study("c", report=False, headline="")]
    said = last_words(folders)
    assert said[:3] == [
        "",
        "revertome: ALARM in results/b: before you trust a result, look at this:",
        "  - quality: odd",
    ]
    assert said[-5:] == [
        "revertome: 3 studies, their reports and what they found:",
        f"  a: results/a/report.html; {HEADLINE}; flagged: nothing",
        f"  b: results/b/report.html; {HEADLINE}; flagged: 1 alarm",
        "  c: no report; flagged: nothing",
        "revertome: 1 of 3 with alarms: b; what is flagged stands in the reports",
    ]


def test_a_hundred_studies_do_not_flood_the_terminal() -> None:
    said = last_words([study(f"s{n}") for n in range(100)])
    assert len(said) == 24
    assert said[-2:] == [
        "  and 80 more",
        "revertome: 0 of 100 with alarms; what is flagged stands in the reports",
    ]


def test_a_comparison_gives_its_first_finding() -> None:
    folder = Path(study("ab", headline="", report=False))
    (folder / "compare").mkdir()
    (folder / "compare/report.html").touch()
    (folder / "compare/findings.tsv").write_text(
        'text\n"Effects ""agree"" (r 0.6)."\nPooled genes: 3.\n'
    )
    assert last_words([str(folder)])[1:] == [
        "revertome: the report: results/ab/compare/report.html",
        '  found: Effects "agree" (r 0.6).',
        "  flagged: nothing",
    ]


def test_a_stage_alone_says_what_it_made_and_that_there_is_no_report() -> None:
    folders = [study("a", "flagged: S1 (x)\n", report=False), study("b", "alarm: odd\n")]
    assert last_words(folders, ["results/a/quality"]) == [
        "",
        "revertome: made: results/a/quality",
        "  flagged: no alarms, 1 sample (S1)",
        "  no report of this study yet; the command without the name of a stage goes on to it",
    ]


def test_a_report_of_an_earlier_run_is_not_given_for_the_new_one() -> None:
    folder = Path(study("a"))
    record = folder / "logs/quality.record.json"
    record.write_text("{}")
    rules = {"quality": {"record": sha256(record)}}
    (folder / "manifest.json").write_text(json.dumps({"rules": rules}))
    assert "found" in last_words([str(folder)])[-2]
    record.write_text("{ }")
    for made in ([], ["results/a/quality"]):
        said = last_words([str(folder)], made)
        assert "report.html, manifest.json and the stages behind quality are of an" in said[-1]
        assert HEADLINE not in "".join(said)


def test_text_of_a_study_cannot_steer_the_terminal() -> None:
    folder = study("a", "alarm: \x1b[2Jgone\n", headline="\x1b]0;x\x07 found")
    assert "\x1b" not in "".join(last_words([folder]))


def workflow(targets=(), until=()) -> SimpleNamespace:
    made = {
        "all": [],
        "quality": ["results/a/quality/flow.tsv", "results/a/quality/pca.tsv"],
        "study": ["results/a/study.h5ad"],
        "report": [
            "results/a/report/alarms.tsv",
            "results/a/report.html",
            "results/a/manifest.json",
        ],
        "gallery": [str(Path("config/gallery.md").absolute()), "pictures/a.png", "pictures/b.png"],
    }
    rules = [SimpleNamespace(name=name, output=output) for name, output in made.items()]
    settings = SimpleNamespace(targets=set(targets), until=set(until))
    return SimpleNamespace(rules=rules, dag_settings=settings)


def test_what_was_asked_for_is_the_folder_of_a_stage_or_its_file() -> None:
    assert asked_for(workflow()) == asked_for(workflow(["all"])) == []
    assert asked_for(workflow(["quality"])) == ["results/a/quality"]
    assert asked_for(workflow(until=["study"])) == ["results/a/study.h5ad"]
    assert asked_for(workflow(["results/a/x.tsv"])) == ["results/a/x.tsv"]
    assert asked_for(workflow(["report"])) == ["results/a"]
    assert asked_for(workflow(["gallery"])) == ["config", "pictures"]


def test_results_elsewhere_are_given_by_their_whole_path(place: Path) -> None:
    folder = str(place / study("a"))
    (place / "in").mkdir()
    os.chdir(place / "in")
    said = last_words([folder], ["../results/a/quality"])
    assert said[2] == f"  the report: {folder}/report.html"
