"""Compare: does what one study found hold in another? Public result folders only."""

from pathlib import Path

from disk import logged, read_table, write_table

with logged(snakemake.log[0]):
    import pandas as pd

    from revertome.compare import CONTRASTS, Study, compare
    from revertome.errors import StudyError

    def finished(folder: Path) -> Study:
        """Tables of one result folder; those the study lacks are left out."""
        if not (folder / "differential").is_dir():
            raise StudyError(f"{folder}: no folder `differential` here; name a finished study")
        paths = {name: folder / "differential" / f"{name}.tsv" for name in CONTRASTS}
        genes, modules = folder / "trajectories" / "genes.tsv", folder / "modules" / "tests.tsv"
        return Study(
            {name: read_table(path) for name, path in paths.items() if path.exists()},
            read_table(genes) if genes.exists() else pd.DataFrame(),
            read_table(modules) if modules.exists() else pd.DataFrame(),
        )

    folders = snakemake.params.folders
    result = compare({name: finished(Path(folder)) for name, folder in folders.items()})
    write_table(result.concordance, snakemake.output.concordance)
    write_table(result.transfer, snakemake.output.transfer)
    write_table(result.modules, snakemake.output.modules)
