"""Composition: which share of the white cells of each sample is of which type."""

from disk import read_h5ad, read_table, write_tables
from job import logged

with logged(snakemake):
    from revertome.composition.signature import Signature
    from revertome.composition.stage import composition
    from revertome.quality.used import used

    files, params = snakemake.input, snakemake.params
    markers, types = (read_table(path) for path in (files.markers, files.types))
    found = composition(
        used(read_h5ad(files.expression), read_table(files.samples)),
        read_table(files.visits),
        params.composition,
        params.design,
        params.response,
        params.assay,
        Signature(markers.set_index("gene"), types.set_index("cell_type")),
    )
    print(*found.told, sep="\n")
    write_tables(found.tables, snakemake.output)
