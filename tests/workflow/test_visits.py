"""A trial of two arms and three visits with odd names, from files to report."""

import subprocess

import numpy as np
import pandas as pd
import pytest
import yaml

from verify import verify
from workflow.interruption import command

STAGES = ("differential", "trajectories", "modules", "association")
VISITS = ["day 0", "day 7", "-28."]


def write(folder, genes=250):
    """10 + 8 patients, 12 healthy people; the drug takes 20 genes back at both visits, and placebo
    after its switch; one visit in ten is missing."""
    rng = np.random.default_rng(19)
    rows = [
        (f"S{i:02d}{k}", f"P{i:02d}", visit, "patient", "drug" if i < 10 else "placebo",
         "responder" if i % 5 else "nonresponder")
        for i in range(18) for k, visit in enumerate(VISITS) if (7 * i + 3 * k) % 10 or not k
    ]  # fmt: skip
    rows += [(f"H{i:02d}", f"H{i:02d}", "", "healthy", "", "") for i in range(12)]
    names = ["sample", "patient", "visit", "group", "arm", "response"]
    sheet = pd.DataFrame(rows, columns=names)
    values = rng.uniform(6, 11, genes) + rng.normal(0, 0.4, (len(sheet), genes))
    values += rng.normal(0, 0.4, (30, genes))[sheet["patient"].factorize()[0]]
    treated = sheet["visit"].eq(VISITS[2]) | (
        sheet["visit"].eq(VISITS[1]) & sheet["arm"].eq("drug")
    )
    values[sheet["group"].eq("patient").to_numpy(), :40] += 3
    values[treated.to_numpy(), :20] -= 3
    matrix = pd.DataFrame(
        values.T.round(3), [f"GENE{i:03d}" for i in range(genes)], sheet["sample"]
    )
    folder.mkdir(exist_ok=True)
    matrix.to_csv(folder / "matrix.tsv", sep="\t", index_label="gene")
    sheet.to_csv(folder / "samples.tsv", sep="\t", index=False)
    study = {
        "study": "trial",
        "intake": {"source": "table", "scale": "log2", "matrix": str(folder / "matrix.tsv"),
                   "samples": str(folder / "samples.tsv")},
        "design": {"baseline": VISITS[0], "followup": VISITS[1:],
                   "arm": {"control": "placebo", "until": VISITS[1]}},
        "response": {"source": "column"},
        "normalise": {"method": "none"},
        "trajectories": {"bootstrap": 16, "permutations": 4, "sensitivity": []},
        "differential": {"custom": {"mine": "change_drug - `responder.placebo.day 7`"}},
        "modules": {"permutations": 100},
    }  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(study), encoding="utf-8")


@pytest.mark.slow
def test_every_visit_has_the_same_tables(tmp_path):
    write(tmp_path)
    done = subprocess.run(command(tmp_path), capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-3000:]
    results = tmp_path / "results/trial"
    assert not verify(results)
    assert [path.name for path in (results / "visits").iterdir()] == ["day_7"]
    over = {"differential/visits.tsv"}
    for stage in STAGES:
        main = {p.relative_to(results).as_posix() for p in (results / stage).glob("*.tsv")}
        other = {p.name for p in (results / "visits/day_7" / stage).glob("*.tsv")}
        assert other <= {name.split("/")[1] for name in main}
        for name in other:
            heads = [(folder / stage / name).read_text("utf-8").split("\n")[0]
                     for folder in (results, results / "visits/day_7")]  # fmt: skip
            assert heads[0] == heads[1], name
        over |= {name for name in main if name.split("/")[1] not in other}
    of_all_visits = ("visits", "beyond", "courses", "change", "estimands", "tipping", "absent",
                     "variance")  # fmt: skip
    assert all(name.split("/")[1].startswith(of_all_visits) for name in over), over
    effect = pd.read_csv(results / "visits/day_7/differential/drug_effect.tsv", sep="\t")
    found = set(effect.loc[effect["adj.P.Val"] <= 0.05, "gene"])
    assert len(found & {f"GENE{i:03d}" for i in range(20)}) >= 18 and len(found) <= 22
    later = pd.read_csv(results / "differential/drug_effect.tsv", sep="\t")
    assert later["logFC"].isna().all()
    switched = pd.read_csv(results / "differential/change_since_switch.tsv", sep="\t")
    first = switched.sort_values("P.Value")["gene"].head(20)
    assert len(set(first) & {f"GENE{i:03d}" for i in range(20)}) >= 18
    again = subprocess.run(command(tmp_path, "-n"), capture_output=True, text=True, cwd=tmp_path)
    assert "Nothing to be done" in again.stdout + again.stderr
