"""The workflow itself: from an empty folder to the report, and what reruns after an edit."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from described import faults
from patience import HUNG
from revertome.figure_list import FIGURES
from revertome.figure_rows import files_of

HOME = Path(__file__).parents[2]
SHIPPED = ("Snakefile", "profiles", "workflow", "scripts", "config", "envs", "resources")
TABLES = [
    "intake/raw.h5ad", "intake/truth.tsv", "intake/visits.tsv", "normalise/expression.h5ad",
    "quality/samples.tsv", "quality/flow.tsv", "composition/cells.tsv", "composition/fit.tsv",
    "response/patients.tsv", "response/audit.tsv",
    "response/trial.tsv", "response/continuous.tsv", "response/labels.tsv", "study.h5ad",
    "response/proportions.tsv", "modules/distance_tests.tsv",
    "differential/disease.tsv", "differential/change_responders.tsv",
    "differential/change_nonresponders.tsv",
    "differential/change_all.tsv", "differential/residual_responders.tsv",
    "differential/interaction.tsv", "differential/design.tsv", "trajectories/genes.tsv",
    "trajectories/summary.tsv", "trajectories/sets.gmt", "modules/scores.tsv",
    "modules/tests.tsv", "modules/sets.tsv", "association/patients.tsv",
    "association/tests.tsv", "association/flow.tsv", "report.html", "manifest.json",
    "ro-crate-metadata.json", "report/headline.txt", "report/contrasts.tsv",
    "patients.html", "report/patients.tsv",
]  # fmt: skip


def snakemake(source, folder, *arguments):
    """Run the workflow of `source` in `folder`; returns the finished process."""
    command = [sys.executable, "-m", "snakemake", "-s", str(source / "Snakefile")]
    command += ["--directory", str(folder), "--cores", "2", *arguments]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=HUNG)


def planned(source, folder, *arguments):
    """Rules a dry run would execute."""
    found = snakemake(source, folder, "--dry-run", "--quiet", "host", *arguments)
    assert found.returncode == 0, found.stderr
    text = found.stdout + found.stderr
    lines = [line.split() for line in text.splitlines()]  # those of a group are indented
    return {words[1].rstrip(":") for words in lines if words[:1] == ["rule"]}


def small_study(folder, **changes):
    """Configuration of the built-in trial with 1,500 genes, one follow-up and few resamples."""
    study = yaml.safe_load((HOME / "config/config.yaml").read_text("utf-8"))
    study["design"] |= {"followup": "month6", "arm": None}
    study["intake"]["simulate"]["genes"] = 1500
    study["trajectories"] = {"bootstrap": 20, "permutations": 10}
    study["modules"] = {"permutations": 100}
    study |= changes
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A copy of the workflow in a path with a space and an umlaut, run once."""
    root = tmp_path_factory.mktemp("work flow ü")
    source, folder = root / "house", root / "run"
    for name in SHIPPED:
        path = HOME / name
        copy = shutil.copytree if path.is_dir() else shutil.copy
        (source).mkdir(exist_ok=True)
        copy(path, source / name)
    folder.mkdir()
    study = small_study(folder)
    done = snakemake(source, folder, "--configfile", str(study))
    assert done.returncode == 0, done.stderr[-5000:]
    return source, folder, study


@pytest.mark.slow
def test_every_promised_file_is_there(house):
    _, folder, _ = house
    results = folder / "results" / "anajis_simulated"
    pictures = [f"figures/{name}.{form}" for name in FIGURES for form in ("svg", "pdf", "png")]
    sources = [f"source_data/{path}" for name in FIGURES for path in files_of(name)]
    missing = [p for p in (*TABLES, *pictures, *sources) if not (results / p).is_file()]
    assert not missing
    assert len(FIGURES) >= 10
    genes = pd.read_csv(results / "trajectories/genes.tsv", sep="\t")
    for contrast in TABLES:
        if contrast.startswith("differential/") and "design" not in contrast:
            assert len(pd.read_csv(results / contrast, sep="\t")) == len(genes)
    manifest = json.loads((results / "manifest.json").read_text("utf-8"))
    assert "trajectories/genes.tsv" in json.dumps(manifest)


@pytest.mark.slow
def test_every_table_is_as_described(house):
    _, folder, _ = house
    assert faults(folder / "results" / "anajis_simulated") == []


@pytest.mark.slow
def test_second_run_has_nothing_to_do(house):
    source, folder, study = house
    again = snakemake(source, folder, "--configfile", str(study))
    assert "Nothing to be done" in again.stderr + again.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edited", "first", "spared"),
    [
        ("figures/style.py", {"figures", "report", "all"}, None),
        ("modules/scores/zscore.py", {"modules"}, {"differential", "trajectories", "intake"}),
        ("trajectories/fieller.py", {"trajectories", "modules"}, {"differential", "quality"}),
        ("source_data/volcano.py", {"source_data"}, {"association", "modules"}),
    ],
)
def test_editing_the_library_reruns_the_rules_that_use_it(house, edited, first, spared):
    source, folder, study = house
    path = source / "scripts" / "revertome" / edited
    before = path.read_bytes()
    try:
        path.write_bytes(before + b"\n# an edit\n")
        rules = planned(source, folder, "--configfile", str(study))
    finally:
        path.write_bytes(before)
    if spared is None:
        assert rules == first
    else:
        assert first <= rules
        assert not spared & rules
    assert planned(source, folder, "--configfile", str(study)) == set()


@pytest.mark.slow
def test_snakemake_report_labels_every_output(house, tmp_path):
    source, folder, study = house
    page = tmp_path / "page.html"
    done = snakemake(source, folder, "--configfile", str(study), "--report", str(page))
    assert done.returncode == 0, done.stderr[-3000:]
    text = page.read_text("utf-8")
    categories = json.loads(text.split("var categories = ")[1].split("\n")[0].rstrip(";"))
    shown = {path for inner in categories.values() for paths in inner.values() for path in paths}
    for name in TABLES:
        if not name.endswith(".h5ad"):
            assert f"results/anajis_simulated/{name}" in shown
    for name in FIGURES:
        assert f"results/anajis_simulated/figures/{name}.svg" in shown
    assert {"Figures", "Trajectories", "Modules", "Run"} <= set(categories)


@pytest.mark.slow
def test_restyling_draws_figures_again_and_nothing_else(house, tmp_path):
    source, folder, _ = house
    style = tmp_path / "style.yaml"
    style.write_text("font_size: 8\n", encoding="utf-8")
    study = small_study(tmp_path, figures={"style": str(style)})
    rules = planned(source, folder, "--configfile", str(study))
    assert rules == {"figures", "report", "all"}


@pytest.mark.slow
def test_names_for_people_are_written_and_drawn_again_and_nothing_else(house, tmp_path):
    source, folder, _ = house
    study = small_study(tmp_path, labels={"visits": {"month6": "month six"}})
    rules = planned(source, folder, "--configfile", str(study))
    assert rules == {"source_data", "figures", "report", "all"}


def tables_of(results):
    """Every table of a result folder, by its name in it, but what the run took."""
    paths = [path for path in results.rglob("*.tsv") if "benchmarks" not in path.parts]
    return {path.relative_to(results): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_same_tables_on_one_core_beside_another_study_as_on_two_alone(house, tmp_path):
    source, folder, _ = house
    (tmp_path / "studies").mkdir()
    for name in ("a", "b"):
        path = small_study(tmp_path / "studies", study=name, results="out")
        path.rename(path.with_stem(name))
    both = f"studies={tmp_path / 'studies'}"
    # Pictures are a third of the time, and of no interest here.
    undrawn = ["--omit-from", "a_figures", "b_figures"]
    done = snakemake(source, tmp_path, "--config", both, "--cores", "1", *undrawn)
    assert done.returncode == 0, done.stderr[-5000:]
    alone = tables_of(folder / "results" / "anajis_simulated")
    alone = {path: data for path, data in alone.items() if path.parts[0] != "report"}
    assert len(alone) > 30
    for name in ("a", "b"):
        beside = tables_of(tmp_path / "out" / name)
        different = [str(p) for p in alone.keys() | beside if alone.get(p) != beside.get(p)]
        assert not different


@pytest.mark.slow
def test_the_manifest_names_what_the_run_loaded(house):
    """By rule."""
    _, folder, _ = house
    results = folder / "results" / "anajis_simulated"
    manifest = json.loads((results / "manifest.json").read_text("utf-8"))
    rules = manifest["software_by_rule"]
    assert {rule for rule in rules if "statsmodels" in rules[rule]} == {"response"}
    assert {rule for rule in rules if "scanpy" in rules[rule]} == {"study"}
    assert not [rule for rule in rules if "gseapy" in rules[rule]]  # of the score `gsva` alone
    for name in ("statsmodels", "scanpy", "numpy"):
        assert manifest["software"][name] == metadata.version(name)
    assert "pydeseq2" not in manifest["software"]
    assert "study.h5ad" in manifest["results"]
    crate = json.loads((results / "ro-crate-metadata.json").read_text("utf-8"))
    assert {"study.h5ad", "#software-scanpy"} <= {entity["@id"] for entity in crate["@graph"]}
    assert "scanpy 1.11.5 (study)" in (results / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_study_of_the_readme_runs(tmp_path):
    """The sheet and the YAML of the README, with a matrix of 5 + 4 pairs and 8 healthy samples."""
    text = (HOME / "README.md").read_text("utf-8").split("## Your own study")[1]
    sheet, study = text.split("```")[1].strip(), text.split("```yaml")[1].split("```")[0]
    (tmp_path / "study.yaml").write_text(study, encoding="utf-8")
    rng = np.random.default_rng(3)
    rows = [
        (f"P{i}{v[0]}", f"P{i}", v, "patient", "responder" if i < 5 else "nonresponder", i % 2)
        for i in range(9)
        for v in ("before", "after")
    ]
    rows += [(f"H{i}", f"H{i}", "", "healthy", "", i % 2) for i in range(8)]
    samples = pd.DataFrame(rows, columns=sheet.splitlines()[0].split())
    samples.to_csv(tmp_path / "samples.tsv", sep="\t", index=False)
    values = rng.normal(8, 1, (600, len(samples))) + rng.normal(0, 1, (600, 1))
    probes = [f"probe{i}" for i in range(600)]
    matrix = pd.DataFrame(values, index=probes, columns=samples["sample"])
    matrix.to_csv(tmp_path / "expression.tsv", sep="\t", index_label="probe")
    symbols = pd.read_csv(HOME / "resources/genes.tsv", sep="\t").iloc[:600, 0]
    annotation = pd.DataFrame({"probe": probes, "symbol": symbols.to_numpy()})
    annotation.to_csv(tmp_path / "probes.tsv", sep="\t", index=False)
    done = snakemake(HOME, tmp_path, "--configfile", str(tmp_path / "study.yaml"))
    assert done.returncode == 0, done.stderr[-5000:]
    assert (tmp_path / "results/my_study/report.html").is_file()
    genes = pd.read_csv(tmp_path / "results/my_study/trajectories/genes.tsv", sep="\t")
    assert genes["class"].value_counts()["unchanged"] > 590


@pytest.mark.slow
def test_killed_run_goes_on_and_gives_the_same_tables(house, tmp_path):
    """kill -9 of Snakemake in the middle, then the same command again."""
    source, folder, _ = house
    study = small_study(tmp_path)
    command = [sys.executable, "-m", "snakemake", "-s", str(source / "Snakefile")]
    command += ["--directory", str(tmp_path), "--cores", "2", "--configfile", str(study)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(command, start_new_session=True, **quiet)
    results = tmp_path / "results" / "anajis_simulated"
    for _ in range(600):
        if (results / "quality/samples.tsv").exists():
            break
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert not (results / "report.html").exists()
    again = snakemake(source, tmp_path, "--configfile", str(study))
    assert again.returncode == 0, again.stderr[-5000:]
    first = folder / "results" / "anajis_simulated"
    for name in ("trajectories/genes.tsv", "modules/scores.tsv", "differential/disease.tsv"):
        assert (first / name).read_bytes() == (results / name).read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"differential": {"engines": ["lima"]}}, "unknown engine 'lima'; choose one of deseq2"),
        (
            {"intake": {"source": "table", "matrix": "nowhere.tsv"}},
            "no such file: intake.matrix: nowhere.tsv",
        ),
    ],
)
def test_bad_configuration_ends_with_one_sentence(tmp_path, change, message):
    study = small_study(tmp_path, **change)
    found = snakemake(HOME, tmp_path, "--configfile", str(study), "--dry-run", "--quiet", "all")
    text = found.stdout + found.stderr
    assert found.returncode != 0
    assert message in text
    assert "Traceback" not in text
    assert not (tmp_path / "results").exists()


def broken_sheet(folder, mend):
    """The README's study with a sheet that `mend` has spoilt."""
    rng = np.random.default_rng(0)
    rows = [(f"P{i}{v}", f"P{i}", v, "patient") for i in range(4) for v in ("before", "after")]
    rows += [(f"H{i}", f"H{i}", "", "healthy") for i in range(4)]
    sheet = pd.DataFrame(rows, columns=["sample", "patient", "visit", "group"])
    sheet["age"] = [str(age) for age in range(5, 17)]
    matrix = pd.DataFrame(
        rng.normal(8, 1, (50, 12)), index=[f"G{i}" for i in range(50)], columns=sheet["sample"]
    )
    matrix.to_csv(folder / "matrix.tsv", sep="\t", index_label="gene")
    mend(sheet)
    sheet.to_csv(folder / "sheet.tsv", sep="\t", index=False)
    study = {
        "study": "broken",
        "intake": {"source": "table", "matrix": "matrix.tsv", "samples": "sheet.tsv"},
        "design": {"baseline": "before", "followup": "after", "covariates": ["age"]},
        "trajectories": {"reverted_in": "all"},
    }
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (2, "sample", "P9", ["sheet.tsv", "P9"]),
        (3, "visit", "week 12", ["week 12", "before", "after"]),
        (1, "visit", "before", ["P0", "before"]),
        (4, "age", "ten", ["age", "ten"]),
    ],
)
def test_bad_sheet_ends_the_job_with_its_words(tmp_path, row, column, value, words):
    study = broken_sheet(tmp_path, lambda sheet: sheet.__setitem__(
        column, sheet[column].where(sheet.index != row, value)))  # fmt: skip
    found = snakemake(HOME, tmp_path, "--configfile", str(study))
    text = found.stdout + found.stderr
    assert found.returncode != 0
    lines = (line for line in text.splitlines() if line.startswith("revertome: "))
    line = next(line for line in lines if not line.endswith(" to do"))
    assert all(word in line for word in words), line
    assert "Traceback" not in text
    assert not list((tmp_path / "results").rglob("*.h5ad"))
