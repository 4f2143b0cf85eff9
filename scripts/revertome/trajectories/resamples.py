"""Resamples: bootstrap and permutations of a study by one job, or a share by each of many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from revertome.arrays import Array
from revertome.errors import StudyError
from revertome.gene_classes import CLASSES
from revertome.resample_batches import BATCH, cut, share
from revertome.trajectories.chance import expected_by_chance
from revertome.trajectories.draws import residuals_of
from revertome.trajectories.observed import Observed
from revertome.trajectories.stability import stability
from revertome.trajectories.study import FittedStudy


@dataclass(frozen=True)
class Resamples:
    """The resamples of a study, or a share of them.

    Attributes
    ----------
    kept : DataFrame, (G, 5)
        gene, class, first, resamples, kept: of so many bootstrap resamples from number `first`
        on, in how many the gene is put in the class it was called.
    chance : DataFrame
        permutation (its number), and how many genes it puts in each class.
    """

    kept: pd.DataFrame
    chance: pd.DataFrame

    @property
    def stability(self) -> Array:
        """Share of the resamples in which a gene keeps its class, (G,); NaN without any."""
        of = self.kept["resamples"].to_numpy(float)
        return np.asarray(self.kept["kept"] / np.where(of == 0, np.nan, of))


def one_by_one(work: Callable[[Any], Any], pieces: Sequence[Any], workers: int) -> list[Any]:
    """Do `work` for every piece in this process."""
    return [work(piece) for piece in pieces]


@dataclass(frozen=True)
class Spread:
    """How the draws of a job are divided among processes.

    Attributes
    ----------
    each : callable
        Does a work for every one of a list of pieces by so many workers, and returns the results
        in order.
    workers : int
    """

    each: Callable[[Callable[[Any], Any], Sequence[Any], int], list[Any]] = one_by_one
    workers: int = 1


ALONE = Spread()


def resampled(
    study: FittedStudy,
    observed: Observed,
    options: Mapping[str, Any],
    part: int = 1,
    parts: int = 1,
    spread: Spread = ALONE,
) -> Resamples:
    """Draw the resamples and permutations of one of `parts` jobs.

    Parameters
    ----------
    study : FittedStudy
    observed : Observed
    options : dict
        Configuration section `trajectories`: bootstrap, permutations, seed.
    part, parts : int
        Which share, from 1, of how many.
    spread : Spread
        The same bytes whatever it is.

    Returns
    -------
    Resamples
    """
    fitted, refit, where = study.fitted, observed.refit, study.where
    rule, seed, patients = observed.rule, options["seed"], where["patient"]
    resamples, permutations = _shares(options, part, parts)
    called, strata = observed.calls.outcome, study.strata()
    residuals = residuals_of(fitted.y, fitted.model.design, refit.coefficients(fitted.y), seed)
    n = spread.workers
    names = [f", process {k} of {n}" if n > 1 else "" for k in range(1, n + 1)]

    def drawn(piece: tuple[range, range, str]) -> tuple[npt.NDArray[np.int_], pd.DataFrame]:
        some, permuted, name = piece
        kept = stability(
            observed.redrawn, patients, strata, rule, called, some, seed, f"stability{name}"
        )
        chance = expected_by_chance(
            refit, residuals, where, fitted.correlation, observed.effects, rule, permuted, seed,
            f"expected by chance{name}",
        )  # fmt: skip
        return kept, chance

    pieces = zip(cut(resamples, n, BATCH), cut(permutations, n), names, strict=True)
    found = spread.each(drawn, list(pieces), n)
    kept = np.sum([one for one, _ in found], axis=0)
    chance = pd.concat([one for _, one in found], ignore_index=True)
    genes = np.asarray(study.expression.var_names, dtype=object)
    table = {"gene": genes, "class": called, "first": resamples.start, "resamples": len(resamples)}
    return Resamples(pd.DataFrame({**table, "kept": kept}), chance)


def combined(
    parts: Sequence[Resamples], genes: Any, called: Any, options: Mapping[str, Any]
) -> Resamples:
    """Put the shares of all jobs together: what one job would have drawn, to the byte.

    Parameters
    ----------
    parts : sequence of Resamples
        In order.
    genes, called : (G,)
        Genes of the study and their classes.
    options : dict
        Configuration section `trajectories`.

    Returns
    -------
    Resamples

    Raises
    ------
    StudyError
        When a part is cut short, or of another study or share.
    """
    whole = pd.DataFrame({"gene": np.asarray(genes, dtype=object), "class": called, "first": 0})
    for number, part in enumerate(parts, 1):
        found = _fault(part, whole, *_shares(options, number, len(parts)))
        if found:
            raise StudyError(
                f"trajectories: part {number} of {len(parts)} of the resamples {found}; "
                "have it made again: --forcerun resamples"
            )
    sums = {name: sum(part.kept[name] for part in parts) for name in ("resamples", "kept")}
    chance = pd.concat([part.chance for part in parts], ignore_index=True)
    return Resamples(whole.assign(**sums), chance)


def _shares(options: Mapping[str, Any], part: int, parts: int) -> tuple[range, range]:
    return (
        share(options["bootstrap"], part, parts, BATCH),
        share(options["permutations"], part, parts),
    )


def _fault(part: Resamples, whole: pd.DataFrame, resamples: range, permutations: range) -> str:
    """What is wrong with a part, in words; empty when nothing is."""
    columns = ["gene", "class", "first", "resamples", "kept"]
    classes = ["permutation", *CLASSES]
    if list(part.kept) != columns or list(part.chance) != classes:
        return f"has not the columns {', '.join(columns)} and {', '.join(classes)}"
    if len(part.kept) != len(whole):
        return f"holds {len(part.kept)} genes where the study has {len(whole)}"
    for name in ("gene", "class"):
        other = np.flatnonzero(part.kept[name].to_numpy() != whole[name].to_numpy())
        if len(other):
            row = part.kept.iloc[other[0]], whole.iloc[other[0]]
            return f"has {name} {row[0][name]} where the study has {row[1][name]}"
    kept, n = part.kept, len(resamples)
    one_share = kept["first"].eq(resamples.start) & kept["resamples"].eq(n)
    if not (one_share & kept["kept"].between(0, n)).all():
        return f"does not hold the {n} resamples from number {resamples.start} on"
    numbers = part.chance["permutation"]
    counted = part.chance[list(CLASSES)].sum(axis=1)
    if list(numbers) != list(permutations) or not counted.eq(len(whole)).all():
        return f"does not hold the {len(permutations)} permutations from {permutations.start} on"
    return ""
