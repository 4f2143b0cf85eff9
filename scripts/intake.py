"""Intake: read or simulate the study, check it, decide the scale of its values."""

from disk import logged, read_codes, read_table, write_codes, write_h5ad, write_table

private = snakemake.params.private  # where codes and identifiers are kept, None without privacy
codes = {}


def hide(words):
    """Words of the log without the names of people."""
    from revertome.privacy import redacted

    if not codes:
        return "The words of this job may name people and went to the terminal alone.\n"
    return redacted(words, codes)


with logged(snakemake.log[0], hide if private else None):
    from revertome.intake import load

    # Symbols of the simulated genes; real studies need none.
    genes = snakemake.input.get("symbols")
    symbols = read_table(genes)["symbol"].tolist() if genes else ()
    intake, design = snakemake.params.intake, snakemake.params.design
    study = load(intake, design, symbols)
    if private:
        import random

        from revertome.privacy import assign, identifiers, pseudonymise

        found = identifiers(study, intake["exclude"])
        codes.update(assign(found, read_codes(private), random.SystemRandom()))
        write_codes(codes, private)
        study = pseudonymise(study, codes, design["covariates"])
    write_h5ad(study.adata, snakemake.output.raw)
    write_table(study.visits, snakemake.output.visits)
    write_table(study.flow, snakemake.output.flow)
    if study.truth is not None:
        write_table(study.truth, snakemake.output.truth)
