"""A thread pool over blocks, with one BLAS thread in each worker."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from threadpoolctl import ThreadpoolController

__all__ = ["count_workers", "one_thread", "run_blocks"]


def count_workers() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def run_blocks(work: Callable, blocks: Iterable) -> list:
    """Results of `work(block)` for each block, in order, on a pool of threads.

    A parallel BLAS beside a pool of workers costs more than it gives, so it is held at one thread.
    """
    blocks = list(blocks)
    n_workers = min(count_workers(), len(blocks))
    with _controller().limit(limits=1):
        if n_workers <= 1:
            return [work(block) for block in blocks]
        with ThreadPoolExecutor(n_workers) as pool:
            return list(pool.map(work, blocks))


def one_thread():
    """Context in which BLAS runs on one thread: small matrices lose by more."""
    return _controller().limit(limits=1)


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()
