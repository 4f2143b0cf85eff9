"""The tutorial followed word for word, on a stand-in of its series, fetched before."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from architecture.test_page_commands import IGNORED
from geo_files import series_matrix, write_gz
from geo_standin import IFN, Blood, symbols
from page_commands import HOME, HOW, RUN

PAGE = (HOME / "docs/tutorial.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.M | re.S)
SETUP = ("python3 -m venv", "source ")  # run by test_page_commands.py


def _series(cache: Path) -> None:
    """26 children at three visits and 12 healthy ones, with the fields that the tutorial names."""
    blood = Blood(np.random.default_rng(65391), IFN, tuple(symbols()[60:80]))
    for n in range(26):
        good = n < 15
        for visit in (1, 2, 3):
            ill = (1.0, 0.7, 0.4 if good else 1.0)[visit - 1]
            _draw(blood, f"SLE-{n}", ill, visit if n else None, 12 if ill > 0.5 else 2)
            if n == 0:
                break  # seen once, and nobody wrote down when
    for n in range(12):
        _draw(blood, f"BAY-H{n}", 0, None, None)
    samples = blood.samples(1594000)
    values = blood.values(samples["geo_accession"]).round(4)
    names = list(values.index)
    values.index = pd.Index([f"ILMN_{n}" for n in range(len(values))])
    text = series_matrix(samples, values, "GPL10558", "GSE65391")
    write_gz(cache / "GSE65391/GSE65391_series_matrix.txt.gz", text)
    rows = "".join(f"{p}\tof {s}\t{s}\n" for p, s in zip(values.index, names, strict=True))
    head = "^Annotation\n!Annotation_date = Mar 01 2018\n!platform_table_begin\n"
    table = f"{head}ID\tGene title\tGene symbol\n{rows}!platform_table_end\n"
    write_gz(cache / "GPL10558/GPL10558.annot.gz", table)


def _draw(blood: Blood, child: str, ill: float, visit: int | None, sledai: int | None) -> None:
    """A sample as the series describes it."""
    healthy, number = sledai is None, len(blood.rows)
    found = {
        "subject": child, "visit": visit or "Data Not Available",
        "visit_count": 1 if healthy else 3,
        "disease state": "Healthy" if healthy else "SLE", "batch": 1 + number % 2,
        "batch_replicate": "FALSE", "sledai": "Not Applicable" if healthy else sledai,
        "oral_steroids_category": "Not Applicable" if healthy else number // 2 % 2,
        "treatment_lmm1": "Not Applicable" if healthy else ("OS", "MMF")[number % 2],
        "sex": ("male", "female")[len({*blood.people, child}) % 2], "age": 8 + number % 9,
    }  # fmt: skip
    blood.draw(
        child, ill, 0.0, title=f"whole blood-{child}-V{visit}",
        **{f"characteristics {key}": f"{key}: {value}" for key, value in found.items()},
    )  # fmt: skip


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder after the last command of the page, and what each command said."""
    place = tmp_path_factory.mktemp("tutorial") / "revertome"
    shutil.copytree(HOME, place, ignore=shutil.ignore_patterns(*IGNORED), symlinks=True)
    _series(place.parent / "cache/revertome")
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs, "XDG_CACHE_HOME": str(place.parent / "cache")}
    said = {}
    for language, block in BLOCKS:
        if language == "yaml" and block.startswith("study: lupus\n"):
            (place / "lupus.yaml").write_text(block, "utf-8")
        if language == "bash" and not block.startswith(SETUP):
            done = subprocess.run(
                ["bash", "-euc", block], cwd=place, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, (block, done.stderr[-3000:])
            said[block.strip()] = done.stdout + done.stderr
    return place, said


def test_its_set_up_is_that_of_the_readme():
    first = [block.strip() for language, block in BLOCKS if language == "bash"][:2]
    assert [HOW[command] for command in first] == [RUN, RUN]


def test_excerpts_are_those_of_the_study_file():
    study = (HOME / "config/studies/gse65391.yaml").read_text("utf-8")
    excerpts = [block for language, block in BLOCKS if language == "yaml"][1:]
    assert len(excerpts) == 4
    assert [each for each in excerpts if each not in study] == []


def test_pictures_are_small():
    files = sorted((HOME / "docs/pictures").iterdir())
    assert {f"pictures/{file.name}" for file in files} == set(re.findall(r"!\[.+\]\((.+)\)", PAGE))
    assert sum(file.stat().st_size for file in files) < 700_000


@pytest.mark.slow
def test_the_draft_guesses_right_and_wrong_where_the_page_says_so(followed):
    place, _ = followed
    draft = yaml.safe_load((place / "results/lupus/intake/draft.yaml").read_text("utf-8"))
    fields = {role: rule["field"] for role, rule in draft["intake"]["fields"].items()}
    assert fields == {
        "patient": "subject", "visit": "visit", "group": "disease state", "sex": "sex",
        "age": "age", "batch": "batch", "arm": "treatment_lmm1",
    }  # fmt: skip
    assert draft["response"] == {"source": "none"}
    assert (place / "results/lupus/intake/fields.tsv").is_file()


@pytest.mark.slow
def test_the_plan_runs_nothing_and_the_run_ends_as_the_page_says(followed):
    place, said = followed
    assert "This was a dry-run" in said[_command("-n")]
    run = said["snakemake --cores 8 --configfile config/studies/gse65391.yaml"]
    last = run.rstrip().splitlines()[-3:]
    assert last[0] == "revertome: the report: results/gse65391/report.html"
    assert last[1].startswith("  found: ") and last[2].startswith("  flagged: ")
    assert (place / "results/gse65391/report.html").is_file()


@pytest.mark.slow
def test_the_change_is_made_and_both_are_compared(followed):
    place, said = followed
    design = pd.read_csv(place / "results/lupus_steroids/differential/design.tsv", sep="\t")
    assert "batch;steroids" in set(design["covariates"].str.replace(" ", "").str.replace(",", ";"))
    rows = said[_command("cut")].splitlines()
    assert rows.count("class\tn_genes") == 2
    assert sum(row.startswith("reverted\t") for row in rows) == 2


def _command(word: str) -> str:
    return next(b.strip() for _, b in BLOCKS if word in b.split() and not b.startswith(SETUP))
