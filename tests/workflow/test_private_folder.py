"""The folder of identifiers is for its owner alone, whatever stood there before."""

import os
import stat
import subprocess

import pytest

from private_codes import read_codes, write_codes
from private_folder import check_private, open_private, private_folder
from revertome.errors import StudyError

CODES = {"patient": {"Quagliozzi": "P4711"}, "sample": {}}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o277])
def umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_it_is_made_for_one_whatever_the_umask(tmp_path, umask):
    folder = tmp_path / "private"
    private_folder(folder, tmp_path / "results")
    with open_private(folder / "x.log") as file:
        file.write("Quagliozzi\n")
    write_codes(CODES, folder / "x.tsv")
    assert mode(folder) == 0o700
    assert {p.name: mode(p) for p in folder.iterdir()} == dict.fromkeys(
        [".gitignore", "x.log", "x.tsv"], 0o600
    )
    assert read_codes(folder / "x.tsv") == {"patient": {"Quagliozzi": "P4711"}}


def test_one_of_ours_that_others_could_read_is_mended(tmp_path):
    folder = tmp_path / "private"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    for name in ("x.tsv", ".y.12-host.tsv"):
        (folder / name).write_text("kind\tidentifier\tcode\n", encoding="utf-8")
        (folder / name).chmod(0o664)
    check_private(folder, tmp_path / "results")
    assert mode(folder) == 0o755  # a check changes nothing
    private_folder(folder, tmp_path / "results")
    assert mode(folder) == 0o700
    assert {mode(p) for p in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["protocol.docx", "samples.tsv"])
def test_one_that_is_shared_is_refused_and_left_as_it_is(tmp_path, name):
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o750)
    (tmp_path / "data" / name).write_text("sample\tpatient\n", encoding="utf-8")
    with pytest.raises(StudyError, match="private: others have access"):
        private_folder(tmp_path / "data", tmp_path / "results")
    assert mode(tmp_path / "data") == 0o750
    (tmp_path / "data").chmod(0o700)
    private_folder(tmp_path / "data", tmp_path / "results")


@pytest.mark.parametrize(
    "way", ["results/x", "link/x", "a/../results", "to_results", "a/up/results"]
)
def test_one_in_the_results_is_refused_by_whatever_way(tmp_path, way):
    (tmp_path / "results/trial").mkdir(parents=True)
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "results")
    (tmp_path / "to_results").symlink_to("results/trial")
    (tmp_path / "a/up").symlink_to("..")
    with pytest.raises(StudyError, match="private: it lies in the results folder"):
        private_folder(tmp_path / way, tmp_path / "results")


def test_a_link_in_place_of_the_table_is_refused(tmp_path):
    (tmp_path / "private").mkdir(mode=0o700)
    (tmp_path / "shared.tsv").write_text("", encoding="utf-8")
    (tmp_path / "private/x.tsv").symlink_to(tmp_path / "shared.tsv")
    with pytest.raises(StudyError, match="holds a link in place of a table"):
        private_folder(tmp_path / "private", tmp_path / "results")
    with pytest.raises(OSError, match="symbolic"):
        open_private(tmp_path / "private/x.tsv")


def test_a_file_in_its_place_is_refused(tmp_path):
    (tmp_path / "private").write_text("", encoding="utf-8")
    with pytest.raises(StudyError, match="it is a file"):
        private_folder(tmp_path / "private", tmp_path / "results")


def test_a_repository_does_not_take_it(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    private_folder(tmp_path / "private", tmp_path / "results")
    write_codes(CODES, tmp_path / "private/x.tsv")
    git = ["git", "-C", str(tmp_path), "status", "--porcelain", "--untracked-files=all"]
    assert subprocess.run(git, capture_output=True, text=True, check=True).stdout == ""
