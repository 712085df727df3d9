"""Large arrays whose memory goes back to the system as soon as they are let go of."""

from __future__ import annotations

import mmap
from math import prod

import numpy as np

__all__ = ["make_room"]

LEAST_BYTES = 1_000_000
_PRIVATE = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_PRIVATE") else {}


def make_room(*shape: int) -> np.ndarray:
    """Zeros of a shape, float64.

    What an allocator serves from its own heaps it may keep, one heap for each thread; together
    these were a third of the memory of a fit.
    """
    if 8 * prod(shape) < LEAST_BYTES:
        return np.zeros(shape)
    held = mmap.mmap(-1, 8 * prod(shape), **_PRIVATE)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        # Threads that fill new memory wait for each other at every page, so pages are large.
        held.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(held).reshape(shape)
