"""Compare: does what one study found hold in another? Public result folders only."""

import json
from pathlib import Path

from disk import logged, read_h5ad, read_table, write_table
from workers import each

with logged(snakemake.log[0]):
    from dataclasses import fields

    import pandas as pd

    from revertome.compare import CONTRASTS, Study, compare, residuals
    from revertome.errors import StudyError
    from revertome.gene_classes import CLAIMED

    COLUMNS = {"gene", "logFC", "CI.L", "CI.R", "AveExpr", "t", "P.Value"}
    TESTED = ("disease", "change", "change_all", "change_responders", *CLAIMED)
    GENES = {"gene", "class", *TESTED, *(f"p_{name}" for name in TESTED)}

    def table(path: Path, columns: set[str] | None = None) -> pd.DataFrame:
        """A table of a result folder; empty where the study lacks it."""
        return read_table(path, columns) if path.exists() else pd.DataFrame()

    def finished(folder: Path, config: dict) -> Study:
        """Tables of one result folder; those the study lacks are left out."""
        if not (folder / "differential").is_dir():
            raise StudyError(f"{folder}: no folder `differential` here; name a finished study")
        paths = {name: folder / "differential" / f"{name}.tsv" for name in CONTRASTS}
        return Study(
            {name: read_table(path, COLUMNS) for name, path in paths.items() if path.exists()},
            table(folder / "trajectories/genes.tsv", GENES),
            table(folder / "modules/tests.tsv"),
            spread(folder, config["design"]),
            {
                "title": config["title"] or config["study"],
                "assay": config["intake"]["assay"],
                "baseline": config["design"]["baseline"],
                "followup": config["design"]["followup"],
                "folder": str(folder),
            },
        )

    def spread(folder: Path, design: dict) -> dict:
        """Residual expression of the samples that were used, where the folder holds it."""
        path, labels = folder / "normalise/expression.h5ad", folder / "response/labels.tsv"
        if not path.exists() or not labels.exists():
            return {}
        expression, samples = read_h5ad(path), table(folder / "quality/samples.tsv")
        if "used" in samples:
            expression = expression[samples.loc[samples["used"], "sample"].tolist()]
        return residuals(expression, read_table(labels), design)

    def configured(folder: Path) -> dict:
        """Configuration as run."""
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["config"]

    def read(name: str) -> Study:
        """The study of one name."""
        folder = Path(folders[name])
        return finished(folder, own if name == own["study"] else configured(folder))

    def write(name: str) -> None:
        """Write one table of the result."""
        write_table(getattr(result, name), snakemake.output[name])

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
