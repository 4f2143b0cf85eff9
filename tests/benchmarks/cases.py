"""The rows of the table. Light to import: a child starts with the memory of its parent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One row of the table: a work on data of one size."""

    work: str
    genes: int
    samples: int
    peer: str | None = "limma"

    @property
    def size(self):
        return f"{self.genes} x {self.samples}"


REPEATED = [
    Case("fit", 54675, 100),
    Case("fit", 54675, 200),
    Case("fit_contrast", 54675, 100, "limma, contrasts.fit"),
    Case("fit_contrast", 54675, 200, "limma, contrasts.fit"),
    Case("blocked_fit", 54675, 100),
    Case("duplicate_correlation", 3000, 100, "limma+statmod"),
    Case("voom", 20000, 48),
    Case("quantile", 54675, 100),
    Case("quantile_ties", 43799, 336),
    Case("tmm", 20000, 100, "edgeR"),
    Case("ssgsea", 20000, 100, "GSVA"),
    Case("zscore", 20000, 1000, None),
    Case("set_tests", 17000, 150, "limma, fry and camera"),
    Case("set_tests_weights", 17000, 150, "limma, fry and camera"),
    Case("process", 54675, 100, "limma, read.delim"),
    Case("process_typed", 54675, 100, "limma, read.delim with types"),
    Case("series_matrix", 54675, 300, "GEOquery"),
    Case("bootstrap", 20000, 100, None),
    Case("bootstrap_two", 20000, 100, None),
    Case("process_compare", 20000, 30, None),
]
GROWTH = [
    *(Case("blocked_fit", genes, 100, None) for genes in (5000, 10000, 20000, 40000)),
    *(Case("blocked_fit", 54675, samples, None) for samples in (50, 200, 500, 1000)),
    *(Case("fit", 54675, samples, None) for samples in (50, 500)),
]
FULL = [Case("duplicate_correlation", 54675, 100, "limma+statmod")]
QUICK = [
    Case("fit", 2000, 20),
    Case("blocked_fit", 2000, 20),
    Case("duplicate_correlation", 200, 20, "limma+statmod"),
    Case("voom", 2000, 20),
    Case("quantile", 2000, 20),
    Case("quantile_ties", 2000, 20),
    Case("tmm", 2000, 20, "edgeR"),
    Case("ssgsea", 2000, 20, "GSVA"),
    Case("set_tests", 2000, 20, "limma, fry and camera"),
    Case("set_tests_weights", 2000, 20, "limma, fry and camera"),
    Case("process", 2000, 20, "limma, read.delim"),
    Case("series_matrix", 2000, 20, "GEOquery"),
]
