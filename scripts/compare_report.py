"""Compare: figures from their source data, one offline page, and the manifest of the comparison."""

from datetime import UTC, datetime
from pathlib import Path

from disk import logged, read_table, sha256, write, write_table, write_text
from packages import note, noted

with logged(snakemake.log[0]):
    import pandas as pd

    from revertome.figure_list import COMPARED
    from revertome.figures import draw
    from revertome.figures.style import encode
    from revertome.modules.gmt import gene_sets
    from revertome.report.comparison import page
    from revertome.report.comparison_words import findings
    from revertome.report.manifest import manifest, software_words
    from revertome.report.page import picture
    from revertome.source_data import build

    config, files = snakemake.params.config, snakemake.input
    aliases = read_table(files.aliases).set_index("old")["current"].to_dict()
    text = Path(files.interferon).read_text(encoding="utf-8").splitlines()
    sets = gene_sets({files.interferon: text}, aliases)
    results = {Path(path).stem: read_table(path) for path in files.tables}
    first = [gene for genes in list(sets.values())[:2] for gene in genes]
    results |= {"module": list(dict.fromkeys(first)), "interferon": list(sets)}
    results["alpha"] = alpha = config["trajectories"]["alpha"]
    targets = {}
    for path in map(Path, snakemake.output.figures):
        targets.setdefault(path.stem, {})[path.suffix[1:]] = path
    pictures = []
    for name, path in zip(COMPARED, snakemake.output.sources, strict=True):
        write_table(build(name, results), path)
        source = read_table(path)
        figure = draw(name, source)
        images = {form: encode(figure, form) for form in targets[name]}
        for form, image in images.items():
            write(targets[name][form], lambda file, image=image: file.write_bytes(image))
        pictures.append(picture(name, source, images))
    words = pd.DataFrame({"text": findings(results, list(sets), alpha)})
    write_table(words, snakemake.output.findings)
    notes = {**noted(snakemake.params.logs), "compare_report": note(snakemake.log[0])}
    html = page(config, results, pictures, list(sets), software_words(notes))
    write_text(html, snakemake.output.html)
    folder = Path(snakemake.output.html).parent
    made = [
        *files.tables,
        *snakemake.output.sources,
        *snakemake.output.figures,
        snakemake.output.findings,
        folder / "report.html",
    ]
    checksums = {Path(path).relative_to(folder).as_posix(): sha256(path) for path in made}
    inputs = {path: sha256(path) for path in snakemake.params.manifests}
    origin = {"commit": None, "digest": snakemake.params.code}
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    record = manifest(config, checksums, inputs, origin, notes, finished)
    write_text(record, snakemake.output.manifest)
