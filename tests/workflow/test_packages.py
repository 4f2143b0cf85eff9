"""Each job notes what it loaded; statsmodels is loaded by `response` alone, scanpy by few."""

import ast
import re
import sys
import tomllib
from importlib import metadata

import pytest

import packages
from workflow.test_disk import SCRIPTS, run
from workflow.test_run import HOME

LIBRARY = SCRIPTS / "revertome"


def test_names_are_those_this_workflow_depends_on():
    project = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
    needs = {re.match(r"[A-Za-z0-9-]+", need).group() for need in project["dependencies"]}
    assert set(packages.PACKAGES) == needs


def test_a_package_is_noted_when_it_is_loaded_and_with_its_version():
    found = packages.loaded()
    assert found["pandas"] == metadata.version("pandas")
    assert found["pyyaml"] == metadata.version("pyyaml")
    names = {packages.IMPORTED_AS.get(name, name): name for name in packages.PACKAGES}
    assert set(found) == {names[module] for module in names if module in sys.modules}


def imported(tree):
    """Full names of everything that a parsed file imports, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def users(package):
    """Library files that import a package or module."""
    return {
        path.relative_to(LIBRARY).as_posix()
        for path in LIBRARY.rglob("*.py")
        if any(
            f"{name}.".startswith(f"{package}.")
            for name in imported(ast.parse(path.read_text("utf-8")))
        )
    }


def test_statsmodels_and_scanpy_stand_where_they_are_paid_for():
    """Importing them takes a job one and two seconds."""
    assert users("statsmodels") == {"statistics/proportions.py"}
    stages = {name.split("/")[0] for name in users("revertome.statistics.proportions")}
    assert stages == {"response"}
    assert users("scanpy") == {"study/__init__.py", "modules/scores/score_genes.py"}


@pytest.mark.parametrize("stage", ["intake", "quality", "response", "modules", "association"])
def test_who_wants_one_file_of_a_stage_imports_no_other(stage):
    """Of these packages many stages use a file; a job imported all for a third of a second."""
    text = (LIBRARY / stage / "__init__.py").read_text("utf-8")
    assert [type(node) for node in ast.parse(text).body] == [ast.Expr]


STAGE = """
import sys
sys.path.append(sys.argv[1])
import numpy as np, pandas as pd, anndata
import revertome.intake.load, revertome.trajectories, revertome.modules.stage
import revertome.modules.courses, revertome.modules.over_representation
import revertome.association.absent, revertome.association.courses, revertome.association.patients
import revertome.association.patient_flow, revertome.association.tests, revertome.association.visits
import revertome.source_data, revertome.compare, revertome.report.page
from options import normalise, section
from revertome.quality.assess import assess
from revertome.response.evaluate import evaluate
rng = np.random.default_rng(1)
obs = pd.DataFrame({
    "sample": [f"S{i}" for i in range(12)], "patient": [f"P{i // 2}" for i in range(12)],
    "visit": ["before", "after"] * 6, "group": "patient",
    "arm": np.repeat(["drug", "placebo"], 6),
    "response": ["responder"] * 8 + ["nonresponder"] * 4,
})
obs.index = obs["sample"].rename(None)
names = [f"G{i}" for i in range(60)]
genes = pd.DataFrame({"symbol": names}, index=names)
raw = anndata.AnnData(rng.normal(8, 1, (12, 60)), obs=obs, var=genes)
raw.uns["scale"] = {"scale": "log2"}
design = {"baseline": "before", "followup": "after", "healthy": None, "covariates": []}
design = section("design", **design)
expression = normalise(raw, {}, {}, design)
flow = pd.DataFrame(columns=["stage", "n_samples", "n_patients", "n_pairs", "note"])
visits = pd.DataFrame(columns=["patient", "visit"])
response = section("response", source="column", control="")
assess(expression, flow, section("quality"), design, visits, response)
loaded = {name for name in ("statsmodels", "scanpy") if name in sys.modules}
assert not loaded, loaded
trial = evaluate(expression.obs, visits, response, design).trial
print(len(trial), "statsmodels" in sys.modules, "scanpy" in sys.modules)
"""


def test_only_response_loads_statsmodels():
    """A fresh interpreter: stages before it, and what the later ones import; then a trial table."""
    done = run(STAGE, str(HOME / "tests"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["4", "True", "False"]
