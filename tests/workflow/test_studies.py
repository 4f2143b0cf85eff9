"""Many studies in one run, and the workflow as a module of another."""

import pytest
import yaml

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
