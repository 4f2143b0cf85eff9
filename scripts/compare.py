"""Compare: does what one study found hold in another? Public result folders only."""

from functools import partial

from disk import write_named
from finished import read_studies
from gene_files import read_aliases
from job import logged
from workers import each

with logged(snakemake):
    from revertome.compare import compare

    params, threads = snakemake.params, snakemake.threads
    own = params.config
    studies = read_studies(params.folders, own, threads)
    aliases = read_aliases(snakemake.input.aliases)
    options = {name: own["modules"][name] for name in ("permutations", "seed")}
    alpha = own["trajectories"]["alpha"]
    tables = vars(compare(studies, aliases, options, alpha=alpha, threads=threads))
    # The longest tables first, so that the processes end together.
    names = sorted(tables, key=lambda name: -tables[name].size)
    each(partial(write_named, tables=tables, paths=snakemake.output), names, threads)
