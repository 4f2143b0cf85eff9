"""Gene sets: collections of MSigDB that the study names, fetched and kept in the cache."""

from pathlib import Path

from files import write_text
from gene_files import read_gmt
from job import logged

with logged(snakemake):
    from revertome.asked import check_modules
    from revertome.intake.fetch.msigdb import fetch_collection

    for output in map(Path, snakemake.output.gmt):
        found = fetch_collection(output.name, snakemake.params.base_url, snakemake.params.cache)
        write_text(found.read_text(encoding="utf-8"), output)
    files = read_gmt([*snakemake.params.checked["others"], *snakemake.output.gmt])
    known = {line.split("\t")[0].strip() for lines in files.values() for line in lines}
    check_modules(snakemake.params.checked, known)
