"""Quality: which samples can be trusted, and which are used."""

from disk import read_h5ad, read_table, write_tables
from job import alarm, logged

with logged(snakemake):
    from revertome.quality.assess import assess

    result = assess(
        read_h5ad(snakemake.input.expression),
        read_table(snakemake.input.flow),
        snakemake.params.quality,
        snakemake.params.design,
        read_table(snakemake.input.visits),
        snakemake.params.response,
    )
    alarm(result.alarms)
    flagged = result.samples[result.samples["flag"] == "flag"]
    for sample, reason in zip(flagged["sample"], flagged["reason"], strict=True):
        print(f"flagged: {sample} ({reason})")
    made = snakemake.output
    write_tables({name: getattr(result, name) for name, _ in made.items()}, made)
