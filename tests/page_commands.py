"""Commands that the pages give, and how each is tested: run, planned, or neither, and why."""

import re
from pathlib import Path

HOME = Path(__file__).parents[1]
PAGES = [
    HOME / "README.md",
    *sorted((HOME / "config").rglob("*.md")),
    *sorted((HOME / "docs").glob("*.md")),
]
STUDIES = sorted((HOME / "config").rglob("*.yaml"))
# With what a command begins that stands within a sentence.
PROGRAMS = r"(?:\.venv/bin/|source |(?:[A-Z]+=\S+ )*snakemake|python3? |pip |pytest|ruff |mypy)"

RUN, PLAN = "run", "plan"
NETWORK = "reads a series from GEO"
UNKNOWN = "still unknown in this study"  # what a study says that its author has to finish
# How each command is tested, or why it is not.
HOW = {
    "python3 -m venv .venv && .venv/bin/pip install --require-hashes -r requirements.txt && "
    ".venv/bin/snakemake --cores 8": RUN,
    "source .venv/bin/activate": RUN,
    "snakemake --cores 8 --configfile my_study.yaml": RUN,
    "snakemake --cores 4 normalise --configfile my_study.yaml": RUN,
    "snakemake --cores 8 --config studies=my_studies": RUN,
    "snakemake --report page.html": RUN,
    "python scripts/verify.py results/my_study": RUN,
    "python scripts/take_away.py results/my_study": RUN,
    "python tests/architecture/config_readme.py": RUN,
    "python tests/architecture/results_readme.py": RUN,
}
SLURM = (
    "snakemake --workflow-profile workflow/profiles/slurm --default-resources slurm_account=me "
    "slurm_partition=short"
)
PLUGIN = "pip install --require-hashes -r requirements-slurm.txt"
PLANNED = {
    "snakemake --cores 2 gallery": "draws again what the first command has drawn",
    "snakemake sheet --cores 1 --configfile my_study.yaml": NETWORK,
    "snakemake sheet --cores 1 --configfile config/studies/gse17590.yaml": NETWORK,
    "snakemake sheet --cores 1 --configfile config/studies/gse80060.yaml": NETWORK,
    "snakemake sheet --cores 1 --configfile config/studies/flu_challenge.yaml": NETWORK,
    "snakemake --cores 8 --configfile config/studies/gse65391.yaml": NETWORK,
    "snakemake --cores 8 --config studies=config/travel": "three whole trials take minutes",
    "snakemake --cores 8 --config 'studies=[a.yaml, b.yaml]'": "two studies more take a minute",
    "snakemake --cores 8 --config 'studies=trials/*/study.yaml' results=/data/out": (
        "one study more takes half a minute"
    ),
    SLURM: "needs SLURM, where tests/workflow/test_slurm.py runs it",
}
HOW |= {PLUGIN: RUN} | dict.fromkeys(PLANNED, PLAN)
# A plan stops with these words, as the page says.
STOPS = {
    "snakemake --cores 8 --configfile config/studies/gse17590.yaml": UNKNOWN,
    "snakemake --cores 8 --configfile config/studies/flu_challenge.yaml": UNKNOWN,
}
HOW |= dict.fromkeys(STOPS, PLAN)
TESTS = "is the test command itself, which .ci/run reads from the page"
NOT = {
    "python3 -m venv .venv && .venv/bin/pip install --require-hashes -r requirements-test.txt && "
    ".venv/bin/pytest": TESTS,
    "pytest -m slow": TESTS,
    "ruff check . && ruff format . && mypy && snakefmt -l 100 Snakefile workflow && pytest && "
    "pytest -m slow": "needs the set-up for tests, where tests/architecture/test_style.py runs it",
    "snakemake --cores 8 --sdm conda": "needs conda, which makes its environments for minutes",
    "USER=me HOME=/ snakemake ...": "three dots stand for any command",
    "snakemake sheet": "the name of a command that stands in full beside it",
    "snakemake --report": "the name of a command that stands in full on another page",
    "pip install snakemake-executor-plugin-lsf": "a plugin without a lock; the page says untried",
    "snakemake --executor lsf --jobs 100 --retries 2 --latency-wait 60 --default-resources "
    "lsf_project=me lsf_queue=normal": "needs LSF; the page says untried",
    "docker build -t revertome -f envs/Dockerfile .": "needs Docker; see test_recipes.py",
    'docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" revertome --cores 2': (
        "needs Docker"
    ),
    "apptainer build revertome.sif envs/revertome.def && apptainer run revertome.sif --cores 2": (
        "needs Apptainer"
    ),
}
# Commands that have to be given in their order.
TUTORIAL = "tests/workflow/test_tutorial.py follows its page from the first command to the last"
COMPARED = "results/{}/trajectories/summary.tsv"
NOT |= dict.fromkeys(
    (
        "snakemake sheet --cores 1 --configfile lupus.yaml",
        "snakemake -n --cores 8 --configfile config/studies/gse65391.yaml",
        "sed -e 's/^study: gse65391/study: lupus_steroids/' -e 's/covariates: \\[batch\\]/"
        "covariates: [batch, steroids]/' -e 's/^    sledai: .*/&\\n    steroids: {field: "
        "oral_steroids_category, default: 0}/' config/studies/gse65391.yaml > lupus_steroids.yaml",
        "snakemake --cores 8 --configfile lupus_steroids.yaml",
        f"cut -f 1,2 {COMPARED.format('gse65391')} {COMPARED.format('lupus_steroids')}",
    ),
    TUTORIAL,
)
NOT |= {
    "python -m sphinx -W -c docs . site": "tests/architecture/test_site.py builds it in this way",
    "snakemake -n": "the name of a command that stands in full on another page",
}
# What the page gives before a command.
BEFORE = {SLURM: PLUGIN}
# Files that a command makes, and words in them.
MAKES = {"snakemake --report page.html": ("page.html", "trajectory plane")}
# Where a command names a folder of somebody else's machine.
INSTEAD = {"/data/out": "out"}


def commands() -> list[str]:
    """Commands of all pages and of the notes in shipped studies, each once, in their order."""
    found = [each for page in PAGES for each in _of_page(page.read_text("utf-8"))]
    for path in STUDIES:
        notes = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
        found += re.findall(r"snakemake [^`]*?(?=`| *$)", "\n".join(notes), re.M)
    return list(dict.fromkeys(found))


def _of_page(text: str) -> list[str]:
    """Lines of blocks of commands, and commands within sentences."""
    blocks = re.findall(r"^ *```(?:bash|sh|console)\n(.*?)^ *```", text, re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    lines = [re.sub(r"\s+#\s.*$", "", line).strip() for line in lines]
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)
    spans = [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose)]
    return [line for line in lines if line] + [s for s in spans if re.match(PROGRAMS, s)]
