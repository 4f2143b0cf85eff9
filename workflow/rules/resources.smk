"""Resources: memory and time to request, by the size of the study's values."""


def data_mb():
    """Size of the study's values as float64, MB, known before anything is read."""
    intake = config["intake"] if OWN else {"source": "none"}
    if intake["source"] == "simulate":
        options = intake["simulate"]
        return options["genes"] * (72 * options["enrolments"] + options["healthy"]) * 8 / 2**20
    matrix = Path(intake.get("matrix", ""))
    if not matrix.is_file():
        return 200.0  # a GEO series yet to be fetched: 500 samples of 50,000 probes
    # A value takes about as many bytes in text as in memory; gzip makes text four times smaller.
    return matrix.stat().st_size / 2**20 * (4 if matrix.suffix == ".gz" else 1)


# Memory in MB and time in minutes: of a small study, and more for each MB of values. Half as
# much again as was measured from 24 to 2,000 samples (tests/benchmarks/README.md).
NEEDS = {
    "intake": (700, 10, 5, 0.02),
    "normalise": (700, 10, 5, 0.02),
    "quality": (900, 10, 5, 0.02),
    "composition": (700, 8, 5, 0.02),
    "response": (700, 2, 5, 0.02),
    "study": (900, 10, 5, 0.02),
    "differential": (800, 15, 10, 0.05),
    "resamples": (800, 25, 15, 0.4),
    "trajectories": (1100, 25, 15, 0.4),
    "tipping": (1100, 15, 10, 0.2),
    "courses": (1100, 25, 15, 0.1),
    "modules": (1500, 12, 15, 0.2),
    "association": (700, 8, 5, 0.02),
    "absent": (700, 8, 5, 0.02),
    "source_data": (700, 8, 5, 0.02),
    "figures": (1200, 2, 10, 0.02),
    "exports": (900, 20, 5, 0.02),
    "report": (700, 2, 5, 0.02),
    "compare": (900, 2, 10, 0.02),
}

# The longest chain first: what all wait for, and then by the seconds to the end of a small study,
# times the cores of a job, as Snakemake starts the jobs whose priorities add up to most.
URGENCY = {
    "intake": 90,
    "normalise": 90,
    "quality": 90,
    "response": 90,
    "resamples": 80,
    "trajectories": 80,
    "beyond_control": 30,
    "composition": 20,
    "differential": 20,
    "modules": 10,
    "tipping": 10,
    "courses": 10,
}


def memory(rule):
    """Memory to request, MB; twice as much at each further attempt."""
    base, more, *_ = NEEDS[rule]
    return lambda wildcards, attempt: round((base + more * data_mb()) * 2 ** (attempt - 1))


def minutes(rule):
    """Time to request, minutes; twice as much at each further attempt."""
    *_, base, more = NEEDS[rule]
    return lambda wildcards, attempt: round((base + more * data_mb()) * 2 ** (attempt - 1))


def long_threads():
    """Cores of a job that draws resamples: two, or one where those of all visits fill the cores.

    Side by side on a core each they end sooner than one after the other on both, as a part of each
    is done by one process. The process of a job has the cores that the main process gave it.
    """
    cores = workflow.resource_settings.cores if workflow.is_main_process else None
    return 2 if cores is None else min(2, max(1, cores // len(FOLLOWUPS)))
