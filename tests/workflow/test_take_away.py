"""A report packed with all that it links to: no dead link, nothing from outside, the same bytes."""

import subprocess
import sys
import zipfile

import pytest

from architecture.results_readme import HOME
from revertome.errors import StudyError
from take_away import linked, pack


@pytest.fixture
def study(tmp_path):
    """A folder with a page that links to a file, a folder, another page and places in both."""
    folder = tmp_path / "results/my study"
    files = {
        "report.html": '<a href="tables/a%20b.tsv">a</a><a href="figures/">f</a><a href="#t">t</a>'
        '<a href="compare/report.html#sets">c</a><a href="https://x.org">h</a><link href="x.css">'
        """<img src='data:image/svg+xml,<use xlink:href="%23m"/><a href="y"/>'>""",
        "tables/a b.tsv": "x\n",
        "figures/one.svg": "<svg/>",
        "figures/two.svg": "<svg/>",
        "compare/report.html": '<a href="../manifest.json">m</a><a href="../report.html">back</a>',
        "manifest.json": "{}",
        "logs/intake.log": "not linked",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_all_that_is_linked_goes_along_and_nothing_else(study, tmp_path, capsys):
    pack(study, tmp_path / "out.zip")
    assert "the report and 5 files" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "there")
    assert sorted(names) == [
        "my study/compare/report.html", "my study/figures/one.svg", "my study/figures/two.svg",
        "my study/manifest.json", "my study/report.html", "my study/tables/a b.tsv",
    ]  # fmt: skip
    assert linked(tmp_path / "there/my study") == linked(study)
    first = (tmp_path / "out.zip").read_bytes()
    pack(study, tmp_path / "out.zip")
    assert (tmp_path / "out.zip").read_bytes() == first


def test_a_dead_link_and_a_link_out_of_the_folder_are_refused(study):
    (study / "manifest.json").unlink()
    with pytest.raises(StudyError, match="links to .*manifest.json, which is not there"):
        linked(study)
    (study.parent / "manifest.json").write_text("of another")
    (study / "report.html").write_text('<a href="../manifest.json">x</a>')
    with pytest.raises(StudyError, match="outside the folder"):
        linked(study)


def test_a_folder_without_a_report_is_told_in_a_sentence(tmp_path):
    command = [sys.executable, str(HOME / "scripts/take_away.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == f"{tmp_path}: report.html is not there; finish the study first\n"
