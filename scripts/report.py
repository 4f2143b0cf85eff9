"""Report: one offline HTML file and the manifest of the run."""

import hashlib
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from disk import logged, read_table, sha256, write_text
from packages import note, noted

TABLES = ("labels", "trial", "genes", "summary", "module_tests", "module_classes", "models")
TABLES += ("association_tests", "sensitivity", "statements", "agreement", "over_representation")
TABLES += ("continuous",)


def origin(library):
    """Commit of the workflow, where git knows one, and a digest of the library's sources."""
    files = sorted(
        path for path in library.rglob("*") if path.suffix in {".py", ".j2", ".css", ".js"}
    )
    digest = hashlib.sha256("".join(sha256(path) for path in files).encode()).hexdigest()
    git = ["git", "-C", str(library), "rev-parse", "HEAD"]
    try:
        commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = None
    return {"commit": commit, "digest": digest}


def told(logs):
    """Warnings and flagged samples of all stages, each once, with the stage that gave it."""
    lines = [
        f"{Path(log).stem}: {line.removeprefix('warning: ')}"
        for log in sorted(logs)
        if Path(log).exists()
        for line in Path(log).read_text(encoding="utf-8").splitlines()
        if line.startswith(("warning: ", "flagged: "))
    ]
    return list(dict.fromkeys(lines))


with logged(snakemake.log[0]):
    import revertome
    from revertome.figure_list import FIGURES
    from revertome.report.crate import crate
    from revertome.report.manifest import manifest, software_words, unknown
    from revertome.report.page import page, picture

    config = snakemake.params.config
    results = {name: read_table(snakemake.input[name]) for name in TABLES}
    sources = {Path(path).stem: read_table(path) for path in snakemake.input.source_data}
    images = {}
    for path in map(Path, snakemake.input.figures):
        images.setdefault(path.stem, {})[path.suffix[1:]] = path.read_bytes()
    pictures = [picture(name, sources[name], images[name]) for name in FIGURES if name in sources]
    across = [text for path in snakemake.input.across for text in read_table(path)["text"]]
    notes = {**noted(snakemake.params.logs), "report": note(snakemake.log[0])}
    warned = [*told(snakemake.params.logs), *unknown(notes)]
    html = page(config, results, sources, pictures, software_words(notes), warned, across)
    write_text(html, snakemake.output.html)
    folder = Path(snakemake.output.html).parent
    files = {Path(path).relative_to(folder).as_posix(): sha256(path) for path in snakemake.input}
    files[Path(snakemake.output.html).name] = sha256(snakemake.output.html)
    inputs = {str(path): sha256(path) for path in snakemake.params.inputs}
    if config["privacy"] != "none":  # a file may be named after a person
        inputs = {f"input{i}": digest for i, digest in enumerate(sorted(inputs.values()), 1)}
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    made_by = origin(Path(revertome.__file__).parent)
    record = manifest(config, files, inputs, made_by, notes, finished)
    write_text(record, snakemake.output.manifest)
    entry = Path(snakemake.params.entry)
    write_text(entry.read_text(encoding="utf-8"), snakemake.output.entry)
    sizes = {path: (folder / path).stat().st_size for path in files}
    about = config["title"] or config["study"]
    write_text(crate(json.loads(record), sizes, entry.name, about), snakemake.output.crate)
