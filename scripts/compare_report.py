"""Compare: figures from their source data, one offline page, and the manifest of the comparison."""

from pathlib import Path

from disk import logged, read_table, sha256, write, write_table, write_text
from packages import note, noted
from record import by_figure, checksums, now

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

    config, files, made = snakemake.params.config, snakemake.input, snakemake.output
    aliases = read_table(files.aliases).set_index("old")["current"].to_dict()
    text = Path(files.interferon).read_text(encoding="utf-8").splitlines()
    sets = gene_sets({files.interferon: text}, aliases)
    results = {Path(path).stem: read_table(path) for path in files.tables}
    first = [gene for genes in list(sets.values())[:2] for gene in genes]
    results |= {"module": list(dict.fromkeys(first)), "interferon": list(sets)}
    results["alpha"] = alpha = config["trajectories"]["alpha"]
    targets, pictures = by_figure(made.figures), []
    for name, path in zip(COMPARED, made.sources, strict=True):
        write_table(build(name, results), path)
        source = read_table(path)
        figure = draw(name, source)
        images = {form: encode(figure, form) for form in targets[name]}
        for form, image in images.items():
            write(targets[name][form], lambda file, image=image: file.write_bytes(image))
        pictures.append(picture(name, source, images))
    write_table(pd.DataFrame({"text": findings(results, list(sets), alpha)}), made.findings)
    notes = {**noted(snakemake.params.logs), "compare_report": note(snakemake.log[0])}
    write_text(page(config, results, pictures, list(sets), software_words(notes)), made.html)
    files_made = [*files.tables, *made.sources, *made.figures, made.findings, made.html]
    found = checksums(files_made, Path(made.html).parent)
    inputs = {path: sha256(path) for path in snakemake.params.manifests}
    origin = {"commit": None, "digest": snakemake.params.code}
    write_text(manifest(config, found, inputs, origin, notes, now()), made.manifest)
