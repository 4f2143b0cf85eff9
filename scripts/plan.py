"""Have a run make again what its records do not bear out.

Snakemake goes by dates and by its own metadata, which a killed run, a copied folder or an edited
table leave behind wrong or without a word. Each job of a plan is therefore held against the record
of the job that made its files.

Read from Snakemake 9.27.1: `DAG.update_needrun(create_inventory=True)` is called when all jobs of a
plan are known, before it is decided which of them run; `DAG.forcefiles` are outputs to be made
whatever their dates. Test: tests/workflow/test_provenance.py.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from contradictions import NO_RECORD, Faults, few, lines, of_files, of_inputs, of_params, written
from files import each_file
from records import Record, hides, inputs, named, read, study_folder, wanted


def check_plans():
    """Hold every plan of this process against the records in its result folders."""
    from snakemake.dag import DAG

    update = DAG.update_needrun

    async def checked(self, create_inventory=False):
        if create_inventory and not getattr(self, "revertome_checked", False):
            self.revertome_checked = True
            order = {rule: place for place, rule in enumerate(self.workflow.rules)}
            self.forcefiles |= set(_stale(sorted(self.jobs, key=lambda job: order[job.rule])))
        await update(self, create_inventory)

    DAG.update_needrun = checked


def _stale(jobs):
    """Outputs of the jobs that are to be made again, which are told."""
    mine = [job for job in jobs if job.is_script and job.log]
    records = {job: read(job.log[0]) for job in mine}
    made: dict[Path, dict[str, str]] = defaultdict(dict)
    for job, record in records.items():
        made[study_folder(job.log[0])] |= written([record] if record else [])
    found: dict[Path, Faults] = defaultdict(dict)
    stale = []
    for job, record in records.items():
        if record is None and not any(Path(path).exists() for path in job.output):
            continue  # it has not run yet
        folder = study_folder(job.log[0])
        said = list(_faults(job, record, folder, made[folder])) if record else [NO_RECORD]
        if said:
            found[folder][Path(job.log[0]).stem] = said
            stale += job.output
    for folder, faults in found.items():
        told = f"revertome: {folder}: made again, with what follows from it:\n{lines(faults)}"
        print(told, file=sys.stderr)
    return stale


def _faults(job, record: Record, folder: Path, made: dict[str, str]) -> Iterator[str]:
    """What of a job's record is not so now; `made` is what the jobs of its study wrote."""
    if record["study"] != folder.name:
        yield f"its record is of the study {record['study']}"
    yield from of_params(record, **wanted(job.params))
    now = _read_now(job, folder, made)
    for words, then, asked in (
        ("read", record["inputs"], now),
        ("wrote", record["outputs"], {named(path, folder) for path in job.output}),
    ):
        if set(then) != set(asked):
            yield f"it {words} other files: {few(set(then) ^ set(asked))}"
    if lost := {name for name in now if not now[name] and name in record["inputs"]}:
        yield f"no record is left of what it read: {few(lost)}"
    yield from of_inputs(record, {name: digest for name, digest in now.items() if digest})
    yield from of_files(record, folder)


def _read_now(job, folder: Path, made: dict[str, str]) -> dict[str, str]:
    """sha256 by name of what a job reads; empty of a file that is yet to be made."""
    ours = {str(path): named(path, folder) for path in each_file(job.input)}
    others = [path for path, name in ours.items() if name not in made and Path(path).is_file()]
    hidden = hides(job.rule.module_globals["config"])
    known = inputs(others, folder, hidden=hidden, rule=Path(job.log[0]).stem)
    rest = {name: made.get(name, "") for path, name in ours.items() if path not in others}
    return known | rest
