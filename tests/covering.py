"""Few rows of settings that hold every pair of them: a greedy covering array with constraints."""

import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, product
from typing import Any

Row = dict[str, int]  # place of the level, by factor
Target = frozenset[tuple[str, int]]
Combination = Mapping[str, Sequence[Any]]  # levels that cannot go together, by factor


def targets(sizes: Mapping[str, int], together: Iterable[Sequence[str]]) -> list[Target]:
    """Every combination of the factors that are wanted `together`, then every pair of levels."""
    groups = [*map(tuple, together), *combinations(sizes, 2)]
    return [
        frozenset(zip(group, places, strict=True))
        for group in groups
        for places in product(*(range(sizes[name]) for name in group))
    ]


class Covering:
    """Rows that hold every target which some row without a refused combination can hold.

    Each row begins with the first target that is left, and takes level by level what covers most
    of the others. The same arguments give the same rows.

    Attributes
    ----------
    rows : list of dict
        Levels by factor.
    covered : int
        Targets they hold.
    lost : list of dict
        Targets that no row can hold, as levels by factor.
    """

    def __init__(
        self,
        levels: Mapping[str, Sequence[Any]],
        refused: Iterable[Combination],
        together: Iterable[Sequence[str]] = (),
        seed: int = 1,
    ) -> None:
        self.rng, self.levels = random.Random(seed), levels
        self.sizes = {name: len(each) for name, each in levels.items()}
        self.refused = [
            {name: {levels[name].index(v) for v in values if v in levels[name]}
             for name, values in combination.items()}
            for combination in refused
        ]  # fmt: skip
        self.left = dict.fromkeys(targets(self.sizes, together))
        self.rows: list[dict[str, Any]] = []
        self.covered, self.lost = 0, []
        while self.left:
            self._next()

    def fits(self, row: Row, name: str) -> bool:
        """Whether the level of one factor meets no refused combination in a part of a row."""
        concerned = (each for each in self.refused if name in each)
        return not any(all(row.get(k) in places for k, places in c.items()) for c in concerned)

    def valued(self, row: Row) -> dict[str, Any]:
        """Levels in the place of their numbers."""
        return {name: self.levels[name][place] for name, place in row.items()}

    def _next(self) -> None:
        first = next(iter(self.left))
        row: Row | None = dict(first)
        others = [name for name in self.sizes if name not in dict(first)]
        fitting = all(self.fits(dict(first), name) for name, _ in first)
        row = self._complete(dict(first), self.rng.sample(others, len(others))) if fitting else None
        if row is None:
            del self.left[first]
            self.lost.append(self.valued(dict(first)))
            return
        self.rows.append(self.valued(row))
        every = set(row.items())
        held = [target for target in self.left if target <= every]
        self.covered += len(held)
        for target in held:
            del self.left[target]

    def _complete(self, row: Row, names: list[str]) -> Row | None:
        if not names:
            return row
        # The factor with the fewest levels that still fit comes next: a dead end shows at once.
        fitting = {
            name: [p for p in range(self.sizes[name]) if self.fits({**row, name: p}, name)]
            for name in names
        }
        name = min(names, key=lambda name: len(fitting[name]))
        others = [other for other in names if other != name]
        places = self.rng.sample(fitting[name], len(fitting[name]))
        for place in sorted(places, key=lambda place: -self._gain(row, name, place)):
            if (found := self._complete({**row, name: place}, others)) is not None:
                return found
        return None

    def _gain(self, row: Row, name: str, place: int) -> int:
        return sum(frozenset([(name, place), pair]) in self.left for pair in row.items())
