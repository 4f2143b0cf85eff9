"""The RO-Crate of a run: its result folder described for other people's machines."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

PROFILES = [
    "https://w3id.org/ro/wfrun/process/0.5",
    "https://w3id.org/ro/wfrun/workflow/0.5",
]
FORMATS = {
    ".tsv": "text/tab-separated-values", ".gmt": "text/tab-separated-values",
    ".svg": "image/svg+xml", ".png": "image/png", ".pdf": "application/pdf",
    ".html": "text/html", ".json": "application/json", ".h5ad": "application/x-hdf5",
}  # fmt: skip
LICENCE = "https://opensource.org/license/mit"
ENGINE = "https://snakemake.github.io"


def crate(record: Mapping[str, Any], sizes: Mapping[str, int], workflow: str, readme: str) -> str:
    """Return `ro-crate-metadata.json` of a run.

    A Workflow Run Crate: the result folder is the root, each result a file of it, the run an
    action that has the inputs of the study as objects and the results as its result, and the
    workflow its instrument.

    Parameters
    ----------
    record : dict
        The manifest as `manifest` makes it.
    sizes : dict
        Bytes of every result file by its path in the folder.
    workflow : str
        Name under which the entry file of the workflow lies in the folder.
    readme : str
        One sentence on the study.

    References
    ----------
    Soiland-Reyes et al. 2022, Data Science 5:97 (RO-Crate); Leo et al. 2024, PLoS ONE
    19:e0309210 (Workflow Run RO-Crate).
    """
    hashes = {**record["results"], "manifest.json": None}
    parts = [{"@id": path} for path in sorted([*hashes, workflow])]
    inputs = [_input(path, digest) for path, digest in record["inputs"].items()]
    graph = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": [
                {"@id": "https://w3id.org/ro/crate/1.1"},
                {"@id": "https://w3id.org/workflowhub/workflow-ro-crate/1.0"},
            ],
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": f"revertome: {record['study']}",
            "description": readme,
            "datePublished": record["finished"],
            "license": {"@id": "#licence"},
            "conformsTo": [{"@id": profile} for profile in PROFILES],
            "hasPart": parts,
            "mainEntity": {"@id": workflow},
            "mentions": [{"@id": "#run"}],
        },
        *({"@id": profile, "@type": "CreativeWork", "name": _profile_name(profile),
           "version": "0.5"} for profile in PROFILES),
        {"@id": "#licence", "@type": "CreativeWork", "name": "As the owner of the data decides",
         "description": "The licence of the workflow does not extend to the data."},
        *_software(record, workflow),
        _run(record, inputs, hashes, workflow),
        *inputs,
        *(_file(path, digest, sizes.get(path)) for path, digest in sorted(hashes.items())),
    ]  # fmt: skip
    document = {"@context": _context(), "@graph": graph}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _context() -> list[Any]:
    terms = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
    return ["https://w3id.org/ro/crate/1.1/context", terms]


def _profile_name(profile: str) -> str:
    return f"{profile.split('/')[-2].capitalize()} Run Crate"


def _software(record: Mapping[str, Any], workflow: str) -> list[dict[str, Any]]:
    """Describe the workflow, its language and the libraries behind it."""
    libraries = record["software"]
    described = [
        {"@id": f"#software-{name}", "@type": "SoftwareApplication", "name": name,
         "softwareVersion": version}
        for name, version in libraries.items()
    ]  # fmt: skip
    return [
        {
            "@id": workflow,
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
            "name": "revertome",
            "description": "Paired-trial transcriptomics, from matrices to figures and report.",
            "programmingLanguage": {"@id": "#snakemake"},
            "license": {"@id": LICENCE},
            "version": record["workflow"]["commit"] or record["workflow"]["digest"],
            "sha256": record["workflow"]["digest"],
            "softwareRequirements": [{"@id": entity["@id"]} for entity in described],
        },
        {"@id": LICENCE, "@type": "CreativeWork", "name": "MIT License",
         "description": "Licence of the workflow."},
        {
            "@id": "#snakemake",
            "@type": "ComputerLanguage",
            "name": "Snakemake",
            "url": {"@id": ENGINE},
            "identifier": {"@id": ENGINE},
            "version": libraries.get("snakemake", ""),
        },
        {"@id": ENGINE, "@type": "WebPage", "name": "Snakemake"},
        *described,
    ]  # fmt: skip


def _run(
    record: Mapping[str, Any], inputs: list[dict[str, Any]], results: Mapping[str, Any], name: str
) -> dict[str, Any]:
    return {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Run of revertome on {record['study']}",
        "endTime": record["finished"],
        "instrument": {"@id": name},
        "actionStatus": "http://schema.org/CompletedActionStatus",
        "object": [{"@id": entity["@id"]} for entity in inputs],
        "result": [{"@id": path} for path in sorted(results)],
    }


def _input(path: str, digest: str) -> dict[str, Any]:
    """Describe an input by name and checksum; the file itself stays where it is."""
    name = PurePosixPath(path).name
    return {"@id": f"#input-{digest[:16]}", "@type": "CreativeWork", "name": name, "sha256": digest}


def _file(path: str, digest: str | None, size: int | None) -> dict[str, Any]:
    suffix = PurePosixPath(path).suffix
    entity: dict[str, Any] = {"@id": path, "@type": "File", "name": path}
    entity["encodingFormat"] = FORMATS.get(suffix, "application/octet-stream")
    if digest:
        entity["sha256"] = digest
    if size is not None:
        entity["contentSize"] = str(size)
    return entity
