"""Shares of resamples: what each of several jobs draws, so that together they are one job."""

BATCH = 16  # bootstrap resamples whose sums are formed in one matrix product


def share(draws: int, part: int, parts: int, batch: int = 1) -> range:
    """Numbers of the draws that are made by one of several jobs.

    Shares are of whole batches and differ by one batch at most; the last batch of all may be
    smaller. A matrix product thus has the same shape in one job and in many, and its sums the
    same last digits.

    Parameters
    ----------
    draws : int
        How many there are in all.
    part, parts : int
        Which of the jobs, from 1, and of how many.
    batch : int

    Returns
    -------
    range
        Empty where there are fewer batches than jobs and it is not this one's turn.
    """
    batches = -(-draws // batch)
    first, stop = (min(batches * k // parts * batch, draws) for k in (part - 1, part))
    return range(first, stop)


def cut(draws: range, pieces: int, batch: int = 1) -> list[range]:
    """Pieces of a share of the draws, of whole batches as well."""
    shares = (share(len(draws), part, pieces, batch) for part in range(1, pieces + 1))
    return [draws[one.start : one.stop] for one in shares]


def useful_jobs(wanted: int, resamples: int, permutations: int) -> int:
    """Return as many jobs as were asked for, unless some would have nothing to draw."""
    return max(1, min(wanted, max(-(-resamples // BATCH), permutations)))
