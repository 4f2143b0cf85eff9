"""Packages that a process has loaded, with their versions."""

import sys
from importlib import metadata

# What this workflow is built on, by the name it is installed under; and the name it is imported
# by where that is another.
PACKAGES = (
    *("snakemake", "numpy", "scipy", "pandas", "anndata", "scanpy", "statsmodels", "gseapy"),
    *("pydeseq2", "matplotlib", "jinja2", "jsonschema", "pyyaml", "python-calamine"),
    "xlsxwriter",
)
IMPORTED_AS = {"pyyaml": "yaml", "python-calamine": "python_calamine"}


def loaded() -> dict[str, str]:
    """Name and version of the packages that are loaded in this process, by name."""
    found = (name for name in PACKAGES if IMPORTED_AS.get(name, name) in sys.modules)
    return {name: metadata.version(name) for name in sorted(found)}
