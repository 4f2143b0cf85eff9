"""Report: one offline HTML file and the manifest of the run."""

import json
from pathlib import Path

from disk import logged, read_table, write_text
from packages import note, noted
from record import by_figure, checksums, input_checksums, now, origin, warnings_in

with logged(snakemake.log[0]):
    import revertome
    from revertome.figure_list import FIGURES
    from revertome.report.crate import crate
    from revertome.report.manifest import manifest, software_words, unknown
    from revertome.report.page import TABLES, page, picture

    files, made, config = snakemake.input, snakemake.output, snakemake.params.config
    results = {name: read_table(files[name]) for name in TABLES}
    sources = {Path(path).stem: read_table(path) for path in files.source_data}
    drawn = by_figure(files.figures)
    pictures = [
        picture(name, sources[name], {form: p.read_bytes() for form, p in drawn[name].items()})
        for name in FIGURES
        if name in sources
    ]
    across = [text for path in files.across for text in read_table(path)["text"]]
    notes = {**noted(snakemake.params.logs), "report": note(snakemake.log[0])}
    warned = [*warnings_in(snakemake.params.logs), *unknown(notes)]
    html = page(config, results, sources, pictures, software_words(notes), warned, across)
    write_text(html, made.html)
    folder, entry = Path(made.html).parent, Path(snakemake.params.entry)
    found = checksums([*files, made.html], folder)
    inputs = input_checksums(snakemake.params.inputs, hidden=config["privacy"] != "none")
    library = Path(revertome.__file__).parent
    record = manifest(config, found, inputs, origin(library), notes, now())
    write_text(record, made.manifest)
    write_text(entry.read_text(encoding="utf-8"), made.entry)
    sizes = {path: (folder / path).stat().st_size for path in found}
    about = config["title"] or config["study"]
    write_text(crate(json.loads(record), sizes, entry.name, about), made.crate)
