"""The gallery: a page of pictures of every figure, each with its caption."""

from collections.abc import Mapping

import pandas as pd

from revertome.figure_list import BY_NAME, FIGURES

HEAD = """# Gallery

Every figure of the built-in study, with its caption from the report. Each figure is drawn from its
tables in `source_data/`, as SVG, PDF and PNG, for one or two columns of a journal. This page and
its pictures are written by `snakemake --cores 2 gallery`. [style.yaml](style.yaml) changes the
look.
"""
ENTRY = "## {title}\n\n![{title}](../resources/gallery/{name}.png)\n\n{caption}\n"


def gallery(sources: Mapping[str, pd.DataFrame]) -> str:
    """Return the page as Markdown, from the source data of the figures by name."""
    page = [HEAD]
    for name in FIGURES:
        words = sources[name].drop_duplicates("element").set_index("element")["text"]
        title = BY_NAME[name].title
        page.append(ENTRY.format(title=title, name=name, caption=words["caption"]))
    return "\n".join(page)
