"""Many studies in one run, and the workflow as a module of another."""

import re
import shutil
import subprocess

import pytest
import yaml

from verify import verify
from workflow.test_run import HOME, small_study, snakemake


def studies(folder, *names):
    """Write a folder of small studies; returns it."""
    place = folder / "studies"
    place.mkdir()
    for number, name in enumerate(names):
        path = small_study(place, study=name, results="out")
        path.rename(place / f"{number}.yaml")
    return place


def dry(folder, *arguments):
    found = snakemake(HOME, folder, "--dry-run", *arguments)
    return found.returncode, found.stdout + found.stderr


def test_a_folder_of_studies_is_one_run(tmp_path):
    place = studies(tmp_path, "a", "b-1", "c.2")
    code, text = dry(tmp_path, "--config", f"studies={place}", "results=elsewhere")
    assert code == 0, text
    for name in ("a", "b_1", "c_2"):
        assert f"rule {name}_trajectories:" in text
    assert "output: elsewhere/b-1/report.html" in text
    assert "out/" not in text
    counts = [text.count(f"rule {name}_") for name in ("a", "b_1", "c_2")]
    assert counts[0] == counts[1] == counts[2] >= 11


@pytest.mark.parametrize(
    ("names", "given", "words"),
    [
        (["a", "a"], "{0}", "name the same study, a; give each a name of its own"),
        pytest.param(
            ["a"],
            "{0}/none*",
            "no YAML file found; name a file or a folder",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ["a", "../b"], "[{0}/0.yaml,{0}/1.yaml]", "does not match", marks=pytest.mark.slow
        ),
    ],
)
def test_wrong_studies_are_met_at_the_door(tmp_path, names, given, words):
    place = studies(tmp_path, *names)
    code, text = dry(tmp_path, "--config", f"studies={given.format(place)}")
    assert code != 0
    (line,) = [line for line in text.splitlines() if line.startswith("revertome: ")]
    assert words in line
    assert "Traceback" not in text


@pytest.mark.slow
def test_as_a_module_of_another_workflow(tmp_path):
    """The rules of this workflow beside another's, in a folder that is not its own."""
    study = yaml.safe_load(small_study(tmp_path).read_text("utf-8"))
    (tmp_path / "Snakefile").write_text(
        f"""
module trial:
    snakefile: {str(HOME / "Snakefile")!r}
    config: {study!r}

use rule * from trial as trial_*

rule mine:
    default_target: True
    input: "results/anajis_simulated/report.html"
    output: "mine.txt"
    shell: "wc -c {{input}} > {{output}}"
""",
        encoding="utf-8",
    )
    found = snakemake(tmp_path, tmp_path, "--dry-run")
    assert found.returncode == 0, found.stderr
    assert "rule trial_figures:" in found.stdout + found.stderr


def project(folder, snakefile):
    """A project with this workflow as its module, as the page on clusters has it."""
    page = (HOME / "config/cluster.md").read_text("utf-8")
    (text,) = re.findall(r"```python\n(.*?)```", page, re.S)
    place = '"/path/to/revertome/workflow/Snakefile"'
    assert place in text
    (folder / "Snakefile").write_text(text.replace(place, snakefile), "utf-8")
    (folder / "config").mkdir()
    small_study(folder).rename(folder / "config/config.yaml")


CLONE = repr(str(HOME / "workflow/Snakefile"))


def test_a_module_of_a_clone_makes_the_whole_study(tmp_path):
    project(tmp_path, CLONE)
    found = snakemake(tmp_path, tmp_path, "--dry-run")
    assert found.returncode == 0, found.stderr
    assert "rule revertome_report:" in found.stdout + found.stderr


@pytest.mark.slow
def test_a_module_gives_the_results_of_the_workflow_itself(tmp_path):
    """By the Snakefile that the catalogue looks for, once as a module and once alone."""
    project(tmp_path, CLONE)
    done = snakemake(tmp_path, tmp_path)
    assert done.returncode == 0, done.stderr[-5000:]
    made = tmp_path / "results/anajis_simulated"
    assert verify(made) == []
    alone = tmp_path / "alone"
    alone.mkdir()
    study = str(tmp_path / "config/config.yaml")
    done = snakemake(HOME / "workflow", alone, "--configfile", study)
    assert done.returncode == 0, done.stderr[-5000:]
    assert (
        "revertome: the report: results/anajis_simulated/report.html" in done.stdout + done.stderr
    )
    other = alone / "results/anajis_simulated"
    tables = [p.relative_to(other) for p in other.rglob("*.tsv") if "benchmarks" not in p.parts]
    assert len(tables) > 100
    assert all((made / p).read_bytes() == (other / p).read_bytes() for p in tables)


def test_a_module_from_an_address_says_why_it_does_not_work(tmp_path, monkeypatch):
    """Of a commit, as `github(...)` of a host: the rules without the library."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    source = tmp_path / "source"
    (source / "workflow").mkdir(parents=True)
    for name in ("Snakefile", "workflow/Snakefile"):
        shutil.copy(HOME / name, source / name)
    git = ["git", "-C", str(source), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "a"], ["tag", "v1"]):
        subprocess.run([*git, *words], check=True)
    project(tmp_path, f'gitfile({str(source)!r}, path="workflow/Snakefile", tag="v1")')
    found = snakemake(tmp_path, tmp_path, "--dry-run")
    assert found.returncode != 0
    assert found.stderr.splitlines()[-1].startswith("revertome: from an address, such as github(")


def test_the_catalogue_of_workflows_finds_what_it_asks_for():
    """A main workflow, its configuration on a page, a schema of the keys, and how it is used."""
    for name in ("workflow/Snakefile", "config/README.md", "workflow/schemas/config.schema.yaml"):
        assert (HOME / name).is_file()
    told = yaml.safe_load((HOME / ".snakemake-workflow-catalog.yml").read_text("utf-8"))["usage"]
    assert set(told) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert set(told["mandatory-flags"]) == {"desc", "flags"}
    assert told["software-stack-deployment"]["conda"] is True
    readme = (HOME / "README.md").read_text("utf-8").lower()
    assert "snakemake" in readme and "workflow" in readme
