"""Rules of the house: who may import what, sizes, pins, documentation of every key."""

import ast
import functools
import itertools
import re
import tomllib

import pytest
import yaml

from architecture.config_readme import (
    COLUMNS,
    ESSENTIAL,
    HOME,
    SHEETS,
    TARGET,
    brief,
    columns_page,
    document,
    read,
)
from revertome import trial
from revertome.figure_list import COMPARED, COMPARISON, FIGURES, LIST
from revertome.figure_rows import ROWS
from revertome.gene_classes import CLASSES

LIBRARY = HOME / "scripts" / "revertome"
STAGES = [
    "intake", "normalise", "quality", "composition", "response", "study", "differential",
    "trajectories", "modules", "association", "source_data", "figures", "exports", "report",
    "compare",
]  # fmt: skip
FILES = sorted(LIBRARY.rglob("*.py"))
STATISTICS = ("scipy", "statsmodels", "sklearn", "scanpy", "pydeseq2", "gseapy")
DISK = {"open", "read_csv", "to_csv", "read_text", "write_text", "read_bytes", "write_bytes",
        "savefig", "read_h5ad", "write_h5ad"}  # fmt: skip


def stage(path):
    """Stage of a library file; None for the files all stages share."""
    first = path.relative_to(LIBRARY).parts[0]
    return first if first in STAGES else None


@functools.cache
def nodes(path):
    """Every node of a file, read once for all rules: a module first."""
    return [*ast.walk(ast.parse(path.read_text("utf-8")))]


@pytest.fixture(scope="module", autouse=True)
def forgotten():
    """A hundred megabytes are kept no longer than these tests last."""
    yield
    nodes.cache_clear()


@functools.cache
def imports(path):
    """Full names of everything a file imports."""
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def name(path):
    return str(path.relative_to(LIBRARY))


def test_no_file_imports_a_later_stage():
    for path in FILES:
        own = stage(path)
        for module in imports(path) if own else ():
            parts = module.split(".")
            if parts[0] == "revertome" and len(parts) > 1 and parts[1] in STAGES:
                assert STAGES.index(parts[1]) <= STAGES.index(own), (name(path), module)


def strays(path):
    """What a file names or calls that belongs elsewhere."""
    roots = {module.split(".")[0] for module in imports(path)}
    names = {node.id for node in nodes(path) if isinstance(node, ast.Name)}
    calls = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in nodes(path)
        if isinstance(node, ast.Call)
    }
    found = {"snakemake"} & (roots | names)
    if stage(path) == "figures":
        found |= roots & set(STATISTICS)
        calls -= {"savefig"}  # into memory; the entry script writes
    else:
        found |= {"matplotlib"} & roots
    if stage(path) != "intake":
        reads_package_data = "importlib" in roots
        found |= calls & (DISK - ({"read_text", "read_bytes"} if reads_package_data else set()))
    return found


def test_snakemake_matplotlib_disk_and_statistics_stay_where_they_belong():
    assert {name(path): found for path in FILES if (found := strays(path))} == {}


def test_one_idea_is_one_file():
    for path in FILES:
        assert len(path.read_text("utf-8").splitlines()) <= 260, path
        for node in nodes(path):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                assert length <= 45, (path, node.name)
            assert not isinstance(node, ast.Assert), f"{path}: raise ValueError instead of assert"


TRIAL = LIBRARY / "trial"
VISITS = LIBRARY / "visits.py"  # of trial too, but needed before anything heavy is imported
# Marks, in one statement, of a rule that `revertome/trial` has the home of.
WHO_IS_WHAT = {
    "healthy": r"\[.group.\].*(==|!=|\.(eq|ne|isin|mask|where)\().*(healthy|well)",
    "pair": r"groupby\(.*patient.*\[.(visit|role).\]\.(nunique|agg|transform|apply)"
    r"|(before|first|after|last|baseline|followup)\w*\.index\.intersection"
    r"|(visits|roles)\w*\.nunique\(|(visits|roles)\w* (==|>=) 2",
    "rank": r"matrix_rank|null_space|pivoting="
    r"|(linalg\.norm|singular|svd|diagonal).* [<>]=? "
    r"|[<>]=? .*(linalg\.norm|singular|svd|diagonal)",
    "covariate": r"drop_first|sorted\(.*unique\(\)\)\[1:\]",
    "label": r"set_index\(.patient.\)\[.label.\]|fillna\(.unlabelled.\)\.(mask|where)",
}
# Lines that once stood in many files beside the rule's home: the marks have to find them.
ONCE = [
    ("healthy", "healthy = obs['group'] == design['healthy']"),
    ("healthy", "healthy = (obs['group'] == design['healthy']).to_numpy()"),
    ("healthy", "obs = obs[obs['group'] != design['healthy']]"),
    ("healthy", "healthy = obs['group'].astype(str) == str(design.get('healthy'))"),
    (
        "healthy",
        "found = found.mask(obs['group'].astype('object') == design['healthy'], 'healthy')",
    ),
    ("healthy", "well = samples['group'] == healthy"),
    ("healthy", "if (obs['group'].astype(str).eq(str(design['healthy']))).any(): pass"),
    ("pair", "whole = used[used.groupby('patient')['visit'].transform('nunique') == 2]"),
    ("pair", "return int((rows.groupby('patient', observed=True)['visit'].nunique() >= 2).sum())"),
    ("pair", "visits = treated.groupby(['label', 'patient'])['role'].nunique()"),
    ("pair", "visits = samples.dropna(subset='visit').groupby('patient')['visit'].nunique()"),
    ("pair", "pairs = self.before.index.intersection(self.after.index)"),
    ("pair", "at = where.groupby('patient')['visit'].agg(set)"),
    ("rank", "if np.linalg.matrix_rank(x) < p: pass"),
    ("rank", "basis = basis[:, singular > 1e-08 * singular.max()]"),
    ("rank", "if length <= _TOLERANCE * np.linalg.norm(values): pass"),
    ("rank", "short = (size <= ALIASED * np.linalg.norm(x, axis=1)).any(axis=1)"),
    ("rank", "if size <= 1e-8 * max(float(np.linalg.norm(column)), 1e-300): pass"),
    ("covariate", "table = pd.get_dummies(obs[known], drop_first=True, dtype=float)"),
    ("covariate", "for level in sorted(column.unique())[1:]: pass"),
    ("label", "label = obs['patient'].map(labels.set_index('patient')['label'])"),
]


def rules_in(walked):
    """Which rules of who is what these nodes write for themselves, each with the statement."""
    for node in walked:
        heads = {ast.If: "test", ast.While: "test", ast.For: "iter", ast.Return: "value"}
        part = getattr(node, heads.get(type(node), ""), None)
        if part is None and isinstance(node, ast.stmt) and not hasattr(node, "body"):
            part = node
        if part is not None and not isinstance(getattr(part, "value", None), ast.Constant):
            source = ast.unparse(part)
            yield from (
                (rule, source) for rule, mark in WHO_IS_WHAT.items() if re.search(mark, source)
            )


def test_who_is_what_is_decided_in_trial_only():
    for path in [p for p in FILES if TRIAL not in p.parents and p != VISITS]:
        assert not list(rules_in(nodes(path))), f"{path}: ask revertome.trial"
        defined = {n.name for n in nodes(path) if isinstance(n, ast.FunctionDef)}
        assert not defined & set(trial.__all__), path


@pytest.mark.parametrize(("rule", "line"), ONCE)
def test_a_rule_written_again_is_found(rule, line):
    text = line if "return" not in line else f"def f():\n {line}"
    assert rule in dict(rules_in(ast.walk(ast.parse(text))))


def test_public_functions_have_docstrings():
    missing = [
        f"{name(path)}: {node.name}"
        for path in FILES
        for node in nodes(path)[0].body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not missing


SCRIPTS = sorted((HOME / "scripts").glob("*.py"))
ENTRIES = {
    found
    for path in (HOME / "workflow/rules").glob("*.smk")
    for found in re.findall(r"scripts/(\w+\.py)", path.read_text("utf-8"))
}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_entry_scripts_are_thin_and_alone_see_snakemake(path):
    tree = ast.parse(path.read_text("utf-8"))
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "snakemake"]
    attributes = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "config"]
    assert not [n for n in attributes if getattr(n.value, "id", "") == "snakemake"]
    assert bool(names) == (path.name in ENTRIES)
    assert len(path.read_text("utf-8").splitlines()) <= (25 if path.name in ENTRIES else 270)


RULES = [
    text
    for path in sorted((HOME / "workflow/rules").glob("*.smk"))
    for text in re.split(r"^rule ", path.read_text("utf-8"), flags=re.M)[1:]
]


@pytest.mark.parametrize("text", RULES, ids=lambda text: text.partition(":")[0])
def test_every_rule_logs_benchmarks_and_names_its_environment(text):
    for directive in (
        "log:",
        "benchmark:",
        "conda:",
        "resources:",
        '"""',
        "code=lambda wildcards: digest(",
    ):
        assert directive in text


def test_stage_names_are_the_same_everywhere():
    stages = [stage for stage in STAGES if stage != "source_data"]
    assert {p.stem for p in (HOME / "workflow/rules").glob("*.smk")} == {
        *stages,
        "common",
        "inputs",
        "private",
        "resources",
        "studies",
    }
    for word in STAGES:
        assert (HOME / "scripts" / f"{word}.py").is_file()
        assert (LIBRARY / word).is_dir()
        assert (HOME / "tests" / word).is_dir()


# Order of drawing, not a claim: rows of the heat map are clustered where they are chosen.
DRAWING = {"clusters.py": {"scipy.cluster.hierarchy"}}


@pytest.mark.parametrize(
    "path", [path for path in FILES if stage(path) == "source_data"], ids=lambda path: path.name
)
def test_source_data_selects_and_words_but_tests_nothing(path):
    """A test or an interval stands in a result table of the stage it belongs to."""
    found = {
        module
        for module in imports(path)
        if module.split(".")[0] in {*STATISTICS, "sklearn"}
        or module.startswith(("revertome.statistics", "revertome.limma"))
    }
    allowed = DRAWING.get(path.name, set())
    assert {m for m in found if not any(m.startswith(name) for name in allowed)} == set()


# Numbers 0.05 that are no level of a test: file of the library, and why.
NO_LEVEL = {
    "differential/variance_shares.py": "5% quantile over genes of shares of variance",
    "quality/relative.py": "5% quantile of relative log expression",
    "limma/power.py": "two-sided level of a power calculation, before any adjustment",
    "limma/robust_prior.py": "share winsorized, as in limma",
    "normalise/tmm.py": "share trimmed, as in edgeR",
    "negative_binomial/shrinkage.py": "step of a coefficient",
    "quasi_likelihood/dispersion.py": "dispersion of a first fit, as in edgeR",
    "simulate/patients.py": "share of simulated patients",
    "figures/plane.py": "opacity",
    "figures/heatmap.py": "room over a tree",
    "compare/rank_overlap.py": "depth of a list of genes",
    "compare/occasions.py": "least standard deviation of a gene",
    "intake/scale.py": "share of negative values",
    "trajectories/variance_ratios.py": "5% quantile over genes of ratios of standard deviations",
}


def test_the_false_discovery_rate_is_given_by_the_configuration():
    """No level of a test is written into the library or its entry scripts."""
    found = {
        name(path) if path.is_relative_to(LIBRARY) else path.name
        for path in [*FILES, *(HOME / "scripts").glob("*.py")]
        for node in nodes(path)
        if (isinstance(node, ast.Constant) and node.value == 0.05)
        or (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and re.search(r"\bp [<≥≤>]=? 0\.05|p below 0\.05", node.value)
        )
    }
    assert found == set(NO_LEVEL)


@functools.cache
def code(path):
    """Source without docstrings and comments, one blank between words."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(
            node
        ):
            node.body[0].value.value = ""
    return ast.unparse(tree)


# What each rule looks like where it is written out, and the one file that may.
ONE_HOME = {
    "Benjamini-Hochberg": (
        r"len\(\w+\) / np\.arange\(1|false_discovery_control|multipletests|fdr_bh",
        {"statistics/fdr.py"},
    ),
    "Wilson": (r"4 \* \w+ \*\* 2\)|proportion_confint", {"statistics/proportions.py"}),
    "Mann-Whitney": (r"mannwhitneyu", {"statistics/rank_tests.py"}),
    "signed ranks": (r"\bwilcoxon\b", {"statistics/rank_tests.py"}),
    "hypergeometric": (r"hypergeom\.|fisher_exact|chi2_contingency", {"statistics/two_by_two.py"}),
    "patient variance": (r"np\.linalg\.svd\(complement", {"statistics/reml.py"}),
}


@pytest.mark.parametrize("rule", ONE_HOME)
def test_a_rule_is_written_once(rule):
    pattern, homes = ONE_HOME[rule]
    everything = [*FILES, *(HOME / "scripts").glob("*.py")]
    found = [path for path in everything if re.search(pattern, code(path))]
    assert {name(path) if path in FILES else path.name for path in found} == homes


def test_the_classes_of_genes_are_listed_once():
    """Lists of four classes or more; a dict that gives each class something of its own is none."""
    found = {
        name(path) if path in FILES else path.name
        for path in [*FILES, *(HOME / "scripts").glob("*.py")]
        for node in nodes(path)
        if isinstance(node, ast.Tuple | ast.List | ast.Set)
        and len({getattr(each, "value", None) for each in node.elts} & set(CLASSES)) > 3
    }
    assert found == {"gene_classes.py"}


HELPERS = {
    "source_data": {
        *("clusters", "course_groups", "flow_arms", "heatmap_columns", "module_order", "pairs"),
        *("tidy", "two_effects"),
    },
    "figures": {
        *("clinical_bars", "flow_arms", "flow_boxes"),
        *("dense", "embedded", "fitted", "fonts", "labels", "paired_dots", "plane", "quick"),
        *("still", "strands", "style", "theme", "two_effects", "vectors", "visit_colours"),
    },
}


@pytest.mark.parametrize("folder", HELPERS)
def test_every_figure_is_listed_once_and_has_its_files(folder):
    names = [each.name for each in LIST]
    assert len(set(names)) == len(names)
    files = {path.stem for path in (LIBRARY / folder).glob("*.py")}
    assert files - HELPERS[folder] - {"__init__"} == set(names)
    assert list(ROWS) == names


def test_figures_of_a_study_have_a_caption_in_the_report_of_snakemake():
    captions = {path.stem for path in (HOME / "workflow/report").glob("*.rst")}
    assert captions == set(FIGURES)
    assert all((each.name in COMPARED) == (each.group == COMPARISON) for each in LIST)


def test_names_of_figures_are_listed_nowhere_else():
    """Two neighbours of the list side by side, in order, are a second list."""
    pairs = {*itertools.pairwise(FIGURES), *itertools.pairwise(COMPARED)}
    code = [*FILES, *(HOME / "scripts").glob("*.py"), *(HOME / "workflow").rglob("*.smk")]
    for path in code:
        # The tables of each figure are described figure by figure, held to the list here and there.
        described = path.parent == LIBRARY / "columns" / "source_data"
        described |= path == LIBRARY / "figure_rows.py"
        if path != LIBRARY / "figure_list.py" and not described:
            quoted = re.findall(r'"(\w+)"', path.read_text("utf-8"))
            assert not pairs & set(itertools.pairwise(quoted)), path


def test_library_versions_are_the_same_for_pip_and_conda():
    lock = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (HOME / "requirements.txt").read_text(), re.M))
    tests = (HOME / "requirements-test.txt").read_text()
    assert lock.items() <= dict(re.findall(r"^([a-z0-9-]+)==(\S+)", tests, re.M)).items()
    conda = yaml.safe_load((HOME / "envs/revertome.yaml").read_text())["dependencies"]
    pins = dict(pin.split("=") for pin in conda)
    assert pins.pop("python") == "3.11"
    assert pins == {package: lock[package] for package in pins}
    project = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    asked = [re.match(r"[A-Za-z0-9-]+", need).group() for need in project["dependencies"]]
    assert {package.lower() for package in asked} - {"snakemake"} == set(pins)


@pytest.mark.parametrize(
    ("lock", "least"),
    [("requirements.txt", 91), ("requirements-test.txt", 91), ("requirements-slurm.txt", 2)],
)
def test_locks_have_hashes_and_no_download_addresses(lock, least):
    text = (HOME / lock).read_text()
    assert "://" not in text
    packages = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.M)[1:]
    assert len(packages) >= least
    assert all("--hash=sha256:" in package for package in packages)


def test_every_configuration_key_is_documented():
    schema = yaml.safe_load((HOME / "workflow/schemas/config.schema.yaml").read_text("utf-8"))
    assert TARGET.read_text("utf-8") == document(schema), "run config_readme.py"
    assert ESSENTIAL.read_text("utf-8") == brief(schema), "run config_readme.py"
    assert 20 <= brief(schema).count("\n| `") <= 40
    described = re.findall(r"^\| `.*?\| (.*) \|$", document(schema), re.M)
    assert len(described) > 50
    assert all(described)


def test_every_column_of_the_sheets_is_documented():
    page = columns_page({name: read(name) for name in SHEETS})
    assert COLUMNS.read_text("utf-8") == page, "run config_readme.py"
    assert "| `crp` | number | mg/l | 0 to 700; usual 0 to 400; largest at least 1 |" in page
    for name in SHEETS:
        assert all(f"| `{column}` |" in page for column in read(name)["properties"])


def test_an_engine_is_named_in_its_own_file_only():
    """All that is particular to an engine is in its file; how it is called stands with all names.

    A mixed model of scores is none.
    """
    folder = LIBRARY / "differential" / "engines"
    engines = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    for path in FILES:
        constants = [n for n in nodes(path) if isinstance(n, ast.Constant)]
        named = {each.value for each in constants if isinstance(each.value, str)} & engines
        allowed = {path.stem} if path.parent == folder else set()
        allowed |= {"mixed"} if name(path) == "modules/tests.py" else set()
        allowed |= engines if name(path) == "naming/known.py" else set()
        assert named <= allowed, path


def test_no_study_is_written_into_the_code():
    """Nothing about the drug, the disease or a month is written in code."""
    words = re.compile(r"anakinra|month ?6|sJIA", re.I)
    for path in FILES:
        if "simulate" not in path.parts:
            code = re.sub(r'""".*?"""', "", path.read_text("utf-8"), flags=re.S)
            assert not words.search(code), path
