"""Files that a study names: anything that is no file to be read is told before the first job."""

import os
import socket
import sys
from pathlib import Path

import pytest
from snakemake.utils import update_config

from internals import given_twice
from named_files import check_file, check_paths, read_written, refuse_long_names
from revertome.errors import StudyError
from revertome.figures.theme import restyled
from revertome.study_words import INPUTS, OUTPUTS, paths_of
from workflow.test_run import HOME, snakemake


@pytest.fixture(name="odd")
def odd_files(tmp_path):
    """A folder of what is no file: a way to each, by its kind."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link to a pipe").symlink_to("pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").touch()
    (tmp_path / "file").write_text("a: 1\n", encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as server:
        there = Path.cwd()
        os.chdir(tmp_path)  # a socket has a short name
        server.bind("socket")
        os.chdir(there)
        yield tmp_path


@pytest.mark.parametrize(
    ("name", "words"),
    [("pipe", "is a pipe"), ("link to a pipe", "is a pipe"), ("socket", "is a socket"),
     ("/dev/zero", "is a device"), ("/dev/random", "is a device"), ("/dev/null", "is a device"),
     ("/proc/self/status", "is a file of the system itself"), ("/proc/kmsg", "of the system"),
     ("folder", "is a folder; name a file in it"), ("empty", "is empty"),
     ("loop", "too many levels of symbolic links"), ("dangling", "a link to no file"),
     ("absent", "no such file"), ("file/below", "not a directory"), ("x" * 300, "name too long"),
     ("File", "nearest in its folder: 'file'"), (r"folder\file", "write / where Windows")],
)  # fmt: skip
@pytest.mark.parametrize("read", [check_file, read_written])
def test_no_file_is_told_and_never_waited_for(odd, name, words, read):
    with pytest.raises(StudyError) as raised:
        read(str(odd / name), "intake.matrix")
    assert words in str(raised.value) and "intake.matrix" in str(raised.value)


def test_a_file_that_may_not_be_read_is_told(odd, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # as for anyone but root
    for path in (odd / "file", odd / "folder"):
        with pytest.raises(StudyError, match="permission denied"):
            check_file(str(path), "intake.matrix", folder=True)


def test_a_folder_may_hold_links_to_nothing_and_no_pipes(odd):
    with pytest.raises(StudyError, match=r"intake.matrix: .*(pipe|socket) is a"):
        check_file(str(odd), "intake.matrix", folder=True)
    for name in ("pipe", "link to a pipe", "socket"):
        (odd / name).unlink()
    check_file(str(odd), "intake.matrix", folder=True)


@pytest.mark.parametrize(
    ("name", "words"),
    [(b"S{1}.txt", "has braces"), (b"S\xff.txt", r"'S\\udcff.txt' .*no UTF-8"),
     (b"S\n1.txt", "cannot be seen"), ("S\u200b.txt".encode(), "cannot be seen")],
)  # fmt: skip
def test_a_name_in_a_folder_that_no_table_holds_is_told(tmp_path, name, words):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x", encoding="utf-8")
    with pytest.raises(StudyError, match=f"^intake.matrix: .*{words}"):
        check_file(str(tmp_path), "intake.matrix", folder=True)


@pytest.mark.parametrize(
    ("line", "key"),
    [("--config a=1 b=2 a=3", "a"), ("-C study=x --cores 1 -C study=x", "study"),
     ("--config a=1 --set-threads a=2 a=3", ""), ("--config a={b: 1} a={c: 2}", ""),
     ("--config a=1 b=1 --config c=1", ""), ("all", "")],
)  # fmt: skip
def test_a_key_twice_on_the_command_line_is_found(monkeypatch, line, key):
    monkeypatch.setattr(sys, "argv", ["snakemake", *line.replace(": ", ":").split()])
    assert given_twice() == key


@pytest.mark.parametrize("raw", ["\ufeffa: 1".encode("utf-16"), b"a: \xe9", b"a: 1\n\xff\xfe"])
def test_yaml_that_is_not_utf8_is_told_by_line(tmp_path, raw):
    (tmp_path / "s.yaml").write_bytes(raw)
    with pytest.raises(StudyError, match=r"s\.yaml: line [12] is not UTF-8; save the file"):
        read_written(tmp_path / "s.yaml", "studies")


def test_yaml_may_begin_with_a_mark(tmp_path):
    (tmp_path / "s.yaml").write_text("\ufeffa: 1\n", encoding="utf-8")
    assert read_written(tmp_path / "s.yaml", "studies") == {"a": 1}


EVERY = {
    "results": "X", "private": "X", "response": {"definition": "X"}, "figures": {"style": "X"},
    "intake": {"matrix": "X", "samples": "X", "visits": "X", "cdf": "X", "controls": "X",
               "cache": "X", "annotation": {"path": "X", "id": "y"}},
    "modules": {"gmt": ["X", "X"]}, "compare": {"a": "X"},
}  # fmt: skip


def test_every_key_that_names_a_file_is_known():
    assert len(paths_of(EVERY, (*INPUTS, *OUTPUTS))) == str(EVERY).count("'X'")
    assert paths_of({"modules": {"gmt": [1, None]}, "intake": None, "results": 3}, INPUTS) == {}


@pytest.mark.parametrize(
    ("path", "words"),
    [("a{b}.tsv", "has braces"), ("{x,(a+)+$}", "has braces"), ("{{a}}", "has braces"),
     ("}", "has braces"),
     ("~/x.tsv", "write the whole path"), ("~jane/x", "the whole path"), ("$HOME/x", "whole path"),
     ("a/${DATA}/x", "whole path"), ("$(pwd)/x", "whole path"), (" x", "with a blank"),
     ("x ", "with a blank"), ("a\nb", "line break"), ("x" * 300, "name too long"),
     ("p/" * 3000, "name too long")],
)  # fmt: skip
@pytest.mark.parametrize("keys", ["results", "intake.annotation.path", "modules.gmt", "compare"])
def test_a_path_that_is_none_is_told(path, words, keys):
    config = {}
    value = {"gmt": [path], "compare": {"a": path}}.get(keys.rpartition(".")[2], path)
    for key in reversed(keys.split(".")):
        value = {key: value}
    update_config(config, value)
    with pytest.raises(StudyError) as raised:
        check_paths(config, HOME)
    assert f"configuration: {keys}" in str(raised.value) and words in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


@pytest.mark.parametrize(
    "path", ["a b.tsv", 'it\'s "x".tsv', "50%.tsv", "a*.tsv", "Zoë.tsv", "a$", "-x"]
)
def test_other_paths_are_taken(path):
    check_paths({"intake": {"matrix": path}, "results": path}, HOME)


def test_results_go_to_a_folder(odd):
    for name in ("file", "pipe", "empty"):
        for key in OUTPUTS:
            config = (
                {"intake": {"cache": str(odd / name)}} if "." in key else {key: str(odd / name)}
            )
            with pytest.raises(StudyError, match=f"^configuration: {key}: .* is no folder"):
                check_paths(config, HOME)
    check_paths({"results": str(odd), "private": str(odd / "new")}, HOME)


@pytest.mark.parametrize(
    "look", [["a"], "red", 5, {"dpi": 10**9}, {1: 2, None: 3}, {"colours": []}]
)
def test_a_style_that_is_none_is_told(look):
    with pytest.raises(StudyError, match=r"^my\.yaml: "), restyled(look, "my.yaml"):
        pass


def test_a_workflow_in_a_folder_with_braces_is_told():
    with pytest.raises(StudyError, match="folder of the workflow: .* has braces"):
        check_paths({}, Path("/data/{flows}/revertome"))


@pytest.mark.parametrize("name", ["é" * 128, "x" * 240, "/".join(["p" * 100] * 41)])
def test_a_result_that_no_disk_takes_is_told(name):
    with pytest.raises(StudyError, match=r"is too long for a disk; give shorter names"):
        refuse_long_names(["results/x.tsv", f"results/{name}.tsv"])
    refuse_long_names(["results/x.tsv", f"results/{'x' * 180}.tsv"])


SIMULATED = """study: x
intake: {source: simulate, simulate: {genes: 1500}}
design: {baseline: enrollment, followup: month6}
"""
BOMB = "a0: &a0 [lol]\n" + "\n".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 11)
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "words"),
    [(SIMULATED + BOMB, "line 10: holds more than 1,000,000 values"),
     (SIMULATED + "modules: {gmt: [pipe]}", "modules.gmt: pipe is a pipe"),
     (SIMULATED.replace(": x", f": {'x' * 300}"), "too long for a disk"),
     (SIMULATED.replace("simulate, ", "table, matrix: folder, samples: dangling, "),
      "a link to no file: intake.samples: dangling")],
    ids=["aliases", "pipe", "long name", "link"],
)  # fmt: skip
def test_a_run_stops_at_the_door_in_one_sentence(odd, text, words):
    (odd / "study.yaml").write_text(text, encoding="utf-8")
    done = snakemake(
        HOME, odd, "--dry-run", "--quiet", "all", "--configfile", str(odd / "study.yaml")
    )
    said = [line for line in done.stderr.splitlines() if line.startswith("revertome: ")]
    assert done.returncode != 0 and len(said) == 1 and words in said[0]
    assert "Traceback" not in done.stderr and not (odd / "results").exists()


@pytest.mark.slow
def test_a_study_of_strangers_runs_nothing(tmp_path):
    code = "__use_yte__: true\ntitle: ?open('ran', 'w')\n"
    (tmp_path / "theirs.yaml").write_text(code + SIMULATED, encoding="utf-8")
    done = snakemake(HOME, tmp_path, "--dry-run", "--config", f"studies={tmp_path / 'theirs.yaml'}")
    assert done.returncode != 0 and "theirs.yaml: line 1: __use_yte__ has Snakemake" in done.stderr
    assert not (tmp_path / "ran").exists()
