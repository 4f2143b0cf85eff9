"""Compare: does what one study found hold in another? Public result folders only."""

from dataclasses import fields
from pathlib import Path

from disk import logged, read_table, write_table
from workers import each


def read(name):
    """The study of one name."""
    folder = Path(folders[name])
    return finished(folder, own if name == own["study"] else configured(folder))


def write(name):
    """Write one table of the result."""
    write_table(getattr(result, name), snakemake.output[name])


with logged(snakemake.log[0]):
    from finished import configured, finished
    from revertome.compare import compare

    own, folders = snakemake.params.config, snakemake.params.folders
    found = each(read, folders, min(snakemake.threads, len(folders)))
    studies = dict(zip(folders, found, strict=True))
    aliases = read_table(snakemake.input.aliases).set_index("old")["current"].to_dict()
    options = {name: own["modules"][name] for name in ("permutations", "seed")}
    alpha = own["trajectories"]["alpha"]
    result = compare(studies, aliases, options, alpha=alpha, threads=snakemake.threads)
    # The longest tables first, so that the processes end together.
    names = sorted((f.name for f in fields(result)), key=lambda name: -getattr(result, name).size)
    each(write, names, snakemake.threads)
