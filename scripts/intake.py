"""Intake: read or simulate the study, check it, decide the scale of its values."""

from disk import read_table, write_h5ad, write_table
from job import logged
from private_codes import Private
from records import FETCHED

private = Private(**snakemake.params.words)
with logged(snakemake, private if private.path else None):
    from revertome.asked import check_columns
    from revertome.intake.load import load

    params, made = snakemake.params, snakemake.output
    genes = snakemake.input.get("symbols")  # of the simulated genes; real studies need none
    symbols = read_table(genes)["symbol"].tolist() if genes else ()
    study = load(dict(params.intake), params.design, symbols)
    FETCHED.update(study.adata.uns.get("intake", {}).get("sha256", {}))
    known = [*study.adata.obs, *study.visits]
    check_columns(params.checked, known, "of the samples and the visits sheet")
    study = private.coded(study, params.intake["exclude"], params.leaves)
    write_h5ad(study.adata, made.raw)
    write_table(study.visits, made.visits)
    write_table(study.flow, made.flow)
    if study.truth is not None:
        write_table(study.truth, made.truth)
