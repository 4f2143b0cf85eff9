"""The same study under other locales, users, homes and masks: the same bytes."""

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

import place
import workers
from door.spreadsheet import table, workbook
from manifest import origin
from tiny_trial import HOME, write
from unfinished import told_otherwise
from workflow.interruption import command, files

# Letters that Turkish, Latin-1 and Japanese encodings each lack some of.
NAME = "dätä İı 日本"
NOWHERE = "/dev/null/home"  # which nobody can make, root neither
MODULES = ["İnterferon ı ß", "Ünit"]


def study(folder):
    """A study of workbooks, a table and a GMT file whose names and words are not of ASCII."""
    data = folder / NAME
    intake = write(data, "table", "microarray", "auto", healthy=True, repeat=False)
    sheets = {}
    for name in ("samples", "visits"):
        cells = pd.read_csv(data / f"{name}.tsv", sep="\t", dtype=str).fillna("")
        cells["patient"] = cells["patient"].replace({"PT-03": "Zoé", "PT-04": "İsmail"})
        sheets[name] = table([list(cells), *cells.to_numpy().tolist()])
        intake[name] = f"{NAME}/sheets ü.xlsx#{name}"
    (data / "sheets ü.xlsx").write_bytes(workbook(sheets))
    genes = pd.read_csv(data / "names.tsv", sep="\t")["symbol"].unique()
    lines = ["\t".join([name, "ü", *genes[i : i + 15]]) for i, name in enumerate(MODULES)]
    (data / "mödules.gmt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    intake["matrix"] = f"{NAME}/matrix.tsv"
    intake["annotation"]["path"] = f"{NAME}/names.tsv"
    config = {
        "study": "killed", "title": "Étude İ ı ß – 日本", "intake": intake,
        "design": {"baseline": "before", "followup": "after", "covariates": ["sex"]},
        "response": {"source": "visits", "definition": "acr_pedi", "baseline_visit": "before",
                     "visit": "after"},
        "trajectories": {"bootstrap": 20, "permutations": 10, "sensitivity": ["age"]},
        "modules": {"permutations": 100, "gmt": [f"{NAME}/mödules.gmt"]},
    }  # fmt: skip
    text = yaml.safe_dump(config, allow_unicode=True)
    (folder / "study.yaml").write_text(text, encoding="utf-8")


def run(folder, environment, **user):
    """Run the study in the folder, in an environment of which nothing is left but the path."""
    whole = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **environment}
    done = subprocess.run(command(folder), capture_output=True, env=whole, cwd=folder, **user)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


def other_user(folder):
    """Arguments of a process of a user who owns the folder and nothing else, where one can be."""
    line = [sys.executable, "-c", "import numpy, revertome"]
    able = os.getuid() == 0 and folder.stat().st_mode & 1
    try:
        able = able and not subprocess.run(line, user=4711, cwd="/", check=False).returncode
    except OSError:  # the interpreter lies where others cannot read
        able = False
    if not able:
        return {}
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 4711, 4711)
    return {"user": 4711, "group": 4711, "extra_groups": []}


@pytest.mark.slow
def test_the_place_of_a_run_changes_no_byte(tmp_path):
    """No encoding but ASCII, no home, no name of the user, another time zone and mask."""
    plain, odd = tmp_path / "plain", tmp_path / "odd"
    for folder in (plain, odd):
        folder.mkdir()
        study(folder)
    status, words = run(plain, {"HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8"})
    assert status == 0, words[-3000:]
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    bare |= {"HOME": NOWHERE, "USER": "x", "TZ": "Asia/Kathmandu"}
    status, words = run(odd, bare, umask=0o077, **other_user(odd))
    assert status == 0, words[-3000:]
    assert files(odd) == files(plain) and len(files(odd)) > 100
    assert not [line for line in words.splitlines() if "Traceback" in line or "cache" in line]


def test_caches_go_to_the_working_folder_where_there_is_no_home(tmp_path):
    own = str(tmp_path / "caches")
    found = place.caches({"XDG_CACHE_HOME": f"{NOWHERE}/.cache"}, tmp_path / "caches")
    assert found == {"XDG_CACHE_HOME": own, "MPLCONFIGDIR": own}
    kept = place.caches({"XDG_CACHE_HOME": NOWHERE, "MPLCONFIGDIR": "/mine"}, tmp_path)
    assert kept["MPLCONFIGDIR"] == "/mine"
    assert place.caches({"XDG_CACHE_HOME": str(tmp_path / "not/yet")}, tmp_path) == {}


@pytest.mark.parametrize(
    ("encoding", "told", "main", "anew"),
    [("utf-8", "", True, 0), ("iso8859-9", "", True, 1), ("euc_jp", "0", True, 1),
     ("ascii", "1", True, 0), ("ascii", "", False, 0)],
)  # fmt: skip
def test_only_the_first_process_in_another_encoding_begins_anew(
    monkeypatch, tmp_path, encoding, told, main, anew
):
    begun = []
    monkeypatch.setenv("PYTHONUTF8", told)
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: encoding)
    monkeypatch.setattr(os, "execv", lambda program, words: begun.append((program, words)))
    folder = SimpleNamespace(cleanup=lambda: None)
    place.speak_utf8(SimpleNamespace(is_main_process=main, _snakemake_tmp_dir=folder))
    assert begun == [(sys.executable, [sys.executable, *sys.orig_argv[1:]])] * anew
    assert os.environ["PYTHONUTF8"] == ("1" if anew else told)


def test_without_semaphores_the_work_is_done_in_this_process(monkeypatch):
    def none(*_, **__):
        raise PermissionError(13, "Permission denied")

    assert workers.each(lambda n: n + 1, [1, 2], 2) == [2, 3]
    monkeypatch.setattr(workers, "ProcessPoolExecutor", none)
    assert workers.each(lambda n: n + 1, [1, 2], 2) == [2, 3]
    assert workers._work == []
    assert ProcessPoolExecutor is not none


def test_a_full_folder_of_temporary_files_ends_the_run_in_words():
    full = told_otherwise(OSError(28, "No space left on device"), None, ([], []))
    assert "(TMPDIR), cannot be written: the disk is full" in full
    closed = told_otherwise(PermissionError(13, "Permission denied", "/x/y"), None, ([], []))
    assert closed.startswith("/x/y cannot be written: permission denied")
    assert told_otherwise(FileNotFoundError(2, "No such file", "/x/y"), None, ([], [])) == ""


def test_the_commit_is_known_to_every_user(monkeypatch, tmp_path):
    """Git asks whose folder it is; the answer changes nothing in a manifest."""
    if origin()["commit"] is None:
        pytest.skip("no git here, or no repository")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    there = subprocess.run(["git", "-C", HOME, "rev-parse", "HEAD"], capture_output=True)
    assert there.returncode, "the test makes git refuse"
    assert origin()["commit"] is not None
