"""Intake: read or simulate the study, check it, decide the scale of its values."""

from disk import logged, read_table, write_h5ad, write_table

with logged(snakemake.log[0]):
    from revertome.intake import load

    # Symbols of the simulated genes; real studies need none.
    genes = snakemake.input.get("symbols")
    symbols = read_table(genes)["symbol"].tolist() if genes else ()
    study = load(snakemake.params.intake, snakemake.params.design, symbols)
    write_h5ad(study.adata, snakemake.output.raw)
    write_table(study.visits, snakemake.output.visits)
    write_table(study.flow, snakemake.output.flow)
    if study.truth is not None:
        write_table(study.truth, snakemake.output.truth)
