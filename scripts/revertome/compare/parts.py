"""What a comparison takes of the tables of a result folder."""

from dataclasses import dataclass

from revertome.gene_classes import CLAIMED

_ENDS = ("", "_all", "_responders")


@dataclass(frozen=True)
class Part:
    """What a comparison takes of one table.

    Attributes
    ----------
    file
        A file of this form, as `columns.table_of` knows it.
    needed
        Columns without which nothing can be taken.
    useful
        Columns without which a comparison says less, in words.
    more
        Columns that are taken where they are there.
    key
        Columns that together name a row.
    """

    file: str
    needed: tuple[str, ...]
    useful: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    key: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        return self.needed + self.useful + self.more


CONTRAST = Part(
    "differential/disease.tsv",
    ("gene", "logFC", "P.Value"),
    ("t", "CI.L", "CI.R", "AveExpr"),
    key=("gene",),
)
GENES = Part(
    "trajectories/genes.tsv",
    ("gene", "class", "disease", "change", "p_disease", "p_change"),
    tuple(f"p_{name}" for name in CLAIMED),
    (
        "class_common",
        "change_nonresponders",
        *(f"{name}{end}" for name in ("disease", "change", "p_change") for end in _ENDS[1:]),
        *(f"{n}{e}" for n in ("se_disease", "se_change", "correlation", "df") for e in _ENDS),
    ),
    ("gene",),
)
MODULES = Part(
    "modules/tests.tsv",
    ("module", "method", "test", "group", "estimate", "CI.L", "CI.R", "n"),
    more=("df",),
    key=("module", "method", "test", "group"),
)
SAMPLES = Part(
    "quality/samples.tsv", ("sample",), ("used",), ("patient", "visit", "group"), ("sample",)
)
LABELS = Part("response/labels.tsv", ("patient", "label"), key=("patient",))
