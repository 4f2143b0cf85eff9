"""What is promised of names under `privacy: pseudonymise` is what is searched for.

A study hides the name of one person in each of many ways, and is run as anybody runs it: results,
logs, Snakemake's own records and the terminal are then searched for every name in every form.
"""

import base64
import random
import stat
from pathlib import Path

import pandas as pd
import pytest
import yaml

from door.study import microarray
from workflow.laid_open import Opened
from workflow.test_run import HOME, snakemake

# Where the name of a person stands beside the sheet's own columns `sample` and `patient`; each way
# is given the study, the person's name and the numbers of their rows.
WAYS = {
    "ids alone": lambda study, name, rows: None,
    "another spelling, named": lambda study, name, rows: spelt(study, name, rows),
    "another case, not named": lambda study, name, rows: put(
        study, "patient", rows[1:], name.upper()),
    "sample left out": lambda study, name, rows: left_out(study, name, rows),
    "fields, as a value": lambda study, name, rows: valued(study, name, rows),
    "left out by keep": lambda study, name, rows: kept(study, name, rows),
    "comment of the study file": lambda study, name, rows: commented(study, name),
    "column of titles": lambda study, name, rows: put(study, "title", rows, f"blood of {name}"),
    "name of a column": lambda study, name, rows: put(study, f"like {name}", rows, "yes"),
    "column, other case": lambda study, name, rows: put(study, "notes", rows, name.swapcase()),
    "column, separated": lambda study, name, rows: put(study, "file", rows, "-".join(name)),
    "column, numbers": lambda study, name, rows: put(study, "number", rows, "8675309"),
    "column, base64": lambda study, name, rows: put(
        study, "key", rows, base64.b64encode(name.encode()).decode()),
    "column, address": lambda study, name, rows: put(
        study, "link", rows, f"https://x.org/?who={name.replace(' ', '%20')}"),
    "visits, free text": lambda study, name, rows: visited(study, name, f"seen with {name}"),
    "visits, another case": lambda study, name, rows: visited(study, name, f"Mr {name.upper()}"),
}  # fmt: skip
NUMBERED = "8675309"


def put(study, column, rows, cell):
    known = column in study.sheet.rows[0]
    cells = study.sheet.get(column) if known else ["."] * len(study.samples)
    for row in rows:
        cells[row] = cell
    study.sheet.put(column, cells)


def spelt(study, name, rows):
    put(study, "patient", rows[1:], f"{name} II")
    study.config["intake"]["same_patient"] = {name: [f"{name} II"]}


def left_out(study, name, rows):
    study.config["intake"]["exclude"] = {study.samples[rows[0]]: "haemolysed"}


def valued(study, name, rows):
    batch = study.sheet.get("batch")
    put(study, "tube", range(len(batch)), "")
    study.sheet.put("tube", batch)
    put(study, "tube", rows, f"tube of {name}")
    values = {"a": "a", "b": "b", f"tube of {name}": "a"}
    study.config["intake"].setdefault("fields", {})["batch"] = {"field": "tube", "values": values}


def kept(study, name, rows):
    people = dict.fromkeys(study.sheet.get("patient"))
    study.config["intake"]["keep"] = {"patient": [who for who in people if who != name]}


def commented(study, name):
    study.yaml.append(lambda text: f"# {name} was seen twice\n{text}")


def visited(study, name, text):
    seen = zip(study.sheet.get("patient"), study.sheet.get("visit"), strict=True)
    people = [patient for patient, visit in seen if visit == "before"]
    told = study.other.get("visits.tsv", b"").decode().splitlines()
    if not told:
        told = ["patient\tvisit\tcrp\tremark"]
        told += [f"{p}\t{v}\t{i}\tnone" for i, p in enumerate(people) for v in ("before", "after")]
    told = [row.replace("none", text) if row.startswith(f"{name}\t") else row for row in told]
    study.other["visits.tsv"] = "\n".join(told).encode() + b"\n"
    study.config["intake"]["visits"] = "visits.tsv"


def hidden(folder):
    """Write the study; the names of its people by the way in which each is hidden."""
    rng, study = random.Random(8), microarray()
    people = [*dict.fromkeys(study.sheet.get("patient"))]
    names = {p: f"Qv{''.join(rng.choices('bdfgkmz', k=6))}" for p in people}
    names[people[0]] += " & Zoé"  # differs in addresses and in HTML
    names[people[11]] += NUMBERED
    old = study.sheet.get("patient")
    samples = [f"{names[p]} {v or 'h'}" for p, v in zip(old, study.sheet.get("visit"), strict=True)]
    study.sheet.put("patient", [names[p] for p in old])
    study.sheet.put("sample", samples)
    study.matrix.rows[0] = ["gene", *samples]
    # Keys that list people see the sheet as it then is: they come last.
    ways = sorted(WAYS, key=lambda way: way == "left out by keep")
    given = dict(zip(ways, [*names.values()], strict=False))
    given["column, numbers"], given[ways[11]] = given[ways[11]], given["column, numbers"]
    for way in ways:
        rows = [i for i, p in enumerate(old) if names[p] == given[way]]
        WAYS[way](study, given[way], rows)
    study.config |= {"study": "hidden", "privacy": "pseudonymise"}
    study.config |= {"trajectories": {"bootstrap": 16, "permutations": 10}}
    study.config |= {"modules": {"permutations": 100}}
    study.write(folder)
    return given


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """The names, and all that was written and said."""
    folder = tmp_path_factory.mktemp("run")
    given = hidden(folder)
    done = snakemake(HOME, folder, "--configfile", str(folder / "study.yaml"), "-p", "--verbose")
    (folder / "terminal.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    assert done.returncode == 0, (folder / "private/hidden.log").read_text() + done.stderr[-3000:]
    page = ("--configfile", str(folder / "study.yaml"), "--report", "page.html")
    assert snakemake(HOME, folder, *page).returncode == 0
    files = [p for p in (folder / "results").rglob("*") if p.is_file()]
    assert len(files) > 80
    records = [p for p in (folder / ".snakemake").rglob("*") if p.is_file()]
    return folder, given, Opened([*files, *records, folder / "terminal.txt", folder / "page.html"])


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_a_name_is_in_no_result_log_or_record_nor_on_the_terminal(searched, way):
    _, given, opened = searched
    assert opened.holding(given[way]) == []
    if way == "column, numbers":
        assert opened.holding(NUMBERED) == []


@pytest.mark.slow
def test_the_private_folder_has_the_names_and_is_its_owners_alone(searched):
    folder, given, _ = searched
    private = folder / "private"
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert {p.name: stat.S_IMODE(p.stat().st_mode) for p in private.iterdir()} == {
        ".gitignore": 0o600, "hidden.log": 0o600, "hidden.tsv": 0o600,
    }  # fmt: skip
    known = pd.read_csv(private / "hidden.tsv", sep="\t")["identifier"]
    assert set(given.values()) - {given["left out by keep"]} <= set(known)
    assert given["another case, not named"] in (private / "hidden.log").read_text("utf-8")
    again = snakemake(HOME, folder, "--configfile", str(folder / "study.yaml"), "-n")
    assert "Nothing to be done" in again.stdout + again.stderr


@pytest.mark.slow
def test_files_named_after_people_are_not_in_the_plan(tmp_path):
    (tmp_path / "arrays").mkdir()
    for name in ("Quagliozzi_1.CEL", "Quagliozzi_2.CEL.gz"):
        (tmp_path / "arrays" / name).write_bytes(b"x")
    for name in ("chip.cdf", "samples.tsv"):
        (tmp_path / name).write_text("sample\tpatient\nQuagliozzi_1\tQuagliozzi\n", "utf-8")
    intake = {"source": "cel", "matrix": "arrays", "cdf": "chip.cdf", "samples": "samples.tsv"}
    study = {"study": "raw", "privacy": "pseudonymise", "intake": intake,
             "design": {"baseline": "before", "followup": "after"}}  # fmt: skip
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    done = snakemake(HOME, tmp_path, "--configfile", str(tmp_path / "study.yaml"), "-n", "-p")
    assert done.returncode == 0, done.stderr
    assert "arrays" in done.stdout + done.stderr
    assert "Quagliozzi" not in done.stdout + done.stderr


def test_the_search_finds_names_wherever_they_are(tmp_path):
    """A search that finds nothing proves something only if it can find."""
    import gzip
    import zipfile

    import anndata
    import matplotlib.pyplot as plt
    import numpy as np

    name = "Quagliozzi & Zoé"
    obs = pd.DataFrame({"who": pd.Categorical(["x"], [name, "x"])}, index=["s"])
    anndata.AnnData(np.zeros((1, 1)), obs=obs).write_h5ad(tmp_path / "unused.h5ad")
    anndata.AnnData(np.zeros((1, 1)), uns={"note": name}).write_h5ad(tmp_path / "uns.h5ad")
    (tmp_path / "x.gz").write_bytes(gzip.compress(name.encode()))
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("in", name)
    figure = plt.figure()
    figure.savefig(tmp_path / "x.png", metadata={"Title": name.replace("é", "e")})
    figure.savefig(tmp_path / "x.pdf", metadata={"Title": "Quagliozzi"})
    plt.close(figure)
    svg = base64.b64encode(f"<svg>{name}</svg>".encode()).decode()
    texts = {"b.html": f"<img src='data:image/svg+xml;base64,{svg}'>", "c.txt": "quagliozzi-&_ZOÉ",
             "d.html": "Quagliozzi &amp; Zoé", "e.txt": "Quagliozzi%20%26%20Zo%C3%A9",
             "f.txt": f"metadata/{base64.b64encode(f'of {name}/x'.encode()).decode()}"}  # fmt: skip
    for file, text in texts.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    paths = sorted(tmp_path.iterdir())
    found = {Path(p).name for p in Opened(paths).holding(name)}
    found |= {Path(p).name for p in Opened([tmp_path / "x.png"]).holding(name.replace("é", "e"))}
    found |= {Path(p).name for p in Opened([tmp_path / "x.pdf"]).holding("Quagliozzi")}
    assert found == {path.name for path in paths}


STOPPED = {
    "differential": {"subset": {"patient": ["{name}"]}},
    "caveats": ["{NAME} moved away."],
    "design": {"baseline": "before", "followup": "after", "{name}": 1},
}


@pytest.mark.slow
@pytest.mark.parametrize("key", STOPPED)
def test_a_name_in_the_study_file_stops_the_run_and_is_told_to_nobody(tmp_path, key):
    given = hidden(tmp_path)
    name = given["column of titles"]
    study = yaml.safe_load((tmp_path / "study.yaml").read_text("utf-8"))
    text = yaml.safe_dump(STOPPED[key]).replace("{name}", name).replace("{NAME}", name.upper())
    study[key] = yaml.safe_load(text)
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")
    done = snakemake(HOME, tmp_path, "--configfile", str(tmp_path / "study.yaml"))
    assert done.returncode != 0
    (tmp_path / "terminal.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    written = [p for f in ("results", ".snakemake") for p in (tmp_path / f).rglob("*")]
    files = [p for p in written if p.is_file()]
    assert Opened([*files, tmp_path / "terminal.txt"]).holding(name) == []
    assert f"{key}" in (done.stderr + done.stdout).split("revertome: ")[-1]
    assert "Traceback" not in done.stderr
