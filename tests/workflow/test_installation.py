"""Where people put it: a read-only source, no home, no network, files for the owner alone."""

import os
import shlex
import shutil
import stat
import subprocess
import sys
import venv

import pytest

from patience import HUNG
from workflow.test_run import HOME, SHIPPED, small_study

pytestmark = pytest.mark.slow
ISOLATED = ["unshare", "--mount", "--net", "--"]


def isolated():
    """Why no process can be cut off here; empty when one can."""
    if shutil.which("unshare") is None:
        return "needs unshare"
    tried = subprocess.run([*ISOLATED, "true"], capture_output=True)
    return "" if tried.returncode == 0 else "needs the right to unshare mounts and network"


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    place = tmp_path_factory.mktemp("read only ü") / "revertome"
    place.mkdir()
    for name in SHIPPED:
        copy = shutil.copytree if (HOME / name).is_dir() else shutil.copy
        copy(HOME / name, place / name)
    return place


def command(source, folder, until):
    study = small_study(folder)
    line = [sys.executable, "-m", "snakemake", "-s", str(source / "Snakefile"), "--cores", "1"]
    line += ["--directory", str(folder), "--configfile", str(study), "--until", until]
    return shlex.join(line)


@pytest.mark.skipif(bool(isolated()), reason=isolated())
def test_read_only_source_without_home_or_network_and_with_a_narrow_umask(source, tmp_path):
    here = shlex.quote(str(source))
    script = f"""
    mount --bind {here} {here} && mount -o remount,ro,bind {here} || exit 77
    touch {here}/x 2>/dev/null && exit 78
    umask 077
    exec env -i PATH="$PATH" OMP_NUM_THREADS=1 {command(source, tmp_path, "quality")}
    """
    done = subprocess.run([*ISOLATED, "bash", "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    made = [path for path in (tmp_path / "results").rglob("*") if path.is_file()]
    assert "samples.tsv" in {path.name for path in made}
    open_to_others = [p for p in made if stat.S_IMODE(p.stat().st_mode) & 0o077]
    assert not open_to_others


def test_environment_in_a_folder_with_spaces(source):
    """As the README makes it: the environment lies in the folder of the workflow."""
    place = source / ".venv"
    venv.create(place, symlinks=True)
    packages = next(place.glob("lib/python3.*/site-packages"))
    here = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "here.pth").write_text("\n".join(here))
    study = small_study(source)
    line = [place / "bin/python3", "-m", "snakemake", "--cores", "1", "--configfile", study]
    line += ["--until", "response"]
    done = subprocess.run(line, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (source / "results/anajis_simulated/response/patients.tsv").is_file()


def test_two_runs_at_once_in_folders_of_their_own(source, tmp_path):
    folders = [tmp_path / "a b", tmp_path / "ç"]
    running = []
    for folder in folders:
        folder.mkdir()
        words = shlex.split(command(source, folder, "normalise"))
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        running.append(subprocess.Popen(words, env=dict(os.environ), **quiet))
    for process in running:
        _, words = process.communicate(timeout=HUNG)
        assert process.returncode == 0, words[-3000:]
    first, second = (
        (folder / "results/anajis_simulated/intake/visits.tsv").read_bytes() for folder in folders
    )
    assert first == second
