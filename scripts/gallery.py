"""Gallery: every figure of a study as a small picture, on one page with its caption."""

from pathlib import Path

from disk import logged, read_table, write, write_text

HEAD = """# Gallery

Every figure of the built-in study, with its caption from the report. Each figure is drawn from its
table in `source_data/`, as SVG, PDF and PNG, for one or two columns of a journal. This page and its
pictures are written by `snakemake --cores 2 gallery`. [style.yaml](style.yaml) changes the look.
"""

with logged(snakemake.log[0]):
    from revertome.figure_list import BY_NAME, FIGURES
    from revertome.figures import draw
    from revertome.figures.style import encode
    from revertome.figures.theme import restyled

    tables = {Path(path).stem: read_table(path) for path in snakemake.input}
    page = [HEAD]
    with restyled({"dpi": 110}):
        for path in sorted(
            snakemake.output.pictures, key=lambda path: FIGURES.index(Path(path).stem)
        ):
            name = Path(path).stem
            picture = encode(draw(name, tables[name]), "png")
            write(path, lambda file, picture=picture: file.write_bytes(picture))
            words = tables[name].drop_duplicates("element").set_index("element")["text"]
            title = BY_NAME[name].title
            page.append(
                f"## {title}\n\n![{title}](../resources/gallery/{name}.png)\n\n{words['caption']}\n"
            )
    write_text("\n".join(page), snakemake.output.page)
