"""Sheet: the fields of a GEO series, and a draft of the study file made of them."""

from disk import write_table
from files import write_text
from job import logged

with logged(snakemake):
    from revertome.intake.sheets.draft import draft

    fields, text = draft(snakemake.params.study, snakemake.params.intake)
    write_table(fields, snakemake.output.fields)
    write_text(text, snakemake.output.draft)
    print(f"\nthe fields: {snakemake.output.fields}\nthe draft: {snakemake.output.draft}")
