"""Progress of long work in the log."""

import time


class Progress:
    """Counts what is done of a whole, with the time it took.

    Parameters
    ----------
    work : str
        What is done, e.g. `stability`.
    whole : int
        How many there are.
    unit : str
        Of what, e.g. `resamples`.
    """

    def __init__(self, work: str, whole: int, unit: str) -> None:
        self.work, self.whole, self.unit = work, whole, unit
        self.begun = time.monotonic()

    def report(self, done: int) -> None:
        """Print how many are done, and since when."""
        seconds = time.monotonic() - self.begun
        text = f"{self.work}: {done} of {self.whole} {self.unit}, {seconds:.0f} s"
        print(text, flush=True)
