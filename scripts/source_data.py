"""Source data: one tidy table a figure."""

from pathlib import Path

from disk import read_h5ad, read_table, write_table
from job import logged

with logged(snakemake.log[0]):
    from revertome.quality import used
    from revertome.source_data import build

    files, params = snakemake.input, snakemake.params
    tables = [name for name, _ in files.items() if name not in ("expression", "contrasts")]
    results = {name: read_table(files[name]) for name in tables}
    results |= {name: params[name] for name in ("design", "figures", "trajectories")}
    results["contrasts"] = {Path(path).stem: read_table(path) for path in files.contrasts}
    results["expression"] = used(read_h5ad(files.expression), results["samples"])
    for path in snakemake.output:
        write_table(build(Path(path).stem, results), path)
