"""Sheet: the fields of a GEO series, and a draft of the study file made of them."""

from pathlib import Path

from disk import write_table
from files import write_text
from job import logged

with logged(snakemake):
    from revertome.intake.sheets.draft import draft

    fields, text = draft(snakemake.params.study, snakemake.params.intake)
    write_table(fields, snakemake.output.fields)
    # In full, as the draft is moved to where its study is.
    schema = Path(snakemake.input.schema).resolve().as_uri()
    write_text(f"# yaml-language-server: $schema={schema}\n{text}", snakemake.output.draft)
