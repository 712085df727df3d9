"""How the bays of a region are worked through: one after the other, or on a dask cluster."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bayqa.errors import InputError
from bayqa.region.bay import Outcome, attempt_bay
from bayqa.region.config import Region
from bayqa.region.inputs import Material

__all__ = ["work_through"]

Progress = Callable[[int, int, str], None]


def work_through(
    region: Region,
    material: Material,
    bay_ids: list[str],
    *,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
    **options: bool,
) -> list[Outcome]:
    """Outcomes of the bays, in their order.

    A bay that fails is an outcome with its sentence, and with its traceback where it is a bug; the
    others go on. A worker process that dies is replaced and its bay is tried again; one whose bay
    kills every worker is an outcome too.

    Parameters
    ----------
    region, material : Region, Material
    bay_ids : list of str
    jobs : int
        Worker processes on this machine, at most one for each bay and each processor; 1 works in
        this process.
    scheduler : str, optional
        Address of a running dask scheduler; its workers must see the same folders.
    progress : callable, optional
        Called with (bays done, bays, text).
    **options : bool
        `resume` and `sheets`, see `bayqa.region.bay.run_bay`.

    Returns
    -------
    list of Outcome

    Raises
    ------
    InputError
        If several processes are asked for and dask.distributed is not installed.
    """
    report = progress or (lambda done, total, text: None)
    jobs = min(jobs, len(bay_ids), _processors())
    if jobs <= 1 and scheduler is None:
        return _one_by_one(region, material, bay_ids, report, options)
    with _client(jobs, scheduler) as client:
        shared = client.scatter(material, broadcast=True)
        futures = [
            client.submit(
                attempt_bay,
                region,
                shared,
                bay,
                **options,
                key=f"{region.region.id}-{bay}",
                pure=False,
            )
            for bay in bay_ids
        ]
        return _gather(futures, bay_ids, report)


def _one_by_one(region, material, bay_ids, report: Progress, options) -> list[Outcome]:
    outcomes = []
    for done, bay in enumerate(bay_ids):
        report(done, len(bay_ids), bay)

        def inner(part: int, parts: int, text: str, bay=bay, done=done) -> None:
            report(done, len(bay_ids), f"{bay}: {text} {part}/{parts}")

        outcomes.append(attempt_bay(region, material, bay, progress=inner, **options))
    report(len(bay_ids), len(bay_ids), "done")
    return outcomes


def _gather(futures, bay_ids, report: Progress) -> list[Outcome]:
    from dask.distributed import as_completed

    found = {}
    names = {future.key: bay for future, bay in zip(futures, bay_ids, strict=True)}
    for done, future in enumerate(as_completed(futures), start=1):
        bay = names[future.key]
        error = future.exception()
        found[bay] = future.result() if error is None else Outcome(bay, _lost(error), {})
        report(done, len(futures), bay)
    return [found[bay] for bay in bay_ids]


def _lost(error: BaseException) -> str:
    return f"its worker was lost ({type(error).__name__}: {error}); run again with --resume"


@contextmanager
def _client(jobs: int, scheduler: str | None) -> Iterator:
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        raise InputError(
            f"jobs={jobs}: several processes need dask; install bayqa[batch] or use --jobs 1"
        ) from None
    if scheduler is not None:
        with Client(scheduler) as client:
            yield client
        return
    # One thread a worker: the kernels have threads of their own.
    quiet = {"dashboard_address": ":0", "silence_logs": logging.ERROR}
    with (
        LocalCluster(n_workers=jobs, threads_per_worker=1, **quiet) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _processors() -> int:
    """Processors this process may use; a queue or container may give it fewer than there are."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
